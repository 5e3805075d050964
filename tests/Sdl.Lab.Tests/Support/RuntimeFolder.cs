using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Sdl.Lab.Tests.Support;

/// <summary>The folder in which the <c>sdl</c> processes of one test find each other, and nobody else.</summary>
internal sealed class RuntimeFolder
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public RuntimeFolder(Scratch scratch)
    {
        Root = scratch.Path("x");
        Directory.CreateDirectory(Root);
    }

    public string Root { get; }

    public string Folder => Path.Combine(Root, "sdl");

    public IReadOnlyList<string> Sockets => Directory.Exists(Folder) ? Directory.GetFiles(Folder, "*.sock") : [];

    public SdlProcess Start(params IEnumerable<string> arguments) => SdlProcess.StartIn(Root, arguments);

    public async Task<SdlResult> RunAsync(params IEnumerable<string> arguments)
    {
        using var process = Start(arguments);
        return await process.EndAsync();
    }

    public async Task<IReadOnlyList<JsonElement>> ProcessesAsync() =>
        [.. (await RunAsync("runs", "--json")).Expect(0).Json().EnumerateArray()];

    /// <summary>Waits until the only run of a process is in a state.</summary>
    public async Task UntilAsync(SdlProcess process, string state)
    {
        for (var since = TimeProvider.System.GetTimestamp(); ;)
        {
            using var reply = JsonDocument.Parse(await AskAsync(process, """{"do":"list"}"""));
            var states = reply.RootElement.GetProperty("runs").EnumerateArray()
                .Select(r => r.GetProperty("state").GetString()!).ToList();
            if (states is [var only] && only == state)
                return;
            Assert.True(
                TimeProvider.System.GetElapsedTime(since) < Patience, $"waited for {state}: {reply.RootElement}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>One line there and one back, as soon as the process listens.</summary>
    public async Task<string> AskAsync(SdlProcess process, string line)
    {
        using var socket = await ConnectAsync(process);
        await socket.SendAsync(Encoding.UTF8.GetBytes(line + "\n"));
        return await ReadAsync(socket);
    }

    public async Task<Socket> ConnectAsync(SdlProcess process)
    {
        var path = Path.Combine(Folder, $"{process.Id}.sock");
        await process.UntilAsync(() => File.Exists(path) ? path : null, "its socket");
        for (var since = TimeProvider.System.GetTimestamp(); ;)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), TestContext.Current.CancellationToken);
                return socket;
            }
            catch (SocketException) when (TimeProvider.System.GetElapsedTime(since) < Patience && !process.HasExited)
            {
                socket.Dispose();
                await Task.Delay(
                    TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }
    }

    public static async Task<string> ReadAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().EndsWith('\n'))
        {
            var count = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            if (count == 0)
                break;
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
        return text.ToString().TrimEnd();
    }
}
