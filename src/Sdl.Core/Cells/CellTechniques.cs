using Sdl.Core.Instruments;
using Sdl.Core.Units;

namespace Sdl.Core.Cells;

/// <summary>What a cycler or potentiostat can apply to a cell; SI units.</summary>
/// <param name="MinVoltage">V.</param>
/// <param name="MaxVoltage">V.</param>
/// <param name="MaxCurrent">A, in either direction.</param>
/// <param name="MinInterval">s between two points.</param>
public sealed record CellLimits(double MinVoltage, double MaxVoltage, double MaxCurrent, double MinInterval)
{
    /// <summary>It can take charge out of a cell.</summary>
    public bool Discharges { get; init; } = true;

    /// <summary>It reads a temperature of the cell.</summary>
    public bool HasTemperature { get; init; }
}

/// <summary>The steps of a cell test as capabilities, spelt alike by every cycler and potentiostat, so that one cell
/// protocol runs on any of them. Positive current charges. A step ends with the first of its ends that is reached, each
/// named by an input <c>until_…</c> that may be left out; zero is a value. The inputs <c>max_…</c> and <c>min_…</c> are
/// safety limits: whoever offers a technique enforces them in the device where it can and in software always; passing
/// one for longer than <c>safety_delay</c> opens the circuit and fails the invocation.</summary>
public static class CellTechniques
{
    public const string Rest = "rest", ConstantCurrent = "constant_current", ConstantVoltage = "constant_voltage",
        ConstantPower = "constant_power", ConstantResistance = "constant_resistance", VoltageScan = "voltage_scan",
        PotentiostaticImpedance = "impedance", GalvanostaticImpedance = "galvanostatic_impedance";

    private static readonly Unit
        Volt = Unit.Parse("V"), Ampere = Unit.Parse("A"), Second = Unit.Parse("s"), AmpereHour = Unit.Parse("Ah"),
        WattHour = Unit.Parse("Wh"), Watt = Unit.Parse("W"), Ohm = Unit.Parse("Ohm"), Hertz = Unit.Parse("Hz"),
        Celsius = Unit.Parse("°C"), VoltPerSecond = Unit.Parse("V/s");

    /// <summary>Time since the step began; charge and energy since then, positive while charging; the cell's
    /// temperature, NaN where nobody measures it; and in the last row why the step ended, see <see cref="StepEnd"/>, in
    /// all others 0.</summary>
    public static IReadOnlyList<Column> Columns { get; } =
    [
        new("time", Second), new("voltage", Volt), new("current", Ampere), new("charge", AmpereHour),
        new("energy", WattHour), new("temperature", Celsius, "NaN where nobody measures it"),
        new("end", Unit.One, "0 while it lasts; in the last row why it ended: 1 time, 2 voltage, 3 current, "
            + "4 charge, 5 slope of the voltage, 6 temperature"),
    ];

    /// <summary>The columns of a spectrum, one row for each frequency.</summary>
    public static IReadOnlyList<Column> SpectrumColumns { get; } =
    [
        new("frequency", Hertz), new("z_real", Ohm), new("z_imaginary", Ohm), new("voltage", Volt),
        new("current", Ampere),
    ];

    /// <summary>The techniques of which a device can do all.</summary>
    public static IReadOnlyList<Capability> All(CellLimits limits) =>
    [
        OpenCircuit(limits), Current(limits), Voltage(limits), Power(limits), Resistance(limits), Scan(limits),
    ];

    /// <summary>Cell switched off, voltage watched.</summary>
    public static Capability OpenCircuit(CellLimits limits) => Step(
        Rest, "Open circuit: no current, the voltage is watched", limits, []);

    public static Capability Current(CellLimits limits) => Step(
        ConstantCurrent, "Constant current; positive charges", limits,
        [Input("current", Ampere, limits.Discharges ? -limits.MaxCurrent : 0, limits.MaxCurrent, "positive charges")]);

    /// <summary>The current is kept within <c>current_limit</c> while the voltage is being reached, which makes it a
    /// CC-CV step.</summary>
    public static Capability Voltage(CellLimits limits) => Step(
        ConstantVoltage, "Constant voltage; with a current limit the second half of CC-CV", limits,
        [
            Input("voltage", Volt, limits.MinVoltage, limits.MaxVoltage, "to hold"),
            Optional("current_limit", Ampere, 0, limits.MaxCurrent, "largest current in either direction"),
        ]);

    public static Capability Power(CellLimits limits) => Step(
        ConstantPower, "Constant power; positive charges", limits,
        [
            Input("power", Watt, limits.Discharges ? -limits.MaxCurrent * limits.MaxVoltage : 0,
                limits.MaxCurrent * limits.MaxVoltage, "positive charges"),
        ]);

    public static Capability Resistance(CellLimits limits) => Step(
        ConstantResistance, "Discharge through a constant resistance", limits,
        [Input("resistance", Ohm, 1e-3, 1e9, "load")]);

    /// <summary>Linear with one scan, cyclic with more: from start to end, back, and so on.</summary>
    public static Capability Scan(CellLimits limits) => Step(
        VoltageScan, "The voltage goes from start to end, and back for each further sweep", limits,
        [
            Input("start_voltage", Volt, limits.MinVoltage, limits.MaxVoltage, "where it begins"),
            Input("end_voltage", Volt, limits.MinVoltage, limits.MaxVoltage, "where the first sweep ends"),
            Input("scan_rate", VoltPerSecond, 1e-6, 10, "change of the voltage in time"),
            Input("sweeps", Unit.One, 1, 10_000, "1 is linear voltammetry, 2 a whole cycle", 1),
        ]);

    /// <summary>Impedance around the present voltage, or around <c>bias</c>, from the first to the last frequency.
    /// </summary>
    public static Capability Impedance(CellLimits limits, double leastFrequency, double mostFrequency) => Spectrum(
        PotentiostaticImpedance, "Impedance by a small alternating voltage", leastFrequency, mostFrequency,
        [
            Input("amplitude", Volt, 1e-3, 0.5, "of the voltage"),
            Optional("bias", Volt, limits.MinVoltage, limits.MaxVoltage, "left out: the open-circuit voltage"),
        ]);

    public static Capability CurrentImpedance(CellLimits limits, double leastFrequency, double mostFrequency) =>
        Spectrum(GalvanostaticImpedance, "Impedance by a small alternating current", leastFrequency, mostFrequency,
        [
            Input("amplitude", Ampere, 1e-9, limits.MaxCurrent, "of the current"),
            Input("bias", Ampere, -limits.MaxCurrent, limits.MaxCurrent, "direct current meanwhile", 0),
        ]);

    private static Capability Spectrum(
        string name, string description, double least, double most, IEnumerable<Input> own) => new(
            name, description,
            [
                .. own,
                Input("start_frequency", Hertz, least, most, "first frequency"),
                Input("end_frequency", Hertz, least, most, "last frequency"),
                Input("points_per_decade", Unit.One, 1, 100, "frequencies in each decade", 10),
                Input("measures", Unit.One, 1, 100, "measurements averaged at each frequency", 1),
            ],
            SpectrumColumns, Replay.Safe, a => TimeSpan.FromSeconds(1 + Frequencies(a).Sum(
                f => a.Quantity("measures").Si * Math.Max(0.15, 4 / f))));

    /// <summary>The frequencies of an impedance call, Hz, in the order in which they are measured: evenly in the
    /// logarithm, both ends included.</summary>
    public static IReadOnlyList<double> Frequencies(Arguments arguments)
    {
        var (start, end) = (arguments.Quantity("start_frequency").Si, arguments.Quantity("end_frequency").Si);
        var decades = Math.Abs(Math.Log10(end / start));
        var steps = (int)Math.Round(decades * arguments.Quantity("points_per_decade").Si);
        return steps == 0 ? [start]
            : Enumerable.Range(0, steps + 1).Select(i => start * Math.Pow(end / start, i / (double)steps)).ToList();
    }

    // What a cell has been through cannot be undone: a device that keeps its own count is asked, see IReconcile; with
    // any other a person decides, and it declares Replay.Never instead.
    private static Capability Step(
        string name, string description, CellLimits limits, IEnumerable<Input> own) => new(
            name, description, [.. own, .. Ends(limits), .. Recording(limits), .. Safety(limits)], Columns,
            name == Rest ? Replay.Safe : Replay.AskDevice,
            a => a.Find("until_time") is { Quantity: { } most } ? most.ToTimeSpan() : TimeSpan.FromDays(2))
        {
            PredictsMost = a => a.Find("until_time") is not null,
        };

    private static IEnumerable<Input> Ends(CellLimits limits)
    {
        yield return Optional("until_time", Second, 0, 1e9, "ends after");
        yield return Optional("until_voltage_above", Volt, limits.MinVoltage, limits.MaxVoltage, "ends at or above");
        yield return Optional("until_voltage_below", Volt, limits.MinVoltage, limits.MaxVoltage, "ends at or below");
        yield return Optional("until_current_below", Ampere, 0, limits.MaxCurrent,
            "ends when the current is that small in either direction");
        yield return Optional("until_charge", AmpereHour, 0, 1e6, "ends when that much has passed in either direction");
        yield return Optional("until_slope_below", VoltPerSecond, 0, 1,
            "ends when the voltage changes that slowly in either direction");
        if (limits.HasTemperature)
        {
            yield return Optional("until_temperature_above", Celsius, 173.15, 773.15, "ends at or above");
            yield return Optional("until_temperature_below", Celsius, 173.15, 773.15, "ends at or below");
        }
    }

    private static IEnumerable<Input> Recording(CellLimits limits) =>
    [
        Input("record_time", Second, limits.MinInterval, 86_400, "longest time between two points",
            Math.Max(10, limits.MinInterval)),
        Optional("record_voltage", Volt, 1e-6, 10, "a change of the voltage that makes a point as well"),
        Optional("record_current", Ampere, 1e-12, limits.MaxCurrent, "a change of the current that makes one as well"),
    ];

    private static IEnumerable<Input> Safety(CellLimits limits)
    {
        yield return Optional("max_voltage", Volt, limits.MinVoltage, limits.MaxVoltage, "safety limit");
        yield return Optional("min_voltage", Volt, limits.MinVoltage, limits.MaxVoltage, "safety limit");
        yield return Optional("max_current", Ampere, -limits.MaxCurrent, limits.MaxCurrent, "safety limit");
        yield return Optional("min_current", Ampere, -limits.MaxCurrent, limits.MaxCurrent, "safety limit, signed");
        yield return Optional("max_charge", AmpereHour, 0, 1e6, "safety limit in either direction");
        if (limits.HasTemperature)
        {
            yield return Optional("max_temperature", Celsius, 173.15, 773.15, "safety limit");
            yield return Optional("min_temperature", Celsius, 173.15, 773.15, "safety limit");
        }
        yield return Input("safety_delay", Second, 0, 3600, "how long a limit must be passed", 0);
    }

    // Limits and defaults are given in SI units here.
    private static QuantityInput Input(
        string name, Unit unit, double least, double most, string description, double? otherwise = null) => new(
            name, unit, new Quantity(least * Scale(unit), unit.Dimension),
            new Quantity(most * Scale(unit), unit.Dimension), description,
            otherwise is { } value ? new Quantity(value, unit.Dimension) : null);

    private static QuantityInput Optional(string name, Unit unit, double least, double most, string description) =>
        Input(name, unit, least, most, description) with { IsOptional = true };

    // Charges are limited in Ah above, everything else in SI units.
    private static double Scale(Unit unit) => unit == AmpereHour ? 3600 : 1;
}

/// <summary>Why a step of a cell test ended; the number in the column <c>end</c>.</summary>
public enum StepEnd
{
    None = 0,
    Time = 1,
    Voltage = 2,
    Current = 3,
    Charge = 4,
    Slope = 5,
    Temperature = 6,
}
