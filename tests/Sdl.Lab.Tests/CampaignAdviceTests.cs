using Sdl.Core.Runs;
using Sdl.Lab.Tests.Support;

namespace Sdl.Lab.Tests;

/// <summary>What people say to a campaign about where to look.</summary>
[Collection(RealTime.Name)]
public sealed class CampaignAdviceTests
{
    private static readonly string[] Wanted = ["EC=0.3", "EMC=0.6", "LiPF6=0.1"];

    [Fact]
    public async Task Suggestion_and_veto_are_followed_when_an_interrupted_campaign_is_taken_up_again()
    {
        using var scratch = new Scratch();
        var folder = scratch.Path("result");
        using (var first = SdlProcess.Start(
            ["campaign", "run", Repository.Campaign, "--dry", "--experiments", "8", "--folder", folder]))
        {
            await first.SaysAsync("experiment   3 of 8");
            first.Kill();
            await first.EndAsync();
        }
        var begun = CampaignTraces.Events(folder).OfType<Proposed>().Count();

        (await SdlProcess.RunAsync(["campaign", "suggest", folder, .. Wanted, "--by", "ann"])).Expect(0);
        (await SdlProcess.RunAsync(
            "campaign", "veto", folder, "LiPF6=..0.08", "--by", "bob", "--why", "too thin")).Expect(0);
        (await SdlProcess.RunAsync("campaign", "resume", folder)).Expect(0);

        var events = CampaignTraces.Events(folder);
        Assert.Equal(8, events.OfType<Observed>().Count());
        var after = events.OfType<Proposed>().Skip(begun).Select(p => p.Proposal).ToList();
        Assert.Equal(("Suggested by a person.", 0.3), (after[0].Reason, after[0].At.Number("EC")));
        Assert.All(after, p => Assert.True(p.At.Number("LiPF6") > 0.08));
        var vetoed = events.OfType<Vetoed>().Single();
        Assert.Equal(("bob", "too thin"), (vetoed.By, vetoed.Veto.Why));
    }

    [Fact]
    public async Task Running_campaign_takes_a_suggestion_from_another_process()
    {
        using var scratch = new Scratch();
        var runtime = new RuntimeFolder(scratch);
        var folder = scratch.Path("result");
        using var campaign = runtime.Start(
            "campaign", "run", Repository.Campaign, "--dry", "--experiments", "8", "--folder", folder);
        await campaign.SaysAsync("experiment   1 of 8");
        await runtime.AskAsync(campaign, """{"do":"pause","by":"ann"}""");
        await runtime.UntilAsync(campaign, "paused");

        var said = (await runtime.RunAsync(
            ["campaign", "suggest", folder, .. Wanted, "--by", "ann", "--why", "a look"])).Expect(0);
        Assert.Contains("takes it into account from its next proposal", said.Output, StringComparison.Ordinal);
        Assert.Contains("outside the space", (await runtime.RunAsync(
            "campaign", "suggest", folder, "EC=0.9", "EMC=0.05", "LiPF6=0.05", "--by", "ann")).Expect(2).Errors,
            StringComparison.Ordinal);
        await runtime.AskAsync(campaign, """{"do":"resume","by":"ann"}""");
        (await campaign.EndAsync()).Expect(0);

        var events = CampaignTraces.Events(folder);
        Assert.Single(events.OfType<Proposed>(), p => p.Proposal.Reason == "Suggested by a person.");
        Assert.Equal("a look", events.OfType<Suggested>().Single().Why);
    }

    [Theory]
    [InlineData("veto", "'salt'", "salt=LiPF6")]
    [InlineData("veto", "should be a range", "EC=0.1..0.2..0.3")]
    [InlineData("suggest", "'EMC' is missing", "EC=0.3", "LiPF6=0.1")]
    [InlineData("suggest", "should be a number", "EC=lots", "EMC=0.5", "LiPF6=0.1")]
    public async Task Advice_that_makes_no_sense_is_refused(string command, string says, params string[] values)
    {
        using var scratch = new Scratch();
        var folder = scratch.Path("result");
        (await SdlProcess.RunAsync(CampaignTraces.RunArguments(folder, 1))).Expect(0);

        var refused = (await SdlProcess.RunAsync(["campaign", command, folder, .. values, "--by", "ann"])).Expect(2);

        Assert.Contains(says, refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(CampaignTraces.Events(folder), e => e is Suggested or Vetoed);
    }
}
