using FsCheck.Xunit;
using Sdl.Core.Planning;
using Sdl.Planner;

namespace Sdl.Tests.Planner;

public sealed class KindsOfSpaceTests
{
    private static readonly GaussianProcessPlanner Quick =
        new(new PlannerOptions { Candidates = 64, Starts = 2, Draws = 16 });

    [Property(MaxTest = 80)]
    public void Proposals_of_every_kind_are_exactly_what_can_be_delivered(int seed)
    {
        var random = new Random(seed);
        var space = AnySpace.Of(random);
        var problem = OneObjective.In(space);
        var design = Quick.Propose(problem, Evidence.None, 6, (ulong)random.Next());
        foreach (var p in design) Exactly.Inside(space, p.At);
        var seen = design.Select(p => OneObjective.Seen(p.At, random.NextDouble(), 0.05)).ToList();

        foreach (var p in Quick.Propose(problem, new Evidence(seen), 2, (ulong)random.Next()))
            Exactly.Inside(space, p.At);
        Exactly.Inside(space, Quick.Recommend(problem, new Evidence(seen), 1)[0].At);
    }

    [Fact]
    public void Best_level_and_number_are_found_together()
    {
        var space = new SearchSpace(
        [
            new CategoricalParameter("salt", ["LiPF6", "LiFSI", "LiTFSI"]), new IntegerParameter("layers", 1, 12),
            new ContinuousParameter("c", 0, 2),
        ]);
        static double Truth(DesignPoint x) => (x.Levels["salt"] == "LiFSI" ? 1 : 0)
            - 0.02 * Math.Pow(x.Numbers["layers"] - 7, 2) - Math.Pow(x.Numbers["c"] - 1.2, 2);

        var best = Optimise(OneObjective.In(space) with { Noise = UndeclaredNoise.None }, Truth, 25);

        Assert.Equal(("LiFSI", 7.0), (best.Levels["salt"], best.Numbers["layers"]));
        Assert.Equal(1.2, best.Numbers["c"], 0.02);
    }

    [Fact]
    public void Best_two_of_six_components_are_found()
    {
        string[] names = ["a", "b", "c", "d", "e", "f"];
        var space = new SearchSpace([.. names.Select(n => new ContinuousParameter(n, 0, 1))])
        {
            Mixtures = [new Mixture(names) { MostPresent = 2 }],
        };
        static double Truth(DesignPoint x) =>
            4 * x.Numbers["b"] * x.Numbers["e"] + x.Numbers["a"] * x.Numbers["c"] + 0.2 * x.Numbers["e"];

        var best = Optimise(OneObjective.In(space) with { Noise = UndeclaredNoise.None }, Truth, 30);

        Assert.Equal(1.102, Truth(best), 0.01);
    }

    [Fact]
    public void Conditional_number_is_given_where_it_is_active_and_nowhere_else()
    {
        var space = new SearchSpace(
        [
            new CategoricalParameter("additive", ["none", "VC"]),
            new ContinuousParameter("amount", 0.005, 0.08) { When = new ActiveWhen("additive", ["VC"]) },
        ]);
        static double Truth(DesignPoint x) => x.Number("amount") is { } a ? 1 - Math.Pow((a - 0.03) / 0.04, 2) : 0.5;

        var best = Optimise(OneObjective.In(space) with { Noise = UndeclaredNoise.None }, Truth, 14);

        Assert.Equal("VC", best.Levels["additive"]);
        Assert.Equal(0.03, best.Numbers["amount"], 0.002);
    }

    [Fact]
    public void Forbidden_and_vetoed_places_are_not_proposed()
    {
        var space = new SearchSpace([new ContinuousParameter("x", 0, 1), new ContinuousParameter("y", 0, 1)])
        {
            BlackBoxes = [new BlackBoxConstraint(p => p.Numbers["x"] + p.Numbers["y"] < 1.2, "it jams")],
        };
        var problem = OneObjective.In(space);
        var veto = new Veto([new VetoRange("x", 0.4, 0.6)], "the valve leaks");
        var seen = new List<Observation>();
        for (ulong i = 0; i < 12; i++)
        {
            var at = Quick.Propose(problem, new Evidence(seen) { Vetoes = [veto] }, 1, i)[0].At;
            Assert.True(at.Numbers["x"] + at.Numbers["y"] < 1.2 && at.Numbers["x"] is < 0.4 or > 0.6, at.ToString());
            seen.Add(OneObjective.Seen(at, at.Numbers["x"] + at.Numbers["y"], 0.01));
        }
    }

    [Fact]
    public void Every_combination_is_proposed_once_and_then_there_is_no_more()
    {
        var space = new SearchSpace(
            [new CategoricalParameter("a", ["p", "q"]), new OrderedParameter("b", [1, 2, 4])]);
        var problem = OneObjective.In(space) with { Noise = UndeclaredNoise.None };
        var seen = Quick.Propose(problem, Evidence.None, 2, 1)
            .Select(p => OneObjective.Seen(p.At, p.At.Numbers["b"])).ToList();

        var rest = Quick.Propose(problem, new Evidence(seen), 9, 1);

        Assert.Equal(6, rest.Select(p => p.At).Concat(seen.Select(o => o.At)).Distinct().Count());
        Assert.Equal(4, rest.Count);
    }

    [Theory]
    [InlineData("depends on base, which is no categorical parameter")]
    [InlineData("needs two or more different levels")]
    [InlineData("ascending order")]
    [InlineData("as many finite descriptors as the others")]
    [InlineData("zero or at least 2")]
    [InlineData("cannot have 0 to 0 components")]
    [InlineData("no multiple of 0.7 lies from 0.1 to 0.5")]
    [InlineData("No choice of levels and components leaves room")]
    public void Malformed_parameters_are_refused_by_their_names(string part)
    {
        SearchSpace space = part switch
        {
            "depends on base, which is no categorical parameter" =>
                new([new ContinuousParameter("x", 0, 1) { When = new ActiveWhen("base", ["a"]) }]),
            "needs two or more different levels" => new([new CategoricalParameter("salt", ["a", "a"])]),
            "ascending order" => new([new OrderedParameter("rate", [2, 1])]),
            "as many finite descriptors as the others" => new([new CategoricalParameter("salt", ["a", "b"])
            {
                Descriptors = new Dictionary<string, IReadOnlyList<double>> { ["a"] = [1], ["b"] = [1, 2] },
            }]),
            "zero or at least 2" => new([new ContinuousParameter("x", 0, 1) { LeastUnlessZero = 2 }]),
            "cannot have 0 to 0 components" => Limited(1, 0),
            "no multiple of 0.7 lies from 0.1 to 0.5" =>
                new([new ContinuousParameter("x", 0.1, 0.5) { Resolution = 0.7 }]),
            _ => Limited(0.4, 2),
        };

        Assert.Contains(part, Assert.Throws<ArgumentException>(
            () => Quick.Propose(OneObjective.In(space), Evidence.None, 1, 1)).Message);

        static SearchSpace Limited(double max, int most) => new(
            [.. "abc".Select(c => new ContinuousParameter($"{c}", 0, max))])
        {
            Mixtures = [new Mixture(["a", "b", "c"]) { MostPresent = most }],
        };
    }

    private static DesignPoint Optimise(Problem problem, Func<DesignPoint, double> truth, int length)
    {
        var planner = new GaussianProcessPlanner();
        var seen = new List<Observation>();
        for (ulong i = 0; seen.Count < length; i++)
        {
            var at = planner.Propose(problem, new Evidence(seen), 1, i)[0].At;
            seen.Add(OneObjective.Seen(at, truth(at)));
        }
        return planner.Recommend(problem, new Evidence(seen), 1)[0].At;
    }
}
