using FsCheck.Xunit;
using Sdl.Core.Planning;
using Sdl.Planner;

namespace Sdl.Tests.Planner;

public sealed class GaussianProcessPlannerTests
{
    private static readonly GaussianProcessPlanner Planner = new();
    private static readonly SearchSpace Space = Benchmark.K2.Space;

    [Property(MaxTest = 60)]
    public void Every_proposal_and_recommendation_is_exactly_inside_the_space(int seed)
    {
        var random = new Random(seed);
        var space = RandomSpace.Of(random);
        var quick = new GaussianProcessPlanner(new PlannerOptions { Candidates = 64, Starts = 2, Draws = 16 });
        var proposals = quick.Propose(space, Goal.Maximise, [], [], 6, (ulong)random.Next());
        Assert.Equal(6, proposals.Count);
        Observation[] seen = [.. proposals.Select(p => OneObjective.Seen(p.At, random.NextDouble(), 0.01))];

        foreach (var p in proposals) Exactly.Inside(space, p.At);
        foreach (var p in quick.Propose(space, Goal.Minimise, seen, [], 2, (ulong)random.Next()))
            Exactly.Inside(space, p.At);
        Exactly.Inside(space, quick.Best(space, Goal.Maximise, seen, 1).At);
    }

    [Property(MaxTest = 10)]
    public void Same_arguments_give_the_same_answer_whatever_the_order_of_the_observations(int seed)
    {
        var seen = Campaign(seed, 8);
        var shuffled = seen.ToArray();
        new Random(seed).Shuffle(shuffled);

        var first = Planner.Propose(Space, Goal.Maximise, seen, [], 2, 5).Select(p => (p.At, p.Reason));
        var second = new GaussianProcessPlanner().Propose(Space, Goal.Maximise, shuffled, [], 2, 5)
            .Select(p => (p.At, p.Reason));

        Assert.Equal(first, second);
        Assert.Equal(
            Planner.Best(Space, Goal.Maximise, seen, 5).At,
            Planner.Best(Space, Goal.Maximise, shuffled, 5).At);
    }

    [Property(MaxTest = 10)]
    public void Recommendation_hardly_depends_on_the_seed_of_the_search(int seed)
    {
        var seen = Campaign(seed, 10);
        var one = Planner.Best(Space, Goal.Maximise, seen, 1);
        var other = Planner.Best(Space, Goal.Maximise, seen, 2);

        Assert.Equal(one.Expected().Mean, other.Expected().Mean, 1e-4);
    }

    [Fact]
    public void Design_fills_the_space_then_the_model_takes_over_and_says_why()
    {
        var planner = new GaussianProcessPlanner(new PlannerOptions { InitialPoints = 5 });
        var design = planner.Propose(Space, Goal.Maximise, [], [], 5, 1);
        Assert.Equal("Initial design point 3 of 5: fills the space before there is a model.", design[2].Reason);
        Assert.All(design, p => Assert.Empty(p.Predicted));
        var seen = design.Select(p => OneObjective.Seen(p.At, Benchmark.Kappa(p.At), 0.1)).ToArray();

        var next = planner.Propose(Space, Goal.Maximise, seen, [], 1, 1)[0];

        Assert.Matches(
            @"^Expected to reach .+ ± .+, best so far .+; \d+ % of its value is exploration\. "
            + @"It differs from the nearest measured point most in \w+, by 0\.\d+\. "
            + @"\w+ matters most: it explains \d+ % of the model's variation\.$", next.Reason);
        Assert.Equal(planner.Predict(Space, Goal.Maximise, seen, next.At), next.Expected());
        Assert.InRange(next.Details["exploration_share"], 0, 1);
        Assert.InRange(next.Details["length_scale.LiPF6"], 0.0012, 12);
        Assert.Equal(0.1, next.Details["noise"], 1e-9);
    }

    [Fact]
    public void Design_goes_on_from_what_is_known_or_pending_whatever_the_seed()
    {
        var planner = new GaussianProcessPlanner(new PlannerOptions { InitialPoints = 4 });
        var points = new List<DesignPoint>();
        for (ulong seed = 10; seed < 14; seed++)
            points.Add(planner.Propose(Space, Goal.Maximise, [], points, 1, seed)[0].At);

        foreach (var a in points)
            foreach (var b in points.Where(p => !ReferenceEquals(p, a)))
                Assert.True(Away(a, b, "EC") / 0.54 + Away(a, b, "LiPF6") / 0.12 > 0.3);
    }

    [Fact]
    public void Batch_spreads_and_pending_points_are_not_proposed_again()
    {
        var seen = Campaign(1, 5);
        var batch = Planner.Propose(Space, Goal.Maximise, seen, [], 4, 1).Select(p => p.At).ToList();
        var after = Planner.Propose(Space, Goal.Maximise, seen, batch, 1, 1)[0];

        batch.Add(after.At);
        foreach (var a in batch)
            foreach (var b in batch.Where(p => !ReferenceEquals(p, a)))
                Assert.True(Away(a, b, "EC") / 0.54 + Away(a, b, "LiPF6") / 0.12 > 0.02);
        Assert.Contains("4 under way", after.Reason);
    }

    [Fact]
    public void Minimising_is_maximising_the_negative()
    {
        var seen = Campaign(2, 7);
        var negative = seen.Select(o => Changed(o, v => v with { Value = -v.Value })).ToArray();
        var up = Planner.Propose(Space, Goal.Maximise, seen, [], 1, 3)[0];
        var down = Planner.Propose(Space, Goal.Minimise, negative, [], 1, 3)[0];

        foreach (var axis in Space.Parameters) Assert.Equal(up.At.Numbers[axis.Name], down.At.Numbers[axis.Name], 1e-6);
        Assert.Equal(-up.Expected().Mean, down.Expected().Mean, 1e-6);
    }

    [Theory]
    [InlineData(1e-150, 0)]
    [InlineData(1e150, 0)]
    [InlineData(1e300, 0)]
    [InlineData(1, 1e6)]
    public void Units_of_the_objective_do_not_matter(double unit, double offset)
    {
        var seen = Campaign(3, 8);
        var scaled = seen.Select(
            o => Changed(o, v => new Outcome(v.Value * unit + offset, v.Uncertainty * unit))).ToArray();
        var a = Planner.Best(Space, Goal.Maximise, seen, 1);
        var b = Planner.Best(Space, Goal.Maximise, scaled, 1);

        foreach (var axis in Space.Parameters) Assert.Equal(a.At.Numbers[axis.Name], b.At.Numbers[axis.Name], 1e-3);
        Assert.Equal(1, (a.Expected().Mean * unit + offset) / b.Expected().Mean, 1e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public void Few_equal_or_constant_observations_give_sensible_proposals(int count)
    {
        var at = Planner.Propose(Space, Goal.Maximise, [], [], 1, 1)[0].At;
        foreach (var uncertainty in (double?[])[null, 0, 0.1])
        {
            var seen = Enumerable.Range(0, count).Select(_ => OneObjective.Seen(at, 3, uncertainty)).ToArray();
            var next = Planner.Propose(Space, Goal.Maximise, seen, [], 1, 1)[0];

            Exactly.Inside(Space, next.At);
            Assert.False(next.At.Equals(at));
            Assert.Equal(3, Planner.Best(Space, Goal.Maximise, seen, 1).Expected().Mean, 1e-6);
        }
    }

    [Fact]
    public void Space_of_a_single_point_is_proposed()
    {
        var space = OneObjective.Mixture(new("a", 0.25, 0.25), new("b", 0, 1));
        var seen = Planner.Propose(space, Goal.Maximise, [], [], 3, 1)
            .Select(p => OneObjective.Seen(p.At, 1, 0.1)).ToArray();

        foreach (var x in seen.Select(o => o.At).Append(Planner.Propose(space, Goal.Maximise, seen, [], 1, 1)[0].At))
            Assert.Equal((0.25, 0.75), (x.Numbers["a"], x.Numbers["b"]));
    }

    [Fact]
    public void Contradictory_exact_observations_are_survived()
    {
        var at = Planner.Propose(Space, Goal.Maximise, [], [], 1, 1)[0].At;
        Observation[] seen = [.. new[] { 1, 2, 3 }.Select(v => OneObjective.Seen(at, v, 0))];

        Assert.Equal(2, Planner.Predict(Space, Goal.Maximise, seen, at).Mean, 0.01);
    }

    [Theory]
    [InlineData(double.NaN, 0.1, "its value of y is NaN")]
    [InlineData(double.PositiveInfinity, 0.1, "its value of y is Infinity")]
    [InlineData(1, double.NaN, "its uncertainty of y is NaN")]
    [InlineData(1, -0.1, "its uncertainty of y is -0.1")]
    public void Observation_that_is_no_number_is_refused_by_its_number(double value, double uncertainty, string part)
    {
        var at = Planner.Propose(Space, Goal.Maximise, [], [], 1, 1)[0].At;
        Observation[] seen = [OneObjective.Seen(at, 1, 0.1), OneObjective.Seen(at, value, uncertainty)];

        var message = Assert.Throws<ArgumentException>(
            () => Planner.Propose(Space, Goal.Maximise, seen, [], 1, 1)).Message;

        Assert.StartsWith("Observation 2 (", message);
        Assert.Contains(part, message);
    }

    [Fact]
    public void Without_observations_there_is_no_recommendation_and_nothing_to_predict_from()
    {
        var problem = OneObjective.In(Space);
        Assert.Empty(Planner.Recommend(problem, Evidence.None, 1));
        Assert.Throws<ArgumentException>(() => Planner.Predict(problem, Evidence.None, OneObjective.Name, [], 1));
    }

    [Fact]
    public void Values_with_a_long_bad_tail_are_predicted_better_after_a_transform()
    {
        var space = new SearchSpace([new ContinuousParameter("x", 0, 1)]);
        static double Truth(double x) => Math.Exp(9 * x * x);
        DesignPoint At(double x) => new(new Dictionary<string, double> { ["x"] = x });
        var seen = Enumerable.Range(0, 14).Select(i => OneObjective.Seen(At(i / 13.0), Truth(i / 13.0))).ToList();
        double Error(bool powers)
        {
            var planner = new GaussianProcessPlanner(new PlannerOptions { Powers = powers });
            return Enumerable.Range(0, 40).Max(i => Math.Abs(Math.Log(Math.Max(1e-3,
                planner.Predict(space, Goal.Minimise, seen, At(i / 39.0)).Mean) / Truth(i / 39.0))));
        }

        Assert.True(Error(true) < 0.5 * Error(false));
    }

    [Fact]
    public void Options_outside_their_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new GaussianProcessPlanner(new PlannerOptions { InitialPoints = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianProcessPlanner(new PlannerOptions { Draws = 7 }));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new GaussianProcessPlanner(new PlannerOptions { LengthScale = double.NaN }));
    }

    [Fact]
    public void Two_hundred_observations_in_six_dimensions_are_no_trouble()
    {
        var space = new SearchSpace([.. Enumerable.Range(0, 6).Select(k => new ContinuousParameter($"x{k}", 0, 1))]);
        var random = new Random(1);
        Observation Measure()
        {
            var x = space.Parameters.ToDictionary(a => a.Name, _ => random.NextDouble());
            var value = x.Values.Sum(v => Math.Sin(3 * v)) + 0.01 * random.NextDouble();
            return OneObjective.Seen(new DesignPoint(x), value, null);
        }
        var seen = Enumerable.Range(0, 200).Select(_ => Measure()).ToArray();

        var best = Planner.Best(space, Goal.Maximise, seen, 1).At;

        foreach (var axis in space.Parameters) Assert.Equal(Math.PI / 6, best.Numbers[axis.Name], 0.05);
    }

    private static double Away(DesignPoint a, DesignPoint b, string name) =>
        Math.Abs(a.Numbers[name] - b.Numbers[name]);

    private static Observation Changed(Observation o, Func<Outcome, Outcome> change) =>
        o with { Values = o.Values.ToDictionary(v => v.Key, v => change(v.Value)) };

    private static Observation[] Campaign(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Planner.Propose(Space, Goal.Maximise, [], [], count, (ulong)seed).Select(p =>
        {
            var value = Benchmark.Kappa(p.At) * (1 + 0.03 * (random.NextDouble() - 0.5));
            return OneObjective.Seen(p.At, value, 0.016 * value);
        })];
    }
}
