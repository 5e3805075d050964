// Foreign programs come from these Debian packages, which the build machine installs:
//   python3-pymodbus  python3-serial  libmodbus-dev  mbpoll  gcc
// and from npm, in a folder that NODE_PATH names:
//   node-opcua
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Sdl.Instruments.Tests.Peers;

/// <summary>A program that is not ours, running beside a test until the test ends.</summary>
internal sealed class Peer : IAsyncDisposable
{
    // Debian's packages are for Debian's interpreter, whatever else is on the path.
    private const string Python = "/usr/bin/python3";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private Peer(Process process) => (_process, _errors) = (process, process.StandardError.ReadToEndAsync());

    /// <summary>The line with which it said that it is ready.</summary>
    public string Ready { get; private set; } = "";

    /// <summary>Skips the test when a program is not installed; fails it where everything has to be installed
    /// (CI=true). </summary>
    public static void Require(params string[] programs)
    {
        foreach (var program in programs)
            if (!Folders().Any(folder => File.Exists(Path.Combine(folder, program))))
                Absent($"{program} is not installed");
    }

    /// <summary>As <see cref="Require"/>, for a module of Debian's Python.</summary>
    public static async Task RequirePythonAsync(string module)
    {
        if (!File.Exists(Python) || (await RunAsync(Python, "-c", "import " + module)).Code != 0)
            Absent($"{Python} has no module {module}");
    }

    /// <summary>Starts a script that lies beside this file, where it leaves no compiled modules (-B), and waits for
    /// its first line.</summary>
    public static Task<Peer> PythonAsync(string script, params string[] arguments) =>
        StartAsync(Python, ["-B", Beside(script), .. arguments]);

    /// <summary>As <see cref="Require"/>, for a module of Node.js.</summary>
    public static async Task RequireNodeAsync(string module)
    {
        Require("node");
        if ((await RunAsync("node", "-e", $"require.resolve('{module}')")).Code != 0)
            Absent($"Node.js finds no module {module} (NODE_PATH)");
    }

    /// <summary>Starts a script for Node.js that lies beside this file and waits for its first line.</summary>
    public static Task<Peer> NodeAsync(string script, params string[] arguments) =>
        StartAsync("node", [Beside(script), .. arguments]);

    /// <summary>Compiles a C source that lies beside this file, starts it and waits for its first line.</summary>
    public static async Task<Peer> CompiledAsync(string source, string library, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("sdl-peer-");
        try
        {
            var program = Path.Combine(folder.FullName, "peer");
            var (code, output) = await RunAsync("cc", "-O1", "-o", program, Beside(source), "-l" + library);
            if (code != 0)
                Absent($"{source} does not compile: {output}");
            return await StartAsync(program, arguments);
        }
        finally
        {
            // A running program does not need its file.
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Launch(program, arguments);
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, output + await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>What it says until it ends by itself.</summary>
    public async Task<string> RestAsync()
    {
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        return await _process.StandardOutput.ReadToEndAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<Peer> StartAsync(string program, string[] arguments)
    {
        var peer = new Peer(Launch(program, arguments));
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        try
        {
            peer.Ready = await peer._process.StandardOutput.ReadLineAsync(limit.Token)
                ?? throw new IOException($"{program} ended before it was ready: {await peer._errors}");
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    private static Process Launch(string program, string[] arguments) => Process.Start(
        new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
        ?? throw new IOException(program + " did not start");

    private static void Absent(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(what + "; on the build machine every peer has to be there");
        Assert.Skip(what);
    }

    private static string[] Folders() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);

    private static string Beside(string file, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, file);
}
