using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;

namespace Sdl.App.Composition.Control;

/// <summary>A running process of this user as it answered.</summary>
/// <param name="Socket">Where it is reached.</param>
internal sealed record FoundProcess(string Socket, ControlledProcess Process);

/// <summary>Speaks to the running processes of this user.</summary>
/// <param name="clock">For time-outs: real time.</param>
internal sealed class ControlClient(TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>Asks every process what it runs; sockets that dead processes left behind are removed.</summary>
    /// <param name="warn">Told of a process that does not answer.</param>
    /// <exception cref="IOException">Others can get into the folder of the sockets.</exception>
    public async Task<IReadOnlyList<FoundProcess>> FindAsync(Action<string> warn, CancellationToken ct)
    {
        var asked = ControlFolder.Sockets().Select(s => FindAsync(s, warn, ct)).ToList();
        return (await Task.WhenAll(asked)).OfType<FoundProcess>().ToList();
    }

    /// <exception cref="KeyNotFoundException">It did not do it; the message says why.</exception>
    /// <exception cref="IOException">It has ended meanwhile, or does not answer.</exception>
    public async Task<ControlReply> AskAsync(FoundProcess process, ControlRequest request, CancellationToken ct)
    {
        try
        {
            var reply = await ExchangeAsync<ControlReply>(process.Socket, request, ct)
                ?? throw new IOException($"process {process.Process.Pid} ended before it answered");
            return reply.Error is { } error
                ? throw new KeyNotFoundException($"process {process.Process.Pid}: {error}")
                : reply;
        }
        catch (Exception e) when (e is SocketException or JsonException or TimeoutException or InvalidDataException)
        {
            throw new IOException($"process {process.Process.Pid} has not answered: {e.Message}", e);
        }
    }

    private async Task<FoundProcess?> FindAsync(string socket, Action<string> warn, CancellationToken ct)
    {
        try
        {
            return await ExchangeAsync<ControlledProcess>(socket, new ControlRequest(ControlRequest.List), ct)
                is { Runs: not null, Folder: not null } process
                ? new FoundProcess(socket, process)
                : null;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            RemoveStale(socket);
            return null;
        }
        catch (Exception e) when (e is SocketException or JsonException or TimeoutException or IOException
            or InvalidDataException)
        {
            if (File.Exists(socket))
                warn($"the process of '{socket}' does not answer: {e.Message}");
            return null;
        }
    }

    private async Task<T?> ExchangeAsync<T>(string path, ControlRequest request, CancellationToken ct) where T : class
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using (var late = new CancellationTokenSource(Patience, clock))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token))
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), either.Token);
        if (!Owner.IsMine(socket))
            throw new IOException("it belongs to another user");
        var channel = new LineChannel(socket, clock);
        await channel.WriteAsync(request, Patience, ct);
        return await channel.ReadAsync(Patience, ct) is { } line
            ? JsonSerializer.Deserialize<T>(line, ControlRequest.Json)
            : null;
    }

    // Nobody listens; a process that is just about to is not robbed of its socket.
    private static void RemoveStale(string socket)
    {
        if (!int.TryParse(Path.GetFileNameWithoutExtension(socket), CultureInfo.InvariantCulture, out var pid)
            || !IsAlive(pid))
            File.Delete(socket);
    }

    private static bool IsAlive(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
