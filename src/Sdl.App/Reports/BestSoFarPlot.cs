using System.Globalization;
using Sdl.App.Reports.Plots;
using Sdl.Core.Planning;

namespace Sdl.App.Reports;

/// <summary>What was measured in each experiment, the best of it so far, and what the model would have promised by
/// then.</summary>
public static class BestSoFarPlot
{
    // Each place of the model's line is a fit of its own: a long campaign is sampled.
    private const int MostRecommendations = 40;

    public static string Draw(ReportData data)
    {
        var trace = Recommendations(data);
        var reference = data.Summary.Reference?.Optimum;
        var (low, high) = Range(data,
            [.. trace.Select(t => t.Model.Mean), .. reference is { } o ? [o] : Array.Empty<double>()]);
        var last = Math.Max(data.Measured[^1].Number, 2);
        var x = Ticks.Within(1, last, Math.Min(last - 1, 12));
        var y = Ticks.Over(low, high);
        var frame = new Frame(new Scale(0.4, last + 0.6, 70, 940), new Scale(y.Min, y.Max, 330, 46));
        var svg = new Svg("best", 960, 384, "Best value so far", Description(data));
        frame.Draw(svg, x, y, "experiment", $"{data.Plan.Objective.Result} / {data.Unit}", gridX: false);
        Legend(svg, trace.Count > 0, reference is not null);
        if (reference is { } optimum)
            svg.Line("reference", frame.At(0.4, optimum), frame.At(last + 0.6, optimum));
        frame.OpenClipped(svg, "best-clip");
        if (trace.Count > 0)
        {
            svg.Path("band", Svg.Through(
                [.. trace.Select(t => frame.At(t.Experiment, t.Model.Mean + t.Model.Deviation)),
                 .. Enumerable.Reverse(trace).Select(t => frame.At(t.Experiment, t.Model.Mean - t.Model.Deviation))],
                 closed: true));
            svg.Path("model", Svg.Through(trace.Select(t => frame.At(t.Experiment, t.Model.Mean))));
        }
        svg.Path("best", Svg.Through(Steps(data, last).Select(frame.At))).Close();
        foreach (var row in data.Measured)
            Point(svg, frame, row, data);
        return svg.ToString();
    }

    /// <summary>After each observation but the first few, for which a model makes no sense.</summary>
    private static List<(int Experiment, Prediction Model)> Recommendations(ReportData data)
    {
        var trace = new List<(int, Prediction)>();
        var stride = Math.Max(1, (int)Math.Ceiling(data.Measured.Count / (double)MostRecommendations));
        for (var n = data.Measured.Count; n >= 2; n -= stride)
            if (data.RecommendedAfter(n) is { } model)
                trace.Insert(0, (data.Measured[n - 1].Number, model));
        return trace;
    }

    private static void Point(Svg svg, Frame frame, ReportRow row, ReportData data)
    {
        var seen = row.Seen!;
        var at = frame.At(row.Number, seen.Value);
        if (at.Y > frame.Bottom + 1 || at.Y < frame.Top - 1)
        {
            Outside(svg, frame, row, at.Y > frame.Bottom);
            return;
        }
        svg.Open("g").Note(
            $"Experiment {row.Number}: {People.WithUncertainty(seen.Value, seen.Uncertainty)}{data.Unit.Suffix} "
            + $"({People.Formulation(seen.At, data.Plan.Mixture.Components)})");
        if (seen.Uncertainty is { } u)
            svg.Line("error", frame.At(row.Number, seen.Value - u), frame.At(row.Number, seen.Value + u));
        svg.Circle(row.Predicted is null ? "measured first" : "measured", at, 4.5).Close();
    }

    /// <summary>A value far off is an arrow with its number, so that the others can be told apart.</summary>
    private static void Outside(Svg svg, Frame frame, ReportRow row, bool below)
    {
        var (x, edge, up) = (frame.X.At(row.Number), below ? frame.Bottom : frame.Top, below ? -1 : 1);
        svg.Path("past", Svg.Through([new(x, edge), new(x - 5, edge + up * 9), new(x + 5, edge + up * 9)],
            closed: true));
        svg.Text("note", new(x, edge + (below ? -14 : 21)),
            Svg.Minus(row.Seen!.Value.ToString("G3", CultureInfo.InvariantCulture)), "middle");
    }

    /// <summary>Holds the better part of the values; the worst sixth only when that costs little of the
    /// height.</summary>
    private static (double Low, double High) Range(ReportData data, IReadOnlyList<double> more)
    {
        var best = data.Best!.Seen!;
        var distances = data.Measured.Select(r => Math.Abs(r.Seen!.Value - best.Value)).Order().ToList();
        var most = distances[(int)(0.84 * (distances.Count - 1))];
        if (most < 0.4 * distances[^1])
            distances = distances.Where(d => d <= most).ToList();
        var far = best.Value + (data.Goal == Goal.Maximise ? -1 : 1) * distances[^1];
        double[] ends = [far, .. Ends(best.Value, best.Uncertainty), .. more];
        return (ends.Min(), ends.Max());
    }

    private static List<Point> Steps(ReportData data, int last)
    {
        var steps = new List<Point>();
        foreach (var row in data.Measured)
        {
            var value = row.Seen!.Value;
            if (steps.Count > 0)
            {
                if (data.Goal == Goal.Maximise ? value <= steps[^1].Y : value >= steps[^1].Y)
                    continue;
                steps.Add(new(row.Number, steps[^1].Y));
            }
            steps.Add(new(row.Number, value));
        }
        steps.Add(new(last + 0.6, steps[^1].Y));
        return steps;
    }

    private static void Legend(Svg svg, bool model, bool reference)
    {
        var at = 70.0;
        void Entry(string text, Action<double> symbol)
        {
            symbol(at);
            svg.Text("legend", new(at + 28, 22), text);
            at += 44 + text.Length * 6.6;
        }
        Entry("measured ± 1 sd", x =>
        {
            svg.Line("error", new(x + 11, 9), new(x + 11, 27));
            svg.Circle("measured", new(x + 11, 18), 4.5);
        });
        Entry("before there was a model", x => svg.Circle("measured first", new(x + 11, 18), 4.5));
        Entry("best measured so far", x => svg.Line("best", new(x, 18), new(x + 22, 18)));
        if (model)
            Entry("model's optimum ± 1 sd", x =>
            {
                svg.Path("band", Svg.Through(Polygon.Box(x, x + 22, 11, 25), closed: true));
                svg.Line("model", new(x, 18), new(x + 22, 18));
            });
        if (reference)
            Entry("reference optimum", x => svg.Line("reference", new(x, 18), new(x + 22, 18)));
    }

    private static string Description(ReportData data) =>
        $"{People.Count(data.Measured.Count, "measured value")} by experiment. The best is "
        + $"{People.WithUncertainty(data.Best!.Seen!.Value, data.Best.Seen.Uncertainty)}{data.Unit.Suffix} "
        + $"in experiment {data.Best.Number}.";

    private static IEnumerable<double> Ends(double value, double? deviation) =>
        [value - (deviation ?? 0), value + (deviation ?? 0)];
}
