using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Runtime.Campaigns;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Campaigns;

public partial class CampaignRunnerTests
{
    [Fact]
    public void A_campaign_ends_when_the_next_experiment_is_expected_to_gain_too_little()
    {
        // The planner expects 9, then 8, then 7.
        var bench = new Bench { Change = p => p with { LeastGain = 7.5 } };
        var ended = Ended(bench.Process());
        Assert.Equal(
            (RunState.Completed, "ended before experiment 3: it is expected to gain 7 1, less than 7.5 1"), ended);
        Assert.Equal(2, bench.Disk.All.OfType<Proposed>().Count());
        Assert.Equal(2, bench.Disk.All.OfType<Observed>().Count());
        Assert.Equal(ended, Ended(bench.Process()));
        Assert.Equal(2, bench.Disk.All.OfType<Proposed>().Count());
    }

    [Fact]
    public void A_batch_is_done_when_one_of_it_is_expected_to_gain_enough()
    {
        var bench = new Bench { Batch = 2, Change = p => p with { LeastGain = 7.5 } };
        Assert.Equal(RunState.Completed, Ended(bench.Process())!.Item1);
        Assert.Equal(2, bench.Disk.All.OfType<Observed>().Count());
    }

    [Theory]
    [InlineData("stop: {gain: 0.02 mS/cm}", null)]
    [InlineData("stop: {gain: -1 mS/cm}", "above zero")]
    [InlineData("stop: {}", "above zero")]
    [InlineData("stop: {gain: 1 mS/cm, when: soon}", "when")]
    public void Stop_is_read_from_the_campaign_file(string line, string? wrong)
    {
        using var folder = new TempFolder();
        var path = folder.Write("c.yaml", $$$"""
            campaign: c
            protocol: p.yaml
            lab: l.yaml
            objective: {result: k, unit: mS/cm}
            mixture:
              components: {EC: {min: 0, max: 0.5}, EMC: {min: 0.5, max: 1}}
              volume: 2 mL
              resolution: 1 uL
              weighed_mass: m
              stocks: {a: x}
            {{{line}}}
            """);
        if (wrong is null) Assert.Equal(0.02, CampaignReader.Read(path).LeastGain!.Value, 1e-12);
        else Assert.Contains(Assert.Throws<FindingsException>(() => CampaignReader.Read(path)).Findings,
            f => f.Text.Contains(wrong, StringComparison.Ordinal));
    }
}
