using System.Runtime.CompilerServices;
using System.Text;
using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Transport;

namespace Sdl.Drivers.Balances;

/// <summary>Mettler-Toledo balance by MT-SICS level 0 and 1. Facts: MT-SICS manuals of XPR, XS and WXS.</summary>
/// <remarks>The balance may speak unasked: a pressed print key, a stream left on by another host, its serial number
/// after a restart. So each action begins by asking for the tare, which nothing says unasked: all that stands before
/// the answer is old. It also shows whether the tare is still the one that was set.</remarks>
[Driver("balance.mt-sics", Description = "Mettler-Toledo balance with MT-SICS (XPR, XSR, XS, WXS), serial or TCP")]
public sealed class MtSics(DriverContext context) : IInstrument
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(0.2);

    // The balance answers immediate commands within a tenth of a second.
    private readonly TimeSpan _replyTime = context.ReplyTime(TimeSpan.FromSeconds(1));

    // T and Z wait for stability by themselves; they are sent when it has been seen, so that this is ample.
    private readonly TimeSpan _settledReplyTime = context.LongReplyTime(TimeSpan.FromSeconds(5));

    private readonly Halt _halt = new(context.Id);
    private readonly Quantity _capacity = Capacity(context.Settings);
    private readonly StringBuilder _line = new();
    private string _identity = "MT-SICS balance";
    private Quantity? _tare;
    private bool _hasRestarted;

    public InstrumentId Id => context.Id;

    public string SafeState => "as it is: a balance moves nothing";

    public IReadOnlyList<Capability> Capabilities => BalanceCapabilities.All;

    public IReadOnlyList<Reading> Readings => BalanceCapabilities.Readings(_capacity);

    public async ValueTask ConnectAsync(CancellationToken ct)
    {
        // Ends a stream that another host may have left on.
        await AskAsync("SI", ["S"], _replyTime, ct);
        var model = await TextAsync("I2", ct);
        var software = await TextAsync("I3", ct);
        var serial = await TextAsync("I4", ct);
        _identity = $"Mettler-Toledo {model}, software {software}, serial number {serial}";
        _hasRestarted = false;
    }

    public async ValueTask<InstrumentStatus> ReadStatusAsync(CancellationToken ct)
    {
        var tare = await ReadTareAsync(ct);
        var reply = await AskAsync("SI", ["S"], _replyTime, ct);
        var readings = new Dictionary<string, Quantity>();
        if (reply.Mass() is { } mass)
            (readings["mass"], readings["load"]) = (mass, mass + tare);
        var state = reply.Status switch
        {
            "S" => readings.Count > 0 ? "stable" : "faulty",
            "D" => "settling",
            "+" => "overloaded",
            "-" => "underloaded",
            _ => "busy",
        };
        return new InstrumentStatus(_identity, state, Busy: false, readings, context.Clock.GetUtcNow());
    }

    public IAsyncEnumerable<Sample> InvokeAsync(Invocation call, CancellationToken ct) =>
        _halt.WatchAsync(halted => RunAsync(call, halted), () => ValueTask.CompletedTask, ct);

    /// <remarks>Ends the wait for a stable weight; the balance is left as it is.</remarks>
    public ValueTask MakeSafeAsync(TimeSpan limit)
    {
        _halt.Now();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _halt.Dispose();
        return ValueTask.CompletedTask;
    }

    private async IAsyncEnumerable<Sample> RunAsync(Invocation call, [EnumeratorCancellation] CancellationToken ct)
    {
        var latest = context.Clock.GetUtcNow() + call.Arguments.Quantity("timeout").ToTimeSpan();
        var tare = await ReadTareAsync(ct);
        if (call.Capability == BalanceCapabilities.WeighName)
            CheckTare(tare);
        var mass = await StableAsync(latest, ct);
        switch (call.Capability)
        {
            case BalanceCapabilities.WeighName:
                // Again, because what was weighed may be from after a restart.
                ThrowIfRestarted();
                yield return BalanceCapabilities.Row(context.Clock.GetUtcNow(), mass);
                break;
            case BalanceCapabilities.TareName:
                // A restart before it does no harm, one during it leaves another zero.
                _hasRestarted = false;
                var taken = await SettledAsync("T", ct);
                _tare = taken.Mass() ?? throw NoAnswer("T", taken);
                ThrowIfRestarted();
                yield return BalanceCapabilities.Row(context.Clock.GetUtcNow(), _tare.Value);
                break;
            case BalanceCapabilities.ZeroName:
                await SettledAsync("Z", ct);
                // Zeroing clears the tare memory.
                _tare = null;
                _hasRestarted = false;
                break;
            default:
                throw new ArgumentException($"a balance has no capability '{call.Capability}'");
        }
    }

    private static Quantity Capacity(Settings settings) =>
        settings.Quantity("capacity", "g", Quantity.Of(220, "g")) is { Si: > 0 } capacity
            ? capacity
            : throw new SettingException("capacity", "should be what the balance can weigh, such as 220 g");

    private async ValueTask<Quantity> ReadTareAsync(CancellationToken ct)
    {
        var reply = await AskAsync("TA", ["TA"], _replyTime, ct);
        return reply is { Status: "A" } ? reply.Mass() ?? throw NoAnswer("TA", reply) : throw NoAnswer("TA", reply);
    }

    private void ThrowIfRestarted()
    {
        if (_hasRestarted)
            throw Trouble(Fault.DeviceFault,
                "the balance has restarted, its tare and zero are lost; empty it and tare again");
    }

    private void CheckTare(Quantity tare)
    {
        ThrowIfRestarted();
        if (_tare is { } known && Math.Abs(known.Si - tare.Si) > 1e-9)
            throw Trouble(Fault.DeviceFault,
                $"the tare was set to {known} and is now {tare}: someone has tared since; tare again before weighing");
    }

    private async ValueTask<Quantity> StableAsync(DateTimeOffset latest, CancellationToken ct)
    {
        while (true)
        {
            var reply = await AskAsync("SI", ["S"], _replyTime, ct);
            switch (reply.Status)
            {
                case "S" when reply.Rest.StartsWith("Error", StringComparison.Ordinal):
                    throw Trouble(Fault.DeviceFault, $"asked SI, the balance reports '{reply.Rest}' (1 boot, 2 brand, "
                        + "3 checksum, 9 option, 10 EEPROM, 11 mismatch, 12 hot plug, 14 electronics, 15 adjustment "
                        + "needed); see its manual");
                case "S":
                    return reply.Mass() ?? throw NoAnswer("SI", reply);
                case "+":
                    throw Trouble(Fault.DeviceFault, "overload; take the load off the pan");
                case "-":
                    throw Trouble(Fault.DeviceFault, "underload; check that the pan is in place and nothing lifts it");
                case not ("D" or "I"):
                    throw NoAnswer("SI", reply);
            }
            if (context.Clock.GetUtcNow() >= latest)
                throw new InstrumentException(
                    Id, Fault.Timeout, $"the weight did not become stable (last: '{reply.Status} {reply.Rest}'); look "
                    + "for draught, vibration, something that touches the pan, or liquid that still runs")
                {
                    IsTransient = false,
                };
            await Task.Delay(PollInterval, context.Clock, ct);
        }
    }

    private async ValueTask<MtSicsReply> SettledAsync(string command, CancellationToken ct)
    {
        MtSicsReply reply;
        try
        {
            reply = await AskAsync(command, [command], _settledReplyTime, ct);
        }
        catch (InstrumentException e) when (e.Fault is Fault.Timeout or Fault.BadReply)
        {
            // It must not tare or zero later, when nobody reckons with it: this ends every command under way.
            throw await FirstCause.ThenAsync(e, async () => await AskAsync("@", ["I4"], _replyTime, ct));
        }
        return reply.Status is "S" or "D" or "A" ? reply : throw (reply.Status switch
        {
            "I" => Trouble(Fault.Rejected, $"{command} cannot be done now: the balance is busy or does not settle"),
            "+" => Trouble(Fault.Rejected, $"{command} was refused: the load is above its range; take it off the pan"),
            "-" => Trouble(Fault.Rejected, $"{command} was refused: the load is below its range; zero it empty"),
            _ => NoAnswer(command, reply),
        });
    }

    private async ValueTask<string> TextAsync(string command, CancellationToken ct)
    {
        var reply = await AskAsync(command, [command], _replyTime, ct);
        return reply.Status == "A" ? reply.Text() : throw NoAnswer(command, reply);
    }

    // Once begun, an exchange ends by its reply or its own time-out, so that no reply is left under way.
    private async ValueTask<MtSicsReply> AskAsync(string command, string[] ids, TimeSpan within, CancellationToken ct)
    {
        try
        {
            var reply = await context.Line.TalkAsync(async (line, _) =>
            {
                await line.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), CancellationToken.None);
                return await ReadAsync(line, command, ids, within);
            }, ct);
            return reply.Id switch
            {
                "ES" => throw Trouble(Fault.Rejected,
                    $"the balance does not know {command}; check that it speaks MT-SICS level 1"),
                "ET" => throw Trouble(Fault.BadReply,
                    $"the balance did not understand {command}; check baud rate and parity"),
                "EL" => throw Trouble(Fault.Rejected,
                    $"the balance cannot do {command} now; switch it on or leave its menu"),
                _ => reply,
            };
        }
        catch (IOException e)
        {
            throw Trouble(Fault.Disconnected,
                $"the line {context.Line.Name} failed at {command} ({e.Message}); check the cable and the adapter", e);
        }
    }

    private async ValueTask<MtSicsReply> ReadAsync(ITransport line, string command, string[] ids, TimeSpan within)
    {
        var buffer = new byte[256];
        string? other = null;
        using var limit = new CancellationTokenSource(within, context.WireClock);
        try
        {
            while (true)
            {
                while (NextLine() is { } text)
                {
                    var reply = MtSicsReply.Parse(text);
                    if (reply is not null && (ids.Contains(reply.Id) || reply.Id is "ES" or "ET" or "EL"))
                        return reply;
                    // Its serial number unasked is what a balance says when it has started.
                    _hasRestarted |= reply is { Id: "I4", Status: "A" };
                    other = reply is null ? text : other;
                }
                var n = await line.ReadAsync(buffer, limit.Token);
                if (n == 0)
                    throw new IOException("the other side has closed the connection");
                _line.Append(Encoding.Latin1.GetString(buffer, 0, n));
            }
        }
        catch (OperationCanceledException)
        {
            var half = other ?? (_line.Length > 0 ? _line.ToString() : null);
            _line.Clear();
            throw half is null
                ? Trouble(Fault.Timeout, $"no reply to {command} within {within.TotalSeconds:0.#} s; check that the "
                    + $"balance is on, its interface is set to MT-SICS, and the baud rate of {context.Line.Name}")
                : Trouble(Fault.BadReply,
                    $"asked {command}, '{Printable(half)}' came back; check baud rate and parity");
        }
    }

    // The rest of a line waits here for the next exchange; the balance ends its lines with CR LF.
    private string? NextLine()
    {
        var text = _line.ToString();
        var end = text.IndexOf('\n');
        if (end < 0)
            return null;
        _line.Remove(0, end + 1);
        return text[..end].TrimEnd('\r');
    }

    private static string Printable(string text) =>
        string.Concat(text.Take(40).Select(c => c is >= ' ' and <= '~' ? c.ToString() : $"<{(int)c:X2}>"));

    private InstrumentException NoAnswer(string command, MtSicsReply reply) => Trouble(Fault.BadReply,
        $"asked {command}, '{reply.Id} {reply.Status} {reply.Rest}' came back; set the balance to grams and MT-SICS");

    private InstrumentException Trouble(Fault fault, string text, Exception? inner = null) =>
        new(Id, fault, text, inner);
}
