using System.Numerics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sdl.App.Reports.Cells;
using Sdl.App.Reports.Plots;
using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Runtime.Analysis;
using Sdl.Store.Exports;
using Point = Sdl.App.Reports.Plots.Point;
using Record = Sdl.Core.Records.Record;

namespace Sdl.Lab.Tests.Reports;

public sealed partial class CellReportTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly InstrumentId Channel = new("channel_1");

    [Fact]
    public void Page_holds_every_figure_with_units_and_needs_nothing_from_elsewhere()
    {
        var html = CellReport.Write(Data(60));
        Assert.Equal(["cycles", "capacity", "differential", "fade", "nyquist"],
            Drawings(html).Select(d => ((string)d.Attribute("aria-labelledby")!).Split('-')[0]));
        foreach (var axis in new[]
        {
            "voltage / V", "current / mA", "time since the cycle began / h", "capacity / mAh", "efficiency / %",
            "dQ/dV / mAh V⁻¹", "capacity / %", "Z′ / Ω", "−Z″ / Ω",
        })
            Assert.Contains($">{axis}<", html, StringComparison.Ordinal);
        Assert.Equal(["http://www.w3.org/2000/svg"], Links().Matches(html).Select(m => m.Value).Distinct());
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
        var ids = Drawings(html).SelectMany(d => d.DescendantsAndSelf())
            .Select(e => (string?)e.Attribute("id")).OfType<string>().ToList();
        Assert.Equal(ids.Distinct(), ids);
        // Colours come from the style sheet, which knows a light and a dark scheme.
        Assert.All(ColourClass().Matches(html).Select(m => m.Value).Distinct(),
            c => Assert.Equal(3, html.Split($"--{c}: #").Length - 1));
        Assert.Contains("LP57", html, StringComparison.Ordinal);
        Assert.Contains("± 0.35 µL", html, StringComparison.Ordinal);
    }

    [Fact]
    public void First_last_and_some_cycles_are_shown_with_their_peaks()
    {
        var data = Data(60);
        Assert.Equal([1, 16, 31, 45, 60], data.Shown.Select(s => s.Cycle));
        // The charge goes up by 0.25 V with the charge: 1 mAh / 0.25 V; the discharge counts below zero.
        var halves = data.Shown[0].Halves.ToDictionary(h => Math.Sign(h.Slope[h.Slope.Count / 2]));
        Assert.Equal(4e-3, halves[1].Slope[halves[1].Slope.Count / 2], 1e-6);
        Assert.Equal(-4e-3 * 0.99, halves[-1].Slope[halves[-1].Slope.Count / 2], 1e-4);
    }

    [Fact]
    public void Fade_leaves_the_formation_out_and_says_when_life_ends()
    {
        // Two cycles at a tenth of the current give more; then a thousandth is lost with each.
        var data = Data(60, formation: 2);
        Assert.Equal(Enumerable.Range(3, 58), data.Aged.Select(c => c.Cycle));
        Assert.Equal(3, data.Fade!.First);
        var end = data.Fade.EndOfLife!;
        Assert.True(end.IsExtrapolated);
        Assert.Equal(3 + 0.2 / 0.001 * (1 - 0.001 * 3), end.Cycle, 1);
        Assert.Equal(0.8, data.Fade.At(end.Cycle).Share, 1e-6);
        Assert.Contains("80 % is reached in cycle 20", FadePlot.Verdict(data), StringComparison.Ordinal);
        var svg = FadePlot.Draw(data);
        Assert.Contains("class=\"band\"", svg, StringComparison.Ordinal);
        Assert.Contains("End of life: cycle 20", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Drawing_agrees_with_the_golden_file() =>
        GoldenFile.Check("capacity.svg", CapacityPlot.Draw(Data(6)));

    [Fact]
    public void Fitted_circuit_is_named_with_its_resistances()
    {
        var data = Data(4);
        var fit = Assert.Single(data.Spectra).Fit!;
        Assert.Equal(10, fit["R0"].Value, 0.05);
        Assert.Contains($"<code>{fit.Circuit}</code> with R0 ", CellReport.Write(data), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(400)]
    public void Page_is_written_for_hardly_begun_and_for_long_tests(int cycles)
    {
        var html = CellReport.Write(Data(cycles));
        Assert.Equal(cycles > 1, html.Contains("What each cycle gave", StringComparison.Ordinal));
        Assert.Equal(cycles >= 4, html.Contains("id=\"fade-title\"", StringComparison.Ordinal));
        Assert.InRange(html.Length, 1_000, 400_000);
    }

    [Fact]
    public void Rows_that_lie_too_far_apart_give_no_differential_capacity_and_the_page_says_so()
    {
        var data = Data(5, rows: 4);
        Assert.All(data.Shown, s => Assert.Empty(s.Halves));
        Assert.Equal([1, 2, 3, 4, 5], data.Unfitted);
    }

    [Fact]
    public void Thinned_line_keeps_its_ends_and_its_peaks()
    {
        var points = Enumerable.Range(0, 10_000)
            .Select(i => new Point(i, i switch { 4_711 => 5, 7_000 => -9, _ => Math.Sin(i / 500.0) })).ToList();
        var thin = Thin.Of(points, 400).ToList();
        Assert.InRange(thin.Count, 100, 400);
        Assert.Equal((points[0], points[^1]), (thin[0], thin[^1]));
        Assert.Contains(points[4_711], thin);
        Assert.Contains(points[7_000], thin);
        Assert.Equal(thin.OrderBy(p => p.X), thin);
    }

    private static IReadOnlyList<XElement> Drawings(string html) =>
        [.. Drawing().Matches(html).Select(m => XElement.Parse(m.Value))];

    private static CellReportData Data(int cycles, int formation = 0, int rows = 40) => CellReportData.Of(
        "cell-017", CellRecord.Empty.With(CellKeys.ElectrolyteName, "LP57").With(CellKeys.ElectrolyteAmount, 35)
            .With(CellKeys.ElectrolyteUncertainty, 0.35),
        new CellTest(new RunId("e001"), Channel, "life", new string('a', 64), [], Start + TimeSpan.FromDays(9)),
        () => new CycleCount().Of(Records(cycles, formation, rows)), dry: false);

    // A cell of 1 mAh between 3 V and 4 V with 10 Ohm that loses a thousandth in every cycle.
    private static IEnumerable<(string, Record)> Records(int cycles, int formation, int rows)
    {
        var at = Start;
        yield return (CellTechniques.Rest, Make("rest", [[0, 3.5, 0, 0, 0, 25, 0], [60, 3.5, 0, 0, 0, 25, 1]], ref at));
        for (var cycle = 1; cycle <= cycles; cycle++)
        {
            var (ampere, gain) = cycle <= formation ? (1e-4, 1.05) : (1e-3, 1);
            yield return (CellTechniques.ConstantCurrent,
                Half($"life[{cycle}]/charge", ampere, gain * (1 - 1e-3 * (cycle - 1)), rows, ref at));
            yield return (CellTechniques.ConstantCurrent,
                Half($"life[{cycle}]/discharge", -ampere, gain * (1 - 1e-3 * cycle), rows, ref at));
        }
        yield return (CellTechniques.PotentiostaticImpedance, Spectrum(ref at));
    }

    private static Record Half(string step, double ampere, double mAh, int rows, ref DateTimeOffset at)
    {
        var data = new List<double[]>();
        for (var i = 0; i <= rows; i++)
        {
            var share = i / (double)rows;
            var (charge, sign) = (Math.Sign(ampere) * 1e-3 * mAh * share, Math.Sign(ampere));
            var volt = 3.5 + 10 * ampere + sign * 0.25 * share;
            data.Add([3600 * charge / ampere, volt, ampere, charge, charge * (volt - sign * 0.125 * share),
                double.NaN, i == rows ? 2 : 0]);
        }
        return Make(step, data, ref at);
    }

    private static Record Spectrum(ref DateTimeOffset at)
    {
        var (circuit, started) = (Circuit.Parse("R0-p(R1,CPE1)"), at);
        var samples = Enumerable.Range(0, 31).Select(i =>
        {
            var hertz = Math.Pow(10, 4 - i / 6.0);
            Complex z = circuit.Impedance(hertz, [10, 30, 1e-4, 0.9]);
            // A little of what a measurement brings along.
            z *= 1 + 1e-4 * Math.Sin(7 * i);
            return new Sample(started + TimeSpan.FromSeconds(i), new[] { hertz, z.Real, z.Imaginary, 3.5, 0 });
        }).ToList();
        at += TimeSpan.FromMinutes(1);
        return Record.Seal(new CallId("e001/spectrum"), Channel, CellTechniques.SpectrumColumns, samples);
    }

    private static Record Make(string step, IReadOnlyList<double[]> data, ref DateTimeOffset at)
    {
        var start = at;
        at += TimeSpan.FromSeconds(data[^1][0] + 1);
        return Record.Seal(new CallId($"e001/{step}"), Channel, CellTechniques.Columns,
            [.. data.Select(d => new Sample(start + TimeSpan.FromSeconds(d[0]), d))]);
    }

    [GeneratedRegex(@"<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Drawing();

    [GeneratedRegex(@"https?://[^""\s]+")]
    private static partial Regex Links();

    [GeneratedRegex(@"(?<=class=""trace )c\d")]
    private static partial Regex ColourClass();
}
