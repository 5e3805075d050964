using System.Runtime.CompilerServices;
using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Transport;
using Sdl.Transport.Modbus;

namespace Sdl.Drivers.Presses;

/// <summary>A coin-cell crimping press as Crimper.md defines it: Modbus RTU or TCP, a guard door, a counter and a token
/// that tell whether a crimp has happened. It does each crimp by itself; the order is one write.</summary>
[Driver("press.crimper", Description = "Coin-cell crimping press with a guard door, Modbus RTU or TCP")]
public sealed class Crimper : IInstrument, IReconcile
{
    // Gateways hold replies for up to some seconds; making safe must still fit into its own limit.
    private static readonly TimeSpan LateTime = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan OrderTime = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan OpenTime = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LeastDeadman = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _clock, _wireClock;
    private readonly Halt _halt;
    private readonly ModbusUnit _modbus;
    private readonly double _mostForce, _stroke;
    private readonly ushort _watchdog;
    private readonly string _where;
    private bool _ordered;

    /// <exception cref="SettingException">A limit is none that the register map can carry.</exception>
    public Crimper(DriverContext context)
    {
        Id = context.Id;
        (_clock, _wireClock) = (context.Clock, context.WireClock);
        _halt = new Halt(Id);
        var unit = context.Address.Integer("unit", 1);
        if (unit is < 1 or > 247)
            throw new FormatException($"unit={unit} in address '{context.Address}' should be 1 to 247");
        _mostForce = Within(context.Settings, "max_force", "kN", 15e3, 500, 60e3);
        _stroke = Within(context.Settings, "stroke", "mm", 0.040, 0.005, 0.5);
        _watchdog = WatchdogOf(context.Deadman);
        Capabilities = PressCapabilities.Of(_mostForce, _stroke);
        Readings = PressCapabilities.Readings(65_535, 0.655);
        _where = $"unit {unit} on {context.Address}";
        _modbus = new ModbusUnit(Id, ModbusMaster.Create(
            context.Line, context.Address, _wireClock, context.ReplyTime(TimeSpan.FromSeconds(1)),
            late: LateTime), (byte)unit);
    }

    public InstrumentId Id { get; }

    public string SafeState => "open, without force; while its guard is open it stands still, without force";

    public IReadOnlyList<Capability> Capabilities { get; }

    public IReadOnlyList<Reading> Readings { get; }

    public async ValueTask ConnectAsync(CancellationToken ct)
    {
        var who = await _modbus.ReadAsync(CrimperRegisters.Identity, CrimperRegisters.IdentityCount, ct);
        if (who[0] != CrimperRegisters.Model || who[1] != CrimperRegisters.Version)
            throw new InstrumentException(Id, Fault.BadReply, $"{_where} calls itself {who[0]:X4}, register map "
                + $"{who[1]}, where a crimping press is {CrimperRegisters.Model:X4}, register map "
                + $"{CrimperRegisters.Version}; check the unit number and the firmware");
        if (who[2] < _mostForce || who[3] / 1e5 < _stroke - 1e-9)
            throw new InstrumentException(Id, Fault.OutOfRange, $"the press can do {who[2] / 1e3} kN and "
                + $"{who[3] / 100.0} mm, the lab file allows {_mostForce / 1e3} kN and {_stroke * 1e3} mm; change "
                + "max_force and stroke");
        // Not written when it stands already: it lasts without power.
        if (await _modbus.ReadAsync(CrimperRegisters.Watchdog, ct) != _watchdog)
            await _modbus.WriteAsync(CrimperRegisters.Watchdog, _watchdog, ct);
    }

    public async ValueTask<InstrumentStatus> ReadStatusAsync(CancellationToken ct)
    {
        var state = await ReadAsync(ct);
        var text = state.Fault != 0 ? $"fault {state.Fault}"
            : !state.IsGuarded ? "guard open"
            : state.Status.HasFlag(CrimperStatus.Moves) ? "moving"
            : state.Status.HasFlag(CrimperStatus.IsOpen) ? "open" : "standing";
        return new InstrumentStatus($"crimping press, {_where}", text, state.Status.HasFlag(CrimperStatus.Moves),
            Shown(state), _clock.GetUtcNow());
    }

    public async ValueTask<IReadOnlyDictionary<string, Quantity>> ReadAsync(
        IReadOnlySet<string> names, CancellationToken ct) => Shown(await ReadAsync(ct));

    /// <remarks>A cancelled crimp lets go and opens: the part is lost when it was pressed already.</remarks>
    public IAsyncEnumerable<Sample> InvokeAsync(Invocation call, CancellationToken ct)
    {
        _ordered = false;
        return _halt.WatchAsync(halted => Run(call, halted),
            () => _ordered ? OpenAsync(OpenTime) : ValueTask.CompletedTask, ct);
    }

    public async ValueTask MakeSafeAsync(TimeSpan limit)
    {
        _halt.Now();
        await OpenAsync(limit);
    }

    /// <inheritdoc/>
    /// <remarks>The press keeps the token of its last crimp, what became of it and the number of crimps, also without
    /// power.</remarks>
    public async ValueTask<InvocationOutcome> ReconcileAsync(Invocation call, CancellationToken ct)
    {
        var token = CrimperRegisters.TokenOf(call.Id);
        var start = _clock.GetTimestamp();
        while (true)
        {
            var state = await ReadAsync(ct);
            var passed = _clock.GetElapsedTime(start);
            // An order that was given a moment ago may still be on its way.
            var ends = state.Token != token ? passed >= OrderTime
                : (state.Status & CrimperStatus.Moves) == 0 && state.Result != CrimperResult.UnderWay;
            if (ends)
                return Judge(state, token);
            if (passed > PressCapabilities.Longest(call.Arguments))
                return new InvocationOutcome(CallProgress.Unknown, $"it has not come to an end: {state}");
            await Task.Delay(Poll, _clock, ct);
        }
    }

    public ValueTask DisposeAsync()
    {
        _halt.Dispose();
        return ValueTask.CompletedTask;
    }

    private IAsyncEnumerable<Sample> Run(Invocation call, CancellationToken ct) => call.Capability switch
    {
        PressCapabilities.Crimp => CrimpAsync(call, CrimperRegisters.ToForce, call.Arguments.Quantity("force").Si,
            _stroke, ct),
        PressCapabilities.CrimpTo => CrimpAsync(call, CrimperRegisters.ToPosition,
            call.Arguments.Quantity("force_limit").Si, call.Arguments.Quantity("position").Si, ct),
        PressCapabilities.Open => Nothing(OpenAsync(OpenTime, ct)),
        PressCapabilities.Acknowledge => Nothing(AcknowledgeAsync(ct)),
        _ => throw new InstrumentException(Id, Fault.OutOfRange, $"it has no capability '{call.Capability}'"),
    };

    private async IAsyncEnumerable<Sample> CrimpAsync(
        Invocation call, ushort mode, double force, double position,
        [EnumeratorCancellation] CancellationToken ct)
    {
        var dwell = call.Arguments.Quantity("dwell");
        if (!(force > 0 && force <= _mostForce && position > 0 && position <= _stroke && dwell.Si is >= 0 and <= 60))
            throw new InstrumentException(Id, Fault.OutOfRange, $"{force / 1e3} kN, {position * 1e3} mm or a dwell of "
                + $"{dwell} is outside {_mostForce / 1e3} kN, {_stroke * 1e3} mm, 60 s");
        var token = CrimperRegisters.TokenOf(call.Id);
        RequireReady(await ReadAsync(ct), token);
        _ordered = true;
        await _modbus.WriteAsync(CrimperRegisters.Order,
        [
            CrimperRegisters.Crimp, mode, (ushort)Math.Round(force), (ushort)Math.Round(position * 1e5),
            (ushort)Math.Round(dwell.Si * 100), (ushort)(token >> 16), (ushort)token,
        ], ct);
        var start = _clock.GetTimestamp();
        while (true)
        {
            await Task.Delay(Poll, _clock, ct);
            var state = await ReadAsync(ct);
            if (state.Token != token)
                throw new InstrumentException(Id, Fault.DeviceFault, "it shows another crimp than that which it was "
                    + $"told to do ({state}); keep other programs away from it");
            if (state.Result != CrimperResult.UnderWay && (state.Status & CrimperStatus.Moves) == 0)
            {
                if (state.Result != CrimperResult.Done || !state.Status.HasFlag(CrimperStatus.IsOpen))
                    throw NotDone(state);
                if (mode == CrimperRegisters.ToForce && state.Held < 0.97 * force)
                    throw new InstrumentException(Id, Fault.DeviceFault, $"it was to hold {force / 1e3} kN, and held "
                        + $"{state.Held / 1e3} kN; the part is suspect, see its drive and its load cell");
                yield return Row(state);
                yield break;
            }
            if (_clock.GetElapsedTime(start) > PressCapabilities.Longest(call.Arguments))
                throw await FirstCause.ThenAsync(new InstrumentException(Id, Fault.Timeout,
                    $"it has not come to an end after {PressCapabilities.Longest(call.Arguments).TotalSeconds:0.#} s "
                    + $"({state}) and was told to open; see its drive")
                { IsTransient = false },
                    () => OpenAsync(OpenTime));
        }
    }

    private void RequireReady(CrimperState state, uint token)
    {
        var why = !state.IsGuarded ? "its guard is open; close it"
            : state.Status.HasFlag(CrimperStatus.EmergencyStop) ? "its emergency stop is pressed; release it"
            : state.Fault != 0 ? $"it stands in a fault: {state.Why}; then use 'acknowledge'"
            : state.Status.HasFlag(CrimperStatus.Moves) ? "it moves already"
            : !state.Status.HasFlag(CrimperStatus.IsOpen) ? "it is not open; use 'open'"
            : state.Token == token && state.Result != CrimperResult.NotPressed
                ? $"it has begun this very crimp before ({state})"
            : null;
        if (why is not null)
            throw new InstrumentException(Id, Fault.Rejected, why);
    }

    private InstrumentException NotDone(CrimperState state) => new(Id, Fault.DeviceFault,
        state.Result switch
        {
            CrimperResult.NotPressed => "it opened before it had pressed anything: ",
            CrimperResult.CutShort => "the crimp was cut short, the part is spoilt: ",
            _ => "it crimped and did not open: ",
        } + (state.Fault == 0 ? "it was told to open from elsewhere" : state.Why));

    private InvocationOutcome Judge(CrimperState state, uint token) =>
        (state.Token == token, state.Result) switch
        {
            (false, _) or (true, CrimperResult.None) =>
                new InvocationOutcome(CallProgress.NotStarted, $"this call is {token:X8}; {state}"),
            (true, CrimperResult.NotPressed) =>
                new InvocationOutcome(CallProgress.NotStarted, $"it opened before it touched the part; {state}"),
            (true, CrimperResult.Done) =>
                new InvocationOutcome(CallProgress.Done, $"{state}", Samples: [Row(state)]),
            // A part that was pressed once is another part: a person decides.
            _ => new InvocationOutcome(CallProgress.Partial, $"cut short while it pressed; {state}"),
        };

    private async ValueTask OpenAsync(TimeSpan limit) =>
        await Insistence.UntilShownAsync(Id, _wireClock, limit, ct => OpenAsync(limit, ct), last =>
            $"that the press is open and without force ({last}); press its emergency stop");

    private async ValueTask OpenAsync(TimeSpan limit, CancellationToken ct)
    {
        await OrderAsync(CrimperRegisters.Open, ct);
        var start = _clock.GetTimestamp();
        while (await ReadAsync(ct) is { IsSafe: false } state)
        {
            if (_clock.GetElapsedTime(start) > limit)
                throw new InstrumentException(Id, Fault.DeviceFault,
                    $"told to open, it is not open after {limit.TotalSeconds:0.#} s ({state}); see its drive");
            await Task.Delay(Poll, _clock, ct);
        }
    }

    private async ValueTask AcknowledgeAsync(CancellationToken ct)
    {
        await OrderAsync(CrimperRegisters.Acknowledge, ct);
        if (await ReadAsync(ct) is { Fault: not 0 } state)
            throw new InstrumentException(Id, Fault.Rejected, $"the fault stays: {state.Why}");
    }

    private ValueTask OrderAsync(ushort command, CancellationToken ct) =>
        _modbus.WriteAsync(CrimperRegisters.Order, command, ct);

    private async ValueTask<CrimperState> ReadAsync(CancellationToken ct) =>
        CrimperState.From(await _modbus.ReadAsync(CrimperRegisters.State, CrimperRegisters.StateCount, ct));

    private Sample Row(CrimperState state) =>
        new(_clock.GetUtcNow(), new[] { state.Held / 1e3, state.Peak / 1e3, state.At, state.Crimps });

    private static SortedDictionary<string, Quantity> Shown(CrimperState state) => new(StringComparer.Ordinal)
    {
        ["force"] = Quantity.Of(state.Force, "N"),
        ["position"] = Quantity.Of(state.Position, "mm"),
        ["guard_closed"] = Quantity.Of(state.IsGuarded ? 1 : 0, Unit.One),
    };

    private static ushort WatchdogOf(TimeSpan? deadman) => deadman switch
    {
        null => 0,
        { } time when time < LeastDeadman || time > TimeSpan.FromSeconds(6553) => throw new SettingException(
            LabInstrument.DeadmanKey, $"should be {LeastDeadman.TotalSeconds} s to 6553 s for this press"),
        { } time => (ushort)Math.Round(time.TotalSeconds * 10),
    };

    private static double Within(
        Settings settings, string name, string unit, double otherwise, double least, double most)
    {
        var given = settings.Quantity(name, unit, new Quantity(otherwise, Unit.Parse(unit).Dimension));
        return given.Si >= least && given.Si <= most ? given.Si : throw new SettingException(name,
            $"= {given} should lie between {new Quantity(least, given.Dimension)} and "
            + $"{new Quantity(most, given.Dimension)}");
    }

    private static async IAsyncEnumerable<Sample> Nothing(ValueTask done)
    {
        await done;
        yield break;
    }
}
