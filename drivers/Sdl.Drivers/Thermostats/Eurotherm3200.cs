using System.Runtime.CompilerServices;
using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Transport;
using Sdl.Transport.Modbus;

namespace Sdl.Drivers.Thermostats;

/// <summary>Eurotherm 3216, 3208 and 3204 temperature controllers over Modbus. Addresses are those of the engineering
/// handbook HA028651, p. 81; see Eurotherm3200.md for the settings and for what each register is used for.</summary>
/// <remarks>Set-points are written to SP1, which the controller keeps and holds by itself, whatever becomes of this
/// program. The remote set-point would spare its EEPROM but must be refreshed every 5 s for as long as the temperature
/// is to be held.</remarks>
[Driver("thermostat.eurotherm-3200", Description = "Eurotherm 3200 series temperature controllers, Modbus RTU or TCP")]
public sealed class Eurotherm3200 : IInstrument
{
    // Gateways hold replies for up to some seconds; making safe must still fit into its own limit.
    private static readonly TimeSpan LateTime = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan LeastDeadman = TimeSpan.FromSeconds(5);
    private static readonly Unit Percent = Unit.Parse("%");

    private readonly TimeProvider _clock, _wireClock;
    private readonly Halt _halt;
    private readonly EurothermRegisters _registers;
    private readonly string _name;
    private readonly Quantity _min, _max;
    private readonly TimeSpan _interval;
    private readonly EurothermStatus _tolerated;
    private readonly int _writesPerHour;
    private readonly Queue<long> _writes = new();

    public Eurotherm3200(DriverContext context)
    {
        Id = context.Id;
        (_clock, _wireClock) = (context.Clock, context.WireClock);
        _halt = new Halt(Id);
        var unit = context.Address.Integer("unit", 1);
        if (unit is < 1 or > 254)
            throw new FormatException($"unit={unit} in address '{context.Address}' should be 1 to 254");
        var settings = context.Settings;
        var decimals = settings.Whole("decimals", 1, 0, 2);
        _min = settings.Quantity("min", "degC", Quantity.Of(5, Unit.Celsius));
        _max = settings.Quantity("max", "degC", Quantity.Of(60, Unit.Celsius));
        if (_min >= _max)
            throw new SettingException("min", $"= {_min} should be below max = {_max}");
        _interval = Interval(settings, context.Deadman);
        _writesPerHour = settings.Whole("writes_per_hour", 20, 1, 1000);
        _tolerated = Tolerated(settings.Text("alarms", "1,2,3,4"));
        var approach = settings.Quantity("approach", "s", Quantity.Of(300, "s")).ToTimeSpan();
        Capabilities = ThermostatCapabilities.Of(_min, _max, approach);
        Readings = ThermostatCapabilities.Readings(decimals);
        _name = $"Eurotherm 3200, unit {unit} on {context.Address}";
        _registers = new EurothermRegisters(
            new ModbusUnit(
                Id, ModbusMaster.Create(
                    context.Line, context.Address, _wireClock, context.ReplyTime(TimeSpan.FromSeconds(1)),
                    late: LateTime),
                (byte)unit),
            decimals);
    }

    public InstrumentId Id { get; }

    public string SafeState => "manual control with output 0 %: neither heats nor cools";

    public IReadOnlyList<Capability> Capabilities { get; }

    public IReadOnlyList<Reading> Readings { get; }

    public async ValueTask ConnectAsync(CancellationToken ct)
    {
        if (await _registers.FindDecimalsAsync(ct) is { } shown && shown != _registers.Decimals)
            throw new InstrumentException(Id, Fault.OutOfRange,
                $"the controller works with {shown} decimal places, the lab file says {_registers.Decimals}, so "
                + "every temperature would be wrong by a power of ten; make them agree");
        var high = await _registers.ReadScaledAsync(EurothermRegisters.HighestSetPoint, ct);
        var low = await _registers.ReadScaledAsync(EurothermRegisters.LowestSetPoint, ct);
        if (low >= high)
            throw new InstrumentException(Id, Fault.BadReply, $"its set-point limits read {low} to {high} °C, which no "
                + "Eurotherm 3200 has; check the unit number and that it is this model");
        if (_min.In(Unit.Celsius) < low || _max.In(Unit.Celsius) > high)
            throw new InstrumentException(Id, Fault.OutOfRange,
                $"the lab file allows {_min} to {_max}, the controller only "
                + $"{low} to {high} °C; change min and max in the lab file or SP.LO and SP.HI in the controller");
        ThrowOnFault(await _registers.ReadStatusAsync(ct));
    }

    public async ValueTask<InstrumentStatus> ReadStatusAsync(CancellationToken ct)
    {
        var reading = await ReadAsync(ct);
        var manual = await _registers.IsManualAsync(ct);
        var faults = reading.Status & ~_tolerated;
        var state = (manual ? "manual" : "automatic") + (faults == 0 ? "" : $", {faults}");
        var readings = new SortedDictionary<string, Quantity>(StringComparer.Ordinal)
        {
            ["setpoint"] = Quantity.Of(reading.WorkingSetPoint, Unit.Celsius),
            ["output"] = Quantity.Of(reading.Output, Percent),
        };
        if ((reading.Status & EurothermStatus.SensorBreak) == 0)
            readings["temperature"] = Quantity.Of(reading.Temperature, Unit.Celsius);
        return new InstrumentStatus(_name, state, Busy: false, readings, _clock.GetUtcNow());
    }

    /// <inheritdoc/>
    /// <remarks>With a broken sensor the controller shows an end of its range, which is no temperature.</remarks>
    public async ValueTask<IReadOnlyDictionary<string, Quantity>> ReadAsync(
        IReadOnlySet<string> names, CancellationToken ct)
    {
        var readings = new Dictionary<string, Quantity>();
        if (names.Contains("temperature")
            && (await _registers.ReadStatusAsync(ct) & EurothermStatus.SensorBreak) == 0)
            readings["temperature"] = Quantity.Of(
                await _registers.ReadScaledAsync(EurothermRegisters.ProcessValue, ct), Unit.Celsius);
        if (names.Contains("setpoint"))
            readings["setpoint"] = Quantity.Of(
                await _registers.ReadScaledAsync(EurothermRegisters.WorkingSetPoint, ct), Unit.Celsius);
        if (names.Contains("output"))
            readings["output"] = Quantity.Of(
                await _registers.ReadRawAsync(EurothermRegisters.WorkingOutput, ct) / 10.0, Percent);
        return readings;
    }

    /// <remarks>A cancelled <c>settle</c> ends the wait; the controller goes on holding the temperature.</remarks>
    public IAsyncEnumerable<Sample> InvokeAsync(Invocation call, CancellationToken ct) =>
        _halt.WatchAsync(halted => Run(call, halted), () => ValueTask.CompletedTask, ct);

    public ValueTask MakeSafeAsync(TimeSpan limit)
    {
        _halt.Now();
        return Insistence.UntilShownAsync(Id, _wireClock, limit, StandByAsync,
            last => $"that heating is off ({last}); switch the heater off by hand");
    }

    public ValueTask DisposeAsync()
    {
        _halt.Dispose();
        return ValueTask.CompletedTask;
    }

    private IAsyncEnumerable<Sample> Run(Invocation call, CancellationToken ct) => call.Capability switch
    {
        ThermostatCapabilities.Settle => SettleAsync(call.Arguments, ct),
        ThermostatCapabilities.SetTemperature => Nothing(SetAsync(call.Arguments.Quantity("temperature"), ct)),
        ThermostatCapabilities.ReadTemperature => ReadOnceAsync(ct),
        ThermostatCapabilities.Standby => Nothing(StandByAsync(ct)),
        _ => throw new InstrumentException(Id, Fault.OutOfRange, $"it has no capability '{call.Capability}'"),
    };

    private async IAsyncEnumerable<Sample> SettleAsync(
        Arguments arguments, [EnumeratorCancellation] CancellationToken ct)
    {
        var target = arguments.Quantity("temperature");
        var band = arguments.Quantity("band").Si;
        var hold = arguments.Quantity("hold").ToTimeSpan();
        var timeout = arguments.Quantity("timeout").ToTimeSpan();
        var start = _clock.GetTimestamp();
        await SetAsync(target, ct);
        long? inside = null;
        while (true)
        {
            var reading = await ReadAsync(ct);
            ThrowOnFault(reading.Status);
            var now = _clock.GetTimestamp();
            var elapsed = _clock.GetElapsedTime(start, now);
            yield return new Sample(
                _clock.GetUtcNow(), new[] { elapsed.TotalSeconds, reading.Temperature, reading.Output });
            inside = IsThere(reading, target, band) ? inside ?? now : null;
            if (inside is { } since && _clock.GetElapsedTime(since, now) >= hold)
                yield break;
            if (elapsed >= timeout)
                throw DidNotSettle(reading, target, band, timeout);
            await Task.Delay(_interval, _clock, ct);
        }
    }

    // While the working set-point still runs towards the target (SP.RAT), being at the target would be chance.
    private static bool IsThere(EurothermReading reading, Quantity target, double band) =>
        Math.Abs(reading.WorkingSetPoint - target.In(Unit.Celsius)) < 1e-6
        && Math.Abs(reading.Temperature - target.In(Unit.Celsius)) <= band + 1e-9;

    private InstrumentException DidNotSettle(EurothermReading reading, Quantity target, double band, TimeSpan timeout)
    {
        var what = $"asked to settle at {target} within {band:G3} K, after {timeout.TotalSeconds:0} s it is at "
            + $"{reading.Temperature} °C with output {reading.Output} % and working set-point "
            + $"{reading.WorkingSetPoint} °C; ";
        return new InstrumentException(Id, Fault.Timeout, what + (Math.Abs(reading.Output) >= 99.9
            ? "it gives full power: check the heater, its supply and the sensor's seat"
            : "check the tuning (PB, TI), SP.RAT and the sensor's seat, or allow more time or a wider band"))
        {
            IsTransient = false,
        };
    }

    private async ValueTask SetAsync(Quantity target, CancellationToken ct)
    {
        if (target < _min || target > _max)
            throw new InstrumentException(Id, Fault.OutOfRange, $"{target} is outside {_min} to {_max}");
        var raw = _registers.Raw(target.In(Unit.Celsius)) ?? throw new InstrumentException(Id, Fault.OutOfRange,
            $"{target.ToString(Unit.Celsius)} cannot be set with {_registers.Decimals} decimal places");
        ThrowOnFault(await _registers.ReadStatusAsync(ct));
        // Local before the set-point, the set-point before automatic: at no moment is an old or foreign one in force.
        await _registers.ChangeAsync(EurothermRegisters.SetPointSource, EurothermRegisters.Local, ct);
        await _registers.ChangeAsync(EurothermRegisters.SetPointSelect, EurothermRegisters.SetPoint1Selected, ct);
        if (await _registers.ReadRawAsync(EurothermRegisters.SetPoint1, ct) != raw)
        {
            CountWrite();
            await _registers.WriteRawAsync(EurothermRegisters.SetPoint1, raw, ct);
        }
        await _registers.ChangeAsync(EurothermRegisters.LoopMode, EurothermRegisters.Automatic, ct);
        var inForce = await _registers.ReadRawAsync(EurothermRegisters.TargetSetPoint, ct);
        if (inForce != raw)
            throw new InstrumentException(Id, Fault.DeviceFault,
                $"SP1 was set to {raw}, but the target set-point reads "
                + $"{inForce} (in display digits); a timer programme or a digital input may hold it");
    }

    private async ValueTask StandByAsync(CancellationToken ct)
    {
        await _registers.WriteRawAsync(EurothermRegisters.LoopMode, EurothermRegisters.Manual, ct);
        await _registers.WriteRawAsync(EurothermRegisters.ManualOutput, 0, ct);
        var manual = await _registers.IsManualAsync(ct);
        var output = await _registers.ReadRawAsync(EurothermRegisters.WorkingOutput, ct);
        if (!manual || output != 0)
            throw new InstrumentException(Id, Fault.DeviceFault, $"asked for manual control with output 0, it is in "
                + $"{(manual ? "manual" : "automatic")} control with output {output / 10.0} %; switch the "
                + "heater off by hand");
    }

    private async IAsyncEnumerable<Sample> ReadOnceAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var reading = await ReadAsync(ct);
        ThrowOnFault(reading.Status);
        yield return new Sample(_clock.GetUtcNow(), new[] { reading.Temperature, reading.Output });
    }

    // The status comes last, so that it speaks for the values before it.
    private async ValueTask<EurothermReading> ReadAsync(CancellationToken ct)
    {
        var temperature = await _registers.ReadScaledAsync(EurothermRegisters.ProcessValue, ct);
        var workingSetPoint = await _registers.ReadScaledAsync(EurothermRegisters.WorkingSetPoint, ct);
        var output = await _registers.ReadRawAsync(EurothermRegisters.WorkingOutput, ct) / 10.0;
        return new EurothermReading(await _registers.ReadStatusAsync(ct), temperature, workingSetPoint, output);
    }

    private void ThrowOnFault(EurothermStatus status)
    {
        var faults = status & EurothermStatus.Faults & ~_tolerated;
        if (faults != 0)
            throw new InstrumentException(Id, Fault.DeviceFault, $"the controller reports {faults}; "
                + ((faults & EurothermStatus.SensorBreak) != 0
                    ? "check the sensor and its wiring"
                    : "look at its display, mend the cause and acknowledge the alarm"));
    }

    private void CountWrite()
    {
        var now = _clock.GetTimestamp();
        while (_writes.TryPeek(out var oldest) && _clock.GetElapsedTime(oldest, now) >= TimeSpan.FromHours(1))
            _writes.Dequeue();
        if (_writes.Count >= _writesPerHour)
            throw new InstrumentException(Id, Fault.OutOfRange,
                $"the set-point was changed {_writes.Count} times within an "
                + "hour; its EEPROM lasts for about 100 000 changes, so writes_per_hour in the lab file forbids more");
        _writes.Enqueue(now);
    }

    private static TimeSpan Interval(Settings settings, TimeSpan? deadman)
    {
        if (deadman < LeastDeadman)
            throw new SettingException(LabInstrument.DeadmanKey, $"should be at least {LeastDeadman.TotalSeconds} s: "
                + $"after a reply that stays out nothing is asked for {LateTime.TotalSeconds} s");
        var most = deadman / 3 ?? TimeSpan.MaxValue;
        var usual = TimeSpan.FromSeconds(5);
        var interval = settings.Quantity("interval", "s", Quantity.Of((most < usual ? most : usual).TotalSeconds, "s"))
            .ToTimeSpan();
        return interval < TimeSpan.FromSeconds(0.1) ? throw new SettingException("interval", "should be at least 0.1 s")
            : interval > most ? throw new SettingException(
                "interval", $"should be at most {most.TotalSeconds:0.###} s, a third of 'deadman'")
            : interval;
    }

    private static EurothermStatus Tolerated(string alarms)
    {
        var tolerated = EurothermStatus.Alarms;
        foreach (var alarm in alarms.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            tolerated &= alarm is ['1' or '2' or '3' or '4']
                ? ~(EurothermStatus)(1 << (alarm[0] - '1'))
                : throw new SettingException("alarms", $"= {alarms} should list alarms that stop a run, such as 1,2");
        return tolerated;
    }

    private static async IAsyncEnumerable<Sample> Nothing(ValueTask done)
    {
        await done;
        yield break;
    }
}
