using Sdl.App.Reports.Plots;

namespace Sdl.App.Reports.Cells;

/// <summary>dQ/dV of the charges (above zero) and discharges (below) of some cycles.</summary>
public static class DifferentialPlot
{
    public static string Draw(CellReportData data)
    {
        var curves = data.Shown.Select((s, i) => (s.Cycle, Colour: i, s.Halves))
            .Where(c => c.Halves.Count > 0).ToList();
        var points = curves.SelectMany(c => c.Halves).SelectMany(Points).ToList();
        var (x, y) = (Ticks.Over(points.Min(p => p.X), points.Max(p => p.X)),
            Ticks.Over(Math.Min(0, points.Min(p => p.Y)), Math.Max(0, points.Max(p => p.Y))));
        var frame = new Frame(new Scale(x.Min, x.Max, 70, 500), new Scale(y.Min, y.Max, 360, 44));
        var svg = new Svg("differential", 516, 414, "Differential capacity",
            $"dQ/dV over voltage of cycles {string.Join(", ", curves.Select(c => c.Cycle))}.");
        frame.Draw(svg, x, y, "voltage / V", "dQ/dV / mAh V⁻¹");
        svg.Line("axis", frame.At(x.Min, 0), frame.At(x.Max, 0));
        var at = 70.0;
        svg.Text("legend", new(at, 22), "cycle");
        at += 44;
        foreach (var (cycle, colour, halves) in curves)
        {
            svg.Line($"trace c{colour}", new(at, 18), new(at + 18, 18)).Text("legend", new(at + 23, 22), $"{cycle}");
            at += 40 + 7 * $"{cycle}".Length;
            foreach (var half in halves)
                svg.Path($"trace c{colour}", Svg.Through(Thin.Of([.. Points(half).Select(frame.At)], 600)));
        }
        return svg.ToString();
    }

    /// <summary>How much it was smoothed, and what is missing.</summary>
    public static string Caption(CellReportData data)
    {
        var widths = data.Shown.SelectMany(s => s.Halves).Select(h => 1e3 * h.Smoothing).ToList();
        var missing = data.Unfitted.Count == 0 ? ""
            : $" Rows lie too far apart for it in {(data.Unfitted.Count == 1 ? "cycle" : "cycles")} "
                + $"{string.Join(", ", data.Unfitted)}: record more of them.";
        return FormattableString.Invariant(
            $"Local parabolas with Gaussian weights of {widths.Min():0} to {widths.Max():0} mV.") + missing;
    }

    private static IEnumerable<Point> Points(Runtime.Analysis.DifferentialCapacityCurve curve) =>
        curve.Voltage.Zip(curve.Slope, (v, s) => new Point(v, 1e3 * s)).Where(p => double.IsFinite(p.Y));
}
