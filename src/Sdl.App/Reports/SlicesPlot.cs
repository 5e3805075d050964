using System.Globalization;
using Sdl.App.Reports.Plots;
using Sdl.Core.Planning;

namespace Sdl.App.Reports;

/// <summary>One small picture for each parameter: how an outcome follows it through the recommended point, and on
/// average over the space.</summary>
public static class SlicesPlot
{
    private const int Columns = 3;
    private const double Width = 960, Cell = Width / Columns, Height = 236;
    private const double Left = 62, Right = 14, Top = 26, Bottom = 56;

    /// <param name="id">Unique on the page.</param>
    /// <param name="measured">By parameter: where, and what was measured.</param>
    public static string Draw(
        string id, string outcome, IReadOnlyList<ModelSlice> slices,
        Func<Parameter, IEnumerable<(double At, double Value)>> measured)
    {
        var ends = slices.SelectMany(s => s.Through.SelectMany(
            t => new[] { t.Model.Mean - t.Model.Deviation, t.Model.Mean + t.Model.Deviation })
            .Concat(s.Average.Select(a => a.Mean))).ToList();
        var y = Ticks.Over(ends.Min(), ends.Max(), 4);
        var rows = (slices.Count + Columns - 1) / Columns;
        var svg = new Svg(
            id, Width, rows * Height + 26, $"{outcome} along each parameter", Description(outcome, slices));
        Legend(svg, rows * Height + 16);
        foreach (var (i, slice) in slices.Index())
        {
            var (left, top) = (i % Columns * Cell + Left, i / Columns * Height + Top);
            var x = Along(slice);
            var frame = new Frame(
                new Scale(x.Min, x.Max, left, left + Cell - Left - Right),
                new Scale(y.Min, y.Max, top + Height - Top - Bottom, top));
            Panel(svg, $"{id}-{i}", frame, y, i % Columns == 0 ? outcome : "", slice, measured(slice.Parameter));
        }
        return svg.ToString();
    }

    private static void Panel(
        Svg svg, string id, Frame frame, Ticks y, string name, ModelSlice slice,
        IEnumerable<(double At, double Value)> measured)
    {
        foreach (var value in y.Values)
        {
            svg.Line("grid", new(frame.Left, frame.Y.At(value)), new(frame.Right, frame.Y.At(value)));
            svg.Text("tick", new(frame.Left - 7, frame.Y.At(value) + 4), y.Text(value), "end");
        }
        if (name.Length > 0)
            svg.Text("name", new(frame.Left - Left + 14, (frame.Top + frame.Bottom) / 2), name, "middle", -90);
        svg.Text("name", new((frame.Left + frame.Right) / 2, frame.Bottom + 40), Name(slice.Parameter), "middle");
        Ticked(svg, frame, slice);
        frame.OpenClipped(svg, id);
        if (slice.Parameter is CategoricalParameter)
            foreach (var (at, model) in slice.Through)
            {
                svg.Line("error model-error", frame.At(at, model.Mean - model.Deviation),
                    frame.At(at, model.Mean + model.Deviation));
                svg.Line("model", frame.At(at - 0.18, model.Mean), frame.At(at + 0.18, model.Mean));
            }
        else
        {
            svg.Path("band", Svg.Through(
                [.. slice.Through.Select(t => frame.At(t.At, t.Model.Mean + t.Model.Deviation)),
                 .. slice.Through.Reverse().Select(t => frame.At(t.At, t.Model.Mean - t.Model.Deviation))],
                closed: true));
            svg.Path("model", Svg.Through(slice.Through.Select(t => frame.At(t.At, t.Model.Mean))));
            svg.Path("reference", Svg.Through(slice.Average.Select(a => frame.At(a.At, a.Mean))));
        }
        foreach (var (at, value) in measured)
            svg.Circle("measured", frame.At(at, value), 2.6);
        if (slice.Through.MinBy(t => Math.Abs(t.At - slice.Recommended)).Model is { } here)
            TernaryPlot.Cross(svg, frame.At(slice.Recommended, here.Mean));
        svg.Close();
    }

    private static void Ticked(Svg svg, Frame frame, ModelSlice slice)
    {
        svg.Line("axis", new(frame.Left, frame.Bottom), new(frame.Right, frame.Bottom));
        var ticks = Ticks.Within(frame.X.Min, frame.X.Max, 4);
        var marks = slice.Parameter is CategoricalParameter c
            ? c.Levels.Select((level, i) => ((double)i, level))
            : ticks.Values.Select(v => (v, ticks.Text(v)));
        foreach (var (value, text) in marks)
        {
            svg.Line("axis", new(frame.X.At(value), frame.Bottom), new(frame.X.At(value), frame.Bottom + 5));
            svg.Text("tick", new(frame.X.At(value), frame.Bottom + 19), text, "middle");
        }
    }

    private static (double Min, double Max) Along(ModelSlice slice)
    {
        if (slice.Parameter is CategoricalParameter c)
            return (-0.5, c.Levels.Count - 0.5);
        var places = slice.Through.Select(t => t.At).Concat(slice.Average.Select(a => a.At)).Append(slice.Recommended);
        var (min, max) = (places.Min(), places.Max());
        return max > min ? (min, max) : (min - 0.5, max + 0.5);
    }

    private static string Name(Parameter parameter)
    {
        var unit = parameter switch
        {
            ContinuousParameter p => p.Unit,
            IntegerParameter p => p.Unit,
            OrderedParameter p => p.Unit,
            _ => "",
        };
        return unit.Length > 0 ? $"{parameter.Name} / {unit}" : People.Component(parameter.Name);
    }

    private static void Legend(Svg svg, double y)
    {
        svg.Path("band", Svg.Through(Polygon.Box(Left, Left + 22, y - 7, y + 7), closed: true));
        svg.Line("model", new(Left, y), new(Left + 22, y));
        svg.Text("legend", new(Left + 28, y + 4), "model ± 1 sd through the recommended point (cross)");
        svg.Line("reference", new(Left + 380, y), new(Left + 402, y));
        svg.Text("legend", new(Left + 408, y + 4), "model's mean over the space");
        svg.Circle("measured", new(Left + 611, y), 2.6);
        svg.Text("legend", new(Left + 620, y + 4), "measured, wherever the others were");
    }

    private static string Description(string outcome, IReadOnlyList<ModelSlice> slices) =>
        $"{outcome} along each parameter. " + string.Join(" ", slices.Select(s => string.Create(
            CultureInfo.InvariantCulture,
            $"{s.Parameter.Name}: from {s.Through.Select(t => t.Model.Mean).DefaultIfEmpty().Min():G3} to ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{s.Through.Select(t => t.Model.Mean).DefaultIfEmpty().Max():G3}.")));
}
