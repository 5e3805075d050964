using FsCheck.Xunit;
using Sdl.Core.Planning;
using Sdl.Planner.Numerics;
using Sdl.Planner.Spaces;

namespace Sdl.Tests.Planner.Spaces;

public sealed class DomainTests
{
    [Fact]
    public void Axes_are_scaled_by_what_the_other_constraints_leave_of_them()
    {
        var domain = Domain.Of(OneObjective.Mixture(new("a", 0, 1), new("b", 0.4, 0.9), new("c", 0, 0.2)));

        // a = 1 - b - c is between 1 - 0.9 - 0.2 < 0 and 1 - 0.4; b at least 1 - 0.6 - 0.2.
        Assert.Equal(0.6, domain.Scale(0), 1e-12);
        Assert.Equal(0.5, domain.Scale(1), 1e-12);
        Assert.Equal(0.2, domain.Scale(2), 1e-12);
        Assert.Equal(2, domain.Sole.Polytope.Freedom);
    }

    [Fact]
    public void Pair_of_constraints_that_fixes_a_ratio_takes_a_degree_of_freedom()
    {
        var ratio = new Dictionary<string, double> { ["a"] = 1, ["b"] = -2 };
        var domain = Domain.Of(OneObjective.Mixture(new("a", 0, 1), new("b", 0, 1), new("c", 0, 1)) with
        {
            Constraints = [new(ratio, 0, "ratio"), new(ratio.ToDictionary(r => r.Key, r => -r.Value), 0, "ratio")],
        });

        Assert.Equal(1, domain.Sole.Polytope.Freedom);
        Assert.Equal(2.0 / 3, domain.Scale(0), 1e-9);
    }

    [Property(MaxTest = 200)]
    public void Points_of_the_polytope_are_formulations_exactly_inside_the_space(int seed)
    {
        var random = new Random(seed);
        var space = RandomSpace.Of(random);
        var domain = Domain.Of(space);
        var points = new double[20 * domain.Dimension];
        HitAndRun.Sample(domain.Sole.Polytope, new Draws((ulong)random.Next()), points, 2);

        foreach (var x in points.Chunk(domain.Dimension)) Exactly.Inside(space, domain.ToPoint(x)!);
    }

    [Theory]
    [InlineData("minimum 2 exceeds its maximum 1", 2, 1, null)]
    [InlineData("minima of a mixture add up to 1.5, more than its sum 1", 0.5, 1, 1.0)]
    [InlineData("maxima of a mixture add up to 0.6, less than its sum 1", 0, 0.2, 1.0)]
    [InlineData("bounds must be finite", double.NaN, 1, null)]
    [InlineData("bounds must be finite", 0, double.PositiveInfinity, null)]
    [InlineData("sum of a mixture is NaN", 0, 1, double.NaN)]
    public void Space_without_room_is_refused_by_the_numbers_that_contradict(
        string part, double min, double max, double? sum)
    {
        ContinuousParameter[] parts = [new("a", min, max), new("b", min, max), new("c", min, max)];
        var space = new SearchSpace(parts)
        {
            Mixtures = sum is { } s ? [new Mixture(["a", "b", "c"], s)] : [],
        };

        Assert.Contains(part, Assert.Throws<ArgumentException>(() => Domain.Of(space)).Message);
    }

    [Fact]
    public void Contradictory_constraints_are_named_and_the_innocent_are_not()
    {
        var space = OneObjective.Mixture(new("a", 0, 1), new("b", 0, 1), new("c", 0, 1)) with
        {
            Constraints =
            [
                new(new Dictionary<string, double> { ["a"] = 1 }, 0.3, "a is dear"),
                new(new Dictionary<string, double> { ["c"] = 1 }, 0.9, "c is dear"),
                new(new Dictionary<string, double> { ["a"] = -1, ["b"] = -0.1 }, -0.5, "a conducts"),
            ],
        };

        var message = Assert.Throws<ArgumentException>(() => Domain.Of(space)).Message;

        Assert.Contains("a is dear", message);
        Assert.Contains("a conducts", message);
        Assert.DoesNotContain("c is dear", message);
    }

    [Fact]
    public void Malformed_spaces_are_refused()
    {
        ContinuousParameter a = new("a", 0, 1);
        Refused("no parameters", new SearchSpace([]));
        Refused("declared 2 times", new SearchSpace([a, a]));
        Refused("names z, which is no number here", Cut("z", 1));
        Refused("not finite", Cut("a", double.NaN));

        SearchSpace Cut(string name, double coefficient) => new([a])
        {
            Constraints = [new(new Dictionary<string, double> { [name] = coefficient }, 0, "a cut")],
        };
    }

    private static void Refused(string part, SearchSpace space) =>
        Assert.Contains(part, Assert.Throws<ArgumentException>(() => Domain.Of(space)).Message);
}
