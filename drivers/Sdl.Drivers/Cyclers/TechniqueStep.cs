using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Units;

namespace Sdl.Drivers.Cyclers;

/// <summary>A call of one of <see cref="CellTechniques"/> as plain numbers: SI units, but Ah and °C; NaN for what was
/// left out.</summary>
internal sealed class TechniqueStep
{
    /// <summary>The inputs that are safety limits, in the order of <see cref="Safety"/>.</summary>
    public static readonly string[] SafetyNames =
    [
        "max_voltage", "min_voltage", "max_current", "min_current", "max_charge", "max_temperature", "min_temperature",
    ];

    private readonly InstrumentId _id;

    /// <exception cref="InstrumentException">It would never end.</exception>
    public TechniqueStep(InstrumentId id, Invocation call)
    {
        (_id, Technique, Arguments) = (id, call.Capability, call.Arguments);
        Target = Number(Technique switch
        {
            CellTechniques.Rest => "",
            CellTechniques.ConstantCurrent => "current",
            CellTechniques.ConstantVoltage => "voltage",
            CellTechniques.ConstantPower => "power",
            CellTechniques.ConstantResistance => "resistance",
            CellTechniques.VoltageScan => "start_voltage",
            _ => throw new InstrumentException(id, Fault.OutOfRange, $"it has no capability '{Technique}'"),
        });
        Second = Number(Technique == CellTechniques.VoltageScan ? "end_voltage" : "current_limit");
        (Rate, Sweeps) = (Number("scan_rate"), Number("sweeps"));
        (UntilTime, UntilAbove, UntilBelow) =
            (Number("until_time"), Number("until_voltage_above"), Number("until_voltage_below"));
        (UntilCurrent, UntilCharge, UntilSlope) =
            (Number("until_current_below"), Number("until_charge"), Number("until_slope_below"));
        (UntilHot, UntilCold) = (Number("until_temperature_above"), Number("until_temperature_below"));
        (RecordTime, RecordVoltage, RecordCurrent) =
            (Number("record_time"), Number("record_voltage"), Number("record_current"));
        Safety = [.. SafetyNames.Select(Number)];
        SafetyDelay = Number("safety_delay");
        if (Technique != CellTechniques.VoltageScan && Ends.All(double.IsNaN))
            throw new InstrumentException(
                id, Fault.OutOfRange, $"'{Technique}' without an end would never end; give it an 'until_…'");
    }

    public string Technique { get; }
    public Arguments Arguments { get; }
    public double Target { get; }
    public double Second { get; }
    public double Rate { get; }
    public double Sweeps { get; }
    public double UntilTime { get; }
    public double UntilAbove { get; }
    public double UntilBelow { get; }
    public double UntilCurrent { get; }
    public double UntilCharge { get; }
    public double UntilSlope { get; }
    public double UntilHot { get; }
    public double UntilCold { get; }
    public double RecordTime { get; }
    public double RecordVoltage { get; }
    public double RecordCurrent { get; }
    public double SafetyDelay { get; }

    /// <summary>In the order of <see cref="SafetyNames"/>.</summary>
    public double[] Safety { get; }

    /// <summary>s after which it ends in any case; infinite when it does not.</summary>
    public double Longest
    {
        get
        {
            var swept = Sweeps * Math.Abs(Second - Target) / Rate;
            var most = double.IsNaN(UntilTime) ? double.PositiveInfinity : UntilTime;
            return Technique == CellTechniques.VoltageScan ? Math.Min(most, swept) : most;
        }
    }

    private double[] Ends =>
        [UntilTime, UntilAbove, UntilBelow, UntilCurrent, UntilCharge, UntilSlope, UntilHot, UntilCold];

    /// <summary>What is left of it, or null when no call of the technique would do just that.</summary>
    /// <param name="seconds">That it has lasted.</param>
    /// <param name="charge">Ah that have passed.</param>
    public Arguments? Remaining(double seconds, double charge)
    {
        if (Technique == CellTechniques.VoltageScan)
            return null;
        var rest = Less(Arguments, "until_time", new Quantity(seconds, Unit.Parse("s").Dimension));
        var passed = Quantity.Of(Math.Abs(charge), "Ah");
        return Less(Less(rest, "until_charge", passed), "max_charge", passed);
    }

    private static Arguments Less(Arguments from, string name, Quantity done) =>
        from.Find(name)?.Quantity is { } whole
            ? from.With(name, new Argument(new Quantity(Math.Max(whole.Si - done.Si, 0), whole.Dimension)))
            : from;

    private double Number(string name) => Arguments.Find(name)?.Quantity is not { } quantity ? double.NaN
        : name.EndsWith("charge", StringComparison.Ordinal) ? quantity.In("Ah")
        : name.Contains("temperature", StringComparison.Ordinal) ? quantity.In(Unit.Celsius)
        : quantity.Si;

    /// <summary>Watches the safety limits of this step in software.</summary>
    public SafetyWatch Watch() => new(_id, this);
}

/// <summary>The safety limits of a step as this program watches them, whatever the device does.</summary>
internal sealed class SafetyWatch(InstrumentId id, TechniqueStep step)
{
    // Measured values have noise, and a device that holds a limit exactly shows it with its last digit.
    private const double Slack = 1e-4;

    private static readonly string[] Units = ["V", "V", "A", "A", "Ah", "°C", "°C"];

    private double _since = double.NaN;

    /// <param name="seconds">Since the step began.</param>
    /// <param name="charge">Ah since then.</param>
    /// <param name="celsius">NaN where nobody measures it.</param>
    /// <exception cref="InstrumentException">A limit has been passed for longer than allowed.</exception>
    public void Check(double seconds, double voltage, double current, double charge, double celsius)
    {
        double[] seen = [voltage, voltage, current, current, Math.Abs(charge), celsius, celsius];
        for (var i = 0; i < seen.Length; i++)
        {
            var beyond = TechniqueStep.SafetyNames[i].StartsWith("min", StringComparison.Ordinal)
                ? step.Safety[i] - seen[i]
                : seen[i] - step.Safety[i];
            if (!(beyond > Slack * Math.Abs(step.Safety[i]) + 1e-9))
                continue;
            _since = double.IsNaN(_since) ? seconds : _since;
            if (seconds - _since < step.SafetyDelay)
                return;
            throw new InstrumentException(id, Fault.DeviceFault, $"{seen[i]:G6} has passed the safety limit "
                + $"{TechniqueStep.SafetyNames[i]} = {step.Safety[i]:G6} ({Units[i]}) "
                + "and the device has not opened the circuit; it is being opened now, look at the cell");
        }
        _since = double.NaN;
    }
}
