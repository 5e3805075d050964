using Sdl.App.Composition;
using Sdl.App.Reports;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Lab.Tests.Support;
using Sdl.Store;

namespace Sdl.Lab.Tests;

/// <summary>An instrument that fails in the middle of the real protocol: a clear message, all instruments in their safe
/// state, and a campaign that goes on when the fault is gone.</summary>
public sealed class FaultTests
{
    /// <param name="capability">At whose first use the fault strikes.</param>
    /// <param name="message">What was asked, what came back, what to do: in these words.</param>
    [Theory]
    [InlineData("pump_a", "stall", "dispense", "stalled", "free the plunger")]
    [InlineData("pump_a", "power-cycle", "dispense", "power was interrupted", "before going on")]
    [InlineData("pump_b", "garbage", "dispense", "asked", "check")]
    [InlineData("pump_c", "drop-byte", "dispense", "asked", "check")]
    [InlineData("pump_d", "mute", "dispense", "asked", "check")]
    [InlineData("pump_a", "late", "dispense", "asked", "check")]
    [InlineData("balance", "mute", "weigh", "asked", "check")]
    [InlineData("balance", "garbage", "weigh", "asked", "check")]
    [InlineData("balance", "late", "weigh", "asked", "check")]
    [InlineData("balance", "overload", "weigh", "overload", "take")]
    [InlineData("thermostat", "mute", "settle", "asked", "check")]
    [InlineData("thermostat", "garbage", "settle", "asked", "check")]
    [InlineData("thermostat", "sensor-break", "settle", "sensor", "check")]
    [InlineData("potentiostat", "mute", "eis", "asked", "check")]
    [InlineData("potentiostat", "stall", "eis", "asked", "check")]
    [InlineData("arm", "cut", "run_program", "asked", "check")]
    [InlineData("arm", "protective-stop", "run_program", "protective", "look")]
    public async Task Broken_instrument_fails_the_run_safely_and_the_campaign_goes_on_later(
        string instrument, string fault, string capability, string cameBack, string whatToDo)
    {
        using var scratch = new Scratch();
        var folder = scratch.Path("result");
        var broken = new InstrumentId(instrument);
        var failed = await CampaignSession.Create(Repository.Campaign, new RunMode(true, 1, 1), 1, folder, lab => lab).RunAsync(
            (lab, journal, _, work) =>
            {
                journal.Appended += happened =>
                {
                    if (happened is StepIntended step && step.Instrument == broken && step.Capability == capability)
                        lab.Simulated!.Instruments.First(i => i.Id == broken).Simulator.Faults[fault] = true;
                };
                return work();
            }, "a test");

        Assert.Equal(RunState.Failed, failed.State);
        Assert.StartsWith($"{instrument}: ", failed.Why, StringComparison.Ordinal);
        Assert.Contains(cameBack, failed.Why, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(whatToDo, failed.Why, StringComparison.OrdinalIgnoreCase);
        var first = CampaignTraces.Events(folder);
        Assert.Contains(first.OfType<StepFailed>(), f => f.Message == failed.Why);
        AssertSafe(first, broken);
        var dosesBefore = CampaignTraces.Of(folder).Doses;

        var completed = await Resume(folder);
        Assert.Equal((RunState.Completed, 1), (completed.State, completed.Experiments));
        var events = CampaignTraces.Events(folder);
        Assert.Single(events.OfType<Observed>());
        foreach (var run in events.OfType<RunStarted>().Select(r => r.Run))
            AssertNothingTwice(events, run);
        // The run that was given up keeps its doses; the one that took its place gives each once.
        foreach (var (pump, doses) in CampaignTraces.Of(folder).Doses)
            Assert.Equal(dosesBefore.GetValueOrDefault(pump)?.Count ?? 0, doses.Count - 1);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(16)]
    public async Task Full_disk_stops_the_run_in_its_safe_state_and_loses_nothing(int pages)
    {
        using var scratch = new Scratch();
        var session = CampaignSession.Create(Repository.Campaign, new RunMode(true, 1, 1), 1, scratch.Path("result"), lab => lab);
        var folder = session.Folder.Path;
        var before = 0;
        var ended = await session.RunAsync(async (lab, journal, _, work) =>
        {
            journal.Appended += _ => before++;
            var ended = await work();
            foreach (var instrument in lab.Instruments.Where(i => i.Id.Value.StartsWith("pump", StringComparison.Ordinal)))
                Assert.Equal("stopped", (await instrument.ReadStatusAsync(CancellationToken.None)).State);
            return ended;
        }, "a test", pages);
        Assert.Equal(RunState.Failed, ended.State);
        Assert.Contains("cannot be written", ended.Why, StringComparison.Ordinal);
        Assert.Contains("free the disk, then resume", ended.Why, StringComparison.Ordinal);
        Assert.Equal(before, CampaignTraces.Events(folder).Count);

        var completed = await Resume(folder);
        Assert.Equal((RunState.Completed, 1), (completed.State, completed.Experiments));
        Assert.All(CampaignTraces.Of(folder).Doses, d => Assert.Single(d.Value));
    }

    private static Task<CampaignSummary> Resume(string folder) =>
        CampaignSession.Open(folder, lab => lab).RunAsync((_, _, _, work) => work(), "a test");

    private static void AssertSafe(IReadOnlyList<RunEvent> events, InstrumentId broken)
    {
        var safe = events.OfType<SafeEntered>().ToList();
        Assert.Equal(
            ["arm", "balance", "potentiostat", "pump_a", "pump_b", "pump_c", "pump_d", "thermostat"],
            safe.Select(s => s.Instrument.Value).Order(StringComparer.Ordinal));
        Assert.All(safe.Where(s => s.Error is not null), s => Assert.Equal(broken, s.Instrument));
        Assert.All(safe.Where(s => s.Error is not null), s => Assert.StartsWith($"{broken}: ", s.Error!, StringComparison.Ordinal));
    }

    private static void AssertNothingTwice(IReadOnlyList<RunEvent> events, RunId run) => Assert.All(
        events.OfType<StepIntended>().Where(s => s.Run == run).GroupBy(s => s.Call), calls => Assert.Single(calls));
}
