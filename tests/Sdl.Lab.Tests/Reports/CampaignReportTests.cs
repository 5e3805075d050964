using Sdl.App.Reports;
using Sdl.Core.Runs;

namespace Sdl.Lab.Tests.Reports;

public sealed class CampaignReportTests
{
    [Fact]
    public async Task Report_of_a_whole_campaign_holds_every_figure_and_no_broken_number()
    {
        using var campaign = new SyntheticCampaign().Start().Observe(25).End(RunState.Completed);
        var (html, _) = await Written(campaign);
        foreach (var id in new[] { "best", "triangle", "mean", "deviation", "nyquist", "calibration" })
            Assert.Contains($"id=\"{id}-title\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", html, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("SDL_REPORT_FOLDER") is { } folder)
            await CampaignReport.Write(folder, campaign.Input(), CancellationToken.None);
    }

    private static async Task<(string Html, string Csv)> Written(SyntheticCampaign campaign)
    {
        await CampaignReport.Write(campaign.Folder, campaign.Input(), CancellationToken.None);
        return (await File.ReadAllTextAsync(Path.Combine(campaign.Folder, CampaignReport.PageName)),
            await File.ReadAllTextAsync(Path.Combine(campaign.Folder, CampaignReport.TableName)));
    }
}
