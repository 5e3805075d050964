using FsCheck.Xunit;
using Sdl.Core.Planning;
using Sdl.Planner;
using Sdl.Planner.Fronts;
using Sdl.Planner.Numerics;
using Sdl.Planner.Surrogates;

namespace Sdl.Tests.Planner.Fronts;

public sealed class FrontImprovementTests
{
    [Property(MaxTest = 20)]
    public void Gradients_agree_with_differences(ulong seed)
    {
        var draws = new Draws(seed);
        var m = 2 + draws.Below(2);
        var (models, sites, values) = Given(draws, m, 8, 0.05);
        double[] at = [0.1 + 0.8 * draws.Uniform(), 0.1 + 0.8 * draws.Uniform()], reference = [.. new double[m]];
        reference.AsSpan().Fill(-1);
        var exact = new ExactFront(models, values, reference);
        var drawn = new DrawnFronts(models, sites, [.. sites.Select(_ => true)], reference, 16, seed);
        double[] slopes = new double[2], drawnSlopes = new double[2];

        exact.Evaluate(at, slopes);
        drawn.Evaluate(at, drawnSlopes);

        Slopes.Near(Slopes.Of(x => exact.Evaluate(x, []), at), slopes, 1e-4);
        Slopes.Near(Slopes.Of(x => drawn.Evaluate(x, []), at), drawnSlopes, 1e-4);
    }

    [Fact]
    public void Drawn_fronts_agree_with_the_exact_one_when_the_data_are_exact()
    {
        var draws = new Draws(4);
        var (models, sites, values) = Given(draws, 2, 9, 1e-8);
        var exact = new ExactFront(models, values, [-1, -1]);
        var drawn = new DrawnFronts(models, sites, [.. sites.Select(_ => true)], [-1, -1], 16, 1);
        foreach (var at in new double[][] { [0.2, 0.3], [0.9, 0.1], [0.5, 0.77] })
            Assert.Equal(exact.Evaluate(at, []), drawn.Evaluate(at, []), 1e-3);
    }

    [Fact]
    public void Proposals_widen_the_front_and_the_recommendation_is_one()
    {
        var problem = Problem(null);
        var seen = Observed(new Draws(2), 10);
        var planner = new GaussianProcessPlanner();

        var batch = planner.Propose(problem, new Evidence(seen), 3, 5);
        var front = planner.Recommend(problem, new Evidence(seen), 5);

        Assert.Equal(batch, planner.Propose(problem, new Evidence(seen), 3, 5), (a, b) => a.At.Equals(b.At));
        Assert.Equal(3, batch.Select(p => p.At).Distinct().Count());
        Assert.All(batch, p => Assert.True(problem.Space.Contains(p.At)));
        Assert.True(front.Count >= 5);
        Assert.All(front.Zip(front.Skip(1)), pair =>
        {
            Assert.True(pair.First.Predicted["high"].Mean <= pair.Second.Predicted["high"].Mean + 1e-9);
            Assert.True(pair.First.Predicted["low"].Mean <= pair.Second.Predicted["low"].Mean + 1e-9);
        });
    }

    [Fact]
    public void Five_objectives_are_planned_and_one_that_is_missing_somewhere_too()
    {
        var draws = new Draws(8);
        var space = new SearchSpace([new ContinuousParameter("x", 0, 1), new ContinuousParameter("y", 0, 1)]);
        var many = new Problem(space, [.. Enumerable.Range(0, 5).Select(k => new Objective($"f{k}", Goal.Minimise))]);
        var seen = Enumerable.Range(0, 8).Select(i =>
        {
            var (x, y) = (draws.Uniform(), draws.Uniform());
            return new Observation(Point(x, y), Enumerable.Range(0, i == 3 ? 4 : 5).ToDictionary(
                k => $"f{k}", k => new Outcome(Math.Pow(x - 0.2 * k, 2) + Math.Pow(y - 1 + 0.2 * k, 2))));
        }).ToList();
        var planner = new GaussianProcessPlanner();

        Assert.Equal(2, planner.Propose(many, new Evidence(seen), 2, 1).Count);
        Assert.NotEmpty(planner.Recommend(many, new Evidence(seen), 1));
        var two = many with { Objectives = [.. many.Objectives.Skip(3)] };
        Assert.Equal(2, planner.Propose(two, new Evidence(seen), 2, 1).Count);
    }

    [Fact]
    public void Desirability_makes_one_objective_of_two()
    {
        var problem = Problem(new Desirability(0, 0.9, null));
        var seen = Observed(new Draws(2), 12);
        var best = new GaussianProcessPlanner().Recommend(problem, new Evidence(seen), 5);

        Assert.Single(best);
        Assert.InRange(best[0].Predicted["desirability"].Mean, 0, 1.2);
        Assert.Equal(1, Desires.Of(new Desirability(0, 1, null), 3));
        Assert.Equal(0.25, Desires.Of(new Desirability(0, 1, 2, 2), 1.5));
        Assert.Throws<ArgumentException>(() => new GaussianProcessPlanner().Recommend(
            problem with { Objectives = [problem.Objectives[0], new Objective("low", Goal.Minimise)] },
            new Evidence(seen), 1));
    }

    private static Problem Problem(Desirability? wish) => new(
        new SearchSpace([new ContinuousParameter("x", 0, 1), new ContinuousParameter("y", 0, 1)]),
        [
            new Objective("high", Goal.Maximise, wish is null ? 0 : null, wish),
            new Objective(
                "low", Goal.Minimise, wish is null ? 2 : null, wish is null ? null : new Desirability(null, 0.1, 2)),
        ])
    { Noise = UndeclaredNoise.None };

    private static List<Observation> Observed(Draws draws, int count) =>
    [
        .. Enumerable.Range(0, count).Select(_ =>
        {
            var (x, y) = (draws.Uniform(), draws.Uniform());
            return new Observation(Point(x, y), new Dictionary<string, Outcome>
            {
                ["high"] = new(Math.Sqrt(x)), ["low"] = new(x + (y - 0.5) * (y - 0.5)),
            });
        }),
    ];

    private static DesignPoint Point(double x, double y) =>
        new(new Dictionary<string, double> { ["x"] = x, ["y"] = y });

    private static (GaussianProcess[] Models, List<double[]> Sites, List<double[]> Values) Given(
        Draws draws, int m, int count, double noise)
    {
        List<double[]> sites = [.. Enumerable.Range(0, count).Select(_ => new[] { draws.Uniform(), draws.Uniform() })];
        List<double[]> values = [.. sites.Select(_ => Enumerable.Range(0, m).Select(_ => draws.Normal()).ToArray())];
        var models = Enumerable.Range(0, m).Select(k => new GaussianProcess(
            [.. sites.SelectMany(s => s)], [.. values.Select(v => v[k])], [.. sites.Select(_ => noise)],
            [0.3 + 0.1 * k, 0.5], 1)).ToArray();
        return (models, sites, values);
    }
}
