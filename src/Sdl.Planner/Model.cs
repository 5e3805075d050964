using Sdl.Core.Planning;
using Sdl.Planner.Numerics;
using Sdl.Planner.Spaces;
using Sdl.Planner.Surrogates;

namespace Sdl.Planner;

/// <summary>A fitted process together with the units that it was fitted in.</summary>
internal sealed record Model(Domain Domain, Objective Objective, TrainingSet Data, GaussianProcess Process)
{
    // Of the spread of the values, as a variance: less noise than this changes nothing.
    private const double Negligible = 1e-6;

    // Enough to tell 30 % from 40 %.
    private const int Looks = 256;

    /// <summary>Whether the data are as good as exact.</summary>
    public bool IsExact { get; } = Process.Noise.Max() <= Negligible;

    /// <summary>By coordinate: how much of the mean's variation over the space it alone explains, see
    /// <see cref="Dependence"/>.</summary>
    public IReadOnlyList<double> Relevance => field ??= Relevant();

    /// <param name="powers">Whether the values may be transformed by a power.</param>
    /// <returns>Null when the outcome has not been observed.</returns>
    public static Model? Of(
        Domain domain, Objective objective, UndeclaredNoise noise, IReadOnlyList<Observation> seen,
        PlannerOptions options, bool powers = false)
    {
        if (!seen.Any(o => o.Values.ContainsKey(objective.Name))) return null;
        var data = TrainingSet.Of(domain, objective, seen);
        var exact = data.Noise.All(v => double.IsNaN(v) ? noise == UndeclaredNoise.None : v <= Negligible);
        var priors = Priors.For(options, noise, domain.Dimension, exact);
        var process = Fit.To(data, priors);
        if (!powers || !data.IsSkewed) return new Model(domain, objective, data, process);
        var transformed = data.Transformed(out var logSlopes);
        var other = Fit.To(transformed, priors);
        return other.LogLikelihood(transformed.Y) + logSlopes > process.LogLikelihood(data.Y)
            ? new Model(domain, objective, transformed, other) : new Model(domain, objective, data, process);
    }

    public Prediction Predict(DesignPoint at)
    {
        var (mean, variance) = Process.Predict(Domain.ToUnit(at));
        return new Prediction(Data.FromStandard(mean), Data.FromDeviation(mean, Math.Sqrt(variance)));
    }

    /// <summary>The observed points by the model's mean there: noise has flattered some of the values.</summary>
    public IEnumerable<double[]> BestFirst() =>
        Enumerable.Range(0, Data.Count).Select(i => Data.Point(i).ToArray())
            .OrderByDescending(x => Process.MeanAt(x, []));

    private List<double> Relevant()
    {
        var places = new Sampler(Domain, new Draws(1)).Even(Looks);
        var means = places.ConvertAll(x => Process.MeanAt(x, []));
        return [.. Enumerable.Range(0, Domain.Dimension).Select(
            k => Dependence.Of(places.ConvertAll(x => x[k]), means).Share)];
    }
}
