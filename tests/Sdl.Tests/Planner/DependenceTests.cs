using Sdl.Core.Planning;
using Sdl.Planner;

namespace Sdl.Tests.Planner;

public sealed class DependenceTests
{
    private static readonly Random Random = new(3);

    private static readonly double[][] Even =
        [.. Enumerable.Range(0, 4000).Select(_ => new[] { Random.NextDouble(), Random.NextDouble() })];

    [Fact]
    public void Share_is_the_part_of_the_variance_that_a_parameter_explains()
    {
        // Variances of 3 x and of y, both uniform, are as 9 to 1.
        var values = Even.Select(x => 3 * x[0] + x[1]).ToList();

        Assert.Equal(0.9, Dependence.Of([.. Even.Select(x => x[0])], values).Share, 0.02);
        Assert.Equal(0.1, Dependence.Of([.. Even.Select(x => x[1])], values).Share, 0.02);
    }

    [Fact]
    public void Average_follows_the_parameter_also_where_it_turns_and_levels_are_told_apart()
    {
        var valley = Dependence.Of([.. Even.Select(x => x[0])], [.. Even.Select(x => Math.Pow(x[0] - 0.5, 2))]);
        double[] thirds = [.. Even.Select(x => Math.Floor(3 * x[0]))];
        var levels = Dependence.Of(thirds, thirds);

        Assert.All(valley.Average, a => Assert.Equal(Math.Pow(a.At - 0.5, 2), a.Mean, 0.002));
        Assert.InRange(valley.Share, 0.95, 1);
        Assert.Equal([0, 1, 2], levels.Average.Select(a => a.At));
        Assert.Equal(1, levels.Share, 1e-9);
    }

    [Fact]
    public void What_does_not_matter_or_never_changes_explains_nothing()
    {
        double[] noise = [.. Even.Select(x => x[1])];

        Assert.InRange(Dependence.Of([.. Even.Select(x => x[0])], noise).Share, 0, 0.01);
        Assert.Equal(0, Dependence.Of(noise, [.. Even.Select(_ => 2.0)]).Share);
        Assert.Equal(0, Dependence.Of([double.NaN], [1]).Share);
    }

    [Fact]
    public void Proposal_says_which_parameter_matters()
    {
        var space = new SearchSpace([new ContinuousParameter("idle", 0, 1), new ContinuousParameter("busy", 0, 1)]);
        static DesignPoint At(double[] x) =>
            new(new Dictionary<string, double> { ["idle"] = x[0], ["busy"] = x[1] });
        var seen = Even.Take(12).Select(x => OneObjective.Seen(At(x), Math.Sin(5 * x[1]), 0.01));

        var proposal = new GaussianProcessPlanner().Propose(space, Goal.Maximise, [.. seen], [], 1, 1)[0];

        Assert.Contains("busy matters most", proposal.Reason, StringComparison.Ordinal);
        Assert.InRange(proposal.Details["importance.busy"], 0.8, 1);
        Assert.InRange(proposal.Details["importance.idle"], 0, 0.2);
        Assert.Equal(Math.Log(proposal.Details["expected_improvement"]), proposal.Details["log_ei"], 1e-9);
    }

    [Fact]
    public void Sample_of_a_space_is_spread_over_it_and_inside()
    {
        var space = OneObjective.Mixture(new("a", 0, 1), new("b", 0.2, 1), new("c", 0, 0.5));
        var sample = SpaceSample.Even(space, 500, 1);

        Assert.Equal(500, sample.Count);
        Assert.All(sample, x => Assert.True(space.Contains(x)));
        Assert.True(sample.Max(x => x.Number("a")) > 0.7 && sample.Min(x => x.Number("a")) < 0.02);
        Assert.Equal(sample, SpaceSample.Even(space, 500, 1));
    }
}
