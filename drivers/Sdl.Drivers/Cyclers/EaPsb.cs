using System.Runtime.CompilerServices;
using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Transport;
using Sdl.Transport.Modbus;

namespace Sdl.Drivers.Cyclers;

/// <summary>EA Elektro-Automatik PSB 9000 and 10000, bidirectional supplies, as a cycler with one channel. The supply
/// keeps voltage, current and power; ends, rows and charge are this program's. EaPsb.md has the registers.</summary>
[Driver("cycler.ea_psb", Description = "EA PSB bidirectional supply as a one-channel cycler, Modbus RTU or TCP")]
public sealed class EaPsb : IInstrument
{
    private const int Attempts = 3;

    // A supply on a serial line answers within some 50 ms; what stays out longer than this will not come any more.
    private static readonly TimeSpan LateTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeastDeadman = TimeSpan.FromSeconds(5);

    // Above the lab's limits the supply's own protection acts; between them the regulation may swing.
    private const double Headroom = 1.02;

    private readonly TimeProvider _clock, _wireClock;
    private readonly Halt _halt;
    private readonly PsbRegisters _psb;
    private readonly CellLimits _limits;
    private readonly double _volt, _ampere;
    private readonly TimeSpan _interval;
    private string _identity;

    public EaPsb(DriverContext context)
    {
        Id = context.Id;
        (_clock, _wireClock, _halt) = (context.Clock, context.WireClock, new Halt(Id));
        var unit = context.Address.Integer("unit", 0);
        if (unit is < 0 or > 247)
            throw new FormatException($"unit={unit} in address '{context.Address}' should be 0 to 247");
        var settings = context.Settings;
        _volt = settings.Quantity("nominal_voltage", "V").Si;
        _ampere = settings.Quantity("nominal_current", "A").Si;
        _interval = Interval(settings, context.Deadman);
        _limits = Limits(settings);
        Capabilities = [.. CellTechniques.All(_limits).Select(Known)];
        Readings = CyclerReadings.Of(0, 1.25 * _volt, 1.25 * _ampere, hasTemperature: false);
        _identity = $"EA PSB on {context.Address}";
        _psb = new PsbRegisters(
            Id,
            new ModbusUnit(
                Id, ModbusMaster.Create(
                    context.Line, context.Address, _wireClock, context.ReplyTime(TimeSpan.FromSeconds(0.5)),
                    late: LateTime),
                (byte)unit),
            _volt, _ampere);
    }

    public InstrumentId Id { get; }

    public string SafeState => "DC terminals off";

    public IReadOnlyList<Capability> Capabilities { get; }

    public IReadOnlyList<Reading> Readings { get; }

    public async ValueTask ConnectAsync(CancellationToken ct)
    {
        var (volt, ampere, watt) = await _psb.NominalsAsync(ct);
        if (Math.Abs(volt / _volt - 1) > 1e-4 || Math.Abs(ampere / _ampere - 1) > 1e-4 || !(watt > 0))
            throw new InstrumentException(Id, Fault.OutOfRange, $"its nominal values are {volt:G5} V, {ampere:G5} A, "
                + $"{watt:G5} W, the lab file says {_volt:G5} V and {_ampere:G5} A, so every value would be wrong; "
                + "make nominal_voltage and nominal_current agree, and check that it is this device");
        _psb.NominalWatt = watt;
        _identity = $"EA {await _psb.TypeAsync(ct)}";
    }

    public async ValueTask<InstrumentStatus> ReadStatusAsync(CancellationToken ct)
    {
        var actual = await _psb.ActualAsync(ct);
        var state = (actual.IsOn ? "on" : "off") + (actual.Alarms == 0 ? "" : $", {actual.Alarms}");
        return new InstrumentStatus(_identity, state, actual.IsOn,
            CyclerReadings.Values(actual.Voltage, actual.Current, null), _clock.GetUtcNow());
    }

    public IAsyncEnumerable<Sample> InvokeAsync(Invocation call, CancellationToken ct) =>
        _halt.WatchAsync(halted => RunAsync(call, halted), () => OffAsync(CancellationToken.None), ct);

    public ValueTask MakeSafeAsync(TimeSpan limit)
    {
        _halt.Now();
        return Insistence.UntilShownAsync(Id, _wireClock, limit, OffOnceAsync,
            last => $"that the DC terminals are off ({last}); switch the supply off by hand");
    }

    public ValueTask DisposeAsync()
    {
        _halt.Dispose();
        return ValueTask.CompletedTask;
    }

    // The supply counts nothing: what a step has done is only known while it is watched.
    private static Capability Known(Capability capability) =>
        capability.Replay == Replay.AskDevice ? capability with { Replay = Replay.Never } : capability;

    private async IAsyncEnumerable<Sample> RunAsync(Invocation call, [EnumeratorCancellation] CancellationToken ct)
    {
        var asked = new TechniqueStep(Id, call);
        var (step, watch) = (new PsbStep(asked, _limits), asked.Watch());
        var isOver = false;
        try
        {
            var setting = await OrOffAsync(BeginAsync(asked, step, ct));
            var start = _clock.GetTimestamp();
            while (!isOver)
            {
                var actual = await OrOffAsync(LookAsync(step.IsRest, ct));
                var seconds = _clock.GetElapsedTime(start).TotalSeconds;
                var isDue = step.See(seconds, actual.Voltage, actual.Current);
                setting = await OrOffAsync(FollowAsync(step, watch, seconds, actual, setting, ct));
                if (isDue)
                    yield return new Sample(_clock.GetUtcNow(), new[]
                    {
                        seconds, actual.Voltage, actual.Current, step.Charge, step.Energy, double.NaN, (double)step.End,
                    });
                isOver = step.End != StepEnd.None;
                if (!isOver)
                    await Task.Delay(Pause(asked.Longest - seconds), _clock, ct);
            }
        }
        finally
        {
            // Cancelled and halted calls are stopped by whoever ended them; any other end leaves nobody who watches.
            if (!isOver && !ct.IsCancellationRequested)
                await OffAsync(CancellationToken.None);
        }

        async ValueTask<T> OrOffAsync<T>(ValueTask<T> work)
        {
            try
            {
                return await work;
            }
            catch (InstrumentException e)
            {
                isOver = true;
                throw await FirstCause.ThenAsync(e, () => OffAsync(CancellationToken.None));
            }
        }
    }

    // Protection first, then what is held, and only then the terminals.
    private async ValueTask<PsbSetting> BeginAsync(TechniqueStep asked, PsbStep step, CancellationToken ct)
    {
        var actual = await _psb.ActualAsync(ct);
        ThrowOnAlarm(actual);
        if (actual.IsOn)
            throw new InstrumentException(Id, Fault.Rejected, "its DC terminals are on already; switch them off first");
        if (step.IsRest)
            return default;
        if (!actual.IsRemote)
            await _psb.SetRemoteAsync(true, ct);
        var isDelayed = asked.SafetyDelay > 0;
        await _psb.SetThresholdAsync(PsbRegisters.OverVoltage,
            Threshold(_limits.MaxVoltage, isDelayed ? double.NaN : asked.Safety[0], _volt), ct);
        await _psb.SetThresholdAsync(PsbRegisters.OverCurrent,
            Threshold(_limits.MaxCurrent, isDelayed ? double.NaN : asked.Safety[2], _ampere), ct);
        var setting = step.SettingAt(0, actual.Voltage);
        await WriteAsync(setting, null, ct);
        await _psb.SetOutputAsync(true, ct);
        return setting;
    }

    // In the device, as far above a safety limit as it resolves; over and under the program watches by itself.
    private static double Threshold(double limit, double safety, double nominal) =>
        Math.Min(safety > 0 ? safety * (1 + 1e-3) + 1e-3 * nominal : limit * Headroom + 1e-3 * nominal, 1.1 * nominal);

    private async ValueTask<PsbSetting> FollowAsync(
        PsbStep step, SafetyWatch watch, double seconds, PsbActual actual, PsbSetting setting, CancellationToken ct)
    {
        watch.Check(seconds, actual.Voltage, actual.Current, step.Charge, double.NaN);
        if (step.End != StepEnd.None)
        {
            await OffAsync(ct);
            return setting;
        }
        if (step.IsRest)
            return setting;
        var wanted = step.SettingAt(seconds, actual.Voltage);
        await WriteAsync(wanted, setting, ct);
        return wanted;
    }

    private async ValueTask WriteAsync(PsbSetting wanted, PsbSetting? present, CancellationToken ct)
    {
        if (wanted.Voltage != present?.Voltage)
            await _psb.SetAsync(PsbRegisters.Voltage, wanted.Voltage, ct);
        if (wanted.Source != present?.Source)
            await _psb.SetAsync(PsbRegisters.Current, wanted.Source, ct);
        if (wanted.Sink != present?.Sink)
            await _psb.SetAsync(PsbRegisters.SinkCurrent, wanted.Sink, ct);
        if (present is { } known && wanted.Power == known.Power)
            return;
        await _psb.SetAsync(PsbRegisters.Power, wanted.Power ?? _psb.NominalWatt, ct);
        await _psb.SetAsync(PsbRegisters.SinkPower, wanted.Power ?? _psb.NominalWatt, ct);
    }

    private async ValueTask<PsbActual> LookAsync(bool isRest, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                var actual = await _psb.ActualAsync(ct);
                ThrowOnAlarm(actual);
                if (actual.IsOn == isRest || !(isRest || actual.IsRemote))
                    throw new InstrumentException(Id, Fault.DeviceFault, isRest
                        ? "its DC terminals are on, and nobody here has switched them on"
                        : "its DC terminals went off or remote control was taken from it; someone is at its panel, or "
                            + "its power was interrupted");
                return actual;
            }
            catch (InstrumentException e) when (attempt < Attempts && e.IsTransient)
            {
                // To look twice does no harm.
            }
    }

    private async ValueTask OffAsync(CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                await OffOnceAsync(ct);
                return;
            }
            catch (InstrumentException e) when (attempt < Attempts && e.IsTransient)
            {
                await Task.Delay(Insistence.BetweenAttempts, _wireClock, ct);
            }
    }

    private async ValueTask OffOnceAsync(CancellationToken ct)
    {
        var actual = await _psb.ActualAsync(ct);
        // Who is not in remote control takes no command; and who is off has nothing to be told.
        if (!actual.IsOn)
            return;
        if (!actual.IsRemote)
            await _psb.SetRemoteAsync(true, ct);
        await _psb.SetOutputAsync(false, ct);
        if ((await _psb.ActualAsync(ct)).IsOn)
            throw new InstrumentException(
                Id, Fault.DeviceFault, "its DC terminals were switched off and are on; switch the supply off by hand");
    }

    private void ThrowOnAlarm(PsbActual actual)
    {
        if (actual.Alarms != 0)
            throw new InstrumentException(Id, Fault.DeviceFault, $"it reports {actual.Alarms} and has switched its DC "
                + "terminals off; look at the cell, then acknowledge the alarm at its panel");
    }

    private TimeSpan Pause(double left) => left < _interval.TotalSeconds
        ? TimeSpan.FromMilliseconds(Math.Max(Math.Ceiling(left * 1000), 1))
        : _interval;

    private CellLimits Limits(Settings settings)
    {
        var limits = new CellLimits(
            settings.Quantity("min_voltage", "V").Si, settings.Quantity("max_voltage", "V").Si,
            settings.Quantity("max_current", "A").Si, _interval.TotalSeconds);
        return limits.MinVoltage < 0 || limits.MinVoltage >= limits.MaxVoltage
                ? throw new SettingException("min_voltage", "should be from 0 V to below max_voltage")
            : limits.MaxVoltage > _volt ? throw new SettingException("max_voltage", "should be at most nominal_voltage")
            : limits.MaxCurrent <= 0 || limits.MaxCurrent > _ampere
                ? throw new SettingException("max_current", "should be above zero and at most nominal_current")
            : limits;
    }

    private static TimeSpan Interval(Settings settings, TimeSpan? deadman)
    {
        if (deadman < LeastDeadman)
            throw new SettingException(LabInstrument.DeadmanKey, $"should be at least {LeastDeadman.TotalSeconds} s");
        var interval = settings.Quantity("interval", "s", Quantity.Of(1, "s")).ToTimeSpan();
        return interval < TimeSpan.FromSeconds(0.1) || interval > (deadman / 3 ?? TimeSpan.FromMinutes(1))
            ? throw new SettingException("interval", "should be 0.1 s to 1 min, and at most a third of 'deadman'")
            : interval;
    }
}
