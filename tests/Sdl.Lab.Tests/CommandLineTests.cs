using System.Globalization;
using System.Runtime.CompilerServices;
using Sdl.Core.Runs;
using Sdl.Lab.Tests.Support;

namespace Sdl.Lab.Tests;

/// <summary>What the commands say and with which exit code: 0 it worked, 1 it ran and failed, 2 the input cannot be
/// used.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("check")]
    [InlineData("run")]
    [InlineData("campaign")]
    [InlineData("campaign run")]
    [InlineData("campaign resume")]
    [InlineData("campaign status")]
    [InlineData("instruments")]
    [InlineData("probe")]
    [InlineData("invoke")]
    [InlineData("simulate")]
    [InlineData("export")]
    [InlineData("journal")]
    [InlineData("journal hash")]
    [InlineData("journal show")]
    [InlineData("recover")]
    [InlineData("interlocks")]
    [InlineData("interlocks show")]
    [InlineData("interlocks test")]
    [InlineData("interlocks acknowledge")]
    [InlineData("plan")]
    [InlineData("plan compare")]
    [InlineData("ledger")]
    [InlineData("cells")]
    [InlineData("cells simulate")]
    [InlineData("opcua trust")]
    public async Task Command_explains_itself(string command)
    {
        var help = (await SdlProcess.RunAsync([.. command.Split(' '), "--help"])).Expect(0);
        Assert.Contains($"sdl {command}", help.Output, StringComparison.Ordinal);
        Assert.Contains("Usage:", help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_reads_as_it_should() =>
        Golden("help.txt", (await SdlProcess.RunAsync("--help")).Expect(0).Output);

    [Fact]
    public async Task Findings_read_as_they_should()
    {
        using var scratch = new Scratch();
        scratch.Write("bad.yaml", """
            protocol: bad
            parameters:
              volume: {unit: mL, min: 0 mL, max: 60 s, default: .nan mL}
            roles:
              pump: gives
            steps:
              - do: pump.dispense
                with: {volume: volume, rate: 4 mL/min
            """);
        scratch.Write("worse.yaml", """
            protocol: worse
            parameters:
              volume: {unit: mL, min: 0 mL, max: 60 s, default: NaN mL}
            roles:
              pump: gives
            steps:
              - do: pump.dispense
                with: {volume: volume, rate: 4 mL/min}
              - do: nobody.knows
              - frobnicate: 3
            """);
        var found = await SdlProcess.RunAsync("check", scratch.Path("bad.yaml"), scratch.Path("worse.yaml"));
        var folder = scratch.Folder + Path.DirectorySeparatorChar;
        Golden("findings.txt", found.Expect(2).Errors.Replace(folder, "", StringComparison.Ordinal));
        Assert.Empty(found.Output);
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("check")]
    [InlineData("check --frobnicate file.yaml")]
    [InlineData("campaign")]
    [InlineData("campaign run no-such.yaml --dry --frobnicate")]
    [InlineData("campaign run no-such.yaml --dry")]
    [InlineData("campaign resume no-such-folder")]
    [InlineData("campaign status no-such-folder")]
    [InlineData("export no-such-folder")]
    [InlineData("journal hash no-such-folder")]
    [InlineData("plan compare no-such-folder")]
    [InlineData("ledger no-such-folder")]
    [InlineData("ledger no-such-folder --count pump_a=1mL")]
    [InlineData("campaign run no-such.yaml --plan")]
    [InlineData("run no-such.yaml --lab no-such.yaml --dry")]
    [InlineData("run no-such.yaml")]
    [InlineData("run")]
    [InlineData("run --resume no-such-folder")]
    [InlineData("recover no-such-folder")]
    [InlineData("recover no-such-folder --call run/a.b")]
    [InlineData("probe no-such.yaml")]
    [InlineData("simulate no-such.yaml")]
    [InlineData("instruments pump.no-such")]
    [InlineData("invoke --driver pump.no-such --address serial:COM1 dispense")]
    [InlineData(
        "invoke --driver pump.ne1000 --address nonsense --set diameter=26.59mm syringe_volume=60mL --trace dispense")]
    public async Task Unusable_input_gives_code_2_a_message_and_one_json_document(string arguments)
    {
        var text = (await SdlProcess.RunAsync(arguments.Split(' '))).Expect(2);
        Assert.NotEmpty(text.Errors);
        Assert.DoesNotContain("   at ", text.Errors, StringComparison.Ordinal);
        var json = (await SdlProcess.RunAsync([.. arguments.Split(' '), "--json"])).Expect(2).Json();
        Assert.True(json.TryGetProperty("error", out _) || json.TryGetProperty("findings", out _), json.ToString());
    }

    [Theory]
    [InlineData("carbonate=0.7s", "wrong unit")]
    [InlineData("carbonate=0.7", "wrong unit")]
    [InlineData("carbonate=5mL", "above the largest allowed value 4 mL")]
    [InlineData("carbonate=-1mL", "below the smallest allowed value 0 mL")]
    [InlineData("carbonate=NaN", "not a quantity")]
    [InlineData("carbonate=NaNmL", "not a quantity")]
    [InlineData("carbonate=InfinitymL", "not a quantity")]
    [InlineData("water=1mL", "no input 'water'")]
    [InlineData("carbonate", "name=value")]
    public async Task Argument_that_does_not_fit_is_refused_before_there_is_a_run(string argument, string message)
    {
        using var scratch = new Scratch();
        var result = (await SdlProcess.RunAsync(
            "run", Repository.Protocol, "--lab", Repository.Lab, "--dry", "--folder", scratch.Path("result"),
            "--set", argument)).Expect(2);
        Assert.Contains(message, result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.Path("result")));
    }

    [Theory]
    [InlineData("volume: carbonate, rate: 4 mL/min", "volume: carbonate, rate: 4 mL", "given in mL/min")]
    [InlineData("volume: carbonate, rate: 4 mL/min", "volume: 61 mL, rate: 4 mL/min", "61 mL")]
    [InlineData("volume: carbonate, rate: 4 mL/min", "volume: NaN mL, rate: 4 mL/min", "NaN")]
    [InlineData("volume: carbonate, rate: 4 mL/min", "volume: temperature, rate: 4 mL/min", "given in mL here")]
    [InlineData("{amplitude: 10 mV", "{amplitude: 10 mA", "given in mV")]
    [InlineData("default: 0.7 mL", "default: NaN mL", "NaN")]
    [InlineData("default: 0.7 mL", "default: 7 mL", "outside its limits")]
    public async Task Protocol_that_does_not_fit_is_refused_with_its_place(string from, string to, string message)
    {
        using var scratch = new Scratch();
        var protocol = scratch.Changed(Repository.Protocol, (from, to));
        var line = 1 + File.ReadLines(protocol).TakeWhile(l => !l.Contains(to, StringComparison.Ordinal)).Count();
        var result = (await SdlProcess.RunAsync(
            "run", protocol, "--lab", Repository.Lab, "--dry", "--json", "--folder", scratch.Path("result"))).Expect(2);
        var finding = Assert.Single(result.Json().GetProperty("findings").EnumerateArray());
        Assert.Equal(protocol, finding.GetProperty("file").GetString());
        Assert.Equal(line, finding.GetProperty("line").GetInt32());
        Assert.InRange(finding.GetProperty("column").GetInt32(), 1, 200);
        Assert.Contains(message, finding.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.Path("result")));
    }

    [Theory]
    [InlineData("diameter: 26.59 mm", "diameter: 26.59 mL", "diameter")]
    [InlineData("diameter: 26.59 mm", "diameter: NaN mm", "diameter")]
    [InlineData("driver: pump.ne1000", "driver: pump.ne9999", "pump.ne9999")]
    public async Task Lab_that_cannot_be_used_is_refused_with_its_place(string from, string to, string message)
    {
        using var scratch = new Scratch();
        var lab = scratch.Changed(Repository.Lab, (from, to));
        var result = (await SdlProcess.RunAsync(
            "run", Repository.Protocol, "--lab", lab, "--dry", "--folder", scratch.Path("result"))).Expect(2);
        Assert.Matches($@"(?m)^{System.Text.RegularExpressions.Regex.Escape(lab)}:\d+:\d+: .*{message}", result.Errors);
        Assert.False(Directory.Exists(scratch.Path("result")));
    }

    [Fact]
    public async Task Files_that_come_with_the_program_pass_the_check()
    {
        var json = (await SdlProcess.RunAsync("check", Repository.Protocols, "--json")).Expect(0).Json();
        Assert.Empty(json.GetProperty("findings").EnumerateArray());
        Assert.True(json.GetProperty("files").GetArrayLength() >= 3);
    }

    [Fact]
    public async Task Instruments_lists_all_and_shows_one()
    {
        var all = (await SdlProcess.RunAsync("instruments", "--json")).Expect(0).Json().EnumerateArray().ToList();
        var kinds = all.ConvertAll(i => i.GetProperty("kind").GetString()!);
        Assert.Superset(
            new HashSet<string>
            {
                "balance.mt-sics", "potentiostat.emstat-pico", "pump.ne1000", "robot.ur", "thermostat.eurotherm-3200",
            },
            kinds.ToHashSet());
        var pump = (await SdlProcess.RunAsync(
            "instruments", "pump.ne1000", "--json", "--set", "diameter=26.59mm", "syringe_volume=60mL"))
            .Expect(0).Json();
        var dispense = pump.GetProperty("capabilities").EnumerateArray()
            .First(c => c.GetProperty("name").GetString() == "dispense");
        var volume = dispense.GetProperty("inputs").EnumerateArray()
            .First(i => i.GetProperty("name").GetString() == "volume");
        Assert.Equal("60 mL", volume.GetProperty("max").GetString());
        Assert.Equal("AskDevice", dispense.GetProperty("replay").GetString());
    }

    [Fact]
    public async Task Export_writes_records_that_parse_and_status_tells_how_far_a_campaign_is()
    {
        using var scratch = new Scratch();
        var folder = scratch.Path("result");
        using (var campaign = SdlProcess.Start(CampaignTraces.RunArguments(folder, 8)))
        {
            await campaign.UntilAsync(() => HasProposed(folder) ? folder : null, "a first proposal");
            var during = (await SdlProcess.RunAsync("campaign", "status", folder, "--json")).Expect(0).Json();
            Assert.InRange(during.GetProperty("experiments").GetInt32(), 0, 8);
            Assert.Contains(during.GetProperty("state").GetString(), new[] { "running, or interrupted", "completed" });
            (await campaign.EndAsync()).Expect(0);
        }
        var after = (await SdlProcess.RunAsync("campaign", "status", folder, "--json")).Expect(0).Json();
        Assert.Equal("completed", after.GetProperty("state").GetString());
        Assert.Equal(8, after.GetProperty("experiments").GetInt32());

        var files = (await SdlProcess.RunAsync("export", folder, "--format", "csv", "--json")).Expect(0).Json()
            .GetProperty("files").EnumerateArray().Select(f => f.GetString()!).ToList();
        Assert.Equal(3 * 8, files.Count(f => f.Contains("spectrum", StringComparison.Ordinal)));
        foreach (var file in files)
            AssertParses(file);
    }

    private static bool HasProposed(string folder)
    {
        try
        {
            return CampaignTraces.Events(folder).OfType<Proposed>().Any();
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private static void AssertParses(string file)
    {
        var lines = File.ReadAllLines(file);
        var columns = lines[0].Split(',');
        Assert.Equal("time", columns[0]);
        Assert.NotEmpty(lines[1..]);
        foreach (var cells in lines[1..].Select(l => l.Split(',')))
        {
            Assert.Equal(columns.Length, cells.Length);
            Assert.True(DateTimeOffset.TryParse(cells[0], CultureInfo.InvariantCulture, out _), cells[0]);
            Assert.All(cells[1..], c => Assert.True(double.TryParse(c, CultureInfo.InvariantCulture, out _), c));
        }
    }

    // Set SDL_ACCEPT=1 to take what the program says now as what it should say.
    private static void Golden(string name, string text, [CallerFilePath] string here = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(here)!, "Golden", name);
        var found = text.ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("SDL_ACCEPT") == "1")
            File.WriteAllText(path, found);
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), found);
    }
}
