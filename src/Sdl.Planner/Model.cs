using Sdl.Core.Planning;
using Sdl.Planner.Spaces;
using Sdl.Planner.Surrogates;

namespace Sdl.Planner;

/// <summary>A fitted process together with the units that it was fitted in.</summary>
internal sealed record Model(Domain Domain, Objective Objective, TrainingSet Data, GaussianProcess Process)
{
    public static Model Of(
        Domain domain, Objective objective, UndeclaredNoise noise, IReadOnlyList<Observation> seen,
        PlannerOptions options)
    {
        var data = TrainingSet.Of(domain, objective, seen);
        return new Model(
            domain, objective, data, Fit.To(data, Priors.For(options, noise, domain.Polytope.Freedom)));
    }

    public Prediction Predict(DesignPoint at)
    {
        var (mean, variance) = Process.Predict(Domain.ToUnit(at));
        return new Prediction(Data.FromStandard(mean), Math.Abs(Data.Scale) * Math.Sqrt(variance));
    }

    /// <summary>The observed points by the model's mean there: noise has flattered some of the values.</summary>
    public IEnumerable<double[]> BestFirst() =>
        Enumerable.Range(0, Data.Count).Select(i => Data.Point(i).ToArray())
            .OrderByDescending(x => Process.MeanAt(x, []));
}
