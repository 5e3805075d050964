using Sdl.App.Composition;
using Sdl.App.Reports;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Lab.Tests.Support;
using Sdl.Store;
using LabFile = Sdl.Core.Instruments.Lab;

namespace Sdl.Lab.Tests;

/// <summary>An instrument that fails in the middle of the real protocol: a clear message, all instruments in their safe
/// state, and a campaign that goes on when the fault is gone.</summary>
public sealed class FaultTests
{
    /// <param name="capability">The fault strikes <paramref name="seconds"/> after this is first asked for.</param>
    /// <param name="cameBack">In the message: what was asked or what came back.</param>
    /// <param name="whatToDo">In the message: what a person should do.</param>
    [Theory]
    [InlineData("pump_a", "stall", "dispense", 0, "the motor has stalled", "free the plunger")]
    [InlineData("pump_d", "power-cycle", "dispense", 3, "its power was interrupted", "find out how much has come")]
    [InlineData("pump_d", "mute", "dispense", 3, "no reply to", "check that the pump at address 03 is on")]
    [InlineData("pump_a", "late-reply", "dispense", 0, "no reply to", "check that the pump at address 00 is on")]
    [InlineData("pump_b", "garbage", "dispense", 0, "what came is no reply", "check baud rate")]
    [InlineData("pump_c", "drop-byte", "dispense", 0, "what came is no reply", "check baud rate")]
    [InlineData("pump_d", "mute", "dispense", 0, "no reply to", "check that the pump at address 03 is on")]
    [InlineData("balance", "mute", "weigh", 0, "no reply to TA within 1 s", "check that the balance is on")]
    [InlineData("balance", "garbage", "weigh", 0, "asked TA, '<0E><1B>z", "check baud rate")]
    [InlineData("balance", "late-reply", "weigh", 0, "no reply to TA within 1 s", "check that the balance is on")]
    [InlineData("balance", "overload", "weigh", 0, "overload", "take the load off the pan")]
    [InlineData("thermostat", "mute", "settle", 5, "no answer within 1 s", "check power, wiring")]
    [InlineData("thermostat", "garbage", "settle", 5, "what came is no answer", "check unit number")]
    [InlineData("thermostat", "sensor-break", "settle", 5, "SensorBreak", "check the sensor and its wiring")]
    [InlineData("potentiostat", "mute", "eis", 0, "no complete answer within", "Check power, cable")]
    [InlineData("potentiostat", "stall", "eis", 1, "no complete answer within", "Check power, cable")]
    [InlineData("arm", "cut", "run_program", 0, "the robot closed the connection", "check that its controller is up")]
    [InlineData("arm", "protective-stop", "run_program", 5, "cut short by ProtectiveStop",
        "look at what the arm ran into")]
    public async Task Broken_instrument_fails_the_run_safely_and_the_campaign_goes_on_later(
        string instrument, string fault, string capability, int seconds, string cameBack, string whatToDo)
    {
        using var scratch = new Scratch();
        var folder = scratch.Path("result");
        var broken = new InstrumentId(instrument);
        var failed = await Struck(folder, broken, fault, capability, seconds, Unwatched);

        TestContext.Current.TestOutputHelper!.WriteLine(failed.Why);
        Assert.Equal(RunState.Failed, failed.State);
        Assert.StartsWith($"{instrument}: ", failed.Why, StringComparison.Ordinal);
        Assert.Contains(cameBack, failed.Why, StringComparison.Ordinal);
        Assert.Contains(whatToDo, failed.Why, StringComparison.Ordinal);
        var first = CampaignTraces.Events(folder);
        Assert.Contains(first.OfType<StepFailed>(), f => f.Message == failed.Why);
        // What failed first comes first, not what failed because of it.
        Assert.All(first.OfType<StepRetried>(), r => Assert.False(
            r.Message.StartsWith($"{instrument}: no reply to STP", StringComparison.Ordinal), r.Message));
        AssertSafe(first, broken);
        var dosesBefore = CampaignTraces.Of(folder).Doses;

        var completed = await Resume(folder, Unwatched);
        Assert.Equal((RunState.Completed, ""), (completed.State!.Value, completed.Why));
        var events = CampaignTraces.Events(folder);
        Assert.Single(events.OfType<Observed>());
        foreach (var run in events.OfType<RunStarted>().Select(r => r.Run))
            AssertNothingTwice(events, run);
        // The run that was given up keeps its doses; the one that took its place gives each once.
        foreach (var (pump, doses) in CampaignTraces.Of(folder).Doses)
            Assert.Equal(dosesBefore.GetValueOrDefault(pump)?.Count ?? 0, doses.Count - 1);
    }

    [Fact]
    public async Task Campaign_that_an_interlock_aborted_goes_on_when_a_person_has_acknowledged_it()
    {
        using var scratch = new Scratch();
        var folder = scratch.Path("result");
        var aborted = await Struck(folder, new InstrumentId("thermostat"), "mute", "settle", 60, lab => lab);
        Assert.Equal(RunState.Aborted, aborted.State);
        var refused = await Resume(folder, lab => lab);
        Assert.Equal(RunState.Failed, refused.State);
        Assert.Contains("sdl interlocks acknowledge overheated --by NAME", refused.Why, StringComparison.Ordinal);
        foreach (var trip in CampaignTraces.Events(folder).OfType<InterlockTripped>().DistinctBy(t => t.Interlock))
            (await SdlProcess.RunAsync(
                "interlocks", "acknowledge", trip.Interlock, "--by", "ann", "--folder", folder)).Expect(0);
        var completed = await Resume(folder, lab => lab);
        Assert.Equal((RunState.Completed, ""), (completed.State!.Value, completed.Why));
        Assert.NotEmpty(CampaignTraces.Events(folder).OfType<InterlockCleared>());
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    public async Task Full_disk_stops_the_run_in_its_safe_state_and_loses_nothing(int pages)
    {
        using var scratch = new Scratch();
        var session = CampaignSession.Create(Repository.Campaign, new RunMode(true, 1, 1), 1, scratch.Path("result"),
            lab => lab);
        var folder = session.Folder.Path;
        List<RunEvent> told = [];
        var ended = await session.RunAsync(async (lab, journal, runner, work) =>
        {
            told.AddRange(journal.Read().Select(e => e.Event));
            journal.Appended += told.Add;
            var ended = await work();
            foreach (var instrument in lab.Instruments.Where(i => i.Capabilities.Any(c => c.Name == "dispense")))
                Assert.Equal("stopped", (await instrument.ReadStatusAsync(CancellationToken.None)).State);
            return ended;
        }, "a test", pages);
        Assert.Equal(RunState.Failed, ended.State);
        Assert.Contains("cannot be written", ended.Why, StringComparison.Ordinal);
        Assert.Contains("free the disk, then resume", ended.Why, StringComparison.Ordinal);
        // What was appended since the last word to a device may be lost, and nothing else.
        var kept = CampaignTraces.Events(folder);
        Assert.Equal(told.Take(kept.Count).Select(JournalJson.Write), kept.Select(JournalJson.Write));
        Assert.InRange(
            CampaignTraces.Of(folder).Doses.Sum(pump => pump.Value.Count), 0,
            kept.OfType<StepIntended>().Count(i => i.Capability == "dispense"));

        var completed = await Resume(folder, lab => lab);
        Assert.Equal((RunState.Completed, 1), (completed.State, completed.Experiments));
        Assert.All(CampaignTraces.Of(folder).Doses, d => Assert.Single(d.Value));
    }

    // What the faults do by themselves: an interlock would end the run for a reading that is lost.
    private static LabFile Unwatched(LabFile lab) => lab with { Interlocks = [] };

    /// <summary>One experiment, with a fault some seconds after a capability is first asked for.</summary>
    private static Task<CampaignSummary> Struck(
        string folder, InstrumentId broken, string fault, string capability, int seconds, Func<LabFile, LabFile> change)
    {
        var struck = false;
        async Task StrikeAsync(LabSession lab)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), lab.Clock);
            lab.Simulated!.Instruments.First(i => i.Id == broken).Simulator.Faults[fault] = true;
        }

        var campaign = CampaignSession.Create(Repository.Campaign, new RunMode(true, 1, 1), 1, folder, change);
        return campaign.RunAsync(
            (lab, journal, runner, work) =>
            {
                journal.Appended += happened =>
                {
                    if (!struck && happened is StepIntended s && s.Instrument == broken && s.Capability == capability)
                    {
                        struck = true;
                        _ = StrikeAsync(lab);
                    }
                };
                return work();
            }, "a test");
    }

    private static Task<CampaignSummary> Resume(string folder, Func<LabFile, LabFile> change) =>
        CampaignSession.Open(folder, change).RunAsync((_, _, _, work) => work(), "a test");

    private static void AssertSafe(IReadOnlyList<RunEvent> events, InstrumentId broken)
    {
        var safe = events.OfType<SafeEntered>().ToList();
        Assert.Equal(
            ["arm", "balance", "potentiostat", "pump_a", "pump_b", "pump_c", "pump_d", "thermostat"],
            safe.Select(s => s.Instrument.Value).Order(StringComparer.Ordinal));
        Assert.All(safe.Where(s => s.Error is not null), s => Assert.Equal(broken, s.Instrument));
        Assert.All(
            safe.Where(s => s.Error is not null),
            s => Assert.StartsWith($"{broken}: ", s.Error!, StringComparison.Ordinal));
    }

    // What was repeated was repeated because the journal says so.
    private static void AssertNothingTwice(IReadOnlyList<RunEvent> events, RunId run) => Assert.All(
        events.OfType<StepIntended>().Where(s => s.Run == run).GroupBy(s => s.Call),
        calls => Assert.True(
            calls.Count() <= 1 + events.OfType<StepRetried>().Count(r => r.Call == calls.Key), calls.Key.Value));
}
