using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sdl.App.Reports;
using Sdl.Core.Planning;
using Sdl.Core.Runs;
using Sdl.Runtime.Campaigns;

namespace Sdl.Lab.Tests.Reports;

public sealed partial class CampaignReportTests
{
    [Fact]
    public async Task Report_of_a_whole_campaign_holds_every_figure_and_needs_nothing_from_elsewhere()
    {
        using var campaign = new SyntheticCampaign().Start().Observe(25).End(RunState.Completed);
        var html = await Page(campaign);
        Assert.Equal(
            ["best", "triangle", "mean", "deviation", "slices-0-share", "slices-0", "nyquist", "calibration"],
            Figures(html));
        Assert.Contains("Dry run: simulated laboratory", html, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"notice", html, StringComparison.Ordinal);
        Assert.Contains("25 of 25", html, StringComparison.Ordinal);
        Assert.Contains("The best mean of the model", campaign.Input().Summary.Best!.Reason, StringComparison.Ordinal);
        var links = Links().Matches(html).Select(m => m.Groups[1].Value).Where(l => l[0] != '#');
        Assert.Equal(["http://www.w3.org/2000/svg"], links.Distinct());
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_experiments_went_on_without_is_named_with_its_reason()
    {
        using var campaign = new SyntheticCampaign().Start().Observe(3);
        Assert.DoesNotContain("What was left out", await Page(campaign), StringComparison.Ordinal);
        var run = CampaignHistory.RunOf(2, 1);
        campaign.Append(new BranchGivenUp(run, $"{run}/cycle/3", "cycler_3: 0 V < min_voltage", 7, 5));
        var html = await Page(campaign.End(RunState.Completed));
        Assert.Contains("<h2>What was left out</h2>", html, StringComparison.Ordinal);
        Assert.Contains("One branch of 1 experiment failed", html, StringComparison.Ordinal);
        Assert.Contains("<code>cycle/3</code>", html, StringComparison.Ordinal);
        Assert.Contains("cycler_3: 0 V &lt; min_voltage", html, StringComparison.Ordinal);
        Assert.Equal(1, html.Split("(without cycle/3)").Length - 1);
        Assert.EndsWith(",cycle/3\r\n", ObservationsCsv.Write(new ReportData(campaign.Input())).Split("3,e003")[0],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_are_unique_and_every_figure_has_a_name_and_a_description()
    {
        using var campaign = new SyntheticCampaign().Start().Observe(8).End(RunState.Completed);
        var svgs = Drawings(await Page(campaign));
        var ids = svgs.SelectMany(s => s.DescendantsAndSelf())
            .Select(e => (string?)e.Attribute("id")).OfType<string>().ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(svgs, svg => Assert.All(((string)svg.Attribute("aria-labelledby")!).Split(' '),
            id => Assert.NotEmpty(svg.Elements().Single(e => (string?)e.Attribute("id") == id).Value)));
    }

    [Theory]
    [InlineData(0, "Nothing has been observed")]
    [InlineData(1, "1 observation can hardly support a model")]
    [InlineData(2, "2 observations can hardly support a model")]
    public async Task Report_of_a_campaign_that_has_hardly_begun_says_so(int observed, string says)
    {
        using var campaign = new SyntheticCampaign().Start().Observe(observed).Propose(observed + 1)
            .End(RunState.Stopped, "stopped by a scientist");
        var html = await Page(campaign);
        Assert.Contains(says, html, StringComparison.Ordinal);
        Assert.Contains("stopped early", html, StringComparison.Ordinal);
        Assert.Contains("Stopped by a scientist.", html, StringComparison.Ordinal);
        Assert.Contains("not started", html, StringComparison.Ordinal);
        Assert.Equal(observed == 0, !html.Contains("class=\"value\"", StringComparison.Ordinal));
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
        Assert.Equal(observed + 1, (await Table(campaign)).TrimEnd().Split("\r\n").Length);
    }

    [Fact]
    public async Task Report_is_written_when_not_even_the_start_is_in_the_journal()
    {
        using var campaign = new SyntheticCampaign();
        Assert.Contains("has not ended", await Page(campaign), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RunState.Failed, "The campaign failed.", true)]
    [InlineData(RunState.Aborted, "The campaign was aborted.", true)]
    [InlineData(RunState.Stopped, "The campaign was stopped early.", false)]
    [InlineData(RunState.Interrupted, "The campaign has not ended.", false)]
    public async Task Early_end_stands_at_the_top_with_its_reason(RunState state, string says, bool bad)
    {
        using var campaign = new SyntheticCampaign().Start(dry: false).Observe(4, spectra: false)
            .End(state, "pump_a: no answer <to> 'VER'");
        var html = await Page(campaign);
        Assert.Contains(
            $"<strong>{says}</strong> Pump_a: no answer &lt;to&gt; &#39;VER&#39;. 4 of 25 experiments gave a result.",
            html, StringComparison.Ordinal);
        Assert.Equal(bad, html.Contains("class=\"notice bad\"", StringComparison.Ordinal));
        Assert.DoesNotContain("Dry run", html, StringComparison.Ordinal);
        Assert.DoesNotContain("nyquist", Figures(html));
    }

    [Fact]
    public async Task Best_is_the_lowest_value_when_the_goal_is_to_minimise()
    {
        using var campaign = new SyntheticCampaign(Goal.Minimise).Start()
            .Literal(1, 0.40, 0.10, 9.0, 0.1, null, "a")
            .Literal(2, 0.42, 0.08, 7.5, 0.1, null, "b")
            .Literal(3, 0.44, 0.06, 8.0, 0.1, null, "c")
            .End(RunState.Completed);
        var html = await Page(campaign);
        Assert.Contains("The best measured value, 7.50 ± 0.10 mS/cm, came in experiment 2 of 3.", html,
            StringComparison.Ordinal);
        var summary = campaign.Input().Summary;
        Assert.Equal(summary.Best!.Value - 9.95, summary.Reference!.Regret, 12);
    }

    [Fact]
    public async Task Equal_values_without_uncertainty_still_give_whole_figures()
    {
        using var campaign = new SyntheticCampaign().Start()
            .Literal(1, 0.40, 0.10, 5, null, new(5, 0), "a")
            .Literal(2, 0.40, 0.10, 5, null, new(5, 0), "b")
            .Literal(3, 0.40, 0.10, 5, null, new(5, 0), "c")
            .End(RunState.Completed);
        Assert.Equal(["best", "triangle", "mean", "deviation", "calibration"], Figures(await Page(campaign)));
    }

    [Fact]
    public async Task Planner_without_a_finite_answer_costs_its_figures_and_not_the_report()
    {
        using var campaign = new SyntheticCampaign().Start().Observe(5, spectra: false).End(RunState.Completed);
        var html = await Page(campaign, campaign.Input(new Speechless()));
        Assert.Equal(["best", "triangle"], Figures(html));
        Assert.Contains("This is the best measured value: there is no model yet.", html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mixture_of_other_than_three_components_gets_a_sentence_instead_of_a_triangle()
    {
        using var campaign = new SyntheticCampaign().Start().Observe(3).End(RunState.Completed);
        var input = campaign.Input();
        var space = input.Problem.Space;
        space = space with { Parameters = [.. space.Parameters, new ContinuousParameter("DMC", 0, 0)] };
        input = input with { Problem = input.Problem with { Space = space } };
        var html = await Page(campaign, input);
        Assert.Equal(["best", "nyquist"], Figures(html));
        Assert.Contains("are drawn for mixtures of three components", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dangerous_names_and_reasons_stay_text()
    {
        using var campaign = new SyntheticCampaign(name: "<script>alert(1)</script> & \"x\"").Start()
            .Literal(1, 0.40, 0.10, 9.0, 0.1, null, "</td><img src=x onerror=alert(1)>")
            .Literal(2, 0.42, 0.08, 7.5, 0.1, null, "]]> \u0001 \uFFFE")
            .End(RunState.Completed);
        var html = await Page(campaign);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.DoesNotContain('\u0001', html);
        Assert.Equal(2, Rows().Count(html));
    }

    [Fact]
    public async Task Truth_that_a_dry_run_knows_takes_the_place_of_the_estimate_in_the_regret()
    {
        using var campaign = new SyntheticCampaign().Start().Observe(3, spectra: false).End(RunState.Completed);
        var input = campaign.Input();
        var reference = input.Summary.Reference! with { Regret = 0.25, Truth = 9.7 };
        input = input with { Summary = input.Summary with { Reference = reference } };
        var html = await Page(campaign, input);
        Assert.Contains("0.250 mS/cm <small>true value of the recommended formulation, which only the simulator knows: "
            + "9.700 mS/cm", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_report_replaces_the_old_one_and_leaves_nothing_else_behind()
    {
        using var campaign = new SyntheticCampaign().Start().Observe(1, spectra: false);
        await Page(campaign);
        campaign.End(RunState.Completed);
        Assert.DoesNotContain("has not ended", await Page(campaign), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(campaign.Folder, "*.new"));
    }

    internal static async Task<string> Table(SyntheticCampaign campaign)
    {
        await Page(campaign);
        return await File.ReadAllTextAsync(Path.Combine(campaign.Folder, CampaignReport.TableName));
    }

    private static async Task<string> Page(SyntheticCampaign campaign, CampaignReportInput? input = null)
    {
        await CampaignReport.Write(campaign.Folder, input ?? campaign.Input(), CancellationToken.None);
        return await File.ReadAllTextAsync(Path.Combine(campaign.Folder, CampaignReport.PageName));
    }

    /// <summary>The drawings, each of which has to be well-formed XML.</summary>
    private static List<XElement> Drawings(string html) =>
        [.. Svgs().Matches(html).Select(m => XElement.Parse(m.Value))];

    private static List<string> Figures(string html) =>
        [.. Drawings(html).Select(s => ((string)s.Attribute("aria-labelledby")!).Split("-title")[0])];

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Svgs();

    [GeneratedRegex("""(?:href|src|xmlns|url)(?:="|\()([^")]+)""")]
    private static partial Regex Links();

    [GeneratedRegex("<tr[^>]*><td")]
    private static partial Regex Rows();

    /// <summary>Answers everything, but never with a number.</summary>
    private sealed class Speechless : IPlanner
    {
        public IReadOnlyList<Proposal> Propose(
            Problem problem, Evidence evidence, int count, ulong seed) => [];

        public IReadOnlyList<Proposal> Recommend(Problem problem, Evidence evidence, ulong seed) =>
            [new(evidence.Seen[0].At,
                new Dictionary<string, Prediction> { [problem.Objectives[0].Name] = new(double.NaN, double.NaN) },
                "", new Dictionary<string, double>())];

        public IReadOnlyList<Prediction> Predict(
            Problem problem, Evidence evidence, string outcome, IReadOnlyList<DesignPoint> at, ulong seed) =>
            [.. at.Select(_ => new Prediction(double.NaN, double.PositiveInfinity))];
    }
}
