using System.Globalization;
using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Drivers.Cyclers;

namespace Sdl.Drivers.Potentiostats;

/// <summary>How one capability is said in MethodSCRIPT and how its data packages are read.</summary>
/// <param name="Script">Complete, with the tag of its call.</param>
/// <param name="Types">Variable types that each package must have, in order; alternatives behind a bar.</param>
/// <param name="Points">Least and largest number of packages: a script that was damaged on its way gives another.
/// </param>
/// <param name="Silence">Longest time without a line after which the device is given up.</param>
/// <param name="CountsScans">Whether the rows start with the number of the scan.</param>
/// <param name="OverloadIsFatal">Whether a point that overloaded the current range is worthless: an impedance is; a
/// current is only cut off, and the row says so.</param>
internal sealed record PicoTechnique(
    string Script, IReadOnlyList<string> Types, (int Least, int Most) Points, TimeSpan Silence, bool CountsScans,
    bool OverloadIsFatal)
{
    // The device measures the slowest frequencies over a few cycles and may repeat that while it finds its range.
    private const double CyclesOfPatience = 30;

    // s; often enough for ends and limits of a cell.
    private const double CellInterval = 0.2;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>After which a spectrum has ended or the device was given up, however long it looks for its
    /// range.</summary>
    public static TimeSpan LongestEis(Arguments arguments) => Longest(PotentiostatCapabilities.Frequencies(arguments));

    private static TimeSpan Longest(IEnumerable<double> frequencies)
    {
        var times = frequencies.Select(f => CyclesOfPatience / f).ToList();
        return TimeSpan.FromSeconds(times.Sum()) + Wait(times.Max());
    }

    /// <summary>The technique of a cell test as the device can do it: it averages nothing.</summary>
    /// <param name="mostAmplitude">V, root mean square.</param>
    public static Capability ImpedanceOf(Capability technique, double mostAmplitude) => technique with
    {
        Inputs =
        [
            .. technique.Inputs.Select(i => i switch
            {
                QuantityInput { Name: "amplitude" } q => q with
                {
                    Max = new Quantity(mostAmplitude * Math.Sqrt(2), q.Unit.Dimension),
                },
                QuantityInput { Name: "measures" } q => q with { Max = q.Min, Description = "it averages nothing" },
                _ => i,
            }),
        ],
        Limit = a => Longest(CellTechniques.Frequencies(a)),
    };

    /// <exception cref="InstrumentException">It would never end, or cannot be done.</exception>
    public static PicoTechnique For(InstrumentId id, Invocation call, string tag, double largestRange)
    {
        var a = call.Arguments;
        return call.Capability switch
        {
            "eis" => Eis(a, tag, largestRange),
            "ocp" => new(
                MethodScript.Measurement(tag, "tp", 40, largestRange, [],
                    $"meas_loop_ocp p {Si(a, "interval")} {Si(a, "duration")}", "tp"),
                ["eb", "ab|da"], Timed(a), Wait(a.Quantity("interval").Si), false, false),
            "chronoamperometry" => new(
                MethodScript.Measurement(tag, "tpc", 400, largestRange, [a.Quantity("potential").Si],
                    $"meas_loop_ca p c {Si(a, "potential")} {Si(a, "interval")} {Si(a, "duration")}", "tpc"),
                ["eb", "ab|da", "ba"], Timed(a), Wait(a.Quantity("interval").Si), false, false),
            "cyclic_voltammetry" => Cv(a, tag, largestRange),
            CellTechniques.PotentiostaticImpedance => Impedance(a, tag, largestRange),
            CellTechniques.Rest or CellTechniques.ConstantVoltage or CellTechniques.VoltageScan =>
                Cell(id, new TechniqueStep(id, call), tag, largestRange),
            _ => throw new ArgumentException($"there is no technique for '{call.Capability}'"),
        };
    }

    private static PicoTechnique Eis(Arguments a, string tag, double largestRange)
    {
        var points = (int)a.Quantity("points").Si;
        var loop = string.Create(CultureInfo.InvariantCulture,
            $"meas_loop_eis f r j {Si(a, "amplitude")} {Si(a, "start_frequency")} {Si(a, "end_frequency")} {points} ")
            + Si(a, "bias");
        var slowest = Math.Min(a.Quantity("start_frequency").Si, a.Quantity("end_frequency").Si);
        return new(MethodScript.Measurement(tag, "frj", 200e3, largestRange, [a.Quantity("bias").Si], loop, "frj"),
            ["dc", "cc", "cd"], (points, points), Wait(CyclesOfPatience / slowest), false, true)
        {
            Patience = CyclesOfPatience / 4,
        };
    }

    // A cell step tells the height of its wave, the device wants its root mean square.
    private static PicoTechnique Impedance(Arguments a, string tag, double largestRange)
    {
        var frequencies = CellTechniques.Frequencies(a);
        var script = MethodScript.Impedance(
            tag, largestRange, a.Find("bias")?.Quantity?.Si, Math.Round(a.Quantity("amplitude").Si / Math.Sqrt(2), 9),
            frequencies[0], frequencies[^1], frequencies.Count);
        return new(script, ["dc", "cc", "cd", "ab|da", "ba"], (frequencies.Count, frequencies.Count),
            Wait(CyclesOfPatience / frequencies.Min()), false, true)
        {
            Patience = CyclesOfPatience / 4, HasStatus = false,
        };
    }

    private static PicoTechnique Cv(Arguments a, string tag, double largestRange)
    {
        var scans = (int)a.Quantity("scans").Si;
        var option = scans == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" nscans({scans})");
        var loop = $"meas_loop_cv p c {Si(a, "begin")} {Si(a, "vertex_1")} {Si(a, "vertex_2")} {Si(a, "step")} "
            + Si(a, "rate");
        double[] potentials = [a.Quantity("begin").Si, a.Quantity("vertex_1").Si, a.Quantity("vertex_2").Si];
        var path = Math.Abs(potentials[1] - potentials[0]) + Math.Abs(potentials[2] - potentials[1])
            + Math.Abs(potentials[0] - potentials[2]);
        return new(MethodScript.Measurement(tag, "pc", 400, largestRange, potentials, loop + option, "pc"),
            ["ab|da", "ba"], About(scans * path / a.Quantity("step").Si),
            Wait(a.Quantity("step").Si / a.Quantity("rate").Si), true, false);
    }

    // The device is told the longest time and all conditions that it can watch, and stopped when this program sees one
    // met. Two days are what a step is expected to last at most.
    private static PicoTechnique Cell(InstrumentId id, TechniqueStep step, string tag, double largestRange)
    {
        var interval = Math.Min(step.RecordTime, CellInterval);
        var isScan = step.Technique == CellTechniques.VoltageScan;
        var longest = Math.Min(step.Longest, 2 * 86_400);
        var (loop, due, each) = step.Technique switch
        {
            CellTechniques.Rest => ($"meas_loop_ocp p {Si(interval)} {Si(longest)}", longest, 0),
            CellTechniques.ConstantVoltage =>
                ($"meas_loop_ca p c {Si(step.Target)} {Si(interval)} {Si(longest)}", longest, 0.0),
            _ => Scan(id, step, interval),
        };
        IReadOnlyList<double> potentials = step.Technique == CellTechniques.Rest ? []
            : isScan ? [step.Target, step.Second] : [step.Target];
        var packed = step.Technique == CellTechniques.Rest ? "tp" : "tpc";
        var conditions = new PicoConditions(step, isScan ? each / step.Rate : interval, packed == "tpc");
        string[] types = packed == "tp" ? ["eb", "ab|da"] : ["eb", "ab|da", "ba"];
        return new(
            MethodScript.Measurement(
                tag, packed, packed == "tp" ? 40 : 400, largestRange, potentials, loop, packed, conditions),
            conditions.Any ? [.. types, "ja"] : types, (1, About(due / interval).Most), Wait(interval), false, true)
        {
            SaysWhy = conditions.Any,
            Course = new CellCourse(step, interval / 2),
        };
    }

    private static (string Loop, double Due, double Each) Scan(InstrumentId id, TechniqueStep step, double interval)
    {
        var sweep = Math.Abs(step.Second - step.Target);
        if (sweep == 0 || step.Sweeps != Math.Round(step.Sweeps))
            throw new InstrumentException(id, Fault.OutOfRange,
                "start_voltage and end_voltage should differ, and sweeps should be a whole number");
        // Whole steps of at least 0.1 mV; the line carries no more than 100 points a second.
        var each = sweep / Math.Max(1, Math.Round(sweep / Math.Max(interval * step.Rate, 1e-4)));
        if (each / step.Rate < 0.01 - 1e-9)
            throw new InstrumentException(id, Fault.OutOfRange, $"a scan of {step.Rate} V/s is too fast here");
        var (start, end) = (Si(step.Target), Si(step.Second));
        var cycles = (int)Math.Ceiling(step.Sweeps / 2);
        return step.Sweeps == 1
            ? ($"meas_loop_lsv p c {start} {end} {Si(each)} {Si(step.Rate)}", sweep / step.Rate, each)
            : ($"meas_loop_cv p c {start} {end} {start} {Si(each)} {Si(step.Rate)}"
                + (cycles == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" nscans({cycles})")),
                2 * cycles * sweep / step.Rate, each);
    }

    /// <summary>Of a step of a cell test; null for the others.</summary>
    public CellCourse? Course { get; init; }

    /// <summary>The last value of each package says whether and why the device has left its loop, see
    /// <see cref="PicoConditions"/>.</summary>
    public bool SaysWhy { get; init; }

    /// <summary>Rows end with the status.</summary>
    public bool HasStatus { get; init; } = true;

    /// <summary>How many times longer than predicted a measurement may take.</summary>
    public double Patience { get; init; } = 2;

    /// <summary>The row of a package.</summary>
    /// <exception cref="FormatException">The package is not one of this script.</exception>
    public double[] Row(IReadOnlyList<PackageValue> package, int scan)
    {
        if (package.Count != Types.Count || package.Where((v, i) => !Types[i].Split('|').Contains(v.Type)).Any())
            throw new FormatException($"a package of {string.Join(", ", package.Select(v => v.Type))} came "
                + $"where one of {string.Join(", ", Types)} was due");
        double[] head = CountsScans ? [scan] : [];
        double[] tail = HasStatus ? [package.Aggregate(0, (status, v) => status | v.Status)] : [];
        return [.. head, .. package.Select(v => v.Value), .. tail];
    }

    private static (int Least, int Most) Timed(Arguments a) =>
        About(a.Quantity("duration").Si / a.Quantity("interval").Si);

    // Devices differ in whether they give the first and the last point.
    private static (int Least, int Most) About(double points) =>
        (Math.Max(1, (int)(0.95 * points) - 3), (int)(1.05 * points) + 4);

    private static string Si(double value) => MethodScript.Number(Math.Round(value, 9));

    private static string Si(Arguments a, string name) => MethodScript.Number(a.Quantity(name).Si);

    private static TimeSpan Wait(double seconds) => TimeSpan.FromSeconds(3 * seconds) + Grace;
}
