using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Sdl.Lab.Tests.Support;

/// <param name="Code">Exit code; of a killed process whatever the system gives.</param>
internal sealed record SdlResult(int Code, string Output, string Errors)
{
    /// <summary>Standard output as one JSON document, or a failed test.</summary>
    public JsonElement Json()
    {
        try
        {
            using var document = JsonDocument.Parse(Output);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new Xunit.Sdk.XunitException($"standard output is not one JSON document ({e.Message}): {this}");
        }
    }

    public SdlResult Expect(int code)
    {
        Assert.True(Code == code, $"exit code {Code} instead of {code}: {this}");
        return this;
    }
}

/// <summary>The built program as a process of its own, in a temporary folder.</summary>
internal sealed partial class SdlProcess : IDisposable
{
    // Generous, because it only bounds a test that hangs: build machines are slow.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly StringBuilder _output = new(), _errors = new();
    private readonly Task _read;

    private SdlProcess(Process process)
    {
        _process = process;
        _read = Task.WhenAll(
            CollectAsync(process.StandardOutput, _output), CollectAsync(process.StandardError, _errors));
    }

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts <c>sdl</c> as it lies beside the tests.</summary>
    public static SdlProcess Start(params IEnumerable<string> arguments) => StartIn(null, arguments);

    /// <param name="runtime">Stands for $XDG_RUNTIME_DIR, where the processes of a user find each other.</param>
    public static SdlProcess StartIn(string? runtime, params IEnumerable<string> arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "sdl.exe" : "sdl");
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = Path.GetTempPath(),
        };
        // A short life is spent in compiling; measuring for a second compilation would not pay.
        start.Environment["DOTNET_TieredPGO"] = "0";
        if (runtime is not null)
            start.Environment["XDG_RUNTIME_DIR"] = runtime;
        return new SdlProcess(Process.Start(start)!);
    }

    /// <summary>Runs <c>sdl</c> to its end.</summary>
    public static async Task<SdlResult> RunAsync(params IEnumerable<string> arguments)
    {
        using var process = Start(arguments);
        return await process.EndAsync();
    }

    public async Task<SdlResult> EndAsync()
    {
        try
        {
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken)
                .WaitAsync(Patience, TimeProvider.System);
            await _read;
        }
        catch (TimeoutException)
        {
            Kill();
            Assert.Fail($"sdl did not end within {Patience}; it has said:\n{Output}\n{Errors}");
        }
        return new SdlResult(_process.ExitCode, Output, Errors);
    }

    /// <summary>Waits until standard output holds <paramref name="text"/>.</summary>
    public Task<string> SaysAsync(string text) =>
        UntilAsync(() => Output.Contains(text, StringComparison.Ordinal) ? Output : null, text);

    /// <summary>Waits for something that the process brings about.</summary>
    public async Task<T> UntilAsync<T>(Func<T?> look, string what) where T : class
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (look() is { } found)
                return found;
            if (_process.HasExited || TimeProvider.System.GetElapsedTime(since) > Patience)
                Assert.Fail($"waited for {what}; sdl {(_process.HasExited ? "has ended" : "runs")} and has said:\n"
                    + $"{Output}\n{Errors}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Writes a line to standard input; null closes it.</summary>
    public async Task TellAsync(string? line)
    {
        if (line is null)
            _process.StandardInput.Close();
        else
            await _process.StandardInput.WriteLineAsync(line);
    }

    /// <summary>kill -9: no handler runs, no buffer is flushed.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Ctrl-C.</summary>
    public void Interrupt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send to one process");
        Assert.Equal(0, Signal(_process.Id, 2));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private static async Task CollectAsync(StreamReader from, StringBuilder to)
    {
        var buffer = new char[4096];
        while (await from.ReadAsync(buffer) is > 0 and var count)
            lock (to)
                to.Append(buffer, 0, count);
    }

    private static string Text(StringBuilder from)
    {
        lock (from)
            return from.ToString();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
