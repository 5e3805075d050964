using System.Globalization;
using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Drivers.Cyclers;

namespace Sdl.Drivers.Potentiostats;

/// <summary>How one capability is said as a test of the Rodeostat, and what its points must look like.</summary>
/// <param name="Test">Name of the test.</param>
/// <param name="Parameters">Of the test, all of them, in V and ms.</param>
/// <param name="Period">ms between two points.</param>
/// <param name="Duration">s of the whole run.</param>
/// <param name="Applied">V at s since its start.</param>
/// <param name="Row">The row of a point, or null when it gives none.</param>
internal sealed record RodeostatRun(
    string Test, IReadOnlyList<(string Name, double Value)> Parameters, int Period, double Duration,
    Func<double, double> Applied, Func<RodeostatLine.Point, double[]?> Row)
{
    // The device takes 1 to 1000 ms; 5 a second are enough for ends and limits of a cell.
    private const int LongestPeriod = 1000, CellPeriod = 200;

    // Its milliseconds count to 32 bits.
    private const int LongestDays = 24;

    /// <summary>Whether the host has seen enough and ends the run.</summary>
    public Func<bool> IsOver { get; init; } = () => false;

    /// <summary>A current beyond its range ends the run.</summary>
    public bool OverloadIsFatal { get; init; }

    /// <exception cref="InstrumentException">The device cannot do it.</exception>
    public static RodeostatRun Of(InstrumentId id, Invocation call)
    {
        var a = call.Arguments;
        return call.Capability switch
        {
            "chronoamperometry" => Amperometry(id, a),
            "cyclic_voltammetry" => Voltammetry(id, a),
            CellTechniques.ConstantVoltage => Constant(new TechniqueStep(id, call)),
            CellTechniques.VoltageScan => Scan(id, new TechniqueStep(id, call)),
            _ => throw new InstrumentException(id, Fault.OutOfRange, $"it has no capability '{call.Capability}'"),
        };
    }

    /// <summary>A number as the device reads it.</summary>
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static RodeostatRun Amperometry(InstrumentId id, Arguments a)
    {
        var (potential, duration) = (a.Quantity("potential").Si, Millisecond(a.Quantity("duration").Si));
        var interval = Millisecond(a.Quantity("interval").Si);
        var parts = Enumerable.Range(1, 3600).FirstOrDefault(
            n => interval % n == 0 && interval / n is >= 1 and <= LongestPeriod);
        if (parts == 0)
            throw new InstrumentException(id, Fault.OutOfRange,
                $"an interval of {interval} ms is no whole number of periods of 1 to {LongestPeriod} ms");
        return new RodeostatRun("constant", Held(potential, duration), interval / parts, duration / 1000.0,
            _ => potential, p => IsMultiple(p.Time, interval / 1000.0)
                ? [p.Time, p.Volt, p.Ampere, p.IsOverloaded ? 2 : 0] : null);
    }

    private static RodeostatRun Voltammetry(InstrumentId id, Arguments a)
    {
        var (begin, first, second) =
            (a.Quantity("begin").Si, a.Quantity("vertex_1").Si, a.Quantity("vertex_2").Si);
        var (rate, scans) = (a.Quantity("rate").Si, a.Quantity("scans").Si);
        if (first == second || (begin - first) * (begin - second) > 0)
            throw new InstrumentException(id, Fault.OutOfRange,
                "the triangle of the device goes between its two vertices: they must differ, and 'begin' must not lie "
                + "outside them");
        if (scans != Math.Round(scans))
            throw new InstrumentException(id, Fault.OutOfRange, $"scans = {scans} should be a whole number");
        var period = Millisecond(2 * Math.Abs(first - second) / rate);
        // It begins at the second vertex, on its way to the first; the shift brings it to where it is to begin.
        var shift = (begin - second) / (first - second) / 2;
        var sample = SamplePeriod(id, a.Quantity("step").Si / rate);
        return new RodeostatRun("cyclic", Triangle(second, first, period, (int)scans, shift), sample,
            period * scans / 1000, t => At(second, first, period / 1000.0, t + shift * period / 1000.0),
            p => [Math.Min(Math.Floor(p.Time * 1000 / period) + 1, scans), p.Volt, p.Ampere, p.IsOverloaded ? 2 : 0]);
    }

    private static RodeostatRun Constant(TechniqueStep step)
    {
        var most = Math.Min(step.Longest, LongestDays * 86_400);
        return OfCell(step, "constant", Held(step.Target, Millisecond(most)), most, _ => step.Target);
    }

    private static RodeostatRun Scan(InstrumentId id, TechniqueStep step)
    {
        if (step.Sweeps != Math.Round(step.Sweeps))
            throw new InstrumentException(id, Fault.OutOfRange, $"sweeps = {step.Sweeps} should be a whole number");
        if (step.Target == step.Second)
            throw new InstrumentException(id, Fault.OutOfRange, "start_voltage and end_voltage should differ");
        var sweep = Math.Abs(step.Second - step.Target) / step.Rate;
        if (step.Sweeps == 1)
            return OfCell(step, "linearSweep",
                [
                    ("quietValue", step.Target), ("quietTime", 0), ("startValue", step.Target),
                    ("finalValue", step.Second), ("duration", Millisecond(sweep)),
                ],
                sweep, t => step.Target + (step.Second - step.Target) * Math.Min(1, t / sweep));
        // The device counts whole cycles; the last half of an odd number of sweeps is stopped here.
        var period = Millisecond(2 * sweep);
        var cycles = (int)Math.Ceiling(step.Sweeps / 2);
        return OfCell(step, "cyclic", Triangle(step.Target, step.Second, period, cycles, 0), cycles * period / 1000.0,
            t => At(step.Target, step.Second, period / 1000.0, t));
    }

    private static RodeostatRun OfCell(
        TechniqueStep step, string test, IReadOnlyList<(string, double)> parameters, double duration,
        Func<double, double> applied)
    {
        var record = Millisecond(step.RecordTime);
        var period = Enumerable.Range(1, CellPeriod).Last(p => record % p == 0);
        // The device gives no point at an end that lies between two of its periods: the one before is the last.
        var longest = Math.Min(step.Longest, LongestDays * 86_400);
        var course = new CellCourse(step, longest - Millisecond(longest) / period * period / 1000.0 + 1e-6);
        return new RodeostatRun(test, parameters, period, duration, applied,
            p => course.Take(p.Time, p.Volt, p.Ampere))
        {
            IsOver = () => course.End != StepEnd.None, OverloadIsFatal = true,
        };
    }

    private static IReadOnlyList<(string, double)> Held(double volt, double milliseconds) =>
        [("quietValue", volt), ("quietTime", 0), ("value", volt), ("duration", milliseconds)];

    // With a negative amplitude the device would take its least for its largest voltage, choose too small a range and
    // cut the triangle off without a word.
    private static IReadOnlyList<(string, double)> Triangle(
        double from, double to, double period, int cycles, double shift) =>
        [
            ("quietValue", from), ("quietTime", 0), ("amplitude", Math.Abs(to - from) / 2), ("offset", (to + from) / 2),
            ("period", period), ("numCycles", cycles), ("shift", to > from ? shift : shift + 0.5),
        ];

    private static double At(double from, double to, double period, double t)
    {
        var share = t / period - Math.Floor(t / period);
        return from + (to - from) * (share < 0.5 ? 2 * share : 2 - 2 * share);
    }

    private static bool IsMultiple(double time, double of) => Math.Abs(time / of - Math.Round(time / of)) < 1e-6;

    private static int SamplePeriod(InstrumentId id, double seconds) =>
        Millisecond(seconds) is >= 1 and <= LongestPeriod and var period ? period : throw new InstrumentException(
            id, Fault.OutOfRange, $"step / rate is {seconds:G4} s, and the device gives a point in 1 ms to 1 s");

    private static int Millisecond(double seconds) => (int)Math.Round(Math.Min(seconds * 1000, int.MaxValue));
}
