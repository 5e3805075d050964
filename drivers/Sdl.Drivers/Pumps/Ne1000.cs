using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Transport;

namespace Sdl.Drivers.Pumps;

/// <summary>New Era NE-1000 family syringe pump, also sold as WPI Aladdin AL-1000. Facts: manual 1200-01.</summary>
[Driver("pump.ne1000", Description = "New Era NE-1000 syringe pump (Aladdin AL-1000), up to 100 on one serial chain")]
public sealed partial class Ne1000 : IInstrument, IReconcile
{
    // Plunger speeds of the NE-1000: with its 26.59 mm syringe 1699 mL/h, with 4.699 mm 0.73 uL/h (data sheet).
    private const double MostSpeed = 5.1005e-2 / 60, LeastSpeed = 0.004205e-2 / 3600;

    // Below, three decimals of a microlitre no longer say every volume within 0.1 %.
    private const double LeastVolume = 0.5e-9;

    // Seconds: the time-out of safe mode is one byte.
    private const int LongestSilence = 255;

    private readonly DriverContext _context;
    private readonly Ne1000Commands _pump;
    private readonly string _diameter;
    private readonly double _leastRate;
    private readonly bool _identify;
    private readonly int _safeSeconds;
    private string _identity = "New Era syringe pump";
    private int _timesMadeSafe;
    private bool _isFramed;
    private volatile bool _doses;

    public Ne1000(DriverContext context)
    {
        _context = context;
        var diameter = context.Settings.Quantity("diameter", "mm").In("mm");
        var area = Math.PI / 4 * diameter * diameter * 1e-6;
        _diameter = diameter is >= 0.1 and <= 80
            ? Ne1000Amount.Digits(diameter)!
            : throw new SettingException("diameter", $"= {diameter:0.###} mm is none of a syringe; it is 0.1 to 80 mm");
        if (Math.Abs(double.Parse(_diameter, CultureInfo.InvariantCulture) / diameter - 1) > Ne1000Amount.Accuracy)
            throw new SettingException("diameter",
                $"= {diameter} mm has more digits than the pump takes: write {_diameter} mm");
        var capacity = context.Settings.Quantity("syringe_volume", "mL");
        _identify = context.Settings.Flag("identify", true);
        _safeSeconds = SafeSeconds(context);
        _leastRate = LeastSpeed * area;
        var link = new Ne1000Link(context, NetworkAddress(context.Address), _safeSeconds > 0);
        _pump = new Ne1000Commands(link, _safeSeconds, context.Clock);
        var rate = new Dimension(Length: 3, Time: -1);
        var limits = new PumpLimits(
            new Quantity(LeastVolume, capacity.Dimension), capacity,
            new Quantity(_leastRate, rate), new Quantity(MostSpeed * area, rate));
        Capabilities = [PumpCapabilities.Dispense(limits), PumpCapabilities.Withdraw(limits)];
        Readings = PumpCapabilities.Counters(Quantity.Of(9999, "mL"));
    }

    public InstrumentId Id => _context.Id;

    public string SafeState => "plunger stopped, program reset";

    public IReadOnlyList<Capability> Capabilities { get; }

    public IReadOnlyList<Reading> Readings { get; }

    public async ValueTask ConnectAsync(CancellationToken ct)
    {
        await SetFramingAsync(ct);
        var prompt = await _pump.PromptAsync(ct);
        if (_identify)
            await IdentifyAsync(ct);
        var diameter = await _pump.DiameterAsync(ct);
        // Writing the diameter resets the volume's unit, which spoils what an interrupted dose has left behind.
        if (Ne1000Amount.Digits(diameter) != _diameter)
        {
            if (prompt.IsMoving)
                throw _pump.Trouble(Fault.Rejected, "the pump moves, and it is set to a syringe of "
                    + $"{diameter} mm instead of {_diameter} mm; stop it first");
            await _pump.SetAsync("DIA" + _diameter, ct);
        }
        if (!prompt.IsMoving)
            await NotePowerLossAsync(ct);
    }

    public async ValueTask<InstrumentStatus> ReadStatusAsync(CancellationToken ct)
    {
        // To ask for the prompt clears an alarm, and to note a loss of power sets the rate: not beside a dose.
        var counter = _doses ? await _pump.CountAsync(ct) : await _pump.CounterAsync(ct);
        if (!counter.IsMoving && !_doses)
            await NotePowerLossAsync(ct, () => !_doses);
        var volume = new Dimension(Length: 3);
        return new InstrumentStatus(_identity, counter.Word, counter.IsMoving, new Dictionary<string, Quantity>
        {
            ["infused"] = new(counter.Infused, volume),
            ["withdrawn"] = new(counter.Withdrawn, volume),
        }, _context.Clock.GetUtcNow());
    }

    public async IAsyncEnumerable<Sample> InvokeAsync(Invocation call, [EnumeratorCancellation] CancellationToken ct)
    {
        var dose = Ne1000Dose.Of(Id, call, _leastRate);
        _doses = true;
        try
        {
            await foreach (var sample in DoseAsync(dose, ct))
                yield return sample;
        }
        finally
        {
            _doses = false;
        }
    }

    private async IAsyncEnumerable<Sample> DoseAsync(Ne1000Dose dose, [EnumeratorCancellation] CancellationToken ct)
    {
        var timesMadeSafe = Volatile.Read(ref _timesMadeSafe);
        await ProgramAsync(dose, ct);
        _pump.ForgetAlarms();
        var isOver = false;
        try
        {
            await OrStopAsync(() => _pump.RunAsync(() => Volatile.Read(ref _timesMadeSafe) == timesMadeSafe, ct));
            var latest = Latest(dose.Expected);
            while (!isOver)
            {
                Ne1000Counter? counter = null;
                await Task.Delay(PollInterval(dose.Expected), _context.Clock, ct);
                await OrStopAsync(async () => isOver = HasEnded(dose, counter = await WatchAsync(ct), latest));
                if (isOver)
                    await SealAsync(dose);
                yield return PumpCapabilities.Row(_context.Clock.GetUtcNow(), dose.Of(counter!));
            }
        }
        finally
        {
            // Cancelled, or nobody listens any more: what is not watched must not move.
            if (!isOver)
                await StopAsync(dose);
        }

        async ValueTask OrStopAsync(Func<ValueTask> work)
        {
            try
            {
                await work();
            }
            catch (InstrumentException e)
            {
                isOver = true;
                throw await FirstCause.ThenAsync(e, () => StopAsync(dose));
            }
        }
    }

    public async ValueTask MakeSafeAsync(TimeSpan limit)
    {
        Interlocked.Increment(ref _timesMadeSafe);
        using var time = new CancellationTokenSource(limit, _context.WireClock);
        try
        {
            if (_safeSeconds > 0 && !_isFramed)
                await TryFramingAsync(time.Token);
            await _pump.StopAsync(int.MaxValue, time.Token);
            await NotePowerLossAsync(time.Token);
        }
        catch (OperationCanceledException e)
        {
            throw _pump.Trouble(Fault.Timeout, $"it could not be shown within {limit.TotalSeconds:0.#} s that the "
                + "plunger stands still; switch the pump off by hand", e);
        }
    }

    public async ValueTask<InvocationOutcome> ReconcileAsync(Invocation call, CancellationToken ct)
    {
        var dose = Ne1000Dose.Of(Id, call, _leastRate);
        var counter = await _pump.CounterAsync(ct);
        var volume = await _pump.AmountAsync("VOL", ct);
        var rate = await _pump.AmountAsync("RAT", ct);
        var direction = await _pump.TextAsync("DIR", ct);
        var isItsProgram = dose.Rate.Means(rate) && dose.Volume.Means(volume) && direction == dose.Direction;
        if (counter.IsMoving && !isItsProgram)
            return new(CallProgress.Unknown,
                $"the pump is {counter.Word} {volume} at {rate}, which is another's program");
        for (var latest = Latest(dose.Expected); counter.IsMoving; counter = await _pump.CounterAsync(ct))
        {
            if (_context.Clock.GetUtcNow() > latest)
                return new(CallProgress.Unknown,
                    $"the pump still moves {dose.Expected} after it was asked for {dose.Volume}");
            await Task.Delay(PollInterval(dose.Expected), _context.Clock, ct);
        }
        if (counter.IsPaused)
            await _pump.SetAsync("STP", ct);
        await NotePowerLossAsync(ct);
        rate = await _pump.AmountAsync("RAT", ct);
        var outcome = Judge(call, dose, counter, rate, isItsProgram);
        if (outcome.Progress is CallProgress.Done or CallProgress.Partial)
            await SealAsync(dose);
        return outcome;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private InvocationOutcome Judge(
        Invocation call, Ne1000Dose dose, Ne1000Counter counter, Ne1000Amount rate, bool isItsProgram)
    {
        var moved = dose.Of(counter);
        var evidence = $"the pump is {counter.Word}, has counted {Volume(moved)} of {dose.Volume}, its rate is {rate}";
        if (dose.LostPower(rate, _leastRate))
            return new(CallProgress.Unknown, evidence + ": its power was interrupted and the count may be lost");
        var isSealed = dose.Seal.Means(rate);
        var isAnothers = Ne1000Dose.IsSeal(rate, _leastRate) || Ne1000Dose.IsPowerLost(rate, _leastRate);
        if (moved == 0 || (!isSealed && !isItsProgram && isAnothers))
            return new(CallProgress.NotStarted, evidence + ": nothing of this dose has come");
        if (!isSealed && !isItsProgram)
            return new(CallProgress.Unknown, evidence + ": someone else has programmed it since");
        if (moved > dose.Volume.Si + dose.Tolerance)
            return new(CallProgress.Unknown, evidence + ": more than was asked for");
        if (moved >= dose.Volume.Si - dose.Tolerance)
            return new(CallProgress.Done, evidence, Samples: [PumpCapabilities.Row(_context.Clock.GetUtcNow(), moved)]);
        var rest = call.Arguments.Quantity("volume") - new Quantity(moved, new(Length: 3));
        return new(CallProgress.Partial, evidence, call.Arguments.With("volume", new Argument(rest)));
    }

    // The counter is cleared first and the rate is set last: see the remarks at Ne1000Dose.
    private async ValueTask ProgramAsync(Ne1000Dose dose, CancellationToken ct)
    {
        var prompt = await _pump.PromptAsync(ct);
        if (prompt.IsMoving)
            throw _pump.Trouble(Fault.Rejected, $"the pump is {prompt.Word} already; stop it first");
        if (prompt.Prompt == 'P')
            await _pump.SetAsync("STP", ct);
        await _pump.SetAsync("CLDINF", ct);
        await _pump.SetAsync("CLDWDR", ct);
        _pump.PowerWasLost = false;
        if ((await _pump.AmountAsync("VOL", ct)).Unit != dose.Volume.Unit)
            await _pump.SetAsync("VOL" + dose.Volume.Unit, ct);
        await _pump.SetAsync("VOL" + dose.Volume.Text, ct);
        await _pump.SetAsync("DIR" + dose.Direction, ct);
        await _pump.SetAsync("RAT" + dose.Rate, ct);
        var counter = await _pump.CounterAsync(ct);
        if (counter is not { Infused: 0, Withdrawn: 0 })
            throw _pump.Trouble(Fault.BadReply,
                "the counter does not read 0 after CLD; nothing was started, check the pump");
        ThrowIfOther(dose, counter);
    }

    // A reading that fails disturbs nothing, so that one bad reply does not spoil a dose.
    private async ValueTask<Ne1000Counter> WatchAsync(CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                _pump.ThrowIfAlarmed();
                return await _pump.CountAsync(ct);
            }
            catch (InstrumentException e) when (attempt < Ne1000Commands.Attempts && Ne1000Commands.MayPass(e))
            {
            }
    }

    private async ValueTask StopAsync(Ne1000Dose dose)
    {
        await _pump.StopAsync(Ne1000Commands.Attempts, CancellationToken.None);
        await SealAsync(dose);
    }

    // A thousandfold dose for who would not look.
    private void ThrowIfOther(Ne1000Dose dose, Ne1000Counter counter)
    {
        if (counter.Unit != dose.Volume.Unit)
            throw _pump.Trouble(Fault.DeviceFault, $"it works in {counter.Unit} and was set to {dose.Volume.Unit}; "
                + "someone is at its keypad: look at the pump, and how much has come, before the rest is dispensed");
    }

    private bool HasEnded(Ne1000Dose dose, Ne1000Counter counter, DateTimeOffset latest)
    {
        ThrowIfOther(dose, counter);
        var progress = $"{Volume(dose.Of(counter))} of {dose.Volume}";
        if (counter.IsMoving)
            return _context.Clock.GetUtcNow() <= latest ? false : throw _pump.Trouble(Fault.DeviceFault,
                $"it still moves after {progress}, but should have ended after {dose.Expected}; it is being stopped");
        if (Math.Abs(dose.Of(counter) - dose.Volume.Si) <= dose.Tolerance)
            return true;
        throw _pump.Trouble(Fault.DeviceFault, counter.IsPaused
            ? $"someone paused the pump after {progress}; look why, then dispense the rest"
            : $"it stopped after {progress} without an alarm; look at the pump before the rest is dispensed");
    }

    // Not for the caller to cancel: it tells this dose from the next. Setting a rate twice does no harm.
    private async ValueTask SealAsync(Ne1000Dose dose)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                if (_pump.PowerWasLost)
                    await NotePowerLossAsync(CancellationToken.None);
                else
                    await _pump.SetAsync("RAT" + dose.Seal, CancellationToken.None);
                return;
            }
            catch (InstrumentException e) when (attempt < Ne1000Commands.Attempts && Ne1000Commands.MayPass(e))
            {
            }
    }

    private async ValueTask NotePowerLossAsync(CancellationToken ct, Func<bool>? proceed = null)
    {
        if (_pump.PowerWasLost && await _pump.AmountAsync("RAT", ct) is var rate
            && !Ne1000Dose.IsPowerLost(rate, _leastRate))
            await _pump.SetAsync("RAT" + Ne1000Dose.PowerLost(rate, _leastRate), ct, proceed);
        _pump.PowerWasLost &= proceed?.Invoke() == false;
    }

    // Nobody has spoken to the pump yet: it may not understand the framing that the lab file says.
    private async ValueTask TryFramingAsync(CancellationToken ct)
    {
        try
        {
            await SetFramingAsync(ct);
        }
        catch (InstrumentException e) when (Ne1000Commands.MayPass(e))
        {
        }
    }

    private async ValueTask SetFramingAsync(CancellationToken ct)
    {
        try
        {
            if (_safeSeconds > 0)
                await _pump.SetFramingAsync(_safeSeconds, ct);
            else
                await _pump.PromptAsync(ct);
        }
        catch (InstrumentException e) when (_safeSeconds == 0 && Ne1000Commands.MayPass(e))
        {
            // Safe mode outlasts power cycles; a pump that was left in it hears only this packet (manual, 10.2.2).
            await _pump.SetFramingAsync(0, ct);
        }
        _isFramed = true;
    }

    private async ValueTask IdentifyAsync(CancellationToken ct)
    {
        var version = await _pump.TextAsync("VER", ct);
        var match = Version.Match(version);
        _identity = match.Success
            ? $"New Era NE-{match.Groups["model"]}, firmware {match.Groups["firmware"]}"
            : throw _pump.Trouble(Fault.BadReply,
                $"VER was answered by '{version}', which no New Era pump says; check the address");
    }

    private DateTimeOffset Latest(TimeSpan expected) =>
        _context.Clock.GetUtcNow() + expected * 1.05 + TimeSpan.FromSeconds(5);

    private static TimeSpan PollInterval(TimeSpan expected) =>
        TimeSpan.FromSeconds(Math.Clamp(expected.TotalSeconds / 20, 0.05, 1));

    private static string Volume(double si) => new Quantity(si, new(Length: 3)).ToString();

    private static int NetworkAddress(Address address) => address.Integer("unit", 0) is >= 0 and <= 99 and var unit
        ? unit
        : throw new SettingException("address", $"= {address}: unit is the pump's network address, 0 to 99");

    // Safe mode always has a time-out: the dead-man, or the longest where only its checksums are wanted.
    private static int SafeSeconds(DriverContext context) => (context.Settings.Find("framing"), context.Deadman) switch
    {
        (null or "basic", null) => 0,
        ("safe", null) => LongestSilence,
        (null or "safe", { TotalSeconds: >= 3 and <= LongestSilence and var s }) when s == Math.Floor(s) => (int)s,
        (null or "safe", { TotalSeconds: var s }) => throw new SettingException(LabInstrument.DeadmanKey,
            $"= {s} s should be 3 to {LongestSilence} whole seconds, which is what the pump can be armed with"),
        ("basic", _) => throw new SettingException("framing",
            "= basic has no dead-man: leave 'framing' out, or the instrument's 'deadman'"),
        var (other, _) => throw new SettingException("framing", $"= {other} should be basic or safe"),
    };

    [GeneratedRegex(@"^NE(?<model>\d+)(X\d?)?V(?<firmware>\d+\.\d+)$")]
    private static partial Regex Version { get; }
}
