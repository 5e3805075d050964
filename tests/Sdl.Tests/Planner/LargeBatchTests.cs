using Sdl.Core.Planning;
using Sdl.Planner;

namespace Sdl.Tests.Planner;

public sealed class LargeBatchTests
{
    [Fact]
    public void A_large_batch_is_drawn_and_gathers_where_the_objective_may_be_highest()
    {
        var space = new SearchSpace([new ContinuousParameter("x", 0, 1), new ContinuousParameter("y", 0, 1)]);
        var problem = new Problem(space, [new Objective("f", Goal.Maximise)]) { Noise = UndeclaredNoise.None };
        var seen = Enumerable.Range(0, 25).Select(i => At(i % 5 / 4.0, i / 5 / 4.0))
            .Select(p => Observation.Of(p, "f", -Distance(p))).ToList();
        var planner = new GaussianProcessPlanner();

        var batch = planner.Propose(problem, new Evidence(seen), 40, 3);

        Assert.Equal(40, batch.Select(p => p.At).Distinct().Count());
        Assert.All(batch, p => Assert.True(space.Contains(p.At)));
        Assert.True(batch.Average(p => Distance(p.At)) < 0.2);
        Assert.Equal(batch.Select(p => p.At), planner.Propose(problem, new Evidence(seen), 40, 3).Select(p => p.At));
    }

    private static double Distance(DesignPoint p) =>
        Math.Sqrt(Math.Pow(p.Numbers["x"] - 0.3, 2) + Math.Pow(p.Numbers["y"] - 0.6, 2));

    private static DesignPoint At(double x, double y) => new(new Dictionary<string, double> { ["x"] = x, ["y"] = y });
}
