using System.Globalization;
using Sdl.App.Reports.Plots;

namespace Sdl.App.Reports.Cells;

/// <summary>Capacity and Coulombic efficiency of each whole cycle.</summary>
public static class CapacityPlot
{
    // As points up to here, as a line beyond.
    private const int MostPoints = 150;

    public static string Draw(CellReportData data)
    {
        var cycles = data.Whole;
        var (first, last) = (cycles[0].Cycle, Math.Max(cycles[^1].Cycle, cycles[0].Cycle + 1));
        var x = Ticks.Within(first, last, Math.Min(last - first, 12));
        var across = new Scale(first - 0.02 * (last - first) - 0.4, last + 0.02 * (last - first) + 0.4, 70, 960);
        var capacities = Ticks.Over(
            1e3 * cycles.Min(c => Math.Min(c.Capacity.Charge, c.Capacity.Discharge)),
            1e3 * cycles.Max(c => Math.Max(c.Capacity.Charge, c.Capacity.Discharge)), 5);
        var above = new Frame(across, new Scale(capacities.Min, capacities.Max, 240, 44));
        var svg = new Svg("capacity", 976, 454, "Capacity and Coulombic efficiency by cycle", Describe(data));
        above.Draw(svg, x, capacities, "", "capacity / mAh");
        Legend(svg);
        Series(svg, above, [.. cycles.Select(c => new Point(c.Cycle, 1e3 * c.Capacity.Charge))], "dot hollow c1",
            "charge", "mAh");
        Series(svg, above, [.. cycles.Select(c => new Point(c.Cycle, 1e3 * c.Capacity.Discharge))], "dot c0",
            "discharge", "mAh");
        var efficiencies = cycles.Select(c => new Point(c.Cycle, 100 * c.CoulombicEfficiency)).ToList();
        var (low, high) = Range(efficiencies);
        var percent = Ticks.Over(low, high, 3);
        var below = new Frame(across, new Scale(percent.Min, percent.Max, 400, 290));
        below.Draw(svg, x, percent, "cycle", "efficiency / %");
        Series(svg, below, efficiencies, "dot c3", "Coulombic efficiency", "%");
        return svg.ToString();
    }

    public static string Describe(CellReportData data)
    {
        var (first, last) = (data.Whole[0], data.Whole[^1]);
        return string.Create(CultureInfo.InvariantCulture, $"{People.Count(data.Whole.Count, "whole cycle")}: ")
            + string.Create(CultureInfo.InvariantCulture, $"{1e3 * first.Capacity.Discharge:0.000} mAh in cycle ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{first.Cycle}, {1e3 * last.Capacity.Discharge:0.000} mAh in cycle {last.Cycle}; ")
            + string.Create(CultureInfo.InvariantCulture,
                $"Coulombic efficiency {100 * first.CoulombicEfficiency:0.00} % and ")
            + string.Create(CultureInfo.InvariantCulture, $"{100 * last.CoulombicEfficiency:0.00} %.");
    }

    /// <summary>Of the later cycles: the first ones lose charge to the film, and would flatten all others.</summary>
    private static (double Low, double High) Range(IReadOnlyList<Point> efficiencies)
    {
        var values = efficiencies.Skip(efficiencies.Count > 10 ? 3 : 0).Select(p => p.Y).Order().ToList();
        var inner = values.GetRange((int)(0.02 * values.Count), (int)Math.Ceiling(0.96 * values.Count));
        return inner.Max() - inner.Min() < 0.05 ? (inner.Average() - 0.05, inner.Average() + 0.05)
            : (inner.Min(), inner.Max());
    }

    private static void Series(
        Svg svg, Frame frame, IReadOnlyList<Point> points, string style, string what, string unit)
    {
        if (points.Count > MostPoints)
        {
            frame.OpenClipped(svg, $"clip-{what.Replace(' ', '-')}");
            svg.Path(style.Replace("dot", "trace", StringComparison.Ordinal), Svg.Through(
                Thin.Of([.. points.Select(frame.At)], 1200))).Close();
            return;
        }
        var free = double.MinValue;
        foreach (var point in points)
        {
            var at = frame.At(point);
            svg.Open("g").Note(
                FormattableString.Invariant($"Cycle {point.X:0}: {what} {point.Y:0.####} {unit}"));
            if (at.Y > frame.Bottom + 1 || at.Y < frame.Top - 1)
            {
                Outside(svg, frame, at, style);
                // Numbers that would lie on each other are left to the tooltips.
                if (at.X > free)
                    svg.Text("note", new(at.X + 7, at.Y > frame.Bottom ? frame.Bottom - 2 : frame.Top + 10),
                        point.Y.ToString("0.0", CultureInfo.InvariantCulture));
                free = Math.Max(free, at.X) + 36;
            }
            else
                svg.Circle(style, at, 3.2);
            svg.Close();
        }
    }

    // A value far off is an arrow.
    private static void Outside(Svg svg, Frame frame, Point at, string style)
    {
        var (edge, up) = at.Y > frame.Bottom ? (frame.Bottom, -1) : (frame.Top, 1);
        svg.Path(style, Svg.Through(
            [new(at.X, edge), new(at.X - 4, edge + up * 8), new(at.X + 4, edge + up * 8)], closed: true));
    }

    private static void Legend(Svg svg)
    {
        svg.Circle("dot hollow c1", new(76, 18), 4).Text("legend", new(88, 22), "charge");
        svg.Circle("dot c0", new(156, 18), 4).Text("legend", new(168, 22), "discharge");
        svg.Circle("dot c3", new(252, 18), 4).Text("legend", new(264, 22), "Coulombic efficiency");
    }
}
