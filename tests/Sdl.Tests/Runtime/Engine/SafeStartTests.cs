using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Engine;

/// <summary>What the next program does first with instruments that a dead one has left behind.</summary>
public class SafeStartTests
{
    [Fact]
    public void What_was_left_behind_is_made_safe_before_anything_else()
    {
        var test = new TestRun(
            "steps: [{do: b.set, with: {value: 40}}, {do: b.read}, {do: c.work, with: {time: 60 s}}]");
        KillAt(test, e => e is StepIntended { Instrument.Value: "c" });
        Assert.Equal(40, test.B.SetPoint);
        var (before, connections) = (test.Events.Count, test.Devices.Values.Sum(d => d.Connections));
        var seen = new List<int>();
        foreach (var device in test.Devices.Values)
            device.OnSafe = () => seen.Add(test.Devices.Values.Sum(d => d.Connections) - connections);
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.Equal([0, 0, 0, 0], seen.Take(4));
        Assert.Equal(["a", "b", "c", "d"], test.Events.Skip(before).Take(4).Cast<SafeEntered>()
            .Select(s => s.Instrument.Value));
        Assert.Equal("run#held-1/b", test.Events.Skip(before).OfType<StepIntended>().First().Call.Value);
    }

    [Fact]
    public void A_dose_that_still_runs_well_is_not_torn_and_the_others_do_not_wait_for_it()
    {
        var test = new TestRun("steps: [{do: b.set, with: {value: 40}}, {do: a.dispense, with: {volume: 2 mL}}]");
        KillAt(test, e => e is StepIntended { Instrument.Value: "a" });
        test.Time.Run(async () =>
        {
            // The program died in the moment in which the pump began.
            test.A.Dose("run/a.dispense", 2);
            await test.After(5);
        });
        var madeSafe = new List<string>();
        foreach (var (id, device) in test.Devices)
            device.OnSafe = () => madeSafe.Add($"{id} with {test.A.Moved:0.0} mL");
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.Equal(
            ["b with 0.5 mL", "c with 0.5 mL", "d with 0.5 mL", "a with 2.0 mL", "b with 2.0 mL"], madeSafe.Take(5));
        Assert.Equal(2, test.A.Delivered, 6);
        Assert.Single(test.Events.OfType<StepDone>(), d => d.Call.Value == "run/a.dispense");
    }

    [Fact]
    public void A_dose_whose_end_a_person_has_told_is_made_safe_with_the_others()
    {
        var test = new TestRun("steps: [{do: a.dispense, with: {volume: 2 mL}}, {do: b.read}]");
        KillAt(test, e => e is StepIntended { Instrument.Value: "a" });
        test.Time.Run(() => new MemoryJournal(test.Disk, test.Time).AppendAsync(new StepReconciled(
            TestRun.Id, new CallId("run/a.dispense"), CallProgress.Done, "I looked", "ann"), CancellationToken.None)
            .AsTask());
        test.A.Dose("run/a.dispense", 2);
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.Equal(0, test.A.Delivered, 6);
    }

    [Fact]
    public void An_instrument_that_cannot_be_shown_to_be_safe_keeps_the_run_interrupted_and_nothing_begins()
    {
        var test = new TestRun("steps: [{do: a.read}, {do: b.grip}]");
        KillAt(test, e => e is StepDone);
        test.C.Safety = Safety.Throws;
        var told = test.Devices.Values.Sum(d => d.Told);
        var outcome = test.Process()!;
        Assert.Equal((RunState.Interrupted,
            "c: it could not be shown to be safe, so nothing was begun: look at it, then resume"),
            (outcome.State, outcome.Why));
        Assert.Equal(told, test.Devices.Values.Sum(d => d.Told));
        test.C.Safety = Safety.Works;
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.Single(test.B.Grips);
    }

    [Fact]
    public void An_instrument_that_understands_only_once_it_is_connected_is_made_safe_then()
    {
        var test = new TestRun("steps: [{do: a.read}, {do: b.grip}]");
        KillAt(test, e => e is StepDone);
        test.C.Safety = Safety.Throws;
        test.B.OnSafe = () => test.C.Safety = Safety.Throws;
        test.Devices["d"].OnConnect = () => test.C.Safety = Safety.Works;
        Assert.Equal(RunState.Completed, test.Process()!.State);
    }

    private static void KillAt(TestRun test, Func<RunEvent, bool> at)
    {
        var process = new Mortal();
        Assert.Null(test.ProcessWith(new MemoryJournal(test.Disk, test.Time, process) { DieAfter = at }, process));
    }
}
