using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Runtime.Engine;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Engine;

/// <summary>Pause now, stop now, steps that are not resumable, time limits, and who asked.</summary>
public class RunControlTests
{
    private const string Dose = "steps: [{do: a.dispense, with: {volume: 2 mL}}, {do: b.grip}]\nfinally: [do: d.grip]";

    [Fact]
    public void A_second_pause_within_10_s_suspends_the_call_and_resume_finishes_what_the_device_says_is_left()
    {
        var test = new TestRun(Dose);
        var outcome = test.Process(meanwhile: async run =>
        {
            await test.After(5);
            run.Send(RunCommand.Pause, "ann");
            await test.After(4);
            Assert.Equal(RunState.Pausing, run.State);
            run.Send(RunCommand.Pause, "bob");
            await test.After(1);
            Assert.Equal(RunState.Paused, run.State);
            Assert.False(test.A.IsMoving);
            Assert.InRange(test.A.Delivered, 0.8, 1.1);
            await test.After(3600);
            Assert.InRange(test.A.Delivered, 0.8, 1.1);
            run.Send(RunCommand.Resume, "ann");
        })!;
        Assert.Equal((RunState.Completed, ""), (outcome.State, outcome.Why));
        Assert.Equal(2, test.A.Delivered, 6);
        Assert.Equal(2, test.A.Told);
        Assert.Equal(
            ["pause by ann", "pause by bob now", "resume by ann"],
            test.Events.OfType<CommandGiven>().Select(Spelt));
        Assert.Equal(
            (new CallId("run/a.dispense"), 1),
            test.Events.OfType<StepSuspended>().Select(s => (s.Call, s.Attempt)).Single());
        Assert.Equal(CallProgress.Partial, test.Events.OfType<StepReconciled>().Single().Progress);
        Assert.Equal(
            [RunState.Running, RunState.Pausing, RunState.Paused, RunState.Running, RunState.Completed], test.States);
    }

    [Fact]
    public void A_second_pause_after_more_than_10_s_is_a_first_one()
    {
        var test = new TestRun(Dose);
        test.Process(meanwhile: async run =>
        {
            run.Send(RunCommand.Pause, "ann");
            await test.After(10.1);
            run.Send(RunCommand.Pause, "ann");
            await test.After(1);
            Assert.True(test.A.IsMoving);
            await test.After(60);
            Assert.Equal(2, test.A.Delivered);
            run.Send(RunCommand.Resume, "ann");
        });
        Assert.Empty(test.Events.OfType<StepSuspended>());
        Assert.DoesNotContain(test.Events.OfType<CommandGiven>(), c => c.Now);
    }

    [Theory]
    [InlineData("do: a.grip\n    name: it", 1)]
    [InlineData("sequence: [{do: a.work, name: it, with: {time: 8 s}}]\n    resumable: false", 8)]
    [InlineData("do: a.work\n    name: it\n    with: {time: 8 s}\n    resumable: false", 8)]
    public void A_pause_now_waits_for_the_end_of_what_cannot_be_taken_up_again(string step, double seconds)
    {
        var test = new TestRun($"steps:\n  - {step}\n  - do: b.grip\n");
        var outcome = test.Process(meanwhile: async run =>
        {
            await test.After(0.2);
            run.Send(RunCommand.Pause, "ann");
            run.Send(RunCommand.Pause, "ann");
            await test.After(0.2);
            Assert.Equal(RunState.Pausing, run.State);
            Assert.True((await run.AnswerAsync()).LetsGo);
            await test.After(seconds);
            Assert.Equal(RunState.Paused, run.State);
            Assert.Empty(test.B.Grips);
            run.Send(RunCommand.Resume, "ann");
        })!;
        Assert.Equal(RunState.Completed, outcome.State);
        Assert.Empty(test.Events.OfType<StepSuspended>());
        Assert.Single(test.B.Grips);
    }

    [Fact]
    public void Pausing_now_again_and_again_loses_nothing_and_doubles_nothing()
    {
        var test = new TestRun("""
            steps:
              - do: a.set
                with: {value: 40}
              - parallel:
                  - sequence: [{do: a.dispense, with: {volume: 3 mL}}, {do: a.read, save: seen}]
                  - do: a.dispense
                    with: {volume: 1 mL}
                  - do: b.dispense
                    with: {volume: 2 mL}
            results: {value: seen.value}
            """);
        var outcome = test.Process(meanwhile: async run =>
        {
            for (var i = 0; i < 12; i++)
            {
                await test.After(3.3);
                run.Send(RunCommand.Pause, "ann");
                run.Send(RunCommand.Pause, "ann");
                await test.After(i % 3);
                run.Send(RunCommand.Resume, "ann");
            }
        })!;
        Assert.Equal((RunState.Completed, ""), (outcome.State, outcome.Why));
        Assert.Equal((4, 2), (Math.Round(test.A.Delivered, 6), Math.Round(test.B.Delivered, 6)));
        Assert.Equal(40, outcome.Results["value"].Value.Si);
        Assert.True(test.Events.OfType<StepSuspended>().Count() >= 8);
        var ids = test.Events.OfType<StepDone>().Select(d => d.Call).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.Contains(test.Events.OfType<StepDone>(), d => d.Call.Value.StartsWith("run#resumed-", default));
    }

    [Fact]
    public void A_device_that_cannot_tell_holds_the_run_for_a_person_and_nothing_is_cancelled_for_that()
    {
        var test = new TestRun("""
            steps:
              - parallel:
                  - do: a.lose
                    with: {volume: 1 mL}
                  - sequence: [{do: b.grip}, {do: b.grip}]
              - do: c.grip
            finally: [do: d.grip]
            """);
        var outcome = test.Process(meanwhile: async run =>
        {
            await test.After(0.3);
            run.Send(RunCommand.Pause, "ann");
            run.Send(RunCommand.Pause, "ann");
            await test.After(5);
            run.Send(RunCommand.Resume, "ann");
        })!;
        Assert.Equal(RunState.Interrupted, outcome.State);
        Assert.StartsWith("a: it is unknown how far 'lose' (volume=1 mL) got", outcome.Why, StringComparison.Ordinal);
        Assert.Empty(test.C.Grips.Concat(test.Devices["d"].Grips));
        Assert.DoesNotContain(test.Events, e => e is StepFailed);
        Assert.DoesNotContain(test.States, RunStates.IsFinal);
        Assert.All(test.Devices.Values, d => Assert.True(d.TimesMadeSafe > 0));
        test.Say("run/parallel/a.lose", CallProgress.Done);
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.Equal((2, 1, 1), (test.B.Grips.Count, test.C.Grips.Count, test.Devices["d"].Grips.Count));
    }

    [Theory]
    [InlineData(RunCommand.Stop, RunState.Stopped, 1)]
    [InlineData(RunCommand.Abort, RunState.Aborted, 0)]
    public void A_run_that_is_paused_now_can_be_ended_and_its_calls_end_with_it(
        RunCommand command, RunState end, int finallySteps)
    {
        var test = new TestRun(Dose);
        var outcome = test.Process(meanwhile: async run =>
        {
            await test.After(5);
            run.Send(RunCommand.Pause, "ann");
            run.Send(RunCommand.Pause, "ann");
            await test.After(5);
            run.Send(command, "ann");
        })!;
        Assert.Equal(end, outcome.State);
        Assert.InRange(test.A.Delivered, 0.4, 0.7);
        Assert.Equal(finallySteps, test.Devices["d"].Grips.Count);
        Assert.Equal(
            (StepFailed.Cancelled, "it was ended while it was suspended"),
            test.Events.OfType<StepFailed>().Select(f => (f.Fault, f.Message)).Single());
    }

    [Fact]
    public void A_second_stop_within_10_s_cancels_what_is_under_way_and_does_the_finally_steps()
    {
        var test = new TestRun("""
            steps:
              - parallel: [{do: a.dispense, with: {volume: 5 mL}}, {do: b.grip, resumable: false}, {wait: 1 h}]
              - do: c.grip
            finally: [{do: d.grip}, {wait: 5 s}]
            """);
        var outcome = test.Process(meanwhile: async run =>
        {
            await test.After(0.2);
            run.Send(RunCommand.Stop, "ann");
            await test.After(0.1);
            run.Send(RunCommand.Stop, "bob");
            await test.After(3);
            // While the Finally steps are done nothing more is stopped.
            run.Send(RunCommand.Stop, "eve");
        })!;
        Assert.Equal((RunState.Stopped, "stopped now by bob"), (outcome.State, outcome.Why));
        Assert.InRange(test.A.Delivered, 0, 0.2);
        Assert.Empty(test.B.Grips.Concat(test.C.Grips));
        Assert.Single(test.Devices["d"].Grips);
        Assert.Equal(["stop by ann", "stop by bob now"], test.Events.OfType<CommandGiven>().Select(Spelt));
        Assert.All(test.Devices.Values, d => Assert.True(d.TimesMadeSafe > 0));
    }

    [Fact]
    public void A_wait_keeps_its_end_when_the_run_is_paused_meanwhile()
    {
        var test = new TestRun("steps: [{wait: 60 s}, {do: a.grip}]");
        test.Process(meanwhile: async run =>
        {
            await test.After(10);
            run.Send(RunCommand.Pause, "ann");
            await test.After(0.001);
            Assert.Equal(RunState.Paused, run.State);
            await test.After(20);
            run.Send(RunCommand.Resume, "ann");
        });
        Assert.InRange(test.Elapsed.TotalSeconds, 61, 61.1);
    }

    [Fact]
    public void A_run_that_is_paused_at_its_last_step_ends_when_it_is_resumed()
    {
        var test = new TestRun("steps: [{wait: 10 s}]\nfinally: [do: d.grip]");
        var outcome = test.Process(meanwhile: async run =>
        {
            await test.After(5);
            run.Send(RunCommand.Pause, "ann");
            await test.After(3600);
            Assert.Equal(RunState.Paused, run.State);
            Assert.Empty(test.Devices["d"].Grips);
            run.Send(RunCommand.Resume, "ann");
        })!;
        Assert.Equal(RunState.Completed, outcome.State);
        Assert.Single(test.Devices["d"].Grips);
    }

    [Theory]
    [InlineData("do: a.work\n    name: it\n    with: {time: 100 s}\n    time_limit: 10 s")]
    [InlineData("sequence: [{wait: 1 h}]\n    name: it\n    time_limit: 10 s")]
    [InlineData("parallel: [{do: b.work, with: {time: 100 s}}, {do: a.dispense, with: {volume: 5 mL}}]\n"
        + "    name: it\n    time_limit: 2 * 5 s")]
    public void A_step_that_passes_its_time_limit_is_cancelled_and_fails_the_run(string step)
    {
        var test = new TestRun($"steps:\n  - {step}\n  - do: c.grip\nfinally: [do: d.grip]\n");
        var outcome = test.Process()!;
        Assert.Equal(RunState.Failed, outcome.State);
        Assert.Matches("test.yaml:4:[0-9]+: 'it' took longer than its time limit of (10|2 \\* 5) s$", outcome.Why);
        Assert.InRange(test.Elapsed.TotalSeconds, 11, 12.5);
        Assert.Empty(test.C.Grips);
        Assert.Single(test.Devices["d"].Grips);
        Assert.Equal(("run/it", 10), test.Events.OfType<StepTimedOut>().Select(t => (t.Step, t.Limit.Si)).Single());
        Assert.All(test.Devices.Values, d => Assert.True(d.TimesMadeSafe > 0 && !d.IsMoving));
    }

    [Fact]
    public void A_time_limit_does_not_count_while_the_run_rests_in_a_pause()
    {
        var test = new TestRun("""
            steps:
              - sequence: [{do: a.work, with: {time: 4 s}}, {do: a.work, with: {time: 4 s}}]
                name: both
                time_limit: 10 s
            """);
        var outcome = test.Process(meanwhile: async run =>
        {
            await test.After(2);
            run.Send(RunCommand.Pause, "ann");
            await test.After(3600);
            run.Send(RunCommand.Resume, "ann");
        })!;
        Assert.Equal((RunState.Completed, ""), (outcome.State, outcome.Why));
    }

    [Fact]
    public void A_step_within_its_time_limit_is_not_touched_and_the_clock_is_not_kept_busy()
    {
        var test = new TestRun("steps: [{do: a.work, with: {time: 4 s}, time_limit: 1 h}]");
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.InRange(test.Elapsed.TotalSeconds, 4, 5);
        Assert.Empty(test.Events.OfType<StepTimedOut>());
    }

    [Fact]
    public void A_time_limit_in_the_finally_steps_fails_the_run_and_leaves_it_safe()
    {
        var test = new TestRun("steps: [do: a.grip]\nfinally: [{do: b.work, with: {time: 1 h}, time_limit: 5 s}]");
        var outcome = test.Process()!;
        Assert.Equal(RunState.Failed, outcome.State);
        Assert.Contains("in the 'finally' steps: ", outcome.Why, StringComparison.Ordinal);
        Assert.Contains("'b.work' took longer than its time limit of 5 s", outcome.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_driver_that_does_not_obey_its_time_limit_is_named()
    {
        var outcome = new TestRun("steps: [{do: a.hang, time_limit: 5 s}]").Process()!;
        Assert.Equal(RunState.Failed, outcome.State);
        Assert.Contains("time limit of 5 s; a: 'hang' was cancelled and has not ended after 5 s", outcome.Why,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_abort_has_an_author_and_a_command_that_comes_too_late_is_not_written()
    {
        var test = new TestRun("steps: [do: a.grip]\nfinally: [{wait: 1 h}]");
        test.Process(meanwhile: async run =>
        {
            await test.After(30);
            run.Send(RunCommand.Pause, "eve");
            run.Send(RunCommand.Stop, "eve");
            run.Send(RunCommand.Resume, "eve");
            Assert.True((await run.AnswerAsync()).IsTooLate);
            run.Send(RunCommand.Abort, "ann");
        });
        Assert.Equal(["abort by ann"], test.Events.OfType<CommandGiven>().Select(Spelt));
        Assert.Equal(RunState.Aborted, test.States.Last());
    }

    private static string Spelt(CommandGiven c) =>
        $"{c.Command.ToString().ToLowerInvariant()} by {c.By}{(c.Now ? " now" : "")}";
}
