using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Runtime.Engine;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Engine;

/// <summary>The process is killed at every write while somebody pauses, stops or aborts.</summary>
public class RunControlCrashTests
{
    private const string Steps = """
        steps:
          - do: b.set
            with: {value: 40}
          - parallel:
              - sequence: [{do: a.dispense, with: {volume: 2 mL}}, {do: a.grip}]
              - sequence: 
                  - {do: b.read, save: seen}
                  - {do: c.dispense, with: {volume: 1 mL}}
                  - {do: b.work, with: {time: 9 s}}
          - do: b.read
            save: last
        finally: [{do: d.grip}]
        results: {value: last.value, early: seen.value}
        """;

    [Theory, InlineData(false), InlineData(true)]
    public void A_run_that_is_paused_now_survives_a_kill_at_every_write(bool powerBlip)
    {
        var suspended = 0;
        for (var k = 1; ; k++)
        {
            var test = new TestRun(Steps);
            var first = test.Process(
                die: k % 2 == 0 ? k / 2 + 1 : -(k / 2 + 1), meanwhile: PauseTwice(test),
                atDeath: () => Blip(test, powerBlip));
            suspended += test.Events.Any(e => e is StepSuspended) ? 1 : 0;
            Finish(test, first, RunState.Completed);
            Assert.Equal((2, 1), (Math.Round(test.A.Delivered, 6), Math.Round(test.C.Delivered, 6)));
            Assert.Single(test.A.Grips);
            Assert.Single(test.Devices["d"].Grips);
            var results = test.Events.OfType<Resulted>().Last().Values;
            Assert.Equal((40, 40), (results["value"].Value.Si, results["early"].Value.Si));
            if (first is not null)
                break;
        }
        Assert.True(suspended > 20, $"only {suspended} kills came after a suspension");
    }

    [Fact]
    public void A_stop_now_holds_after_a_kill_at_every_write_and_finishes_nothing()
    {
        var cut = 0;
        for (var k = 3; ; k++)
        {
            var test = new TestRun(Steps);
            var first = test.Process(die: k, meanwhile: async run =>
            {
                await test.After(5);
                run.Send(RunCommand.Stop, "ann");
                await test.After(2);
                run.Send(RunCommand.Stop, "ann");
            }, atDeath: () => Blip(test, true));
            if (!test.Events.Any(e => e is CommandGiven { Now: true }))
                continue;
            cut++;
            Finish(test, first, RunState.Stopped);
            Assert.InRange(test.A.Delivered, 0.5, 0.8);
            Assert.Empty(test.A.Grips);
            Assert.Single(test.Devices["d"].Grips);
            Assert.Matches(
                "^(it was being stopped when|stopped now by ann)", test.Events.OfType<Moved>().Last().Why);
            if (first is not null)
                break;
        }
        Assert.True(cut > 8, $"only {cut} kills came after the stop");
    }

    [Fact]
    public void A_run_that_was_paused_now_and_then_stopped_holds_to_it_after_a_kill_at_every_write()
    {
        for (var k = 3; ; k++)
        {
            var test = new TestRun(Steps);
            var first = test.Process(die: k, meanwhile: async run =>
            {
                await test.After(5);
                run.Send(RunCommand.Pause, "ann");
                run.Send(RunCommand.Pause, "ann");
                await test.After(5);
                run.Send(RunCommand.Stop, "ann");
            });
            if (!test.Events.Any(e => e is CommandGiven { Command: RunCommand.Stop }))
                continue;
            Finish(test, first, RunState.Stopped);
            Assert.InRange(test.A.Delivered, 0.4, 0.8);
            Assert.Empty(test.A.Grips);
            Assert.Single(test.Devices["d"].Grips);
            if (first is not null)
                break;
        }
    }

    [Fact]
    public void An_abort_that_is_on_the_disk_holds_after_a_kill_at_every_write()
    {
        for (var k = 3; ; k++)
        {
            var test = new TestRun(Steps);
            var first = test.Process(die: k, meanwhile: async run =>
            {
                await test.After(5);
                run.Send(RunCommand.Abort, "ann");
            });
            if (!test.Events.Any(e => e is CommandGiven))
                continue;
            Finish(test, first, RunState.Aborted);
            Assert.Empty(test.A.Grips.Concat(test.Devices["d"].Grips));
            if (first is not null)
                break;
        }
    }

    [Fact]
    public void A_time_limit_that_passed_before_the_crash_still_fails_the_run()
    {
        var late = 0;
        for (var k = 1; ; k++)
        {
            var test = new TestRun("""
                steps:
                  - parallel: [{do: a.dispense, with: {volume: 5 mL}}, {do: b.work, with: {time: 100 s}}]
                    name: both
                    time_limit: 10 s
                  - do: c.grip
                finally: [{do: d.grip}]
                """);
            var first = test.Process(die: k);
            if (test.Events.Any(e => e is StepTimedOut))
            {
                late++;
                Finish(test, first, RunState.Failed);
                Assert.InRange(test.A.Delivered, 0.9, 5);
                Assert.Empty(test.C.Grips);
                Assert.Single(test.Devices["d"].Grips);
                Assert.Contains("took longer than its time limit of", test.Events.OfType<Moved>().Last().Why,
                    StringComparison.Ordinal);
            }
            if (first is not null)
                break;
        }
        Assert.True(late > 5);
    }

    [Fact]
    public void A_time_limit_holds_for_what_is_finished_after_a_crash()
    {
        var test = new TestRun("""
            steps: [{do: b.work, name: it, with: {time: 100 s}, time_limit: 50 s}]
            finally: [do: d.grip]
            """);
        Assert.Null(test.Process(die: 3));
        var outcome = test.Process()!;
        Assert.Equal(RunState.Failed, outcome.State);
        Assert.EndsWith("'it' took longer than its time limit of 50 s", outcome.Why, StringComparison.Ordinal);
        Assert.Single(test.Devices["d"].Grips);
    }

    [Theory]
    [InlineData("do: a.read\n    resumable: false\n    name: it", "run/it")]
    [InlineData("sequence: [do: a.read]\n    resumable: false\n    name: it", "run/it/a.read")]
    [InlineData("repeat: 2\n    steps: [{sequence: [do: a.read], name: s}]\n    resumable: false\n    name: it",
        "run/it[1]/s/a.read")]
    public void A_crash_inside_a_step_that_is_not_resumable_waits_for_a_person(string step, string call)
    {
        var test = new TestRun($"steps:\n  - {step}\n  - do: b.read\nfinally: [do: d.grip]\n");
        Assert.Null(test.Process(die: 3));
        for (var i = 0; i < 2; i++)
        {
            var outcome = test.Process()!;
            Assert.Equal(RunState.Interrupted, outcome.State);
            Assert.Contains("its step is marked as not resumable", outcome.Why, StringComparison.Ordinal);
            Assert.Empty(test.Devices["d"].Grips);
        }
        test.Say(call, CallProgress.NotStarted);
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.Single(test.Devices["d"].Grips);
    }

    [Fact]
    public void A_crash_between_two_calls_of_a_step_that_is_not_resumable_holds_nobody()
    {
        var test = new TestRun("steps: [{sequence: [{do: a.read}, {do: b.read}], resumable: false}]");
        Assert.Null(test.ProcessWith(new MemoryJournal(test.Disk, test.Time, Dying(out var process))
        {
            DieAfter = e => e is StepDone,
        }, process));
        Assert.Equal(RunState.Completed, test.Process()!.State);
    }

    private static Mortal Dying(out Mortal process) => process = new Mortal();

    private static Func<Run, Task> PauseTwice(TestRun test) => async run =>
    {
        for (var i = 0; i < 2; i++)
        {
            await test.After(5);
            run.Send(RunCommand.Pause, "ann");
            run.Send(RunCommand.Pause, "ann");
            await test.After(3);
            run.Send(RunCommand.Resume, "ann");
        }
    };

    // A cable that goes with the computer: motions end where they are and set-points are lost.
    private static void Blip(TestRun test, bool happens)
    {
        if (!happens)
            return;
        test.A.Stop();
        test.C.Stop();
        test.B.SetPoint = FakeDevice.Room;
    }

    private static void Finish(TestRun test, RunOutcome? first, RunState end)
    {
        var outcome = first;
        for (var n = 0; outcome is not { State: not RunState.Interrupted }; n++)
        {
            Assert.True(n < 5, outcome?.Why);
            var history = RunHistory.Of(TestRun.Id, new MemoryJournal(test.Disk, test.Time));
            if (RunStates.IsFinal(history.State))
            {
                Assert.Equal(end, history.State);
                return;
            }
            foreach (var open in history.Open.Where(o => o.Intended.Capability == "grip"))
                test.Say(open.Intended.Call.Value,
                    test.Devices.Values.Any(d => d.Grips.Contains(open.Intended.Call.Value))
                        ? CallProgress.Done : CallProgress.NotStarted);
            outcome = test.Process();
        }
        Assert.Equal((end, end), (outcome.State, test.States.Last()));
    }
}
