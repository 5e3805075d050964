using Sdl.Core.Runs;
using Sdl.Runtime.Engine;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Engine;

public class RunTests
{
    private const string Gripped = "run#finally/d.grip";

    [Fact]
    public void A_run_that_succeeds_gives_results_does_its_finally_steps_and_leaves_everything_safe()
    {
        var test = new TestRun("""
            steps:
              - do: a.set
                with: {value: 2 * 20}
              - do: a.read
                save: seen
            finally:
              - do: d.grip
            results: {value: seen.value}
            """);
        var outcome = test.Process()!;
        Assert.Equal((RunState.Completed, ""), (outcome.State, outcome.Why));
        Assert.Equal(40, outcome.Results["value"].Value.Si);
        Assert.Equal([RunState.Running, RunState.Completed], test.States);
        Assert.Equal([Gripped], test.Devices["d"].Grips);
        AssertAllSafe(test);
    }

    [Fact]
    public void A_failing_instrument_cancels_the_others_and_the_finally_steps_follow()
    {
        var test = new TestRun("""
            steps:
              - parallel:
                  - do: a.work
                    with: {time: 1000 s}
                  - do: b.fail
                  - do: c.dispense
                    with: {volume: 5 mL}
            finally:
              - do: d.grip
            """);
        var outcome = test.Process()!;
        Assert.Equal((RunState.Failed, "b: it stalled"), (outcome.State, outcome.Why));
        Assert.Equal([Gripped], test.Devices["d"].Grips);
        Assert.InRange(test.C.Delivered, 0.05, 0.15);
        Assert.InRange(test.Elapsed.TotalSeconds, 1, 5);
        Assert.Equal(
            ["DeviceFault run/parallel/b.fail", "Cancelled run/parallel/c.dispense", "Cancelled run/parallel/a.work"],
            test.Events.OfType<StepFailed>().Select(f => $"{f.Fault} {f.Call}"));
        AssertAllSafe(test);
    }

    [Fact]
    public void A_driver_with_a_bug_fails_the_run_and_not_the_engine()
    {
        var test = new TestRun("steps: [do: a.bug]\nfinally: [do: d.grip]");
        var outcome = test.Process()!;
        Assert.Equal(RunState.Failed, outcome.State);
        Assert.Equal("a: the driver failed in 'bug' (InvalidOperationException: index was wrong)", outcome.Why);
        Assert.Single(test.Events.OfType<StepFailed>());
        Assert.Equal([Gripped], test.Devices["d"].Grips);
        AssertAllSafe(test);
    }

    [Fact]
    public void Rows_that_do_not_fit_the_declared_columns_are_refused()
    {
        var outcome = new TestRun("steps: [do: a.misfit]").Process()!;
        Assert.Equal(
            (RunState.Failed, "a: 'misfit' gave 1 values in a row, but it declares 2 columns"),
            (outcome.State, outcome.Why));
    }

    [Fact]
    public void A_requirement_that_does_not_hold_fails_the_run_with_its_place()
    {
        var test = new TestRun("""
            steps:
              - do: a.read
                save: seen
              - require: seen.value > 21
                message: too cold
              - do: b.grip
            """);
        var outcome = test.Process()!;
        Assert.Equal(RunState.Failed, outcome.State);
        Assert.EndsWith("test.yaml:6:5: too cold", outcome.Why, StringComparison.Ordinal);
        Assert.Empty(test.B.Grips);
        AssertAllSafe(test);
    }

    [Fact]
    public void An_instrument_that_does_not_answer_fails_the_run_before_anything_is_begun()
    {
        var test = new TestRun("steps: [do: a.grip]\nfinally: [do: d.grip]");
        test.B.IsUnplugged = true;
        var outcome = test.Process()!;
        Assert.Equal((RunState.Failed, "b: nobody answers; check the cable"), (outcome.State, outcome.Why));
        Assert.Empty(test.Events.OfType<StepIntended>());
        AssertAllSafe(test);
    }

    [Fact]
    public void An_argument_outside_its_limits_is_refused_before_the_device_is_told_anything()
    {
        var test = new TestRun("""
            steps:
              - do: b.read
                save: seen
              - do: a.dispense
                with: {volume: seen.value * 1 mL}
            """);
        var outcome = test.Process()!;
        Assert.Equal(RunState.Failed, outcome.State);
        Assert.Equal("a: dispense: volume = 20 mL is above the largest allowed value 5 mL", outcome.Why);
        Assert.Equal(0, test.A.Told);
        Assert.DoesNotContain(test.Events.OfType<StepIntended>(), i => i.Instrument.Value == "a");
    }

    [Theory]
    [InlineData("repeat: 0.5 * 3", "= 1.5 should be a whole number")]
    [InlineData("repeat: 0 - 1", "= -1 should be a whole number")]
    [InlineData("repeat: 1e300", "should be a whole number")]
    [InlineData("wait: 0 s - 1 s", "makes no sense")]
    [InlineData("wait: 1e300 s", "makes no sense")]
    [InlineData("wait: 1 s / 0", "division by zero")]
    [InlineData("wait: 1e308 s + 1e308 s", "no finite number")]
    public void A_count_or_a_time_that_makes_no_sense_fails_the_run_with_its_place(string step, string why)
    {
        var outcome = new TestRun($"steps:\n  - {step}\n").Process()!;
        Assert.Equal(RunState.Failed, outcome.State);
        Assert.Contains("test.yaml:4:", outcome.Why, StringComparison.Ordinal);
        Assert.Contains(why, outcome.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Stop_finishes_the_current_invocations_and_then_the_finally_steps()
    {
        var test = new TestRun("""
            steps:
              - parallel:
                  - sequence: [{do: a.dispense, with: {volume: 1 mL}}, {do: a.grip}]
                  - sequence: [{do: b.dispense, with: {volume: 2 mL}}, {do: b.grip}]
            finally:
              - wait: 1 min
              - do: d.grip
            """);
        var outcome = test.Process(meanwhile: async run =>
        {
            await test.After(5);
            run.Send(RunCommand.Stop, "ann");
            // A second stop, and a pause, come while the Finally steps are done: they change nothing.
            await test.After(25);
            run.Send(RunCommand.Stop, "ann");
            run.Send(RunCommand.Pause, "ann");
        })!;
        Assert.Equal((RunState.Stopped, "stopped by ann"), (outcome.State, outcome.Why));
        Assert.Equal((1, 2), (test.A.Delivered, test.B.Delivered));
        Assert.Empty(test.A.Grips.Concat(test.B.Grips));
        Assert.Equal([Gripped], test.Devices["d"].Grips);
        Assert.Equal([RunState.Running, RunState.Stopping, RunState.Stopped], test.States);
        AssertAllSafe(test);
    }

    [Fact]
    public void Stop_ends_a_wait_at_once()
    {
        var test = new TestRun("steps: [{wait: 10 h}, {do: a.grip}]\nfinally: [do: d.grip]");
        var outcome = test.Process(meanwhile: async run =>
        {
            await test.After(5);
            run.Send(RunCommand.Stop, "ann");
        })!;
        Assert.Equal(RunState.Stopped, outcome.State);
        Assert.InRange(test.Elapsed.TotalSeconds, 5, 10);
        Assert.Equal([Gripped], test.Devices["d"].Grips);
    }

    [Theory]
    [InlineData(RunCommand.Stop, RunState.Stopped, 1)]
    [InlineData(RunCommand.Abort, RunState.Aborted, 0)]
    public void A_command_that_comes_before_the_start_is_obeyed(RunCommand command, RunState end, int finallySteps)
    {
        var test = new TestRun("steps: [do: a.grip]\nfinally: [do: d.grip]");
        var outcome = test.Process(before: run => run.Send(command, "ann"))!;
        Assert.Equal(end, outcome.State);
        Assert.Empty(test.A.Grips);
        Assert.Equal(finallySteps, test.Devices["d"].Grips.Count);
        Assert.IsType<RunStarted>(test.Events[0]);
        AssertAllSafe(test);
    }

    [Theory]
    [InlineData("steps: [wait: 10 h]\nfinally: [do: d.grip]", 0)]
    [InlineData("steps: [{do: a.dispense, with: {volume: 5 mL}}]\nfinally: [do: d.grip]", 0)]
    [InlineData("steps: [do: b.grip]\nfinally: [{do: a.dispense, with: {volume: 5 mL}}, {do: d.grip}]", 1)]
    public void Abort_cancels_at_once_and_makes_safe_without_the_finally_steps(string steps, int gripsOfB)
    {
        var test = new TestRun(steps);
        var outcome = test.Process(meanwhile: async run =>
        {
            await test.After(5.5);
            run.Send(RunCommand.Abort, "ann");
        })!;
        Assert.Equal((RunState.Aborted, "aborted by ann"), (outcome.State, outcome.Why));
        Assert.InRange(test.Elapsed.TotalSeconds, 5.5, 5.8);
        Assert.InRange(test.A.Delivered, 0, 0.6);
        Assert.Empty(test.Devices["d"].Grips);
        Assert.Equal(gripsOfB, test.B.Grips.Count);
        Assert.Equal([RunState.Running, RunState.Aborting, RunState.Aborted], test.States);
        AssertAllSafe(test);
    }

    [Fact]
    public void An_instrument_that_ignores_its_cancellation_delays_nobody_elses_safety()
    {
        var test = new TestRun("""
            steps:
              - parallel:
                  - do: a.hang
                  - do: b.dispense
                    with: {volume: 5 mL}
            """);
        var safeAt = TimeSpan.Zero;
        var outcome = test.Process(meanwhile: async run =>
        {
            await test.After(5);
            run.Send(RunCommand.Abort, "ann");
            while (test.B.TimesMadeSafe == 0)
                await test.After(0.01);
            safeAt = test.Elapsed;
        })!;
        Assert.Equal(RunState.Aborted, outcome.State);
        Assert.Equal("aborted by ann; a: 'hang' was cancelled and has not ended after 5 s: look at it", outcome.Why);
        Assert.InRange(safeAt.TotalSeconds, 5, 5.25);
        Assert.InRange(test.Elapsed.TotalSeconds, 10, 10.5);
        AssertAllSafe(test);
    }

    [Fact]
    public void A_failure_beside_an_instrument_that_ignores_its_cancellation_ends_in_bounded_time()
    {
        var test = new TestRun("""
            steps:
              - parallel:
                  - do: a.hang
                  - do: b.fail
            finally:
              - do: a.grip
              - do: d.grip
            """);
        var outcome = test.Process()!;
        Assert.Equal((RunState.Failed, "b: it stalled"), (outcome.State, outcome.Why));
        Assert.InRange(test.Elapsed.TotalSeconds, 6, 8);
        Assert.Empty(test.A.Grips);
        Assert.Contains(
            test.Events.OfType<StepFailed>(),
            f => f.Message == "a: it is still busy with a call that did not obey its cancellation");
        AssertAllSafe(test);
    }

    [Fact]
    public void Trouble_with_making_safe_is_reported_and_delays_nobody()
    {
        var test = new TestRun("steps: [do: d.grip]");
        test.A.Safety = Safety.Hangs;
        test.B.Safety = Safety.Throws;
        test.C.Safety = Safety.Breaks;
        var outcome = test.Process()!;
        Assert.Equal(RunState.Completed, outcome.State);
        Assert.Equal(1, test.Devices["d"].TimesMadeSafe);
        Assert.InRange(test.Elapsed.TotalSeconds, 7, 7.1);
        Assert.Equal(
            [
                "a: it did not become safe within 5 s: look at it",
                "b: it could not be shown that it stands still",
                "c: its driver failed to make it safe (InvalidOperationException: index was wrong): look at it",
                null,
            ],
            test.Events.OfType<SafeEntered>().Select(s => s.Error));
    }

    [Fact]
    public void A_pause_is_reached_when_nothing_is_under_way_and_nothing_new_begins_until_it_is_resumed()
    {
        var test = new TestRun("""
            steps:
              - parallel:
                  - sequence: [{do: a.work, with: {time: 10 s}}, {do: a.grip}]
                  - sequence: [{do: b.work, with: {time: 20 s}}, {do: b.grip}]
                  - do: c.work
                    with: {time: 30 s}
            """);
        var outcome = test.Process(meanwhile: async run =>
        {
            await test.After(5);
            run.Send(RunCommand.Pause, "ann");
            await test.After(20);
            Assert.Equal(RunState.Pausing, run.State);
            await test.After(10);
            Assert.Equal(RunState.Paused, run.State);
            Assert.Empty(test.A.Grips.Concat(test.B.Grips));
            run.Send(RunCommand.Resume, "ann");
        })!;
        Assert.Equal(RunState.Completed, outcome.State);
        Assert.Equal(2, test.A.Grips.Count + test.B.Grips.Count);
        Assert.InRange(test.Elapsed.TotalSeconds, 36, 37);
        Assert.Equal(
            [RunState.Running, RunState.Pausing, RunState.Paused, RunState.Running, RunState.Completed],
            test.States);
    }

    [Theory]
    [InlineData(RunCommand.Stop, RunState.Stopped)]
    [InlineData(RunCommand.Abort, RunState.Aborted)]
    public void A_paused_run_can_be_ended(RunCommand command, RunState end)
    {
        var test = new TestRun("steps: [{do: a.grip}, {do: b.grip}]");
        var outcome = test.Process(meanwhile: async run =>
        {
            run.Send(RunCommand.Pause, "ann");
            await test.After(5);
            Assert.Equal(RunState.Paused, run.State);
            run.Send(command, "ann");
        })!;
        Assert.Equal(end, outcome.State);
        Assert.Empty(test.B.Grips);
        AssertAllSafe(test);
    }

    [Fact]
    public void Branches_that_share_an_instrument_take_turns()
    {
        var test = new TestRun("""
            steps:
              - parallel:
                  - do: a.dispense
                    with: {volume: 1 mL}
                  - do: a.dispense
                    with: {volume: 2 mL}
                  - do: a.dispense
                    with: {volume: 3 mL}
            """);
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.Equal(6, test.A.Delivered);
        Assert.Equal(["run/parallel/a.dispense", "run/parallel/a.dispense-2", "run/parallel/a.dispense-3"],
            test.Events.OfType<StepDone>().Select(s => s.Call.Value));
    }

    [Fact]
    public void Repeats_and_branches_have_paths_of_their_own()
    {
        var test = new TestRun("""
            steps:
              - repeat: 2
                name: round
                steps:
                  - do: a.read
                    save: seen
                  - when: seen.value > 100
                    then: [do: b.grip]
                    else: [do: c.grip]
            """);
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.Equal(["run/round[1]/when/c.grip", "run/round[2]/when/c.grip"], test.C.Grips);
    }

    [Fact]
    public void The_journal_may_break_at_any_write_and_the_run_ends_failed_safe_and_resumable()
    {
        TestRun Test() => new("""
            steps:
              - parallel:
                  - sequence: [{do: a.dispense, with: {volume: 1 mL}}, {wait: 5 s}]
                  - sequence: [{do: b.read, save: seen}, {do: b.set, with: {value: 3}}]
            finally:
              - do: c.read
            results: {value: seen.value}
            """);
        var counting = Test();
        var all = new MemoryJournal(counting.Disk, counting.Time);
        Assert.Equal(RunState.Completed, counting.ProcessWith(all)!.State);
        for (var k = 1; k <= all.Writes; k++)
        {
            var test = Test();
            var outcome = test.Process(breakAt: k)!;
            Assert.Equal(
                (RunState.Failed, "the journal cannot be written: the disk is full"),
                (outcome.State, outcome.Why));
            Assert.All(test.Devices.Values, d => Assert.True(d.TimesMadeSafe > 0));
            Assert.DoesNotContain(test.States, RunStates.IsFinal);
            outcome = test.Process()!;
            Assert.Equal((RunState.Completed, ""), (outcome.State, outcome.Why));
            Assert.Equal(1, test.A.Delivered, 9);
        }
    }

    private static void AssertAllSafe(TestRun test)
    {
        Assert.All(test.Devices.Values, d => Assert.True(d.TimesMadeSafe > 0 && !d.IsMoving));
        Assert.Equal(test.Devices.Keys, test.Events.OfType<SafeEntered>().Select(s => s.Instrument.Value).Distinct());
    }
}
