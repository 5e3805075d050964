using System.Globalization;
using Sdl.Core.Instruments;
using Sdl.Transport;

namespace Sdl.Drivers.Pumps;

/// <summary>Exchanges with one pump of a chain: one command, one reply, then the next (manual 1200-01, 10.1).</summary>
/// <remarks>An exchange that has begun ends by its reply or by its own time-out, never by the caller's cancellation, so
/// that no reply is left under way. When a reply stays out all the same, the pump is asked something of another kind
/// first: it answers in order, so that once this answer is here, nothing older can follow.</remarks>
internal sealed class Ne1000Link(DriverContext context, int address, bool safe)
{
    // Taken in turns, so that the late answer to one is not mistaken for that to the next.
    private static readonly (string Query, Func<string, bool> Shape)[] Probes =
    [
        ("DIA", data => Ne1000Amount.ParseNumber(data) is not null),
        ("DIR", data => data is "INF" or "WDR"),
        ("RAT", data => Ne1000Amount.Parse(data) is { Unit: not ("UL" or "ML") }),
        ("VOL", data => Ne1000Amount.Parse(data) is { Unit: "UL" or "ML" }),
    ];

    // The pump answers within milliseconds; the longest reply takes 15 ms at 19,200 baud.
    private readonly TimeSpan _replyTime = context.ReplyTime(TimeSpan.FromSeconds(1));

    private string? _unanswered;
    private int _probe;

    /// <summary>The pump has reported that its power was interrupted: what it had counted is gone.</summary>
    public bool PowerWasLost { get; set; }

    /// <summary>The latest alarm that was reported, whoever had asked; null when there was none since it was taken note
    /// of.</summary>
    public char? HeardAlarm { get; set; }

    /// <summary>Sends a command and returns what the pump says, alarm or error included. A reply that carries an alarm
    /// says nothing about whether the command was executed.</summary>
    /// <param name="proceed">Asked when the line is ours: false leaves the command unsent, which gives null.</param>
    /// <param name="cut">Ends the exchange itself, for who is in a hurry.</param>
    /// <param name="ct">Ends the wait for the turn on the line, not the exchange.</param>
    /// <exception cref="InstrumentException">Nothing valid came in time, or the line is gone.</exception>
    public ValueTask<Ne1000Reply?> ExchangeAsync(
        string command, Func<bool>? proceed, CancellationToken cut, CancellationToken ct) =>
        OnLineAsync<Ne1000Reply?>(async (line, _) =>
        {
            if (await CatchUpAsync(line, cut) is { } alarm)
                return alarm;
            return proceed is null || proceed() ? await AskAsync(line, command, safe, safe, cut) : null;
        }, command, ct);

    /// <summary>Sends a stop at once, whatever replies may still be under way.</summary>
    /// <param name="ct">Ends also the wait for the reply.</param>
    public async ValueTask StopAsync(CancellationToken ct) =>
        await OnLineAsync((line, token) => AskAsync(line, "STP", safe, safe, token), "STP", ct);

    /// <summary>Changes the framing: the command goes in a safe packet, the reply comes in the new framing.</summary>
    /// <param name="seconds">Time-out of safe mode, or 0 for basic mode.</param>
    public ValueTask<Ne1000Reply> SetFramingAsync(int seconds, CancellationToken ct)
    {
        var command = "SAF" + seconds.ToString(CultureInfo.InvariantCulture);
        return OnLineAsync(
            (line, _) => AskAsync(line, command, true, seconds != 0, CancellationToken.None), command, ct);
    }

    public InstrumentException Trouble(Fault fault, string text, Exception? inner = null) =>
        new(context.Id, fault, text, inner);

    private async ValueTask<T> OnLineAsync<T>(
        Func<ITransport, CancellationToken, ValueTask<T>> talk, string command, CancellationToken ct)
    {
        try
        {
            return await context.Line.TalkAsync(talk, ct);
        }
        catch (IOException e)
        {
            throw Trouble(Fault.Disconnected,
                $"the line {context.Line.Name} failed at {command} ({e.Message}); check the cable and the adapter", e);
        }
    }

    private async ValueTask<Ne1000Reply> AskAsync(
        ITransport line, string command, bool safely, bool answersSafely, CancellationToken ct,
        Func<string, bool>? shape = null)
    {
        // A pump in safe mode speaks unasked, so that what has come in is read; in basic mode it is stale.
        if (!answersSafely)
            line.DiscardInput();
        var asked = _unanswered;
        _unanswered ??= command;
        var text = address.ToString("00", CultureInfo.InvariantCulture) + command;
        await line.WriteAsync(safely ? Ne1000Framing.Safe(text) : Ne1000Framing.Basic(text), ct);
        var reply = await ReadAsync(line, command, answersSafely, shape, ct);
        // An alarm in safe mode may have come by itself, with the reply still to follow.
        if (asked is null && !(answersSafely && reply.Alarm is not null))
            _unanswered = null;
        return reply;
    }

    private async ValueTask<Ne1000Reply?> CatchUpAsync(ITransport line, CancellationToken ct)
    {
        while (_unanswered is { } command)
        {
            var (probe, shape) = Probes[_probe++ % Probes.Length];
            if (probe == command)
                continue;
            var reply = await AskAsync(line, probe, safe, safe, ct, shape);
            if (reply.Alarm is not null)
                return reply;
            _unanswered = null;
        }
        return null;
    }

    private async ValueTask<Ne1000Reply> ReadAsync(
        ITransport line, string command, bool safely, Func<string, bool>? shape, CancellationToken ct)
    {
        var reader = new Ne1000Reader(safely);
        var buffer = new byte[64];
        string? other = null;
        using var time = new CancellationTokenSource(_replyTime, context.WireClock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(time.Token, ct);
        try
        {
            while (true)
            {
                var n = await line.ReadAsync(buffer, limit.Token);
                if (n == 0)
                    throw new IOException("the other side has closed the connection");
                reader.Add(buffer.AsSpan(0, n));
                while (reader.Next() is { } text)
                    if (Ne1000Reply.Parse(text) is { } reply && reply.Address == address
                        && (shape is null || reply.Alarm is not null || shape(reply.Data)))
                    {
                        PowerWasLost |= reply.Alarm == 'R';
                        HeardAlarm = reply.Alarm ?? HeardAlarm;
                        return reply;
                    }
                    else
                        other = text;
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw other is not null || reader.HasDropped
                ? Trouble(Fault.BadReply,
                    $"asked {Words(command)}, what came is no reply of the pump at address {address:00}"
                    + (other is null ? "" : $" ('{other}')") + "; check baud rate, framing and network addresses")
                : Trouble(Fault.Timeout,
                    $"no reply to {Words(command)} within {_replyTime.TotalSeconds:0.#} s; check that the "
                    + $"pump at address {address:00} is on, and the baud rate and framing of {line.Name}");
        }
    }

    // The bare address is a command too: it asks for the prompt.
    private static string Words(string command) => command.Length == 0 ? "the query for its state" : command;
}
