using Sdl.Core.Planning;

namespace Sdl.Planner.Sources;

/// <summary>Words and numbers for why a source was asked.</summary>
internal static class SourceExplanation
{
    public static Proposal Filling(Source source, DesignPoint at, int number) => new(
        at, new Dictionary<string, Prediction>(),
        $"Point {number} of {source.Name}: fills the space before there is a model.", new Dictionary<string, double>())
    {
        Source = source.Name,
    };

    public static Proposal Chosen(
        SourcePlanning planning, SourceProcess process, DesignPoint at, SourceOption chosen,
        IReadOnlyList<SourceOption> all, int waiting)
    {
        var source = planning.Problem.Sources[chosen.Source];
        var details = Details(planning, process);
        foreach (var option in all)
        {
            var name = planning.Problem.Sources[option.Source].Name;
            details[$"information.{name}"] = option.Information;
            details[$"information_per_cost.{name}"] = option.Information / option.Cost;
        }
        var predicted = planning.Predicted(process, chosen.X);
        var second = all.Where(o => o.Source != chosen.Source).MaxBy(o => o.Information / o.Cost);
        var beside = second is null ? "" : Say(
            $"; the next best, {planning.Problem.Sources[second.Source].Name}, tells ")
            + Say($"{second.Information / second.Cost / (chosen.Information / chosen.Cost):G2} times as much for its ")
            + "own";
        return new Proposal(
            at, By(planning, predicted),
            Say($"{source.Name} tells most about the best {planning.Problem.Objectives[0].Name} for its cost")
            + Say($" of {chosen.Cost:G3}{beside}. Expected there ")
            + Say($"{predicted.Mean:G4} ± {predicted.Deviation:G2}")
            + (waiting == 0 ? "." : Say($", {waiting} under way taken into account.")), details)
        {
            Source = source.Name,
        };
    }

    public static Proposal Recommended(
        SourcePlanning planning, SourceProcess process, DesignPoint at, double[] x)
    {
        var predicted = planning.Predicted(process, x);
        var counts = planning.Problem.Sources.Select((s, i) => (s.Name, Count: process.Data.Source.Count(o => o == i)));
        return new Proposal(at, By(planning, predicted),
            "Best mean of the target over the whole space, from "
            + string.Join(", ", counts.Where(c => c.Count > 0).Select(c => $"{c.Count} of {c.Name}"))
            + Say($": expected {predicted.Mean:G4} ± {predicted.Deviation:G2}."), Details(planning, process))
        {
            Source = planning.Problem.Sources[process.Data.Target].Name,
        };
    }

    private static Dictionary<string, Prediction> By(SourcePlanning planning, Prediction predicted) =>
        new() { [planning.Problem.Objectives[0].Name] = predicted };

    private static Dictionary<string, double> Details(SourcePlanning planning, SourceProcess process)
    {
        var details = new Dictionary<string, double> { ["observations"] = process.Data.Count };
        var target = process.Data.Target;
        for (var s = 0; s < process.Data.Sources; s++)
        {
            if (s == target) continue;
            var coupling = process.Coupling;
            // How far the source goes with the target before any data, −1 to 1.
            var together = coupling.AtOnePoint(s, target);
            details[$"correlation.{planning.Problem.Sources[s].Name}"] = together / Math.Sqrt(
                coupling.AtOnePoint(target, target)
                * Math.Max(1e-300, coupling.AtOnePoint(s, s) - coupling.Offsets[s]));
        }
        for (var k = 0; k < planning.Domain.Dimension; k++)
            details[$"length_scale.{planning.Domain.NameOf(k)}"] =
                process.LengthScales[k] * (k < planning.Domain.Numeric ? planning.Domain.Scale(k) : 1);
        return details;
    }

    private static string Say(FormattableString text) => FormattableString.Invariant(text);
}
