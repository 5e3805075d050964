using Sdl.Core.Planning;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Campaigns;

namespace Sdl.Tests.Runtime.Campaigns;

/// <summary>What a campaign is after, beside one result of a mixture.</summary>
public partial class CampaignRunnerTests
{
    private static readonly string AimsText = HoldText
        .Replace("parameters:", "parameters:\n  heat: {unit: degC, min: 0 degC, max: 90 degC}\n"
            + "  additive: {choices: \"VC, FEC\"}", StringComparison.Ordinal)
        .Replace("mass: 1 g * seen.value", "mass: 1 g * seen.value, loss: 2 mL * seen.value", StringComparison.Ordinal);

    [Fact]
    public void Parameters_beside_the_mixture_become_arguments_and_every_outcome_reaches_the_planner()
    {
        var bench = new Bench(AimsText)
        {
            Change = plan => plan with
            {
                Parameters =
                [
                    new ContinuousParameter("heat", 20, 60, "degC"),
                    new CategoricalParameter("additive", ["VC", "FEC"]),
                ],
                Others = [new ObjectivePlan("mass", Goal.Minimise, Unit.Parse("g"), 9)],
                Constraints = [new ConstraintPlan("loss", Unit.Parse("mL"), null, 20)],
            },
        };

        Assert.Equal((RunState.Completed, ""), Ended(bench.Process()));

        var begun = bench.Disk.All.OfType<RunStarted>().Select(r => r.Arguments).ToList();
        Assert.Equal([294.15, 295.15], begun.Take(2).Select(a => a.Quantity("heat").Si));
        Assert.Equal(["FEC", "VC"], begun.Take(2).Select(a => a.Text("additive")));
        var seen = bench.Disk.All.OfType<Observed>().Select(o => o.Observation).ToList();
        Assert.Equal(["value", "mass", "loss"], seen[0].Values.Keys);
        Assert.Equal(seen[0].Values["value"].Value * 2, seen[0].Values["loss"].Value, 1e-9);
        Assert.Equal((21.0, "FEC"), (seen[0].At.Number("heat"), seen[0].At.Level("additive")));
        Assert.Equal(1, seen[0].At.Number("EC")!.Value + seen[0].At.Number("EMC")!.Value, 1e-12);
    }

    [Fact]
    public void Aims_that_do_not_suit_the_protocol_are_refused_with_all_that_is_wrong()
    {
        var bench = new Bench(AimsText)
        {
            Change = plan => plan with
            {
                Parameters =
                [
                    new ContinuousParameter("heat", 20, 100, "degC"), new ContinuousParameter("ec", 0, 1, "mL"),
                    new CategoricalParameter("additive", ["VC", "DTD"]), new IntegerParameter("rounds", 1, 3),
                ],
                Constraints = [new ConstraintPlan("loss", Unit.Parse("g"), null, 20)],
            },
        };

        var e = Assert.Throws<FindingsException>(() => bench.Process());

        foreach (var wrong in new[]
        {
            "'heat' cannot be 100", "'ec' is given by the mixture already", "may be VC, FEC, and not 'DTD'",
            "has no parameter 'rounds'", "result 'loss' of protocol 'mix' is a quantity in",
        })
            Assert.Contains(e.Findings, f => f.Text.Contains(wrong, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, "e002")]
    [InlineData(2, "e003")]
    public void A_failed_experiment_is_learned_from_as_often_as_the_file_allows(int allowed, string second)
    {
        var bench = new Bench { Change = plan => plan with { Failures = allowed } };
        bench.FailAt = $"e001/hold/a.dispense {second}/hold/a.dispense";
        var ended = bench.Process();

        Assert.Equal(allowed == 1 ? RunState.Failed : RunState.Completed, ended!.State);
        var observed = bench.Disk.All.OfType<Observed>().ToList();
        Assert.Equal(allowed, observed.Count(o => o.Observation.Failed));
        Assert.All(observed.Where(o => o.Observation.Failed), o => Assert.Null(o.Value));
        Assert.Contains(bench.Asked, a => a.EndsWith("failed 1", StringComparison.Ordinal));
        bench.FailAt = null;
        Assert.Equal(RunState.Completed, bench.Process()!.State);
        Assert.Equal(5, bench.Disk.All.OfType<Observed>().Count());
    }

    [Fact]
    public void Given_and_suggested_points_come_first_and_vetoes_reach_the_planner()
    {
        static DesignPoint Point(double ec) =>
            new(new Dictionary<string, double> { ["EC"] = ec, ["EMC"] = 1 - ec });
        var bench = new Bench
        {
            Change = plan => plan with
            {
                Given = [Point(0.25), Point(0.75)],
                Vetoes = [new Veto([new VetoRange("EC", 0.9)], "too thick")],
            },
        };

        var ended = bench.Process(meanwhile: async runner =>
        {
            while (bench.Disk.All.OfType<Observed>().Count() < 3)
                await Task.Delay(TimeSpan.FromSeconds(0.1), bench.Time);
            await runner.AdviseAsync(new Suggested(Point(0.5), "ann", "the middle"));
            await runner.AdviseAsync(new Vetoed(new Veto([new VetoRange("EC", 0, 0.1)], "too thin"), "ann"));
        });

        Assert.Equal(RunState.Completed, ended!.State);
        Assert.Equal(
            [0.25, 0.75], bench.Disk.All.OfType<Proposed>().Take(2).Select(p => p.Proposal.At.Number("EC")!.Value));
        Assert.Contains(bench.Disk.All.OfType<Proposed>().Skip(2), p => p.Proposal.At.Equals(Point(0.5)));
        Assert.Contains("wants EC 0.25, EMC 0.75, wants EC 0.75, EMC 0.25, not too thick", bench.Asked[0],
            StringComparison.Ordinal);
        Assert.EndsWith("not too thick, not too thin", bench.Asked[^1], StringComparison.Ordinal);
    }
}
