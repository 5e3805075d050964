using System.Xml.Linq;
using Sdl.Core.Runs;
using Sdl.Lab.Tests.Support;

namespace Sdl.Lab.Tests;

/// <summary>What is predicted before a start, and the account of what is used.</summary>
public sealed class PlanTests
{
    private const string PumpA = "pump_a: {holds: LiPF6-EC-EMC, volume: 55 mL";

    [Fact]
    public async Task Plan_tells_time_instruments_consumables_and_cost_and_begins_nothing()
    {
        using var scratch = new Scratch();
        var chart = scratch.Path("plan.svg");
        var plan = (await SdlProcess.RunAsync(
            "run", Repository.Protocol, "--lab", Repository.Lab, "--plan", "--svg", chart, "--json", "--folder",
            scratch.Path("result"), "--set", "carbonate=1.5mL", "expected_mass=3.33g")).Expect(0).Json();
        Assert.False(Directory.Exists(scratch.Path("result")));
        var dry = (await SdlProcess.RunAsync(
            "run", Repository.Protocol, "--lab", Repository.Lab, "--dry", "--json", "--folder", scratch.Path("dry"),
            "--set", "carbonate=1.5mL", "expected_mass=3.33g")).Expect(0).Json();
        var labTime = System.Xml.XmlConvert.ToTimeSpan(dry.GetProperty("labTime").GetString()!);
        Assert.Equal(labTime.TotalSeconds, plan.GetProperty("seconds").GetDouble(), 3.0);
        Assert.True(plan.GetProperty("cost").GetDouble() > 1);
        var used = plan.GetProperty("plan").GetProperty("consumption").EnumerateArray()
            .ToDictionary(c => c.GetProperty("name").GetString()!);
        Assert.Equal("1.5E-06 m3", used["pump_c"].GetProperty("volume").GetString());
        Assert.Equal(1, used["vials"].GetProperty("count").GetInt32());
        Assert.Equal("svg", XDocument.Load(chart).Root!.Name.LocalName);
    }

    [Fact]
    public async Task Run_for_which_there_is_not_enough_is_refused_before_the_start_and_a_dry_run_before_the_dose()
    {
        using var scratch = new Scratch();
        var lab = scratch.Changed(Repository.Lab, (PumpA, PumpA.Replace("55", "1.5", StringComparison.Ordinal)));
        var line = 1 + File.ReadLines(lab)
            .TakeWhile(l => !l.Contains("volume: 1.5 mL", StringComparison.Ordinal)).Count();
        var real = (await SdlProcess.RunAsync(
            "run", Repository.Protocol, "--lab", lab, "--json", "--folder", scratch.Path("real"))).Expect(2).Json();
        var finding = Assert.Single(real.GetProperty("findings").EnumerateArray());
        Assert.Equal((lab, line), (finding.GetProperty("file").GetString(), finding.GetProperty("line").GetInt32()));
        Assert.Contains("pump_a should give 900 uL", finding.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.Path("real")));
        var plan = (await SdlProcess.RunAsync("run", Repository.Protocol, "--lab", lab, "--plan")).Expect(1);
        Assert.Contains("short: pump_a should give 900 uL", plan.Output, StringComparison.Ordinal);

        var dry = (await SdlProcess.RunAsync(
            "run", Repository.Protocol, "--lab", lab, "--dry", "--folder", scratch.Path("dry"))).Expect(1);
        Assert.Contains("'dispense' was not begun: pump_a should give 900 uL", dry.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(
            CampaignTraces.Events(scratch.Path("dry")).OfType<StepIntended>(),
            e => e is { Instrument.Value: "pump_a", Capability: "dispense" });
    }

    [Fact]
    public async Task Campaign_says_after_which_experiment_something_runs_out_and_stops_there()
    {
        using var scratch = new Scratch();
        var lab = scratch.Changed(Repository.Lab, ("count: 96", "count: 2"), (PumpA, PumpA.Replace(
            "55", "8", StringComparison.Ordinal)));
        var campaign = scratch.Changed(
            Repository.Campaign, ("../electrolyte-conductivity.yaml", Repository.Protocol),
            ("../labs/electrolyte.yaml", lab));
        var plan = (await SdlProcess.RunAsync("campaign", "run", campaign, "--plan", "--json")).Expect(0).Json();
        var supplies = plan.GetProperty("supplies").EnumerateArray()
            .ToDictionary(s => s.GetProperty("name").GetString()!, s => s.GetProperty("surely").GetInt32());
        Assert.Equal((2, 3, 25), (supplies["vials"], supplies["pump_a"], supplies["pump_b"]));
        var ran = (await SdlProcess.RunAsync(
            "campaign", "run", campaign, "--dry", "--experiments", "4", "--folder", scratch.Path("result"))).Expect(1);
        Assert.Contains("1 of 'vials' are needed and 0 are left", ran.Output, StringComparison.Ordinal);
        Assert.Equal(2, CampaignTraces.Events(scratch.Path("result")).OfType<Observed>().Count());

        // More vials are brought, and the campaign goes on where it stopped.
        (await SdlProcess.RunAsync("ledger", scratch.Path("result"), "--count", "vials=10")).Expect(0);
        (await SdlProcess.RunAsync("campaign", "resume", scratch.Path("result"))).Expect(0);
        var parts = (await SdlProcess.RunAsync("ledger", scratch.Path("result"), "--json")).Expect(0).Json()
            .GetProperty("parts").EnumerateArray().Single();
        Assert.Equal((8, 4), (parts.GetProperty("left").GetInt32(), parts.GetProperty("used").GetInt32()));
    }

    [Fact]
    public async Task Ledger_says_what_is_left_and_the_next_run_starts_from_it()
    {
        using var scratch = new Scratch();
        string[] Run(string folder, params string[] more) =>
            ["run", Repository.Protocol, "--lab", Repository.Lab, "--dry", "--folder", scratch.Path(folder), .. more];
        (await SdlProcess.RunAsync(Run("one"))).Expect(0);
        var text = (await SdlProcess.RunAsync("ledger", scratch.Path("one"))).Expect(0).Output;
        Assert.Matches(@"pump_a +LiPF6-EC-EMC +54\.1 ± 0\.5 mL +900 uL taken", text);
        Assert.Contains("1 vessel of runs: 2 mL in all", text, StringComparison.Ordinal);
        (await SdlProcess.RunAsync(Run("two", "--inventory", scratch.Path("one")))).Expect(0);
        var left = (await SdlProcess.RunAsync("ledger", scratch.Path("two"), "--yaml")).Expect(0).Output;
        Assert.Contains("pump_a: {holds: LiPF6-EC-EMC, volume: 53.2 mL", left, StringComparison.Ordinal);
        (await SdlProcess.RunAsync(Run("three", "--inventory", scratch.Write("left.yaml", left)))).Expect(0);
        var json = (await SdlProcess.RunAsync("ledger", scratch.Path("three"), "--json")).Expect(0).Json();
        var pump = json.GetProperty("containers").EnumerateArray()
            .Single(c => c.GetProperty("container").GetString() == "pump_a");
        Assert.Equal("0.0000523", Sdl.Core.Units.Quantity.Parse(pump.GetProperty("volume").GetString()!).Si.ToString(
            "0.0000000", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(93, json.GetProperty("parts")[0].GetProperty("left").GetInt32());
    }
}
