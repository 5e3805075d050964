using System.Globalization;
using Sdl.App.Reports.Plots;

namespace Sdl.App.Reports.Cells;

/// <summary>Capacity over that of the first like cycle, the curve that was fitted, and where it comes down to the end
/// of life.</summary>
public static class FadePlot
{
    // A line that is drawn further than this beyond what was measured would show little else.
    private const double MostReach = 12;

    public static string Draw(CellReportData data)
    {
        var (fade, aged) = (data.Fade!, data.Aged);
        var (first, whole, last) = (fade.First, aged[0].Capacity.Discharge, aged[^1].Cycle);
        var points = aged.Select(c => new Point(c.Cycle, 100 * c.Capacity.Discharge / whole)).ToList();
        var end = fade.EndOfLife is { } e && e.Cycle - first < MostReach * (last - first) ? e : null;
        var reach = Math.Max(last + 0.05 * (last - first),
            end is null ? 0 : Math.Min(end.Cycle + 2 * end.Uncertainty, first + 1.2 * MostReach * (last - first)));
        var curve = Enumerable.Range(0, 201).Select(k => first + (reach - first) * k / 200.0)
            .Select(n => (Cycle: n, fade.At(n).Share, fade.At(n).Deviation)).ToList();
        var low = Math.Min(points.Min(p => p.Y), end is null ? 100 : 100 * CellReportData.Threshold - 4);
        var (x, y) = (Ticks.Within(first, reach, 8), Ticks.Over(low, points.Max(p => p.Y)));
        var frame = new Frame(new Scale(first - 0.02 * (reach - first), reach, 70, 500),
            new Scale(y.Min, y.Max, 360, 44));
        var svg = new Svg("fade", 516, 414, "Capacity fade and end of life", Verdict(data));
        frame.Draw(svg, x, y, "cycle", "capacity / %");
        frame.OpenClipped(svg, "fade-clip");
        svg.Path("band", Svg.Through(
            [.. curve.Select(c => frame.At(c.Cycle, 100 * (c.Share + c.Deviation))),
             .. Enumerable.Reverse(curve).Select(c => frame.At(c.Cycle, 100 * (c.Share - c.Deviation)))],
            closed: true));
        svg.Path("model", Svg.Through(curve.Select(c => frame.At(c.Cycle, 100 * c.Share))));
        svg.Close();
        foreach (var point in points.Count > 150 ? [] : points)
            svg.Circle("dot c0", frame.At(point), 3);
        if (points.Count > 150)
            svg.Path("trace c0", Svg.Through(Thin.Of([.. points.Select(frame.At)], 800)));
        if (end is not null)
            End(svg, frame, end);
        Legend(svg);
        return svg.ToString();
    }

    /// <summary>The end of life in words.</summary>
    public static string Verdict(CellReportData data)
    {
        if (data.Fade is not { } fade)
            return "";
        var rate = string.Create(CultureInfo.InvariantCulture,
            $"{100 * fade.Retention:0.0} % of the capacity of cycle {fade.First:0} is left; the loss is now ")
            + $"{People.WithUncertainty(100 * fade.Rate, 100 * fade.RateUncertainty)} % a cycle. ";
        return rate + fade.EndOfLife switch
        {
            null => "No end of life is in sight: the fitted curve does not come down to 80 %.",
            { IsExtrapolated: true } e => $"Extrapolated, 80 % is reached in cycle "
                + $"{People.WithUncertainty(e.Cycle, e.Uncertainty)} (one standard deviation of the fit; a knee, which "
                + "the curve does not know, would end it sooner).",
            { } e => $"80 % was reached in cycle {People.WithUncertainty(e.Cycle, e.Uncertainty)}.",
        };
    }

    private static void End(Svg svg, Frame frame, Runtime.Analysis.EndOfLife end)
    {
        var share = 100 * CellReportData.Threshold;
        svg.Line("reference", frame.At(frame.X.Min, share), frame.At(frame.X.Max, share));
        var (from, to) = (Math.Max(end.Cycle - end.Uncertainty, frame.X.Min),
            Math.Min(end.Cycle + end.Uncertainty, frame.X.Max));
        svg.Line("error model-error", frame.At(from, share), frame.At(to, share));
        foreach (var tip in new[] { from, to })
        {
            var at = frame.At(tip, share);
            svg.Line("error model-error", at with { Y = at.Y - 6 }, at with { Y = at.Y + 6 });
        }
        svg.Open("g").Note($"End of life: cycle {People.WithUncertainty(end.Cycle, end.Uncertainty)}")
            .Circle("ring", frame.At(Math.Min(end.Cycle, frame.X.Max), share), 5).Close();
    }

    private static void Legend(Svg svg)
    {
        svg.Circle("dot c0", new(76, 18), 3.6).Text("legend", new(86, 22), "measured");
        svg.Path("band", Svg.Through(Polygon.Box(160, 182, 11, 25), closed: true));
        svg.Line("model", new(160, 18), new(182, 18)).Text("legend", new(188, 22), "fit ± 1 sd of a cycle");
        svg.Circle("ring", new(336, 18), 5).Text("legend", new(348, 22), "end of life ± 1 sd");
    }
}
