using System.Runtime.CompilerServices;
using System.Text;
using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Transport;
using Sdl.Transport.Modbus;

namespace Sdl.Drivers.Cyclers;

/// <summary>One channel of the 64-channel cycler whose register map MultichannelCycler.md defines. The device runs each
/// step by itself, watches its limits, keeps its rows, and remembers its number: a program that comes later learns what
/// became of it.</summary>
[Driver("cycler.multichannel", Description = "one channel of a 64-channel battery cycler, Modbus TCP")]
public sealed class MultichannelCycler : IInstrument, IReconcile
{
    private const int Attempts = 3;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    // What a step may last beyond the time at which the device was told to end it.
    private const double LateEnd = 10;

    private readonly TimeProvider _clock, _wireClock;
    private readonly Halt _halt;
    private readonly CyclerLink _link;
    private readonly CellLimits _limits;
    private readonly TimeSpan _interval, _watchdog;
    private string _identity;

    public MultichannelCycler(DriverContext context)
    {
        Id = context.Id;
        (_clock, _wireClock, _halt) = (context.Clock, context.WireClock, new Halt(Id));
        var unit = context.Address.Integer("unit", 1);
        if (unit is < 1 or > 247)
            throw new FormatException($"unit={unit} in address '{context.Address}' should be 1 to 247");
        if (context.Address.Framing(ModbusFraming.Tcp) != ModbusFraming.Tcp)
            throw new FormatException($"address '{context.Address}' should be modbus-tcp:host:502");
        var settings = context.Settings;
        if (settings.Find("channel") is null)
            throw new SettingException("channel", "is missing; it is 1 to 64");
        var channel = settings.Whole("channel", 1, 1, 64);
        _limits = Limits(settings);
        _watchdog = Watchdog(context.Deadman);
        _interval = Interval(settings);
        Capabilities = CellTechniques.All(_limits);
        Readings = CyclerReadings.Of(-100, 100, 100, hasTemperature: true);
        _identity = $"multi-channel cycler, channel {channel}";
        _link = new CyclerLink(
            Id,
            new ModbusUnit(
                Id, ModbusMaster.Create(
                    context.Line, context.Address, _wireClock, context.ReplyTime(TimeSpan.FromSeconds(1)),
                    ModbusFraming.Tcp),
                (byte)unit),
            channel);
    }

    public InstrumentId Id { get; }

    public string SafeState => "circuit open: the step is stopped, no current flows";

    public IReadOnlyList<Capability> Capabilities { get; }

    public IReadOnlyList<Reading> Readings { get; }

    public async ValueTask ConnectAsync(CancellationToken ct)
    {
        _identity = await _link.IdentifyAsync(ct);
        var (least, most, current) = await _link.RangeAsync(ct);
        if (_limits.MinVoltage < least - 1e-6 || _limits.MaxVoltage > most + 1e-6
            || _limits.MaxCurrent > current * (1 + 1e-6))
            throw new InstrumentException(Id, Fault.OutOfRange, $"the lab file allows {_limits.MinVoltage} to "
                + $"{_limits.MaxVoltage} V and {_limits.MaxCurrent} A, the channel does {least:G6} to {most:G6} V and "
                + $"{current:G6} A; change min_voltage, max_voltage or max_current");
        await _link.ActualAsync(ct);
    }

    public async ValueTask<InstrumentStatus> ReadStatusAsync(CancellationToken ct)
    {
        var actual = await _link.ActualAsync(ct);
        return new InstrumentStatus(
            _identity, Word(actual), actual.State == CyclerState.Running,
            CyclerReadings.Values(actual.Voltage, actual.Current, actual.Temperature), _clock.GetUtcNow());
    }

    public IAsyncEnumerable<Sample> InvokeAsync(Invocation call, CancellationToken ct) =>
        _halt.WatchAsync(halted => RunAsync(call, halted), () => StopAsync(CancellationToken.None), ct);

    public ValueTask MakeSafeAsync(TimeSpan limit)
    {
        _halt.Now();
        return Insistence.UntilShownAsync(Id, _wireClock, limit, StopOnceAsync,
            last => $"that the circuit is open ({last}); take the cell out or switch the cycler off");
    }

    /// <inheritdoc/>
    /// <remarks>Waits for a step that still runs, however long that takes; it is cancelled without harm.</remarks>
    public async ValueTask<InvocationOutcome> ReconcileAsync(Invocation call, CancellationToken ct)
    {
        var (step, tag, rows, taken) = (new TechniqueStep(Id, call), Tag(call), new List<Sample>(), 0u);
        while (true)
        {
            var look = await LookAsync(taken, ct);
            if (Foreign(look.Actual, tag) is { } outcome)
                return outcome;
            rows.AddRange(look.Rows.Select(r => Row(r, _clock.GetUtcNow())));
            taken = look.From + (uint)look.Rows.Length;
            if (taken < look.Made)
                continue;
            if (look.Actual.State != CyclerState.Running)
                return Outcome(step, look, rows);
            await Task.Delay(Pause(look, step), _clock, ct);
        }
    }

    public ValueTask DisposeAsync()
    {
        _halt.Dispose();
        return ValueTask.CompletedTask;
    }

    private async IAsyncEnumerable<Sample> RunAsync(Invocation call, [EnumeratorCancellation] CancellationToken ct)
    {
        var (step, tag) = (new TechniqueStep(Id, call), Tag(call));
        if (step.UntilTime > CyclerMap.Longest)
            throw new InstrumentException(Id, Fault.OutOfRange,
                $"until_time = {step.UntilTime} s is more than the {CyclerMap.Longest} s that the device counts to");
        var watch = step.Watch();
        var look = await StartAsync(step, tag, ct);
        // From here on it runs. What is not watched must not: only a line that fails is left to the device's own
        // limits and watchdog, because a step of a day need not end with a cable that was out for a moment.
        var isLeft = false;
        try
        {
            var begun = _clock.GetUtcNow() - TimeSpan.FromSeconds(look.Elapsed);
            for (var taken = 0u; ;)
            {
                ThrowUnless(look, tag, taken);
                foreach (var row in look.Rows)
                {
                    watch.Check(row.Time, row.Voltage, row.Current, row.Charge, row.Temperature);
                    yield return Row(row, At(begun, row.Time));
                }
                taken = look.From + (uint)look.Rows.Length;
                if (look.Actual.State == CyclerState.Ended && taken >= look.Made)
                {
                    isLeft = true;
                    yield break;
                }
                if (taken >= look.Made)
                {
                    ThrowIfStopped(look);
                    CheckRunning(step, watch, look);
                    await Task.Delay(Pause(look, step), _clock, ct);
                }
                look = await OrLeaveAsync(LookAsync(taken, ct));
            }
        }
        finally
        {
            if (!isLeft && !ct.IsCancellationRequested)
                await StopAsync(CancellationToken.None);
        }

        async ValueTask<CyclerLook> OrLeaveAsync(ValueTask<CyclerLook> looking)
        {
            try
            {
                return await looking;
            }
            catch (InstrumentException e) when (e.IsTransient)
            {
                isLeft = true;
                throw;
            }
        }
    }

    // A rest that an earlier program began may be begun anew; everything else is somebody's.
    private async ValueTask<CyclerLook> StartAsync(TechniqueStep step, ulong tag, CancellationToken ct)
    {
        if (await _link.ActualAsync(ct) is { State: CyclerState.Running } actual)
        {
            if (step.Technique != CellTechniques.Rest || actual.Tag != tag)
                throw new InstrumentException(Id, Fault.Rejected,
                    $"the channel runs step {actual.Tag:x16} already, which is another's; stop it first");
            await StopOnceAsync(ct);
        }
        return await _link.StartAsync(CyclerMap.Start(step, tag, _watchdog), ct);
    }

    private void ThrowUnless(CyclerLook look, ulong tag, uint taken)
    {
        if (look.Actual.Tag != tag)
            throw new InstrumentException(Id, Fault.DeviceFault, look.Actual.Tag == 0
                ? "it has forgotten its step: its power was interrupted, and the circuit is open"
                : $"it does step {look.Actual.Tag:x16} instead of {tag:x16}; somebody else uses the channel");
        if (look.From > taken)
            throw new InstrumentException(Id, Fault.DeviceFault,
                $"rows {taken} to {look.From - 1} were overwritten before they were read; make fewer of them");
    }

    private void ThrowIfStopped(CyclerLook look)
    {
        if (look.Actual.State != CyclerState.Running)
            throw new InstrumentException(Id, Fault.DeviceFault, $"after {look.Elapsed} s {Story(look.Actual)}");
    }

    private void CheckRunning(TechniqueStep step, SafetyWatch watch, CyclerLook look)
    {
        var actual = look.Actual;
        watch.Check(look.Elapsed, actual.Voltage, actual.Current, look.Charge, actual.Temperature);
        if (look.Elapsed > step.Longest + LateEnd)
            throw new InstrumentException(Id, Fault.DeviceFault,
                $"it was to end after {step.Longest} s and still runs after {look.Elapsed} s; it is being stopped");
    }

    // One lost reply must not cost a step of a day. Asked twice it gives the same again.
    private async ValueTask<CyclerLook> LookAsync(uint taken, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                return await _link.LookAsync(taken, ct);
            }
            catch (InstrumentException e) when (attempt < Attempts && e.IsTransient)
            {
                await Task.Delay(Insistence.BetweenAttempts, _wireClock, ct);
            }
    }

    private TimeSpan Pause(CyclerLook look, TechniqueStep step)
    {
        var most = TimeSpan.FromSeconds(Math.Max(_interval.TotalSeconds, step.RecordTime));
        if (_watchdog > TimeSpan.Zero && most > _watchdog / 3)
            most = _watchdog / 3;
        var pause = look.Next is { } next && next < most ? next : most;
        return pause > Moment ? pause : Moment;
    }

    private async ValueTask StopAsync(CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                await StopOnceAsync(ct);
                return;
            }
            catch (InstrumentException e) when (attempt < Attempts && e.IsTransient)
            {
                await Task.Delay(Insistence.BetweenAttempts, _wireClock, ct);
            }
    }

    private async ValueTask StopOnceAsync(CancellationToken ct)
    {
        await _link.StopAsync(ct);
        if ((await _link.ActualAsync(ct)).State == CyclerState.Running)
            throw new InstrumentException(
                Id, Fault.DeviceFault, "it was told to stop and still runs; take the cell out");
    }

    private static InvocationOutcome? Foreign(CyclerActual actual, ulong tag) =>
        actual.Tag == tag ? null
        : actual.Tag == 0 ? new(CallProgress.Unknown, "the channel remembers no step: its power was interrupted")
        : actual.State == CyclerState.Running ? new(CallProgress.Unknown, $"the channel runs step {actual.Tag:x16}, "
            + "which is another's")
        : new(CallProgress.NotStarted, $"the channel's latest step is {actual.Tag:x16}, not {tag:x16}");

    private static InvocationOutcome Outcome(TechniqueStep step, CyclerLook look, List<Sample> rows)
    {
        var evidence = FormattableString.Invariant(
            $"{Story(look.Actual)} after {look.Elapsed:0.##} s and {look.Charge * 1000:G6} mAh");
        return look.Actual.State switch
        {
            CyclerState.Ended => new(CallProgress.Done, evidence, Samples: rows),
            CyclerState.Stopped or CyclerState.Silent when step.Remaining(look.Elapsed, look.Charge) is { } rest =>
                new(CallProgress.Partial, evidence, rest),
            _ => new(CallProgress.Unknown, evidence),
        };
    }

    private static string Story(CyclerActual actual) => actual.State switch
    {
        CyclerState.Ended => $"the channel ended its step by {(StepEnd)actual.Why}",
        CyclerState.Stopped => "the channel was stopped",
        CyclerState.Silent => "the channel opened the circuit because nobody had asked it anything for too long",
        CyclerState.Tripped => "the channel opened the circuit because its safety limit "
            + $"{TechniqueStep.SafetyNames.ElementAtOrDefault(actual.Why - 1) ?? "?"} was passed; look at the cell",
        _ => $"the channel is in state {actual.State}",
    };

    private static string Word(CyclerActual actual) => actual.State switch
    {
        CyclerState.Tripped => "safety limit passed",
        CyclerState.Silent => "stopped by its watchdog",
        _ => actual.State.ToString().ToLowerInvariant(),
    };

    private DateTimeOffset At(DateTimeOffset begun, double seconds)
    {
        var at = begun + TimeSpan.FromSeconds(seconds);
        return at < _clock.GetUtcNow() ? at : _clock.GetUtcNow();
    }

    private static Sample Row(CyclerRow row, DateTimeOffset at) => new(at, new[]
    {
        row.Time, row.Voltage, row.Current, row.Charge, row.Energy, row.Temperature, (double)row.End,
    });

    // The same call is the same step, in every life of the program; its rest after an interruption is another one.
    private static ulong Tag(Invocation call)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in Encoding.UTF8.GetBytes($"{call.Id} {call.Capability} {call.Arguments}"))
            hash = (hash ^ b) * 1099511628211UL;
        return hash == 0 ? 1 : hash;
    }

    private static CellLimits Limits(Settings settings)
    {
        var limits = new CellLimits(
            settings.Quantity("min_voltage", "V", Quantity.Of(0, "V")).Si,
            settings.Quantity("max_voltage", "V", Quantity.Of(5, "V")).Si,
            settings.Quantity("max_current", "A", Quantity.Of(0.01, "A")).Si, 0.01)
        {
            HasTemperature = true,
        };
        return limits.MinVoltage >= limits.MaxVoltage
            ? throw new SettingException("min_voltage", "should be below max_voltage")
            : limits.MaxCurrent <= 0 ? throw new SettingException("max_current", "should be above zero")
            : limits;
    }

    private static TimeSpan Watchdog(TimeSpan? deadman) => deadman is { TotalSeconds: < 3 or > 65535 }
        ? throw new SettingException(LabInstrument.DeadmanKey, "should be 3 s to 65535 s")
        : deadman ?? TimeSpan.Zero;

    private static TimeSpan Interval(Settings settings)
    {
        var interval = settings.Quantity("interval", "s", Quantity.Of(10, "s")).ToTimeSpan();
        return interval < TimeSpan.FromSeconds(0.1)
            ? throw new SettingException("interval", "should be at least 0.1 s")
            : interval;
    }
}
