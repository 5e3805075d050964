using Sdl.Core.Runs;
using Sdl.Lab.Tests.Support;

namespace Sdl.Lab.Tests;

/// <summary>A campaign with two objectives, a constraint, a given experiment and a veto.</summary>
public sealed class CampaignTradeoffTests
{
    private static string Campaign => Path.Combine(Repository.Protocols, "campaigns", "electrolyte-tradeoff.yaml");

    [Fact]
    public async Task Dry_campaign_finds_a_front_and_shows_it()
    {
        using var scratch = new Scratch();
        var folder = scratch.Path("result");
        (await SdlProcess.RunAsync("campaign", "run", Campaign, "--dry", "--experiments", "8", "--folder", folder))
            .Expect(0);

        var events = CampaignTraces.Events(folder);
        var proposed = events.OfType<Proposed>().Select(p => p.Proposal).ToList();
        Assert.Equal(("Suggested by a person.", 0.4), (proposed[0].Reason, proposed[0].At.Number("EC")));
        Assert.All(proposed, p => Assert.True(p.At.Number("LiPF6") < 0.115));
        Assert.All(events.OfType<Observed>(), o => Assert.Equal(
            ["conductivity", "mass", "resistance"], o.Observation.Values.Keys.Order()));
        Assert.Equal(["conductivity", "mass", "resistance"], proposed[^1].Predicted.Keys.Order());
        var page = await File.ReadAllTextAsync(
            Path.Combine(folder, "report.html"), TestContext.Current.CancellationToken);
        foreach (var figure in new[] { "front-0-1", "hypervolume", "slices-0", "slices-1-share" })
            Assert.Contains($"id=\"{figure}-title\"", page, StringComparison.Ordinal);
        Assert.Contains("points of the model&#39;s front", page, StringComparison.Ordinal);
    }
}
