using Sdl.Core.Instruments;
using Sdl.Core.Units;

namespace Sdl.Drivers.Potentiostats;

/// <summary>What a model can apply.</summary>
/// <param name="LeastPotential">V.</param>
/// <param name="MostPotential">V.</param>
/// <param name="MostAmplitude">V, root mean square.</param>
/// <param name="LeastFrequency">Hz.</param>
/// <param name="MostFrequency">Hz.</param>
/// <param name="LeastInterval">s between two points.</param>
public sealed record PotentiostatLimits(
    double LeastPotential, double MostPotential, double MostAmplitude, double LeastFrequency, double MostFrequency,
    double LeastInterval);

/// <summary>The techniques that potentiostats share, spelt alike, so that a protocol can bind any of them. Potentials
/// are those of the working against the reference electrode; <c>status</c> is 0, or the sum of 1 for a timing error,
/// 2 for an overload, 4 for an underload and 8 for the warning before an overload.</summary>
public static class PotentiostatCapabilities
{
    private static readonly Unit
        Volt = Unit.Parse("V"), MilliVolt = Unit.Parse("mV"), Ampere = Unit.Parse("A"), Second = Unit.Parse("s"),
        Hertz = Unit.Parse("Hz"), Ohm = Unit.Parse("Ohm"), MilliVoltPerSecond = Unit.Parse("mV/s");

    private static readonly Column
        Time = new("time", Second), Potential = new("potential", Volt), Current = new("current", Ampere),
        Status = new("status", Unit.One,
            "0, or what was wrong with the point: 1 timing, 2 overload, 4 underload, 8 near overload");

    /// <summary>Impedance from high to low frequency. Its small amplitude around a potential at which nothing reacts
    /// leaves the sample as it was, so that it may be repeated.</summary>
    public static Capability Eis(PotentiostatLimits limits) => new(
        "eis", "Electrochemical impedance spectrum at logarithmically spaced frequencies",
        [
            Input("amplitude", MilliVolt, 1e-3, limits.MostAmplitude, "amplitude, root mean square", 10e-3),
            Input("start_frequency", Hertz, limits.LeastFrequency, limits.MostFrequency, "first frequency"),
            Input("end_frequency", Hertz, limits.LeastFrequency, limits.MostFrequency, "last frequency"),
            Input("points", Unit.One, 2, 500, "number of frequencies"),
            Input("bias", Volt, limits.LeastPotential, limits.MostPotential, "potential around which it oscillates", 0),
        ],
        [new Column("frequency", Hertz), new Column("z_real", Ohm), new Column("z_imaginary", Ohm), Status],
        Replay.Safe, a => TimeSpan.FromSeconds(1 + Frequencies(a).Sum(f => Math.Max(0.15, 4 / f))));

    /// <summary>Only looks.</summary>
    public static Capability Ocp(PotentiostatLimits limits) => new(
        "ocp", "Open circuit potential over time, cell switched off",
        [Duration(), Interval(limits)], [Time, Potential, Status], Replay.Safe, Lasts);

    /// <summary>Passes charge: to do it again is another experiment on another specimen.</summary>
    public static Capability Chronoamperometry(PotentiostatLimits limits) => new(
        "chronoamperometry", "Current over time at a constant potential",
        [
            Input("potential", Volt, limits.LeastPotential, limits.MostPotential, "potential to hold"),
            Duration(), Interval(limits),
        ],
        [Time, Potential, Current, Status], Replay.Never, Lasts);

    /// <inheritdoc cref="Chronoamperometry"/>
    public static Capability CyclicVoltammetry(PotentiostatLimits limits) => new(
        "cyclic_voltammetry", "Current while the potential goes from begin to vertex 1, to vertex 2 and back to begin",
        [
            Input("begin", Volt, limits.LeastPotential, limits.MostPotential, "potential at start and end"),
            Input("vertex_1", Volt, limits.LeastPotential, limits.MostPotential, "first turning point"),
            Input("vertex_2", Volt, limits.LeastPotential, limits.MostPotential, "second turning point"),
            Input("step", MilliVolt, 0.1e-3, 0.1, "potential between two points", 5e-3),
            Input("rate", MilliVoltPerSecond, 0.1e-3, 1, "scan rate"),
            Input("scans", Unit.One, 1, 1000, "number of cycles", 1),
        ],
        [new Column("scan", Unit.One, "counts from 1"), Potential, Current, Status], Replay.Never,
        a => TimeSpan.FromSeconds(1 + a.Quantity("scans").Si * Path(a) / a.Quantity("rate").Si));

    /// <summary>The frequencies of an <c>eis</c> call in Hz, in the order in which they are measured.</summary>
    public static IEnumerable<double> Frequencies(Arguments arguments)
    {
        var (start, end) = (arguments.Quantity("start_frequency").Si, arguments.Quantity("end_frequency").Si);
        var points = (int)arguments.Quantity("points").Si;
        return Enumerable.Range(0, points).Select(i => start * Math.Pow(end / start, i / (points - 1.0)));
    }

    /// <summary>V that one cycle of a <c>cyclic_voltammetry</c> call covers.</summary>
    private static double Path(Arguments a)
    {
        var (begin, first, second) = (a.Quantity("begin").Si, a.Quantity("vertex_1").Si, a.Quantity("vertex_2").Si);
        return Math.Abs(first - begin) + Math.Abs(second - first) + Math.Abs(begin - second);
    }

    private static TimeSpan Lasts(Arguments a) => a.Quantity("duration").ToTimeSpan() + TimeSpan.FromSeconds(1);

    private static QuantityInput Duration() => Input("duration", Second, 0.1, 86400, "how long");

    private static QuantityInput Interval(PotentiostatLimits limits) =>
        Input("interval", Second, limits.LeastInterval, 3600, "time between two points", 1);

    // Limits and defaults are given in SI units here.
    private static QuantityInput Input(
        string name, Unit unit, double least, double most, string description, double? otherwise = null) => new(
            name, unit, new Quantity(least, unit.Dimension), new Quantity(most, unit.Dimension), description,
            otherwise is { } value ? new Quantity(value, unit.Dimension) : null);
}
