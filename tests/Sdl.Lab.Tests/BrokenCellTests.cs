using Sdl.Core.Runs;
using Sdl.Lab.Tests.Support;

namespace Sdl.Lab.Tests;

/// <summary>A batch with a broken cell, as a process: seed 4 draws one in the second place.</summary>
public sealed class BrokenCellTests
{
    [Fact]
    public async Task The_batch_goes_on_without_it_and_says_so_and_a_kill_afterwards_changes_nothing()
    {
        using var scratch = new Scratch();
        var undisturbed = scratch.Path("undisturbed");
        var ended = (await SdlProcess.RunAsync(Arguments(undisturbed))).Expect(0);
        var end = ended.Json();
        var left = Assert.Single(end.GetProperty("givenUp").EnumerateArray());
        Assert.Equal("channels/cycle/2", left.GetProperty("branch").GetString());
        Assert.Contains("min_voltage", left.GetProperty("why").GetString(), StringComparison.Ordinal);
        var results = CampaignTraces.Events(undisturbed).OfType<Resulted>().Single();
        Assert.Equal(["channels/cycle/2"], results.LeftOut!);
        Assert.Equal(7, results.Values["good"].Value.Si);
        Assert.All(
            results.Values.Values, v => Assert.True(double.IsFinite(v.Value.Si) && double.IsFinite(v.Uncertainty.Si)));

        var killed = scratch.Path("killed");
        using (var process = SdlProcess.Start(Arguments(killed)))
        {
            await process.UntilAsync(
                () => HasGivenUp(killed) || process.HasExited ? killed : null, "a branch given up");
            process.Kill();
            await process.EndAsync();
        }
        Assert.DoesNotContain(CampaignTraces.Events(killed), e => e is Resulted);
        (await SdlProcess.RunAsync("run", "--resume", killed, "--json")).Expect(0);
        var events = CampaignTraces.Events(killed);
        Assert.Single(events.OfType<BranchGivenUp>());
        var again = events.OfType<Resulted>().Single();
        Assert.Equal(results.LeftOut!, again.LeftOut!);
        Assert.Equal(results.Values["good"], again.Values["good"]);
        var life = results.Values["life"].Value.Si;
        Assert.Equal(life, again.Values["life"].Value.Si, 0.01 * life);
    }

    private static string[] Arguments(string folder) =>
    [
        "run", Path.Combine(Repository.Protocols, "cell-lifetime.yaml"), "--lab",
        Path.Combine(Repository.Protocols, "labs", "cell-line.yaml"), "--dry", "--seed", "4",
        "--folder", folder, "--json",
    ];

    private static bool HasGivenUp(string folder)
    {
        try
        {
            return CampaignTraces.Events(folder).Any(e => e is BranchGivenUp);
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}
