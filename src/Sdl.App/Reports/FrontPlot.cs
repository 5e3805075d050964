using Sdl.App.Reports.Plots;
using Sdl.Core.Planning;
using Sdl.Runtime.Campaigns;

namespace Sdl.App.Reports;

/// <summary>Two objectives against each other: what was measured, what nothing beats, and where the model expects the
/// front.</summary>
public static class FrontPlot
{
    private const double Side = 400, Left = 84, Top = 20;

    /// <param name="first">Which objectives are drawn.</param>
    public static string Draw(Tradeoff tradeoff, IReadOnlyList<ObjectivePlan> objectives, int first = 0, int second = 1)
    {
        var (a, b) = (objectives[first], objectives[second]);
        var model = tradeoff.Model.Select(p => (A: p.Predicted[a.Result], B: p.Predicted[b.Result])).ToList();
        var x = Over(tradeoff, first, model.Select(m => m.A));
        var y = Over(tradeoff, second, model.Select(m => m.B));
        var frame = new Frame(
            new Scale(x.Min, x.Max, Left, Left + Side), new Scale(y.Min, y.Max, Top + Side, Top));
        var svg = new Svg(
            $"front-{first}-{second}", Left + Side + 24, Top + Side + 54, $"{a.Result} against {b.Result}",
            $"{tradeoff.Measured.Count} measured; nothing beats {tradeoff.Front.Count} of them.");
        frame.Draw(svg, x, y, $"{a.Result} / {a.Unit}", $"{b.Result} / {b.Unit}");
        frame.OpenClipped(svg, $"front-{first}-{second}-clip");
        svg.Line("reference", frame.At(tradeoff.Reference[first], y.Min), frame.At(tradeoff.Reference[first], y.Max));
        svg.Line("reference", frame.At(x.Min, tradeoff.Reference[second]), frame.At(x.Max, tradeoff.Reference[second]));
        foreach (var (u, v) in model)
        {
            Bar(new(u.Mean - u.Deviation, v.Mean), new(u.Mean + u.Deviation, v.Mean));
            Bar(new(u.Mean, v.Mean - v.Deviation), new(u.Mean, v.Mean + v.Deviation));
        }
        if (objectives.Count == 2)
            svg.Path("best", Svg.Through(Stairs(tradeoff, a, b).Select(frame.At)));
        foreach (var (experiment, values, allowed) in tradeoff.Measured)
        {
            var best = tradeoff.Front.Any(f => f.Experiment == experiment);
            svg.Open("g").Note($"Experiment {experiment}: {People.Value(values[first], null)} {a.Unit}, "
                + $"{People.Value(values[second], null)} {b.Unit}{(allowed ? "" : ", breaks a constraint")}");
            svg.Circle(best ? "measured" : "measured first", frame.At(values[first], values[second]), best ? 5 : 3.2);
            svg.Close();
        }
        return svg.Close().ToString();

        void Bar(Point from, Point to) => svg.Line("error model-error", frame.At(from), frame.At(to));
    }

    private static Ticks Over(Tradeoff tradeoff, int objective, IEnumerable<Prediction> model)
    {
        double[] ends =
        [
            .. tradeoff.Measured.Select(m => m.Values[objective]), tradeoff.Reference[objective],
            .. model.Select(p => p.Mean),
        ];
        return Ticks.Over(ends.Min(), ends.Max());
    }

    /// <summary>The edge of what the front dominates, from one end to the other.</summary>
    private static IEnumerable<Point> Stairs(Tradeoff tradeoff, ObjectivePlan a, ObjectivePlan b)
    {
        var ordered = tradeoff.Front.Select(f => new Point(f.Values[0], f.Values[1]))
            .OrderBy(p => a.Goal == Goal.Maximise ? -p.X : p.X).ToList();
        if (ordered.Count == 0) yield break;
        yield return new Point(ordered[0].X, tradeoff.Reference[1]);
        foreach (var (i, p) in ordered.Index())
        {
            if (i > 0) yield return new Point(p.X, ordered[i - 1].Y);
            yield return p;
        }
        yield return new Point(tradeoff.Reference[0], ordered[^1].Y);
    }
}
