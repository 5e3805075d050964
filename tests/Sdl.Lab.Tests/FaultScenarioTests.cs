using Sdl.App.Composition;
using Sdl.Lab.Tests.Support;
using Sdl.Simulators.Hosting;

namespace Sdl.Lab.Tests;

/// <summary>A scenario file on the command line, and what becomes of it when the program dies.</summary>
public sealed class FaultScenarioTests
{
    private const string Scenario = """
        faults: test
        seed: 3
        strikes:
          - {instrument: all, kind: duplicate-reply, rate: 1 %}
          - {instrument: all, kind: duplicate-reply, rate: 200 1/h}
          - {instrument: thermostat, kind: duplicate-reply, nth: [10, 100, 200]}
        """;

    [Fact]
    public async Task The_faults_of_the_past_are_the_same_after_a_crash()
    {
        using var scratch = new Scratch();
        var file = scratch.Path("faults.yaml");
        await File.WriteAllTextAsync(file, Scenario, TestContext.Current.CancellationToken);
        var whole = Log(await RunAsync(scratch.Path("whole"), file, null));
        Assert.True(whole.Count > 10, $"only {whole.Count} faults struck");
        foreach (var minutes in new[] { 2.0, 7.5, 14 })
        {
            var folder = await RunAsync(scratch.Path($"killed-{minutes}"), file, TimeSpan.FromMinutes(minutes));
            var before = Log(folder);
            Assert.Equal(whole.Take(before.Count), before);
            await CampaignSession.Open(folder, lab => lab).RunAsync((_, _, _, work) => work(), "a test");
            Assert.Equal(before, Log(folder).Take(before.Count));
            Assert.Equal(Log(folder).Count, Log(folder).Distinct().Count());
        }
    }

    [Fact]
    public async Task A_scenario_is_for_simulators_only()
    {
        using var scratch = new Scratch();
        var file = scratch.Path("faults.yaml");
        await File.WriteAllTextAsync(file, Scenario, TestContext.Current.CancellationToken);
        var refused = await SdlProcess.RunAsync(["campaign", "run", Repository.Campaign, "--faults", file]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("--faults needs --dry", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_that_the_device_cannot_have_is_told_with_its_place()
    {
        using var scratch = new Scratch();
        var file = scratch.Path("faults.yaml");
        await File.WriteAllTextAsync(file, """
            faults: test
            strikes:
              - {instrument: balance, kind: partial-effect, nth: [1]}
              - {instrument: pump_z, kind: mute, nth: [1]}
            """, TestContext.Current.CancellationToken);
        var refused = await SdlProcess.RunAsync(
            ["campaign", "run", Repository.Campaign, "--dry", "--faults", file, "--folder", scratch.Path("result")]);
        Assert.Equal(2, refused.Code);
        Assert.Contains($"{file}:3:5: balance cannot have the fault 'partial-effect'", refused.Errors,
            StringComparison.Ordinal);
        Assert.Contains($"{file}:4:5: the lab has no instrument 'pump_z'", refused.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.Path("result")));
    }

    private static async Task<string> RunAsync(string folder, string faults, TimeSpan? killAt)
    {
        var campaign = CampaignSession.Create(
            Repository.Campaign, new RunMode(true, 1, 1), 1, folder, lab => lab, faults: faults);
        try
        {
            await campaign.RunAsync((lab, _, _, work) =>
            {
                if (killAt is { } at)
                    _ = lab.Clock.CreateTimer(_ => throw new KilledException(), null, at, Timeout.InfiniteTimeSpan);
                return work();
            }, "a test");
        }
        catch (KilledException)
        {
            // As was asked for.
        }
        return folder;
    }

    private static List<string> Log(string folder) =>
        File.ReadAllLines(Path.Combine(folder, FaultLog.FileName)).ToList();

    private sealed class KilledException : Exception;
}
