using Sdl.Core.Planning;
using Sdl.Planner.Acquisition;
using Sdl.Planner.Numerics;
using Sdl.Planner.Spaces;

namespace Sdl.Planner.Fronts;

/// <summary>Proposes what is expected to widen the front of several objectives most, and recommends the front that the
/// models see.</summary>
internal sealed class FrontPlanning(Domain domain, Problem problem, Evidence evidence, PlannerOptions options)
{
    // Points of the space among which the front is looked for, and how many of it are told.
    private const int Cloud = 2048;
    private const int Told = 24;

    /// <returns>Null while one of the objectives has not been observed.</returns>
    public FrontModels? Models { get; } = FrontModels.Of(domain, problem, evidence, options);

    public Proposal? Improve(IReadOnlyList<double[]> underWay, Taken taken, Draws draws)
    {
        var models = Models!;
        var improvement = models.Improvement(underWay, draws);
        var optima = new Search(domain, options, draws).Optima(improvement, models.FrontFirst());
        if (taken.First(optima.Select(o => domain.ToPoint(o.X))) is not { } point) return null;
        var x = domain.ToUnit(point);
        return FrontExplanation.Improving(models, point, x, improvement(x, []), underWay.Count);
    }

    /// <summary>The front of the means: of all that was tried and of a cloud of points around its best.</summary>
    public IReadOnlyList<Proposal> Recommend(ulong seed)
    {
        if (Models is not { } models) return [];
        var draws = new Draws(seed);
        var taken = new Taken(problem, evidence with { Seen = [], Pending = [] });
        var tried = models.FrontFirst();
        var sampler = new Sampler(domain, draws);
        List<double[]> cloud = [.. tried, .. sampler.Even(Cloud)];
        var points = Front(models, cloud);
        foreach (var size in new[] { 0.1, 0.03, 0.01 })
        {
            var around = points;
            points = Front(models,
                [.. around, .. Enumerable.Range(0, Cloud).Select(i => sampler.Near(around[i % around.Count], size))]);
        }
        var front = points.Select(x => (X: x, Point: domain.ToPoint(x)))
            .Where(p => p.Point is { } point && taken.Allows(point) && models.Counts(p.X)).ToList();
        return [.. Spread(models, [.. front.Select(p => p.X)])
            .Select(i => FrontExplanation.Recommended(models, front[i].Point!, front.Count))];
    }

    private static List<double[]> Front(FrontModels models, List<double[]> points)
    {
        List<double[]> allowed = [.. points.Where(models.Counts)];
        if (allowed.Count == 0) allowed = points;
        return [.. ParetoFront.Of(allowed.ConvertAll(models.Means)).Select(i => allowed[i])];
    }

    /// <summary>Some of a front, far apart, in the order of the first objective.</summary>
    private static List<int> Spread(FrontModels models, List<double[]> front)
    {
        var means = front.ConvertAll(models.Means);
        var chosen = Enumerable.Range(0, means.Count == 0 ? 0 : means[0].Length)
            .Select(k => Enumerable.Range(0, means.Count).MaxBy(i => means[i][k])).Distinct().ToList();
        while (chosen.Count < Math.Min(Told, means.Count))
        {
            chosen.Add(Enumerable.Range(0, means.Count).Except(chosen).MaxBy(
                i => chosen.Min(c => means[c].Zip(means[i], (a, b) => (a - b) * (a - b)).Sum())));
        }
        return [.. chosen.OrderBy(i => means[i][0])];
    }
}
