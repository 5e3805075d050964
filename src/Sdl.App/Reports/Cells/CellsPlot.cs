using System.Globalization;
using Sdl.App.Reports.Plots;
using Sdl.Core.Cells;

namespace Sdl.App.Reports.Cells;

/// <summary>The discharge capacity of several like cells by cycle, a line each.</summary>
public static class CellsPlot
{
    public static string Draw(IReadOnlyList<(string Cell, IReadOnlyList<CycleTotals> Cycles)> cells)
    {
        var all = cells.SelectMany(c => c.Cycles).ToList();
        var (first, last) = (all.Min(c => c.Cycle), all.Max(c => c.Cycle));
        var (x, y) = (Ticks.Within(first, last, 12), Ticks.Over(
            1e3 * all.Min(c => c.Capacity.Discharge), 1e3 * all.Max(c => c.Capacity.Discharge)));
        var frame = new Frame(new Scale(first, last, 70, 850), new Scale(y.Min, y.Max, 330, 20));
        var svg = new Svg("cells", 960, 384, "Discharge capacity of the cells by cycle", Describe(cells));
        frame.Draw(svg, x, y, "cycle", "discharge capacity / mAh", gridX: false);
        foreach (var ((cell, cycles), i) in cells.Select((c, i) => (c, i)))
            svg.Open("g").Note(cell).Path($"trace c{i % 5}", Svg.Through(Thin.Of(
                [.. cycles.Select(c => frame.At(c.Cycle, 1e3 * c.Capacity.Discharge))], 1000))).Close();
        // Names that would lie on each other make way.
        var free = double.MinValue;
        foreach (var (cell, cycles) in cells.OrderByDescending(c => c.Cycles[^1].Capacity.Discharge))
        {
            var end = frame.At(cycles[^1].Cycle, 1e3 * cycles[^1].Capacity.Discharge);
            free = Math.Max(end.Y + 4, free + 13);
            svg.Text("note", new(end.X + 6, free), cell);
        }
        return svg.ToString();
    }

    public static string Describe(IReadOnlyList<(string Cell, IReadOnlyList<CycleTotals> Cycles)> cells)
    {
        var left = cells.Select(c => c.Cycles[^1].Capacity.Discharge * 1e3).Order().ToList();
        return string.Create(CultureInfo.InvariantCulture,
            $"{People.Count(cells.Count, "cell")}; the last cycle gave {left[0]:0.000} to {left[^1]:0.000} mAh.");
    }
}
