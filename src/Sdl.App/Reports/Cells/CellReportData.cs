using System.Numerics;
using Sdl.App.Composition;
using Sdl.Core.Cells;
using Sdl.Core.Records;
using Sdl.Runtime.Analysis;
using Sdl.Store.Exports;
using Record = Sdl.Core.Records.Record;

namespace Sdl.App.Reports.Cells;

/// <summary>A cycle that is drawn.</summary>
/// <param name="Rows">Hours since the cycle began, V and A; in order of time.</param>
/// <param name="Halves">Ah/V over V of its constant-current halves, below zero for the discharge.</param>
public sealed record ShownCycle(
    int Cycle, IReadOnlyList<(double Hour, double Volt, double Ampere)> Rows,
    IReadOnlyList<DifferentialCapacityCurve> Halves);

/// <summary>One cell test, arranged for its report. Holds the rows of the cycles that are drawn, and of all others
/// their sums.</summary>
/// <param name="Cell">With its derived values.</param>
/// <param name="Fade">Of <see cref="Aged"/>; null when there are too few.</param>
/// <param name="Unfitted">Cycles whose rows lie too far apart for a differential capacity.</param>
/// <param name="IsDry">The cell is a simulated one.</param>
public sealed record CellReportData(
    string Name, CellRecord Cell, CellTest Test, DateTimeOffset Start, IReadOnlyList<CycleTotals> Cycles,
    IReadOnlyList<ShownCycle> Shown, CapacityFade? Fade, IReadOnlyList<Spectrum> Spectra,
    IReadOnlyList<int> Unfitted, bool IsDry)
{
    /// <summary>Share of the first capacity at which life ends.</summary>
    public const double Threshold = 0.8;

    private const int MostShown = 5, MostSpectra = 3;

    // dQ/dV smoothed over more than this shows no features of an electrode any more.
    private const double MostSmoothing = 0.06;

    /// <summary>Whole cycles.</summary>
    public IReadOnlyList<CycleTotals> Whole { get; } = [.. Cycles.Where(c => c.IsWhole)];

    /// <summary>The whole cycles that were discharged like most of them: formation and checks at other currents would
    /// pass for fade.</summary>
    public IReadOnlyList<CycleTotals> Aged => AgedOf(Cycles);

    /// <param name="steps">The steps of the test from its beginning, each time anew.</param>
    public static CellReportData Of(
        string name, CellRecord cell, CellTest test, Func<IEnumerable<CycledStep>> steps, bool dry)
    {
        var cycles = CycleTotals.Of(steps()).ToList();
        var wanted = Wanted(cycles.ConvertAll(c => c.Cycle));
        var (kept, spectra) = (new SortedDictionary<int, List<CycledStep>>(), new List<Spectrum>());
        DateTimeOffset? start = null;
        foreach (var step in steps())
        {
            start ??= step.Start;
            if (step.IsSpectrum)
                spectra.Add(SpectrumOf(step.Record));
            else if (wanted.Contains(step.Cycle))
                (kept.TryGetValue(step.Cycle, out var list) ? list : kept[step.Cycle] = []).Add(step);
        }
        var shown = kept.Select(k => Show(k.Key, k.Value)).ToList();
        return new CellReportData(
            name, cell, test, start ?? test.End, cycles, shown.ConvertAll(s => s.Shown), FadeOf(AgedOf(cycles)),
            Wanted([.. Enumerable.Range(0, spectra.Count)], MostSpectra).Order().Select(i => Fitted(spectra[i]))
                .ToList(),
            [.. shown.Where(s => s.Coarse).Select(s => s.Shown.Cycle)], dry);
    }

    private static IReadOnlyList<CycleTotals> AgedOf(IEnumerable<CycleTotals> cycles) =>
        cycles.Where(c => c.IsWhole)
            .GroupBy(c => Math.Round(Math.Log(c.Current.Discharge) / Math.Log(1.15)))
            .OrderByDescending(g => g.Count()).Select(g => g.ToList()).FirstOrDefault() ?? [];

    private static CapacityFade? FadeOf(IReadOnlyList<CycleTotals> aged)
    {
        try
        {
            return CapacityFade.Of([.. aged.Select(c => ((double)c.Cycle, c.Capacity.Discharge))], Threshold);
        }
        catch (AnalysisException)
        {
            // The page says that there are too few cycles.
            return null;
        }
    }

    // The first, the last, and some evenly between them.
    private static HashSet<int> Wanted(IReadOnlyList<int> all, int most = MostShown) => all.Count <= most ? [.. all]
        : [.. Enumerable.Range(0, most).Select(i => all[(int)Math.Round(i * (all.Count - 1.0) / (most - 1))])];

    private static (ShownCycle Shown, bool Coarse) Show(int cycle, List<CycledStep> steps)
    {
        var (from, latest) = (steps[0].Start, 0.0);
        var rows = new List<(double, double, double)>();
        foreach (var step in steps)
        {
            var (time, volt, ampere) = (step.Record["time"], step.Record["voltage"], step.Record["current"]);
            var offset = (step.Start - from).TotalHours;
            for (var i = 0; i < time.Length; i++)
                rows.Add((latest = Math.Max(latest, offset + time[i] / 3600), volt[i], ampere[i]));
        }
        var halves = steps.Where(s => s.Technique == CellTechniques.ConstantCurrent)
            .GroupBy(s => Math.Sign(s.Record["charge"][^1])).Where(g => g.Key != 0)
            .Select(g => (Sign: g.Key, Longest: g.MaxBy(s => Math.Abs(s.Record["charge"][^1]))!.Record)).ToList();
        var curves = halves.ConvertAll(h => Differential(h.Longest, h.Sign));
        return (new ShownCycle(cycle, rows, [.. curves.OfType<DifferentialCapacityCurve>()]), curves.Contains(null));
    }

    private static DifferentialCapacityCurve? Differential(Record record, int sign)
    {
        var (volt, charge) = (record["voltage"], record["charge"]);
        var gaps = volt.Zip(volt.Skip(1), (a, b) => Math.Abs(b - a)).Order().ToList();
        // Two rows within the smoothing, where most rows lie.
        var smoothing = gaps.Count == 0 ? 1 : Math.Max(0.005, 2 * gaps[(int)(0.8 * (gaps.Count - 1))]);
        if (smoothing > MostSmoothing)
            return null;
        try
        {
            var curve = DifferentialCapacity.Of(volt, charge, smoothing);
            return curve with { Slope = [.. curve.Slope.Select(s => sign * Math.Abs(s))] };
        }
        catch (AnalysisException)
        {
            return null;
        }
    }

    private static Spectrum SpectrumOf(Record record) => new(record.Call, record["frequency"],
        [.. record["z_real"].Zip(record["z_imaginary"], (re, im) => new Complex(re, im))], null);

    private static Spectrum Fitted(Spectrum spectrum)
    {
        try
        {
            return spectrum with { Fit = SpectrumFits.Best(spectrum.Hertz, spectrum.Impedance) };
        }
        catch (AnalysisException)
        {
            // The plot then shows the points alone; the table of fits says why.
            return spectrum;
        }
    }
}
