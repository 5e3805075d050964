using System.Text;
using Sdl.Core.Instruments;
using Sdl.Transport;

namespace Sdl.Drivers.Robots;

/// <summary>The dashboard server of a Universal Robots controller (TCP 29999): one line asked, one line answered, after
/// one line of greeting on each new connection (Universal Robots, Dashboard Server e-Series).</summary>
/// <remarks>An answer does not name its question. So an exchange that did not end well costs the connection, and what
/// was still to come on it is never taken for the answer to something else.</remarks>
internal sealed class UrDashboard(InstrumentId id, Line line, TimeProvider clock, TimeSpan replyTime)
{
    private const int LongestReply = 4096;
    private const string Greeting = "Connected:";
    private const string NotRemote = "Command is not allowed due to safety reasons";

    /// <summary>Asks and returns the answer, whatever it says.</summary>
    /// <exception cref="InstrumentException">No answer, no text, or the robot is not in Remote Control.</exception>
    public ValueTask<string> AskAsync(string command, CancellationToken ct) => AskAsync(command, replyTime, ct);

    /// <inheritdoc cref="AskAsync(string, CancellationToken)"/>
    public async ValueTask<string> AskAsync(string command, TimeSpan within, CancellationToken ct)
    {
        try
        {
            return await line.TalkAsync((transport, token) => ExchangeAsync(transport, command, within, token), ct);
        }
        catch (DroppedException e)
        {
            ct.ThrowIfCancellationRequested();
            throw new InstrumentException(id, e.Fault, $"asked '{command}', {e.Message}", e);
        }
        catch (IOException e)
        {
            throw new InstrumentException(id, Fault.Disconnected, $"asked '{command}', but {e.Message}", e);
        }
    }

    /// <summary>Asks and returns what follows <paramref name="head"/> in the answer.</summary>
    /// <param name="otherwise">What to do when it says something else.</param>
    /// <exception cref="InstrumentException">The answer begins otherwise.</exception>
    public async ValueTask<string> ExpectAsync(
        string command, string head, string otherwise, TimeSpan within, CancellationToken ct)
    {
        var answer = await AskAsync(command, within, ct);
        return answer.StartsWith(head, StringComparison.OrdinalIgnoreCase)
            ? answer[head.Length..].Trim()
            : throw new InstrumentException(id, Fault.Rejected,
                $"asked '{command}', the robot said '{answer}'; {otherwise}");
    }

    /// <inheritdoc cref="ExpectAsync(string, string, string, TimeSpan, CancellationToken)"/>
    public ValueTask<string> ExpectAsync(string command, string head, string otherwise, CancellationToken ct) =>
        ExpectAsync(command, head, otherwise, replyTime, ct);

    public async ValueTask<UrRobotMode> ReadRobotModeAsync(CancellationToken ct) =>
        UrWords.Parse<UrRobotMode>(await ReadAsync("robotmode", "Robotmode:", ct)) ?? UrRobotMode.NoController;

    public async ValueTask<UrSafetyMode> ReadSafetyModeAsync(CancellationToken ct) =>
        UrWords.Parse<UrSafetyMode>(await ReadAsync("safetymode", "Safetymode:", ct)) ?? UrSafetyMode.Undefined;

    public async ValueTask<UrProgram> ReadProgramAsync(CancellationToken ct)
    {
        var words = (await ReadAsync("programState", "", ct)).Split(' ', 2);
        return UrWords.Parse<UrProgramState>(words[0]) is { } state
            ? new UrProgram(state, words.Length > 1 ? words[1] : "")
            : throw new InstrumentException(id, Fault.BadReply, $"asked 'programState', the robot said '{words[0]}'");
    }

    /// <exception cref="InstrumentException">A safety stop keeps the arm from moving.</exception>
    public async ValueTask RequireSafeAsync(CancellationToken ct)
    {
        var safety = await ReadSafetyModeAsync(ct);
        if (!safety.MayMove())
            throw new InstrumentException(id, Fault.DeviceFault,
                $"the robot is in safety mode {safety}; {safety.Remedy()}");
    }

    private ValueTask<string> ReadAsync(string command, string head, CancellationToken ct) =>
        ExpectAsync(command, head, "is this a Universal Robots dashboard of PolyScope 3 or 5?", ct);

    private async ValueTask<string> ExchangeAsync(
        ITransport transport, string command, TimeSpan within, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(within, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            transport.DiscardInput();
            await transport.WriteAsync(Encoding.ASCII.GetBytes(command + "\n"), either.Token);
            var answer = await ReadLineAsync(transport, either.Token);
            return answer.StartsWith(NotRemote, StringComparison.Ordinal)
                ? throw new DroppedException(Fault.Rejected,
                    $"the robot said '{answer}'; switch it to Remote Control on its "
                    + "pendant (top right; enabled under Settings, System, Remote Control)")
                : answer;
        }
        catch (OperationCanceledException)
        {
            throw new DroppedException(Fault.Timeout, $"no answer came within {within.TotalSeconds:0.#} s; check "
                + "that the controller is on and that nothing keeps its dashboard busy");
        }
    }

    private static async ValueTask<string> ReadLineAsync(ITransport transport, CancellationToken ct)
    {
        var came = new List<byte>();
        var buffer = new byte[512];
        while (came.Count < LongestReply)
        {
            var n = await transport.ReadAsync(buffer, ct);
            if (n == 0)
                throw new DroppedException(Fault.Disconnected,
                    "but the robot closed the connection before it answered; "
                    + "check that its controller is up and nobody else holds the port");
            came.AddRange(buffer.AsSpan(0, n));
            for (int end; (end = came.IndexOf((byte)'\n')) >= 0; came.RemoveRange(0, end + 1))
            {
                var text = Encoding.ASCII.GetString(came.ToArray(), 0, end).TrimEnd('\r');
                if (came.Take(end).Any(b => b is not ((>= 0x20 and < 0x7F) or (byte)'\r' or (byte)'\t')))
                    throw new DroppedException(Fault.BadReply, "what came is no text; is this the dashboard port?");
                if (!text.StartsWith(Greeting, StringComparison.Ordinal))
                    return text;
            }
        }
        throw new DroppedException(Fault.BadReply, $"more than {LongestReply} characters came without an end");
    }

    /// <summary>As an <see cref="IOException"/> it makes the line give the connection up.</summary>
    private sealed class DroppedException(Fault fault, string message) : IOException(message)
    {
        public Fault Fault => fault;
    }
}
