using Sdl.Core.Planning;

namespace Sdl.Planner.Fronts;

/// <summary>Words and numbers for why a compromise was chosen.</summary>
internal static class FrontExplanation
{
    public static Proposal Improving(
        FrontModels models, DesignPoint at, double[] x, double logImprovement, int underWay)
    {
        var details = Details(models);
        details["log_ehvi"] = logImprovement + models.Objectives.Sum(m => Math.Log(Math.Abs(m.Data.Scale)));
        // How much of it the means alone would bring, without any luck.
        var front = new FreeBoxes(models.FrontFirst().Where(models.Counts).Select(models.Means), models.Reference);
        var certain = front.Gain(models.Means(x));
        var share = 1 - Math.Clamp(certain / Math.Exp(logImprovement), 0, 1);
        details["exploration_share"] = share;
        var waiting = underWay == 0 ? "" : Say($", {underWay} under way taken into account");
        return new Proposal(at, By(models, at), Say($"Expected {Told(models, at)}; of all points it widens the front ")
            + Say($"most, and {100 * share:0} % of that is exploration{waiting}."), details);
    }

    public static Proposal Recommended(FrontModels models, DesignPoint at, int of) => new(
        at, By(models, at), Say($"On the front of the models' means, one of {of} points that were found there: ")
        + Say($"expected {Told(models, at)}."), Details(models));

    private static string Told(FrontModels models, DesignPoint at) => string.Join(", ", models.Objectives.Select(
        m => m.Predict(at) is var p ? Say($"{m.Objective.Name} {p.Mean:G4} ± {p.Deviation:G2}") : ""));

    private static Dictionary<string, Prediction> By(FrontModels models, DesignPoint at) =>
        models.Objectives.Concat(models.Constraints).DistinctBy(m => m.Objective.Name)
            .ToDictionary(m => m.Objective.Name, m => m.Predict(at));

    private static Dictionary<string, double> Details(FrontModels models)
    {
        var tried = models.FrontFirst().Where(models.Counts).Select(models.Means).ToList();
        var details = new Dictionary<string, double>
        {
            ["observations"] = models.Objectives.Max(m => m.Data.Count),
            ["hypervolume"] = Hypervolume.Of(tried, models.Reference)
                * models.Objectives.Aggregate(1.0, (v, m) => v * Math.Abs(m.Data.Scale)),
        };
        foreach (var (m, k) in models.Objectives.Select((m, k) => (m, k)))
        {
            details[$"reference.{m.Objective.Name}"] = m.Data.FromStandard(models.Reference[k]);
            for (var j = 0; j < m.Domain.Dimension; j++)
            {
                details[$"length_scale.{m.Objective.Name}.{m.Domain.NameOf(j)}"] =
                    m.Process.LengthScales[j] * (j < m.Domain.Numeric ? m.Domain.Scale(j) : 1);
            }
        }
        return details;
    }

    private static string Say(FormattableString text) => FormattableString.Invariant(text);
}
