using System.Text.Json;
using FsCheck;
using FsCheck.Xunit;
using Sdl.App.Reports;
using Sdl.Core.Planning;
using Sdl.Core.Runs;

namespace Sdl.Lab.Tests.Reports;

/// <summary>What other programs read: the table, the JSON document, and one small drawing to the letter.</summary>
public sealed class ReportFilesTests
{
    [Fact]
    public async Task Table_is_the_golden_one()
    {
        using var campaign = Small();
        var table = await CampaignReportTests.Table(campaign);
        Assert.EndsWith("\r\n", table, StringComparison.Ordinal);
        // Version control keeps line ends its own way.
        GoldenFile.Check("observations.csv", table.Replace("\r\n", "\n", StringComparison.Ordinal));
    }

    [Fact]
    public void Calibration_plot_is_the_golden_one()
    {
        using var campaign = Small();
        GoldenFile.Check("calibration.svg", CalibrationPlot.Draw(new ReportData(campaign.Input())));
    }

    [Fact]
    public void Summary_as_json_has_the_agreed_shape()
    {
        var summary = new CampaignSummary(
            "a campaign", 7, 24, 25, "mS/cm",
            new Recommendation(new Formulation(new Dictionary<string, double> { ["EC"] = 0.25, ["EMC"] = 0.75 }),
                9.5, 0.125, true, "why"),
            new ReferenceComparison(10, 0.5, "a book"), new TimeSpan(1, 2, 3, 4), TimeSpan.FromSeconds(2.5),
            "results/a", RunState.Stopped, "by hand")
        {
            JournalHash = "ab12", GivenUp = [new BranchGivenUp(new RunId("e001"), "e001/cycle/3", "it is dead", 7, 5)],
        };
        using var json = JsonDocument.Parse(summary.ToJson());
        using var agreed = JsonDocument.Parse("""
            {
              "campaign": "a campaign", "seed": 7, "state": "stopped", "why": "by hand", "experiments": 24,
              "best": {"formulation": {"EC": 0.25, "EMC": 0.75}, "value": 9.5, "unit": "mS/cm", "uncertainty": 0.125},
              "reference": {"optimum": 10, "regret": 0.5},
              "givenUp": [{"run": "e001", "branch": "cycle/3", "why": "it is dead"}],
              "labTime": "P1DT2H3M4S", "wallTime": "PT2.5S", "folder": "results/a", "journalHash": "ab12"
            }
            """);
        Assert.True(JsonElement.DeepEquals(agreed.RootElement, json.RootElement), summary.ToJson());
    }

    [Fact]
    public void Summary_without_an_observation_has_nulls()
    {
        using var campaign = new SyntheticCampaign().Start();
        using var json = JsonDocument.Parse(campaign.Input().Summary.ToJson());
        Assert.All(new[] { "best", "reference", "state" }, name =>
            Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty(name).ValueKind));
    }

    [Property]
    public bool Field_of_the_table_is_read_back_and_is_never_a_formula(string? anything)
    {
        var text = anything ?? "";
        var field = ObservationsCsv.Field(text);
        var read = field.StartsWith('"') ? field[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : field;
        var quotes = field.Count(c => c == '"') % 2 == 0
            && (field.StartsWith('"') || !field.AsSpan().ContainsAny(",\"\r\n"));
        return quotes && (read == text
            || (read == "'" + text && "=+-@\t\r".Contains(text[0], StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("@SUM(A1,B1)", "\"'@SUM(A1,B1)\"")]
    [InlineData("-0.25", "-0.25")]
    [InlineData("said \"no\"", "\"said \"\"no\"\"\"")]
    public void Formula_is_defused_and_a_number_is_left_alone(string text, string field) =>
        Assert.Equal(field, ObservationsCsv.Field(text));

    [Theory]
    [InlineData(9.8912, 0.0583, "9.891 ± 0.058")]
    [InlineData(123.4, 25.0, "123 ± 25")]
    [InlineData(-0.5, 0.25, "−0.50 ± 0.25")]
    [InlineData(5.0, null, "5")]
    [InlineData(5.0, 0.0, "5")]
    public void Value_is_rounded_to_two_digits_of_its_uncertainty(double value, double? deviation, string text) =>
        Assert.Equal(text, People.WithUncertainty(value, deviation));

    [Theory]
    [InlineData(3.84, "3.8 s")]
    [InlineData(59.7, "1 min")]
    [InlineData(29_160, "8 h 6 min")]
    [InlineData(90_000, "1 d 1 h")]
    public void Duration_has_its_two_largest_units(double seconds, string text) =>
        Assert.Equal(text, People.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Prose_is_set_as_print_would_and_leaves_other_words_alone() =>
        Assert.Equal("LiPF₆ at x_LiPF₆ 0.07, 25 °C, 5 µL, e007",
            People.Prose("LiPF6 at x_LiPF6 0.07, 25 degC, 5 uL, e007"));

    private static SyntheticCampaign Small() => new SyntheticCampaign().Start()
        .Literal(1, 0.40, 0.10, 9.25, 0.125, null, "first, \"as ever\"")
        .Literal(2, 0.45, 0.05, 8.5, null, new(8.0, 1.0), "=2+3")
        .Literal(3, 0.42, 0.08, 9.75, 0.25, new(9.5, 0.5), "near the best")
        .Propose(4).End(RunState.Completed);
}
