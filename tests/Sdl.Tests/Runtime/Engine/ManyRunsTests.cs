using Sdl.Core.Runs;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Engine;

/// <summary>Several runs at once on the same instruments.</summary>
public class ManyRunsTests
{
    [Fact]
    public void Runs_share_an_instrument_in_the_order_in_which_they_come()
    {
        var lab = new TestLab();
        foreach (var id in new[] { "r1", "r2", "r3" })
            lab.With(id, "steps: [{repeat: 3, steps: [{do: a.grip}]}]");
        Assert.All(lab.Process()!.Values, o => Assert.Equal(RunState.Completed, o.State));
        Assert.Equal(["r1", "r2", "r3", "r1", "r2", "r3", "r1", "r2", "r3"], lab.Users("a"));
    }

    [Fact]
    public void A_higher_priority_is_served_first_and_what_has_begun_is_finished()
    {
        var lab = new TestLab().With("r1", "steps: [{repeat: 3, steps: [{do: a.grip}]}]")
            .With("r2", "steps: [{repeat: 3, steps: [{do: a.grip}]}]")
            .With("urgent", "steps: [{repeat: 2, steps: [{do: a.grip}]}]", priority: 1, begin: 1.5);
        lab.Process();
        Assert.Equal(["r1", "r2", "urgent", "r1", "urgent", "r2", "r1", "r2"], lab.Users("a"));
    }

    [Fact]
    public void What_a_run_holds_nobody_else_touches_until_it_has_come_to_its_end()
    {
        const string Steps = """
            steps:
              - hold: [a, b]
                steps: [{do: a.grip}, {wait: 5 s}, {do: b.grip}, {do: a.grip, name: again}]
            """;
        var lab = new TestLab().With("r1", Steps).With("r2", Steps);
        lab.Process();
        Assert.Equal(["r1", "r1", "r2", "r2"], lab.Users("a"));
        Assert.Equal(
            ["r1+a,b", "r1-a,b", "r2+a,b", "r2-a,b"],
            lab.Events.Select(e => e switch
            {
                LeaseTaken t => $"{t.Run}+{string.Join(',', t.Instruments)}",
                LeaseReturned r => $"{r.Run}-{string.Join(',', r.Instruments)}",
                _ => null,
            }).OfType<string>());
    }

    [Fact]
    public void What_is_released_early_serves_the_next_run_while_the_hold_goes_on()
    {
        const string Steps = """
            steps:
              - hold: [a, b]
                steps:
                  - do: a.grip
                  - hold: [c]
                    steps: [{do: a.grip}, {release: [a, b]}, {do: c.work, with: {time: 100}}]
                    finally: [{do: c.grip}]
            """;
        var lab = new TestLab().With("r1", Steps.Replace("100", "100 s")).With("r2", Steps.Replace("100", "100 s"));
        Assert.All(lab.Process()!.Values, o => Assert.Equal(RunState.Completed, o.State));
        Assert.Equal(["r1", "r1", "r2", "r2"], lab.Users("a"));
        Assert.Equal(["r1", "r1", "r2", "r2"], lab.Users("c"));
        // The second run is at 'a' while the first is at 'c', and has only to wait for 'c'.
        Assert.Equal(2 * (100 + 1 + 1) + 1, lab.Elapsed, 3.0);
    }

    [Theory]
    [InlineData("{do: a.fail}", RunState.Failed)]
    [InlineData("{require: 1 > 2}", RunState.Failed)]
    [InlineData("{parallel: [{do: a.fail}, {do: b.work, with: {time: 50 s}}]}", RunState.Failed)]
    public void The_finally_steps_of_a_hold_run_while_it_is_held(string trouble, RunState state)
    {
        var lab = new TestLab()
            .With("r1", $"steps: [{{hold: [a, b, c], steps: [{trouble}], finally: [{{do: c.grip}}]}}]")
            .With("r2", "steps: [{do: c.grip}]");
        var outcomes = lab.Process()!;
        Assert.Equal((state, RunState.Completed), (outcomes["r1"].State, outcomes["r2"].State));
        Assert.Equal(["r1/hold#finally/c.grip", "r2/c.grip"], lab.Devices["c"].Grips);
    }

    [Fact]
    public void A_stop_ends_the_wait_for_a_lease_and_an_abort_leaves_the_others_alone()
    {
        var lab = new TestLab().With("r1", "steps: [{hold: [a], steps: [{do: a.work, with: {time: 60 s}}]}]")
            .With("r2", "steps: [{hold: [a], steps: [{do: a.grip}], finally: [{do: b.grip}]}]")
            .With("r3", "steps: [{do: a.grip}]");
        var outcomes = lab.Process(meanwhile: async runs =>
        {
            await lab.After(10);
            runs[1].Send(RunCommand.Stop, "ann");
            await lab.After(1);
            Assert.Equal(RunState.Stopped, runs[1].State);
            runs[2].Send(RunCommand.Abort, "ann");
            await lab.After(1);
            Assert.Equal(RunState.Aborted, runs[2].State);
        })!;
        Assert.Equal(RunState.Completed, outcomes["r1"].State);
        Assert.Empty(lab.Devices["b"].Grips); // the hold of r2 was never entered
        Assert.DoesNotContain(
            lab.Events.OfType<SafeEntered>(), s => s.Run.Value is "r2" or "r3" && s.Instrument.Value == "a");
        Assert.Contains(lab.Events.OfType<SafeEntered>(), s => s.Run.Value == "r1" && s.Instrument.Value == "a");
    }

    [Fact]
    public void A_run_that_is_paused_while_it_waits_lets_the_others_pass_and_keeps_what_it_holds()
    {
        var lab = new TestLab().With("r1", "steps: [{do: a.work, with: {time: 10 s}}]")
            .With("r2", "steps: [{hold: [b], steps: [{do: b.grip}, {do: c.grip}]}, {do: a.grip}]")
            .With("r3", "steps: [{wait: 5 s}, {do: a.grip}]").With("r4", "steps: [{wait: 5 s}, {do: b.grip}]");
        var outcomes = lab.Process(meanwhile: async runs =>
        {
            await lab.After(4);
            runs[1].Send(RunCommand.Pause, "ann");
            await lab.After(30);
            Assert.Equal((RunState.Paused, RunState.Completed), (runs[1].State, runs[2].State));
            runs[1].Send(RunCommand.Resume, "ann");
        })!;
        Assert.All(outcomes.Values, o => Assert.Equal(RunState.Completed, o.State));
        Assert.Equal(["r1", "r3", "r2"], lab.Users("a"));
    }

    [Fact]
    public void What_was_in_trouble_is_safe_before_anybody_else_uses_it()
    {
        // r1 fails at 'b' and needs 'a' to clean up, which r2 has, who waits for 'b'.
        var lab = new TestLab().With("r1", "steps: [{wait: 1 s}, {do: b.fail}]\nfinally: [{do: a.grip}]")
            .With("r2", "steps: [{hold: [a], steps: [{wait: 1.5 s}, {do: b.grip}, {wait: 5 s}]}]");
        var outcomes = lab.Process()!;
        Assert.Equal((RunState.Failed, RunState.Completed), (outcomes["r1"].State, outcomes["r2"].State));
        Assert.Single(lab.Devices["a"].Grips);
        var events = lab.Events.ToList();
        Assert.InRange(
            events.FindIndex(e => e is SafeEntered { Run.Value: "r1", Instrument.Value: "b" }),
            events.FindIndex(e => e is StepFailed),
            events.FindIndex(e => e is StepIntended { Run.Value: "r2", Instrument.Value: "b" }));
    }

    [Fact]
    public void A_state_that_another_run_relies_on_survives_the_end_of_a_run()
    {
        var lab = new TestLab().With(
            "r1", "steps: [{do: a.set, with: {value: 40}}, {wait: 60 s}, {do: a.read, save: x}]\nresults: {x: x.value}")
            .With("r2", "steps: [{do: a.grip}]");
        Assert.Equal(40, lab.Process()!["r1"].Results["x"].Value.Si);
        Assert.Equal(FakeDevice.Room, lab.Devices["a"].SetPoint);
    }

    [Fact]
    public void A_step_whose_window_has_passed_is_not_begun()
    {
        const string Wet = """
            steps:
              - hold: [a, b]
                steps:
                  - {do: a.grip, name: wet}
                  - {do: a.work, with: {time: 130 s}}
                  - {do: b.grip, name: crimp, within: 120 s, after: wet}
            finally: [{do: c.grip}]
            """;
        var lab = new TestLab().With("r1", Wet);
        var outcome = lab.Process()!["r1"];
        Assert.Equal((RunState.Failed, "'r1/hold/crimp' was not begun: it has to begin within 120 s after the end of "
            + "'r1/hold/wet', and 130 s had passed"), (outcome.State, outcome.Why));
        Assert.Equal(("r1/hold/crimp", "r1/hold/wet", 120.0, 130.0),
            lab.Events.OfType<WindowMissed>().Select(m => (m.Step, m.After, m.Limit.Si, m.Elapsed.Si)).Single());
        Assert.Empty(lab.Devices["b"].Grips);
        Assert.Single(lab.Devices["c"].Grips);
        Assert.Equal(RunState.Completed,
            new TestLab().With("r1", Wet.Replace("130", "110")).Process()!["r1"].State);
    }

    [Fact]
    public void A_window_counts_through_a_crash_from_the_journalled_end()
    {
        const string Wet = """
            steps:
              - hold: [a, b]
                steps: [{do: a.grip, name: wet}, {wait: 60 s}, {do: b.grip, within: 2 min, after: wet}]
            """;
        foreach (var (away, state) in new[] { (30, RunState.Completed), (300, RunState.Failed) })
        {
            var lab = new TestLab().With("r1", Wet);
            Assert.Null(lab.Process(die: 6));
            Assert.IsType<WaitStarted>(lab.Events[^1]);
            lab.Time.MoveTo(TestRun.Start.AddSeconds(away));
            Assert.Equal(state, lab.Process()!["r1"].State);
        }
    }

    [Fact]
    public void The_earliest_deadline_is_served_first_and_nobody_waits_beyond_it()
    {
        var lab = new TestLab().With("r1", "steps: [{do: a.work, with: {time: 50 s}}]")
            .With("r2", "steps: [{wait: 1 s}, {do: a.work, with: {time: 50 s}}]")
            .With("r3", "steps: [{do: b.grip, name: wet}, {wait: 2 s}, {do: a.grip, within: 2 h, after: wet}]")
            .With("r4", "steps: [{wait: 3 s}, {do: a.grip}]");
        lab.Process();
        Assert.Equal(["r1", "r3", "r2", "r4"], lab.Users("a"));
        var late = new TestLab().With("r1", "steps: [{hold: [a], steps: [{wait: 9000 s}]}]")
            .With("r2", "steps: [{do: b.grip, name: wet}, {do: a.grip, within: 2 h, after: wet}]");
        var outcome = late.Process()!["r2"];
        Assert.Equal(RunState.Failed, outcome.State);
        Assert.Contains("7200", outcome.Why);
        Assert.Equal(7200.0, late.Events.OfType<WindowMissed>().Single().Elapsed.Si, 1.0);
    }

    [Fact]
    public void The_time_limit_of_a_step_does_not_run_while_it_waits_for_its_instruments()
    {
        const string Busy = "steps: [{hold: [a], steps: [{wait: 100 s}]}]";
        var call = new TestLab().With("r1", Busy)
            .With("r2", "steps: [{wait: 1 s}, {do: a.work, with: {time: 5 s}, time_limit: 10 s}]").Process()!["r2"];
        Assert.True(call.State == RunState.Completed, call.Why);
        const string Hold = """
            steps:
              - {wait: 1 s}
              - hold: [a]
                time_limit: 10 s
                steps: [{do: a.work, with: {time: 5 s}}]
                finally: [{do: a.work, with: {time: 30 s}}, {do: b.grip}]
            """;
        var hold = new TestLab().With("r1", Busy).With("r2", Hold).Process()!["r2"];
        Assert.True(hold.State == RunState.Completed, hold.Why);
        var lab = new TestLab().With("r2", Hold.Replace("5 s", "15 s"));
        var late = lab.Process()!["r2"];
        Assert.Equal(RunState.Failed, late.State);
        Assert.Contains("took longer than its time limit of 10 s", late.Why);
        Assert.Single(lab.Devices["b"].Grips);
    }

    [Fact]
    public void A_call_that_is_suspended_keeps_its_instrument()
    {
        var lab = new TestLab().With("r1", "steps: [{do: a.dispense, with: {volume: 5 mL}}]")
            .With("r2", "steps: [{wait: 1 s}, {do: a.dispense, with: {volume: 1 mL}}]");
        var outcomes = lab.Process(meanwhile: async runs =>
        {
            await lab.After(2);
            runs[0].Send(RunCommand.Pause, "ann");
            runs[0].Send(RunCommand.Pause, "ann");
            // The one that waits for it is not under way, so that its pause is reached at once.
            runs[1].Send(RunCommand.Pause, "ann");
            runs[1].Send(RunCommand.Pause, "ann");
            await lab.After(100);
            Assert.All(runs, r => Assert.Equal(RunState.Paused, r.State));
            foreach (var run in runs)
                run.Send(RunCommand.Resume, "ann");
        })!;
        Assert.All(outcomes.Values, o => Assert.True(o.State == RunState.Completed, o.Why));
        Assert.Equal(["r1", "r1", "r2"], lab.Users("a"));
        Assert.Equal(6, lab.Devices["a"].Delivered, 9);
    }

    [Fact]
    public void The_finally_steps_of_a_hold_follow_when_its_window_has_passed()
    {
        var lab = new TestLab().With("r1", """
            steps:
              - hold: [a, b]
                steps:
                  - {do: a.grip, name: wet}
                  - name: cell
                    hold: [c]
                    within: 2 min
                    after: wet
                    steps: [{wait: 130 s}, {do: b.grip}]
                    finally: [{do: c.grip}]
            """);
        Assert.Contains("was not begun", lab.Process()!["r1"].Why);
        Assert.Empty(lab.Devices["b"].Grips);
        Assert.Single(lab.Devices["c"].Grips);
    }
}
