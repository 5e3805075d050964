using Sdl.Core.Planning;
using Sdl.Planner;

namespace Sdl.Tests.Planner.Sources;

public sealed class SourcePlanningTests
{
    private static readonly SearchSpace Space =
        new([new ContinuousParameter("x", 0, 1), new ContinuousParameter("y", 0, 1)]);

    [Fact]
    public void A_cheap_source_that_follows_the_target_is_asked_first_and_finds_its_maximum()
    {
        var problem = Problem(new Source("cheap", 0.05));
        var seen = new List<Observation>();
        var planner = new GaussianProcessPlanner();
        var asked = new List<string>();
        for (var left = 6.0; ;)
        {
            var next = planner.Propose(problem, new Evidence(seen) { Budget = left }, 1, (ulong)seen.Count);
            if (next is not [var proposal] || asked.Count == 60) break;
            asked.Add(proposal.Source);
            left -= proposal.Source == "cheap" ? 0.05 : 1;
            seen.Add(Measured(proposal.At, proposal.Source));
        }

        var best = planner.Recommend(problem, new Evidence(seen), 1)[0];

        Assert.InRange(asked.Count(s => s == "full"), 1, 6);
        Assert.True(asked.Count(s => s == "cheap") > 12);
        Assert.True(Truth(best.At) > -0.01);
    }

    [Fact]
    public void A_source_that_cannot_be_asked_or_comes_too_late_teaches_and_is_not_asked()
    {
        var problem = Problem(new Source("earlier", double.PositiveInfinity));
        var seen = Enumerable.Range(0, 12).Select(i => Measured(At(i % 4 / 3.0, i / 4 / 2.0), "earlier")).ToList();
        var planner = new GaussianProcessPlanner();

        var next = planner.Propose(problem, new Evidence(seen), 2, 1);

        Assert.Equal(["full", "full"], next.Select(p => p.Source));
        Assert.True(Truth(planner.Recommend(problem, new Evidence(seen), 1)[0].At) > -0.15);
        var target = problem.Sources[1] with { Delay = TimeSpan.FromDays(9) };
        var slow = problem with { Sources = [problem.Sources[0], target] };
        Assert.Empty(planner.Propose(slow, new Evidence(seen) { TimeLeft = TimeSpan.FromDays(8) }, 1, 1));
        Assert.Empty(planner.Propose(problem, new Evidence(seen) { Budget = 0.5 }, 1, 1));
    }

    [Fact]
    public void A_measurement_under_way_is_not_asked_again_and_the_same_seed_gives_the_same()
    {
        var problem = Problem(new Source("other", 0.2) { Correlation = 0 });
        var seen = Enumerable.Range(0, 16).Select(i => At(i % 4 / 3.0, i / 4 / 3.0))
            .Select((p, i) => Measured(p, i % 3 == 0 ? "full" : "other")).ToList();
        var planner = new GaussianProcessPlanner();
        var first = planner.Propose(problem, new Evidence(seen), 1, 4)[0];

        var evidence = new Evidence(seen) { Pending = [new Pending(first.At, first.Source)] };
        var second = planner.Propose(problem, evidence, 1, 4)[0];

        Assert.False(second.Source == first.Source && second.At.Equals(first.At));
        Assert.Equal(second.At, planner.Propose(problem, evidence, 1, 4)[0].At);
        Assert.Contains("under way", second.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Correlations_that_cannot_be_are_refused() =>
        Assert.Throws<ArgumentException>(() => new GaussianProcessPlanner().Propose(
            Problem(new Source("odd", 1) { Correlation = 1 }), Evidence.None, 1, 1));

    private static Problem Problem(Source other) => new(Space, [new Objective("f", Goal.Maximise)])
    {
        Sources = [other, new Source("full", 1, true)], Noise = UndeclaredNoise.None,
    };

    private static Observation Measured(DesignPoint at, string source) => Observation.Of(
        at, "f", source == "other" ? 300 - 40 * Truth(at) : Truth(at) + (source == "full" ? 0 : 0.1 * at.Numbers["x"]))
        with
    { Source = source };

    private static double Truth(DesignPoint p) =>
        -Math.Pow(p.Numbers["x"] - 0.3, 2) - 2 * Math.Pow(p.Numbers["y"] - 0.6, 2);

    private static DesignPoint At(double x, double y) => new(new Dictionary<string, double> { ["x"] = x, ["y"] = y });
}
