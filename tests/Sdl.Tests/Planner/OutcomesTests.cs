using Sdl.Core.Planning;
using Sdl.Planner;

namespace Sdl.Tests.Planner;

public sealed class OutcomesTests
{
    private static readonly GaussianProcessPlanner Planner = new();
    private static readonly SearchSpace Square =
        new([new ContinuousParameter("x", 0, 1), new ContinuousParameter("y", 0, 1)]);

    [Fact]
    public void Best_point_within_a_measured_limit_is_found()
    {
        var problem = new Problem(Square, [new Objective("gain", Goal.Maximise)])
        {
            Constraints = [new OutcomeConstraint("viscosity", null, 1)], Noise = UndeclaredNoise.None,
        };
        var seen = new List<Observation>();
        for (ulong i = 0; i < 22; i++)
        {
            var at = Planner.Propose(problem, new Evidence(seen), 1, i)[0].At;
            var (x, y) = (at.Numbers["x"], at.Numbers["y"]);
            seen.Add(new Observation(at, new Dictionary<string, Outcome>
            {
                ["gain"] = new(x + y), ["viscosity"] = new(x * x + y * y),
            }));
        }

        // On the circle at 45°.
        var best = seen.Where(o => o.Values["viscosity"].Value <= 1).Max(o => o.Values["gain"].Value);
        Assert.InRange(best, Math.Sqrt(2) - 1e-3, Math.Sqrt(2));
        var recommended = Planner.Recommend(problem, new Evidence(seen), 1)[0];
        Assert.InRange(recommended.Predicted["viscosity"].Mean, 0.9, 1.0001);
        Assert.Equal(
            recommended.Predicted["viscosity"].Mean,
            Planner.Predict(problem, new Evidence(seen), "viscosity", [recommended.At], 1)[0].Mean, 1e-9);
    }

    [Fact]
    public void While_nothing_is_feasible_the_limit_is_what_is_sought()
    {
        var problem = new Problem(Square, [new Objective("gain", Goal.Maximise)])
        {
            Constraints = [new OutcomeConstraint("viscosity", null, 0.1)], Noise = UndeclaredNoise.None,
        };
        Observation At(double x, double y) => new(
            new DesignPoint(new Dictionary<string, double> { ["x"] = x, ["y"] = y }),
            new Dictionary<string, Outcome> { ["gain"] = new(x), ["viscosity"] = new(0.2 + x) });
        Observation[] seen = [At(1, 0), At(0.9, 1), At(0.5, 0.5), At(0.7, 0.2)];

        Assert.InRange(Planner.Propose(problem, new Evidence(seen), 1, 1)[0].At.Numbers["x"], 0, 0.3);
    }

    [Fact]
    public void Failed_experiments_keep_the_next_ones_away()
    {
        var problem = OneObjective.In(Square);
        var seen = new List<Observation>();
        var failures = 0;
        for (ulong i = 0; i < 24; i++)
        {
            var at = Planner.Propose(problem, new Evidence(seen), 1, i)[0].At;
            // It gels where the objective would be best.
            var gels = at.Numbers["x"] + at.Numbers["y"] > 1.4;
            if (gels && i >= 8) failures++;
            seen.Add(gels
                ? new Observation(at, new Dictionary<string, Outcome>()) { Failed = true }
                : OneObjective.Seen(at, at.Numbers["x"] + at.Numbers["y"], 0.01));
        }

        // The best that works is beside what gels, so that some have to fail.
        Assert.InRange(failures, 0, 10);
        Assert.InRange(seen.Where(o => !o.Failed).Max(o => o.Values[OneObjective.Name].Value), 1.3, 1.4);
    }

    [Fact]
    public void Outcomes_that_are_still_missing_are_no_trouble()
    {
        var problem = new Problem(Square, [new Objective("life", Goal.Maximise)])
        {
            Constraints = [new OutcomeConstraint("kappa", 0.5, null)],
        };
        var design = Planner.Propose(problem, Evidence.None, 5, 1).Select(p => p.At).ToList();
        Observation[] seen = [.. design.Select((at, i) => new Observation(at, new Dictionary<string, Outcome>(
            i < 3 ? [new("kappa", new(at.Numbers["x"], 0.01)), new("life", new(i, 0.1))]
                : [new("kappa", new(at.Numbers["x"], 0.01))])))];
        var running = new Evidence(seen) { Pending = [.. design.Skip(3).Select(at => new Pending(at))] };

        var next = Planner.Propose(problem, running, 1, 1)[0];

        Assert.Equal(["kappa", "life"], next.Predicted.Keys.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(next.At, design);
    }

    [Fact]
    public void What_a_person_suggests_comes_first_and_once()
    {
        var wish = new DesignPoint(new Dictionary<string, double> { ["x"] = 0.25, ["y"] = 0.75 });
        var problem = OneObjective.In(Square);
        var evidence = new Evidence([]) { Suggested = [wish] };

        var both = Planner.Propose(problem, evidence, 2, 1);

        Assert.Equal(wish, both[0].At);
        Assert.NotEqual(wish, both[1].At);
        Assert.NotEqual(wish, Planner.Propose(problem, evidence with { Pending = [new Pending(wish)] }, 1, 1)[0].At);
    }

    [Theory]
    [InlineData("Constraint c has no limit")]
    [InlineData("Observation 1 (x 0.5) cannot be used: its y is NaN")]
    [InlineData("comes from elsewhere, which is no source")]
    [InlineData("Suggested point (x 2, y 0) is not in the space")]
    public void Questions_that_make_no_sense_are_refused_by_name(string part)
    {
        var problem = OneObjective.In(Square);
        DesignPoint half = new(new Dictionary<string, double> { ["x"] = 0.5 });
        DesignPoint far = new(new Dictionary<string, double> { ["x"] = 2, ["y"] = 0 });
        DesignPoint near = new(new Dictionary<string, double> { ["x"] = 0, ["y"] = 0 });
        var (asked, evidence) = part[0] switch
        {
            'C' => (problem with { Constraints = [new OutcomeConstraint("c", null, null)] }, Evidence.None),
            'O' => (problem, new Evidence([OneObjective.Seen(half, 1)])),
            'c' => (problem, new Evidence([OneObjective.Seen(near, 1) with { Source = "elsewhere" }])),
            _ => (problem, new Evidence([]) { Suggested = [far] }),
        };

        Assert.Contains(
            part, Assert.Throws<ArgumentException>(() => Planner.Propose(asked, evidence, 1, 1)).Message);
    }
}
