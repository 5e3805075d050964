using Sdl.App.Reports.Plots;

namespace Sdl.App.Reports;

/// <summary>The part of the composition triangle in which the campaign may look, with every measured point. Left
/// corner: the bulk component; right corner: the first free one; top: the second.</summary>
public sealed class TernaryPlot
{
    private const double Left = 84, Top = 76, Width = 852, MostHeight = 620, Dot = 6, Ring = 9.5;
    private static readonly double Rise = Math.Sqrt(3) / 2;

    private readonly ReportData _data;
    private readonly CompositionPlane _plane;
    private readonly Frame _frame;
    private readonly IReadOnlyList<Point> _window;
    private readonly Svg _svg;

    private TernaryPlot(ReportData data, CompositionPlane plane)
    {
        _data = data;
        _plane = plane;
        var shown = plane.Region.Concat(data.Measured.Select(r => plane.At(r.Seen!.At))).Select(Skew).ToList();
        var (x, y) = (Margin(shown.Select(p => p.X)), Margin(shown.Select(p => p.Y)));
        var pixel = Math.Min(Width / (x.Max - x.Min), MostHeight / (y.Max - y.Min));
        var (right, bottom) = (Left + (x.Max - x.Min) * pixel, Top + (y.Max - y.Min) * pixel);
        _frame = new Frame(new Scale(x.Min, x.Max, Left, right), new Scale(y.Min, y.Max, bottom, Top));
        _window = Polygon.Clip(
            [Skew(new(0, 0)), Skew(new(plane.Sum, 0)), Skew(new(0, plane.Sum))],
            Polygon.Box(x.Min, x.Max, y.Min, y.Max));
        _svg = new Svg("triangle", 960, bottom + 148, "Composition triangle", Description());
    }

    public static string Draw(ReportData data, CompositionPlane plane)
    {
        var plot = new TernaryPlot(data, plane);
        plot.Grid();
        plot._svg.Path("region", Svg.Through(plane.Region.Select(plot.Place), closed: true));
        plot.Points();
        plot.Inset();
        plot.Bar();
        return plot._svg.ToString();
    }

    private Point Place(Point composition) => _frame.At(Skew(composition));

    private static Point Skew(Point p) => new(p.X + p.Y / 2, p.Y * Rise);

    private static (double Min, double Max) Margin(IEnumerable<double> values)
    {
        var all = values.ToList();
        var pad = (all.Max() - all.Min()) * 0.04;
        return (all.Min() - pad, all.Max() + pad);
    }

    private void Grid()
    {
        _svg.Path("window", Svg.Through(_window.Select(_frame.At), closed: true));
        var corners = _window.Select(p => new Point(p.X - p.Y / Rise / 2, p.Y / Rise)).ToList();
        var (floor, ceiling) = (_frame.Y.At(_window.Min(p => p.Y)), _frame.Y.At(_window.Max(p => p.Y)));
        // Each family: a fraction that is constant, and two places on the line where it has a given value; then the end
        // that carries the number, if it lies on the side where that family is read.
        Family(corners.ConvertAll(p => p.Y), v => (new(0, v), new(_plane.Sum - v, v)),
            ends => ends.MinBy(p => p.X), _ => true, new(-10, 4), "end");
        Family(corners.ConvertAll(p => p.X), v => (new(v, 0), new(v, _plane.Sum - v)),
            ends => ends.MaxBy(p => p.Y), end => end.Y > floor - 1, new(-5, 21), "middle");
        Family(corners.ConvertAll(p => _plane.Sum - p.X - p.Y), v => (new(_plane.Sum - v, 0), new(0, _plane.Sum - v)),
            ends => ends.MinBy(p => p.Y), end => end.Y < ceiling + 1, new(-5, -12), "middle");
        var (middleX, middleY) = ((_frame.Left + _frame.Right) / 2, (_frame.Top + _frame.Bottom) / 2);
        _svg.Text("name", new(22, middleY), $"x({People.Component(_plane.Second)})", "middle", -90);
        _svg.Text("name", new(middleX, _frame.Bottom + 44), $"x({People.Component(_plane.First)})", "middle");
        _svg.Text("name", new(middleX, _frame.Top - 32), $"x({People.Component(_plane.Rest)})", "middle");
    }

    private void Family(
        List<double> range, Func<double, (Point A, Point B)> line, Func<List<Point>, Point> end,
        Func<Point, bool> readable, Point offset, string anchor)
    {
        var ticks = Ticks.Within(range.Min(), range.Max(), range.Max() - range.Min() < 0.2 * _plane.Sum ? 5 : 8);
        foreach (var value in ticks.Values)
        {
            var (a, b) = line(value);
            if (Cut(Skew(a), Skew(b)) is not { Count: 2 } ends)
                continue;
            var places = ends.ConvertAll(_frame.At);
            _svg.Line("grid", places[0], places[1]);
            var at = end(places);
            if (!readable(at))
                continue;
            // A tick that goes on in the direction of its line tells the three families apart.
            var other = places[0] == at ? places[1] : places[0];
            var length = Math.Max(1, Math.Sqrt(Math.Pow(at.X - other.X, 2) + Math.Pow(at.Y - other.Y, 2)));
            _svg.Line("axis", at, Point.Between(at, other, -7 / length));
            _svg.Text("tick", new(at.X + offset.X, at.Y + offset.Y), ticks.Text(value), anchor);
        }
    }

    /// <summary>Where a line crosses the border of the window.</summary>
    private List<Point> Cut(Point a, Point b)
    {
        var ends = new List<Point>();
        for (var i = 0; i < _window.Count; i++)
        {
            var (p, q) = (_window[i], _window[(i + 1) % _window.Count]);
            double Side(Point r) => (b.X - a.X) * (r.Y - a.Y) - (b.Y - a.Y) * (r.X - a.X);
            var (sp, sq) = (Side(p), Side(q));
            if (sp < 0 != sq < 0)
                ends.Add(Point.Between(p, q, sp / (sp - sq)));
        }
        return ends;
    }

    private void Points()
    {
        var (low, high) = Range();
        var places = _data.Measured.Select(r => Place(_plane.At(r.Seen!.At))).ToList();
        var marks = places.Zip(_data.Measured, (place, row) => (place, row == _data.Best ? Ring : Dot)).ToList();
        if (_data.Summary.Best is { } best)
        {
            marks.Add((Place(_plane.At(best.Formulation)), Ring));
            Cross(_svg, marks[^1].place);
        }
        var labels = new Labels(marks);
        // The best one last, so that no other covers it.
        foreach (var (row, place) in _data.Measured.Zip(places).OrderBy(p => p.First == _data.Best))
        {
            var t = high > low ? (row.Seen!.Value - low) / (high - low) : 0.5;
            _svg.Open("g").Note(
                $"Experiment {row.Number}: {People.WithUncertainty(row.Seen!.Value, row.Seen.Uncertainty)} "
                + $"{_data.Unit} ({People.Formulation(row.Seen.At, _data.Plan.Mixture.Components)})");
            if (row == _data.Best)
                _svg.Circle("ring", place, Ring);
            _svg.Circle("sample", place, Dot, ("fill", ColourMap.Viridis.At(t))).Close();
        }
        foreach (var (row, place) in _data.Measured.Zip(places))
            _svg.Text(row == _data.Best ? "number strong" : "number", labels.Place(place, $"{row.Number}"),
                $"{row.Number}", "middle");
    }

    /// <summary>The recommended formulation: where the model expects the best.</summary>
    public static void Cross(Svg svg, Point at)
    {
        var arms = Svg.Through([new(at.X - 11, at.Y), new(at.X + 11, at.Y)])
            + Svg.Through([new(at.X, at.Y - 11), new(at.X, at.Y + 11)]);
        svg.Path("cross under", arms).Path("cross", arms);
    }

    /// <summary>The whole triangle in small, with the window that is shown.</summary>
    private void Inset()
    {
        const double size = 74;
        var (x, y) = (880.0, _frame.Bottom + 128);
        Point At(Point skewed) => new(x - size / 2 + skewed.X / _plane.Sum * size, y - skewed.Y / _plane.Sum * size);
        _svg.Path("inset", Svg.Through(
            new Point[] { new(0, 0), new(_plane.Sum, 0), new(0, _plane.Sum) }.Select(p => At(Skew(p))), closed: true));
        _svg.Path("inset-window", Svg.Through(_window.Select(At), closed: true));
        _svg.Text("small", new(x - size / 2, y + 13), People.Component(_plane.Rest), "middle");
        _svg.Text("small", new(x + size / 2, y + 13), People.Component(_plane.First), "middle");
        _svg.Text("small", new(x, y - size * Rise - 5), People.Component(_plane.Second), "middle");
    }

    private void Bar()
    {
        var (low, high) = Range();
        if (high > low)
            ColourBar.Across(_svg, "triangle", ColourMap.Viridis, low, high, new(Left + 150, _frame.Bottom + 84), 360,
                $"{_data.Plan.Objective.Result} / {_data.Unit}");
        Legend();
    }

    private void Legend()
    {
        _svg.Circle("ring", new(Left + 8, 18), Ring).Circle("sample hollow", new(Left + 8, 18), Dot);
        _svg.Text("legend", new(Left + 26, 22), "best measured");
        if (_data.Summary.Best is not null)
        {
            Cross(_svg, new(Left + 158, 18));
            _svg.Text("legend", new(Left + 178, 22), "recommended by the model");
        }
        _svg.Path("region", Svg.Through(Polygon.Box(Left + 372, Left + 396, 11, 25), closed: true));
        _svg.Text("legend", new(Left + 406, 22), "can be mixed and is allowed");
    }

    private (double Low, double High) Range() => (_data.Seen.Min(o => o.Value), _data.Seen.Max(o => o.Value));

    private string Description() =>
        $"{People.Count(_data.Measured.Count, "measured formulation")} in the triangle of {_plane.Rest}, "
        + $"{_plane.First} and {_plane.Second}, numbered in the order of the experiments "
        + "and coloured by the measured value.";
}
