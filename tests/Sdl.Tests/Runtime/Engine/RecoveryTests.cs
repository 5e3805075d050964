using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Runtime.Engine;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Engine;

/// <summary>The process is killed at every write of a run, before and after the write is on the disk; the devices keep
/// their own truth and go on moving. Nothing may be lost, nothing doubled.</summary>
public class RecoveryTests
{
    private const string Steps = """
        steps:
          - do: b.set
            with: {value: 40}
          - parallel:
              - sequence:
                  - repeat: 2
                    steps:
                      - do: a.dispense
                        with: {volume: 1 mL}
                  - do: c.grip
              - sequence:
                  - wait: 15 s
                  - do: b.read
                    save: seen
              - do: a.dispense
                name: extra
                with: {volume: 0.5 mL}
          - when: seen.value > 30
            then: [do: c.grip]
          - do: b.read
            save: last
        finally:
          - do: c.grip
            name: park
        results: {value: last.value, early: seen.value}
        """;

    public static TheoryData<bool, bool> Deaths =>
        new() { { true, true }, { true, false }, { false, true }, { false, false } };

    [Theory, MemberData(nameof(Deaths))]
    public void A_run_survives_a_kill_at_every_write(bool afterTheWrite, bool powerBlip)
    {
        var writes = Writes();
        var held = 0;
        for (var k = 1; k <= writes; k++)
        {
            var test = new TestRun(Steps);
            Assert.Null(test.Process(die: afterTheWrite ? k : -k, atDeath: () => Blip(test, powerBlip)));
            held += FinishWithAPerson(test);
            AssertAllIsDoneOnce(test);
        }
        Assert.True(held >= 3);
    }

    [Theory, MemberData(nameof(Deaths))]
    public void A_run_survives_a_second_kill_during_its_recovery(bool afterTheWrite, bool powerBlip)
    {
        var writes = Writes();
        for (var k = 2; k <= writes; k += 4)
            for (var j = 1; ; j++)
            {
                var test = new TestRun(Steps);
                Assert.Null(test.Process(die: k, atDeath: () => Blip(test, powerBlip)));
                var second = test.Process(die: afterTheWrite ? j : -j, atDeath: () => Blip(test, powerBlip));
                FinishWithAPerson(test);
                AssertAllIsDoneOnce(test);
                if (second is not null)
                    break;
            }
    }

    [Fact]
    public void An_unknown_end_is_held_for_a_person_and_nothing_moves_meanwhile()
    {
        var test = new TestRun("steps: [{do: a.dispense, with: {volume: 1 mL}}, {do: c.grip}]\nfinally: [do: d.grip]");
        Assert.Null(KillAt(test, e => e is StepIntended { Instrument.Value: "c" }));
        var told = test.Devices.Values.Sum(d => d.Told);
        for (var i = 0; i < 2; i++)
        {
            var outcome = test.Process()!;
            Assert.Equal(RunState.Interrupted, outcome.State);
            Assert.Equal("c: it is unknown how far 'grip' () got before the interruption: this device cannot tell. "
                + "Look at it, then say it with sdl recover FOLDER --call \"run/c.grip\" --as done "
                + "(or not-started, or partial)", outcome.Why);
        }
        Assert.Equal(told, test.Devices.Values.Sum(d => d.Told));
        Assert.True(test.C.TimesMadeSafe > 0);
        Decide(test, "run/c.grip", CallProgress.Done);
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.Empty(test.C.Grips);
        Assert.Single(test.Devices["d"].Grips);
    }

    [Fact]
    public void A_person_who_says_that_it_was_not_started_has_it_done()
    {
        var test = new TestRun("steps: [do: c.grip]");
        Assert.Null(KillAt(test, e => e is StepIntended));
        Decide(test, "run/c.grip", CallProgress.NotStarted);
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.Equal(["run/c.grip"], test.C.Grips);
    }

    [Fact]
    public void A_cable_that_is_out_at_recovery_costs_nothing_but_time()
    {
        var test = new TestRun("steps: [{do: a.grip}, {do: b.grip}]");
        Assert.Null(KillAt(test, e => e is StepDone));
        test.B.IsUnplugged = true;
        var outcome = test.Process()!;
        Assert.Equal((RunState.Interrupted, "b: nobody answers; check the cable"), (outcome.State, outcome.Why));
        test.B.IsUnplugged = false;
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.Single(test.A.Grips);
    }

    [Fact]
    public void Set_points_are_brought_about_again_and_records_stay_as_they_were_measured()
    {
        var test = new TestRun("""
            steps:
              - do: a.set
                with: {value: 40}
              - do: a.set
                with: {value: 50}
              - do: a.read
                save: seen
              - do: b.grip
              - do: a.read
                save: last
            results: {seen: seen.value, last: last.value}
            """);
        Assert.Null(KillAt(test, e => e is StepDone { Call.Value: "run/b.grip" }));
        test.A.SetPoint = 7;
        var outcome = test.Process()!;
        Assert.Equal((50, 50), (outcome.Results["seen"].Value.Si, outcome.Results["last"].Value.Si));
        var again = Assert.Single(test.Events.OfType<StepIntended>(), i => i.Call.Value.Contains('#'));
        Assert.Equal(("run#held-1/a", 50), (again.Call.Value, again.Arguments.Quantity("value").Si));
    }

    [Fact]
    public void A_stop_that_was_asked_for_before_the_crash_still_holds_and_finishes_what_was_under_way()
    {
        TestRun Test() => new("""
            steps: [{do: a.dispense, with: {volume: 2 mL}}, {do: b.grip}]
            finally: [{do: d.grip}, {do: c.read}]
            """);
        Func<Run, Task> Stop(TestRun test) => async run =>
        {
            await test.After(5);
            run.Send(RunCommand.Stop, "ann");
        };
        for (var k = 4; ; k++)
        {
            var test = Test();
            if (test.Process(die: k, meanwhile: Stop(test), atDeath: () => Blip(test, true)) is { } first)
            {
                Assert.Equal(RunState.Stopped, first.State);
                break;
            }
            if (!test.States.Contains(RunState.Stopping))
                continue;
            FinishWithAPerson(test, RunState.Stopped);
            Assert.Equal(2, test.A.Delivered, 6);
            Assert.Empty(test.B.Grips);
            Assert.Single(test.Devices["d"].Grips);
        }
    }

    [Fact]
    public void An_abort_that_was_asked_for_before_the_crash_still_holds()
    {
        var test = new TestRun("steps: [{wait: 1 h}, {do: b.grip}]\nfinally: [do: d.grip]");
        Assert.Null(KillAt(test, e => e is Moved { To: RunState.Aborting }, async run =>
        {
            await test.After(5);
            run.Send(RunCommand.Abort, "ann");
        }));
        Assert.Equal(RunState.Aborting, test.States.Last());
        var outcome = test.Process()!;
        Assert.Equal((RunState.Aborted, "it was being aborted when it was interrupted"), (outcome.State, outcome.Why));
        Assert.Empty(test.B.Grips.Concat(test.Devices["d"].Grips));
        Assert.All(test.Devices.Values, d => Assert.True(d.TimesMadeSafe > 0));
    }

    [Fact]
    public void A_failure_that_was_written_down_before_the_crash_still_fails_and_its_finally_steps_are_done_once()
    {
        const string steps = """
            steps:
              - do: a.read
                save: seen
              - parallel:
                  - do: c.work
                    with: {time: 1000 s}
                  - do: b.fail
              - do: a.grip
            finally:
              - when: seen.value > 10
                then: [do: d.grip]
              - do: c.read
            """;
        var isWritten = 0;
        for (var k = 1; ; k++)
        {
            var test = new TestRun(steps);
            if (test.Process(die: k) is not null)
                break;
            isWritten += test.Events.Any(e => e is StepFailed { Fault: "DeviceFault" }) ? 1 : 0;
            FinishWithAPerson(test, RunState.Failed);
            Assert.EndsWith("b: it stalled", test.Events.OfType<Moved>().Last().Why, StringComparison.Ordinal);
            Assert.Empty(test.A.Grips);
            Assert.Single(test.Devices["d"].Grips);
        }
        Assert.True(isWritten > 5);
    }

    [Fact]
    public void The_Finally_steps_of_a_hold_within_a_hold_are_done_once_after_a_failure_and_a_crash()
    {
        const string steps = """
            steps:
              - hold: [a, b, c]
                name: outer
                steps:
                  - hold: [a, b]
                    name: inner
                    steps: [{do: a.read}, {do: b.fail}]
                    finally: [{do: a.grip}]
                finally: [{do: c.grip}]
            """;
        for (var k = 1; ; k++)
        {
            var test = new TestRun(steps);
            if (test.Process(die: k) is not null)
                break;
            FinishWithAPerson(test, RunState.Failed);
            Assert.Equal((1, 1), (test.A.Grips.Count, test.C.Grips.Count));
        }
    }

    [Fact]
    public void A_wait_ends_when_it_would_have_ended_without_the_crash()
    {
        var test = new TestRun("steps: [{wait: 60 s}, {do: a.grip}]");
        Assert.Null(test.Process(die: 3, atDeath: () => { }));
        test.Time.Run(() => test.After(45));
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.InRange(test.Elapsed.TotalSeconds, 61, 61.1);
    }

    [Fact]
    public void A_decision_about_a_call_that_nobody_knows_is_passed_over()
    {
        var test = new TestRun("steps: [do: a.grip]");
        Decide(test, "run/nonsense", CallProgress.Done);
        Assert.Equal(RunState.Completed, test.Process()!.State);
    }

    private static int Writes()
    {
        var test = new TestRun(Steps);
        var journal = new MemoryJournal(test.Disk, test.Time);
        Assert.Equal(RunState.Completed, test.ProcessWith(journal)!.State);
        AssertAllIsDoneOnce(test);
        return journal.Writes;
    }

    // A cable that goes with the computer: motions end where they are and set-points are lost.
    private static void Blip(TestRun test, bool happens)
    {
        if (!happens)
            return;
        test.A.Stop();
        test.B.SetPoint = FakeDevice.Room;
    }

    private static RunOutcome? KillAt(TestRun test, Func<RunEvent, bool> at, Func<Run, Task>? meanwhile = null)
    {
        var process = new Mortal();
        return test.ProcessWith(new MemoryJournal(test.Disk, test.Time, process) { DieAfter = at }, process, meanwhile);
    }

    private static int FinishWithAPerson(TestRun test, RunState end = RunState.Completed)
    {
        for (var held = 0; ; held++)
        {
            if (RunStates.IsFinal(RunHistory.Of(TestRun.Id, new MemoryJournal(test.Disk, test.Time)).State))
                return held;
            var outcome = test.Process()!;
            if (outcome.State != RunState.Interrupted)
            {
                Assert.Equal(end, outcome.State);
                return held;
            }
            Assert.True(held < 5, outcome.Why);
            foreach (var open in Open(test))
                Decide(test, open.Intended.Call.Value,
                    test.Devices.Values.Any(d => d.Grips.Contains(open.Intended.Call.Value))
                    ? CallProgress.Done : CallProgress.NotStarted);
        }
    }

    private static IEnumerable<PastCall> Open(TestRun test) =>
        RunHistory.Of(TestRun.Id, new MemoryJournal(test.Disk, test.Time))
            .Open.Where(o => o.Intended.Capability == "grip");

    private static void Decide(TestRun test, string call, CallProgress progress) => test.Say(call, progress);

    private static void AssertAllIsDoneOnce(TestRun test)
    {
        Assert.Equal(2.5, test.A.Delivered, 6);
        Assert.Equal(3, test.C.Grips.Count);
        Assert.Equal(3, test.C.Grips.Distinct().Count());
        var results = test.Events.OfType<Resulted>().Last().Values;
        Assert.Equal((40, 40), (results["value"].Value.Si, results["early"].Value.Si));
        Assert.Equal(RunState.Completed, test.States.Last());
    }
}
