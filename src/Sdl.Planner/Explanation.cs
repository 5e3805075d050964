using Sdl.Core.Planning;
using Sdl.Planner.Numerics;

namespace Sdl.Planner;

/// <summary>Words and numbers for why a formulation was chosen.</summary>
internal static class Explanation
{
    private static readonly Dictionary<string, double> Nothing = [];
    private static readonly Dictionary<string, Prediction> Unknown = [];

    public static Proposal Filling(DesignPoint at, int number, int of) => new(
        at, Unknown,
        number <= of
            ? Say($"Initial design point {number} of {of}: fills the space before there is a model.")
            : Say($"Point {number}, with nothing observed yet: fills the space."),
        Nothing);

    public static Proposal Improving(Models models, DesignPoint at, double logImprovement, int underWay)
    {
        if (models.Objective is not { } model) return Feasible(at, logImprovement);
        var (mean, variance) = model.Process.Predict(model.Domain.ToUnit(at));
        var best = model.BestFirst().First();
        var share = ExplorationShare(mean, Math.Sqrt(variance), model.Process.MeanAt(best, []));
        var predicted = model.Predict(at);
        var details = Details(model);
        details["log_ei"] = logImprovement + Math.Log(model.Data.FromDeviation(mean, 1));
        details[Proposal.ExpectedGain] = Math.Exp(details["log_ei"]);
        details["exploration_share"] = share;
        var (axis, by, distance) = Nearest(model, at);
        details["nearest_distance"] = distance;
        var waiting = underWay == 0 ? "" : Say($", {underWay} under way taken into account");
        return new Proposal(at, By(models, at), Say(
            $"Expected to reach {predicted.Mean:G4} ± {predicted.Deviation:G2}, ")
            + Say($"best so far {details["best_so_far"]:G4}; ")
            + Say($"{100 * share:0} % of its value is exploration{waiting}. ")
            + Say($"It differs from the nearest measured point most in {axis}, by {by:G2}. ")
            + Matters(model), details);
    }

    private static string Matters(Model model)
    {
        var share = model.Relevance.Max();
        var most = model.Relevance.ToList().IndexOf(share);
        return Say($"{model.Domain.NameOf(most)} matters most: it explains ")
            + Say($"{100 * share:0} % of the model's variation.");
    }

    public static Proposal Recommended(Models models, DesignPoint at)
    {
        var model = models.Objective!;
        var predicted = model.Predict(at);
        var details = Details(model);
        var count = model.Data.Count;
        return new Proposal(at, By(models, at), Say(
            $"Best mean of the model over the whole space, from {count} observation{(count == 1 ? "" : "s")}: ")
            + Say($"expected {predicted.Mean:G4} ± {predicted.Deviation:G2}."), details);
    }

    public static Proposal Drawn(Models models, DesignPoint at, int of)
    {
        var predicted = models.Objective!.Predict(at);
        return new Proposal(at, By(models, at), Say($"Best place of one draw of the model, ")
            + Say($"one for each of {of}: so many are not chosen one after the other. ")
            + Say($"Expected {predicted.Mean:G4} ± {predicted.Deviation:G2}."),
            Details(models.Objective));
    }

    public static Proposal Suggested(DesignPoint at) => new(at, Unknown, "Suggested by a person.", Nothing);

    private static Proposal Feasible(DesignPoint at, double logProbability) => new(
        at, Unknown, Say($"Most likely of all to succeed, {100 * Math.Exp(logProbability):0} %; nothing has yet."),
        new Dictionary<string, double> { ["log_feasible"] = logProbability });

    private static Dictionary<string, Prediction> By(Models models, DesignPoint at) =>
        models.Constraints.Prepend(models.Objective!).DistinctBy(m => m.Objective.Name)
            .ToDictionary(m => m.Objective.Name, m => m.Predict(at));

    /// <summary>φ/(φ + Φ): how far the expected improvement rests on the deviation (its slope there is φ) and how far
    /// on the mean (Φ). 44 % where the mean equals the best, more where it is worse.</summary>
    private static double ExplorationShare(double mean, double deviation, double best)
    {
        if (!(deviation > 0)) return 0;
        var z = (mean - best) / deviation;
        NormalTail.LogH(z, out var onMean);
        var onDeviation = Math.Max(0, 1 - z * onMean);
        return onDeviation / (onDeviation + onMean);
    }

    /// <summary>The observation that is nearest in length scales: the axis along which it is farthest, by how much in
    /// the user's units, and the distance in length scales.</summary>
    private static (string Axis, double By, double Distance) Nearest(Model model, DesignPoint at)
    {
        var x = model.Domain.ToUnit(at);
        var scales = model.Process.LengthScales;
        var numeric = model.Domain.Numeric;
        double Apart(double p, int k) => k < numeric ? Math.Abs(p - x[k]) / scales[k] : p == x[k] ? 0 : 1 / scales[k];
        double[] Away(int i) => [.. model.Data.Point(i).ToArray().Select(Apart)];
        var nearest = Enumerable.Range(0, model.Data.Count).Select(Away).MinBy(a => a.Sum(v => v * v))!;
        var axis = Array.IndexOf(nearest, nearest.Max());
        var by = axis < numeric ? nearest[axis] * scales[axis] * model.Domain.Scale(axis) : 1;
        return (model.Domain.NameOf(axis), by, Math.Sqrt(nearest.Sum(v => v * v)));
    }

    private static Dictionary<string, double> Details(Model model)
    {
        var details = new Dictionary<string, double>
        {
            ["observations"] = model.Data.Count,
            ["best_so_far"] = model.Data.FromStandard(model.Process.MeanAt(model.BestFirst().First(), [])),
            ["noise"] = model.Data.FromDeviation(0, Math.Sqrt(model.Process.Noise.Average())),
        };
        var scales = model.Process.LengthScales;
        for (var k = 0; k < model.Domain.Dimension; k++)
        {
            details[$"length_scale.{model.Domain.NameOf(k)}"] =
                scales[k] * (k < model.Domain.Numeric ? model.Domain.Scale(k) : 1);
            details[$"importance.{model.Domain.NameOf(k)}"] = model.Relevance[k];
        }
        return details;
    }

    private static string Say(FormattableString text) => FormattableString.Invariant(text);
}
