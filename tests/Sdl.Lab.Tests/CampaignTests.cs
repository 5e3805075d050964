using System.Globalization;
using System.Text.Json;
using System.Xml;
using Sdl.App.Composition;
using Sdl.Core.Runs;
using Sdl.Lab.Tests.Support;
using Sdl.Runtime.Campaigns;

namespace Sdl.Lab.Tests;

/// <summary>The main job: a whole campaign, dry, from the command line.</summary>
public sealed class CampaignTests
{
    [Fact]
    public async Task Campaign_prints_one_json_document_and_leaves_its_results_behind()
    {
        using var scratch = new Scratch();
        var folder = scratch.Path("result");
        var result = (await SdlProcess.RunAsync(CampaignTraces.RunArguments(folder, 4))).Expect(0);
        var json = result.Json();
        Assert.Equal("electrolyte-conductivity", json.GetProperty("campaign").GetString());
        Assert.Equal(1, json.GetProperty("seed").GetInt32());
        Assert.Equal(4, json.GetProperty("experiments").GetInt32());
        var best = json.GetProperty("best");
        var fractions = best.GetProperty("formulation").EnumerateObject()
            .ToDictionary(f => f.Name, f => f.Value.GetDouble());
        Assert.Equal(["EC", "EMC", "LiPF6"], fractions.Keys.Order());
        Assert.Equal(1, fractions.Values.Sum(), 6);
        // Any mixture of salt and carbonates conducts; none conducts better than the reference by more than an error.
        Assert.InRange(best.GetProperty("value").GetDouble(), 1, 11);
        Assert.Equal("mS/cm", best.GetProperty("unit").GetString());
        Assert.InRange(best.GetProperty("uncertainty").GetDouble(), 1e-6, 2);
        Assert.Equal(10.0324, json.GetProperty("reference").GetProperty("optimum").GetDouble(), 4);
        Assert.InRange(json.GetProperty("reference").GetProperty("regret").GetDouble(), 0, 10.0324);
        Assert.InRange(Duration(json, "labTime").TotalHours, 1, 12);
        Assert.InRange(Duration(json, "wallTime").TotalMinutes, 0, 3);
        Assert.Equal(folder, json.GetProperty("folder").GetString());
        Assert.True(File.Exists(Path.Combine(folder, "journal.db")));
        var ct = TestContext.Current.CancellationToken;
        var table = await File.ReadAllLinesAsync(Path.Combine(folder, "observations.csv"), ct);
        Assert.Equal(5, table.Length);
        var page = await File.ReadAllTextAsync(Path.Combine(folder, "report.html"), ct);
        Assert.Contains("</html>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Campaign_repeats_itself_on_the_same_seed_and_not_on_another()
    {
        using var scratch = new Scratch();
        var hashes = await Task.WhenAll(new[] { ("a", 7), ("b", 7), ("c", 8) }.Select(async run =>
        {
            var folder = scratch.Path(run.Item1);
            var seed = run.Item2.ToString(CultureInfo.InvariantCulture);
            (await SdlProcess.RunAsync([.. CampaignTraces.RunArguments(folder, 2), "--seed", seed])).Expect(0);
            return (await SdlProcess.RunAsync("journal", "hash", folder)).Expect(0).Output.Trim();
        }));
        Assert.Matches("^[0-9a-f]{64}$", hashes[0]);
        Assert.Equal(hashes[0], hashes[1]);
        Assert.NotEqual(hashes[0], hashes[2]);
    }

    [Fact]
    public async Task Three_lanes_measure_as_truly_as_one_and_need_less_time()
    {
        using var scratch = new Scratch();
        var hours = new List<double>();
        foreach (var lanes in new[] { 1, 3 })
        {
            var folder = scratch.Path($"lanes-{lanes}");
            var result = (await SdlProcess.RunAsync(CampaignTraces.RunArguments(folder, 6, lanes))).Expect(0);
            hours.Add(Duration(result.Json(), "labTime").TotalHours);
            var plan = CampaignReader.Read(Repository.Campaign);
            var events = CampaignTraces.Events(folder);
            var seen = events.OfType<Observed>().ToList();
            Assert.Equal(6, seen.Count);
            // Had one sample been taken for another, both its mass and its conductivity would be far off.
            foreach (var observed in seen)
                Assert.InRange(
                    observed.Value!.Value.In(plan.Objective.Unit)
                    / DryTruth.Conductivity(plan,
                        observed.Observation.At.Formulation(plan.Mixture.Components.Select(c => c.Name))), 0.9, 1.1);
            foreach (var mixed in events.OfType<Mixed>())
                Assert.All(mixed.Nominal.Fractions, f => Assert.Equal(f.Value, mixed.Actual[f.Key], 0.01));
        }
        Assert.InRange(hours[1] / hours[0], 0.5, 0.9);
    }

    private static TimeSpan Duration(JsonElement json, string name) =>
        XmlConvert.ToTimeSpan(json.GetProperty(name).GetString()!);
}
