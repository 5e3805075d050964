using Sdl.Core.Runs;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Engine;

/// <summary>Branches of which some may fail: who fails by itself is left behind, and nothing else is.</summary>
public class TolerantBranchTests
{
    internal const string Three = """
        steps:
          - name: cells
            least: 2
            parallel:
              - name: one
                sequence:
                  - {do: a.set, with: {value: 10}}
                  - {do: a.read, save: seen}
                  - {do: a.dispense, with: {volume: 2 mL}}
              - name: two
                hold: [c]
                steps:
                  - {do: c.set, with: {value: 99}}
                  - {do: c.read, save: seen}
                  - {do: c.dispense, with: {volume: 0.5 mL}}
                  - {do: c.fail, name: measure}
                  - {do: c.grip}
                finally: [{do: c.work, with: {time: 2 s}, name: tidy}]
              - name: three
                sequence:
                  - {do: d.set, with: {value: 30}}
                  - {do: d.read, save: seen}
                  - {do: d.dispense, with: {volume: 1 mL}}
          - {analyse: mean, records: seen, save: all}
          - {do: b.grip}
        finally: [{do: b.work, with: {time: 1 s}}]
        results: {mean: all.mean, count: all.count}
        """;

    [Fact]
    public void A_branch_that_fails_is_given_up_and_the_others_go_on()
    {
        var test = new TestRun(Three);
        var outcome = test.Process()!;
        Assert.Equal((RunState.Completed, ""), (outcome.State, outcome.Why));
        Assert.Equal((20, 2), (outcome.Results["mean"].Value.Si, outcome.Results["count"].Value.Si));
        var given = Assert.Single(test.Events.OfType<BranchGivenUp>());
        Assert.Equal(new BranchGivenUp(TestRun.Id, "run/cells/two", "c: it stalled", 2, 2), given);
        Assert.Equal(given, Assert.Single(outcome.GivenUp));
        Assert.Equal(["cells/two"], test.Events.OfType<Analysed>().Single().LeftOut!);
        Assert.Equal(["cells/two"], test.Events.OfType<Resulted>().Single().LeftOut!);
        Assert.Empty(test.C.Grips);
        Assert.Single(test.B.Grips);
        Assert.Equal((2, 1), (test.A.Delivered, test.Devices["d"].Delivered));
    }

    [Fact]
    public void What_is_given_up_is_tidied_up_safe_and_free_while_the_others_still_work()
    {
        var test = new TestRun(Three);
        test.Process();
        var events = test.Events.ToList();
        var order = new[]
        {
            events.FindIndex(e => e is BranchesBegun),
            events.FindIndex(e => e is StepFailed { Call.Value: "run/cells/two/measure" }),
            events.FindIndex(e => e is StepDone { Call.Value: "run/cells/two#finally/tidy" }),
            events.FindIndex(e => e is SafeEntered { Instrument.Value: "c" }),
            events.FindIndex(e => e is LeaseReturned { Step: "run/cells/two" }),
            events.FindIndex(e => e is BranchGivenUp),
            events.FindIndex(e => e is StepDone { Call.Value: "run/cells/one/a.dispense" }),
        };
        Assert.Equal(order.Order(), order);
        Assert.True(order[0] >= 0);
        Assert.DoesNotContain(events.Take(order[^1]), e => e is SafeEntered { Instrument.Value: not "c" });
        Assert.Equal(
            ["a", "c", "d"],
            Assert.Single(events.OfType<BranchesBegun>()).Branches.Values.Select(b => b.Single().Value));
    }

    [Fact]
    public void Once_fewer_can_succeed_than_have_to_the_step_fails_and_names_every_branch_that_did()
    {
        var test = new TestRun("""
            steps:
              - name: cells
                least: 2
                parallel:
                  - {name: one, do: a.fail}
                  - {name: two, sequence: [{do: c.work, with: {time: 5 s}}, {require: 1 > 2, message: no use}]}
                  - {name: three, do: d.dispense, with: {volume: 5 mL}}
              - do: b.grip
            finally: [{do: b.work, with: {time: 1 s}}]
            """);
        var outcome = test.Process()!;
        Assert.Equal(RunState.Failed, outcome.State);
        Assert.StartsWith(
            "2 of the 3 branches of 'cells' failed, and 2 have to succeed: 'one': a: it stalled; 'two': ",
            outcome.Why, StringComparison.Ordinal);
        Assert.EndsWith("no use", outcome.Why, StringComparison.Ordinal);
        Assert.Equal("run/cells/one", Assert.Single(test.Events.OfType<BranchGivenUp>()).Branch);
        Assert.InRange(test.Devices["d"].Delivered, 0.4, 0.7);
        Assert.Empty(test.B.Grips);
        Assert.Contains(test.Events, e => e is StepDone { Call.Value: "run#finally/b.work" });
    }

    [Theory]
    [InlineData("do: a.fail", "a: it stalled")]
    [InlineData("do: a.bug", "a: the driver failed in 'bug'")]
    [InlineData("sequence: [{require: 1 > 2, message: no use}]", "no use")]
    [InlineData("sequence: [{do: a.grip}, {when: 1 > 2, then: [{do: a.read, save: got}]}, "
        + "{analyse: mean, records: got, save: m}]", "there is nothing to average")]
    [InlineData("sequence: [{do: a.work, with: {time: 9 s}, time_limit: 3 s}]", "longer than its time limit of 3 s")]
    [InlineData("time_limit: 3 s\n        do: a.work\n        with: {time: 9 s}", "longer than its time limit of 3 s")]
    [InlineData("hold: [a]\n        steps: [{do: a.grip, name: first}, {do: a.work, with: {time: 5 s}}, "
        + "{do: a.grip, within: 2 s, after: first}]", "was not begun")]
    [InlineData("least: 1\n        parallel: [{do: a.fail, name: x}, {require: 1 > 2, message: no use}]",
        "2 of the 2 branches of 'bad' failed")]
    [InlineData("parallel: [{do: a.fail, name: x}, {wait: 9 s}]", "a: it stalled")]
    public void What_belongs_to_the_branch_is_tolerated(string bad, string why)
    {
        var test = new TestRun(OneBad(bad));
        var outcome = test.Process()!;
        Assert.Equal((RunState.Completed, ""), (outcome.State, outcome.Why));
        Assert.Contains(why, test.Events.OfType<BranchGivenUp>().Single(g => g.Branch == "run/cells/bad").Why,
            StringComparison.Ordinal);
        Assert.Equal(1, test.C.Delivered, 6);
    }

    [Fact]
    public void Trouble_with_an_instrument_that_another_branch_uses_is_not_tolerated()
    {
        foreach (var beside in new[]
        {
            "{do: b.read}", "{when: 1 > 2, then: [{do: b.read}]}", "{hold: [b], steps: [{do: b.read}]}",
        })
        {
            var test = new TestRun($$$"""
                steps:
                  - name: cells
                    least: 1
                    parallel:
                      - {name: bad, do: b.fail}
                      - {name: good, sequence: [{do: c.dispense, with: {volume: 1 mL}}, {{{beside}}}]}
                """);
            var outcome = test.Process()!;
            Assert.Equal((RunState.Failed, "b: it stalled"), (outcome.State, outcome.Why));
            Assert.Empty(test.Events.OfType<BranchGivenUp>());
        }
    }

    [Fact]
    public void An_instrument_that_a_step_beside_all_the_branches_uses_is_not_their_own()
    {
        var test = new TestRun("""
            steps:
              - parallel:
                  - name: cells
                    least: 1
                    parallel: [{name: bad, do: b.fail}, {name: good, do: c.read}]
                  - {name: beside, sequence: [{wait: 9 s}, {do: b.read}]}
            """);
        Assert.Equal(RunState.Failed, test.Process()!.State);
        Assert.Equal([[], ["c"]], test.Events.OfType<BranchesBegun>().Single().Branches.Values
            .Select(b => b.Select(i => i.Value)));
    }

    [Fact]
    public void A_refusal_of_an_instrument_that_is_shared_is_tolerated()
    {
        var test = new TestRun("""
            steps:
              - name: cells
                least: 1
                parallel:
                  - {name: bad, sequence: [{do: a.read, save: x}, {do: b.dispense, with: {volume: x.value * 1 mL}}]}
                  - {name: good, sequence: [{do: c.read}, {do: b.dispense, with: {volume: 1 mL}}]}
            """);
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.Contains("above the largest allowed value 5 mL", test.Events.OfType<BranchGivenUp>().Single().Why,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RunCommand.Stop, RunState.Stopped)]
    [InlineData(RunCommand.Abort, RunState.Aborted)]
    public void What_a_person_asks_for_is_no_failure_of_a_branch(RunCommand command, RunState end)
    {
        foreach (var isNow in new[] { false, true })
        {
            var test = new TestRun(OneBad("do: a.work\n        with: {time: 30 s}"));
            var outcome = test.Process(meanwhile: async run =>
            {
                await test.After(3);
                run.Send(command, "ann");
                await test.After(1);
                if (isNow)
                    run.Send(command, "ann");
            })!;
            Assert.Equal(end, outcome.State);
            Assert.Empty(test.Events.OfType<BranchGivenUp>());
        }
    }

    [Fact]
    public void A_journal_that_fails_at_any_write_fails_the_run_and_no_branch()
    {
        for (var k = 1; ; k++)
        {
            var test = new TestRun(Three);
            var outcome = test.Process(breakAt: k)!;
            if (outcome.State == RunState.Completed)
                break;
            Assert.Equal(RunState.Failed, outcome.State);
            Assert.Contains("the disk is full", outcome.Why, StringComparison.Ordinal);
            Assert.True(k < 200);
        }
    }

    [Fact]
    public void What_was_set_in_a_branch_that_was_given_up_is_not_brought_about_again()
    {
        var test = new TestRun("""
            steps:
              - name: cells
                least: 1
                parallel:
                  - {name: bad, sequence: [{do: a.set, with: {value: 99}}, {do: a.fail}]}
                  - {name: good, sequence: [{do: c.set, with: {value: 30}}, {do: c.work, with: {time: 9 s}}]}
              - {do: b.work, with: {time: 5 s}}
              - {do: c.read, save: seen}
            results: {seen: seen.value}
            """);
        Assert.Null(test.ProcessWith(
            new MemoryJournal(test.Disk, test.Time, Dying(out var process))
            {
                DieAfter = e => e is StepIntended { Call.Value: "run/b.work" },
            }, process, atDeath: () => test.A.SetPoint = test.C.SetPoint = FakeDevice.Room));
        var outcome = test.Process()!;
        Assert.Equal((RunState.Completed, 30), (outcome.State, outcome.Results["seen"].Value.Si));
        Assert.Equal("run/cells/bad", Assert.Single(outcome.GivenUp).Branch);
        Assert.Equal(["c"], test.Events.OfType<StepIntended>()
            .Where(i => i.Call.Value.StartsWith("run#held", StringComparison.Ordinal)).Select(i => i.Instrument.Value));
    }

    [Fact]
    public void A_device_that_cannot_be_shown_to_be_safe_raises_an_alarm_and_the_others_go_on()
    {
        var test = new TestRun(Three);
        test.C.Safety = Safety.Throws;
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.Equal("c", Assert.Single(test.Events.OfType<AlarmRaised>()).Subject);
        Assert.Single(test.Events.OfType<BranchGivenUp>());
    }

    [Fact]
    public void A_run_is_taken_up_again_although_a_device_that_it_left_behind_does_not_answer()
    {
        var test = new TestRun(Three);
        Assert.Null(test.ProcessWith(
            new MemoryJournal(test.Disk, test.Time, Dying(out var process)) { DieAfter = e => e is BranchGivenUp },
            process));
        (test.C.IsUnplugged, test.C.Safety) = (true, Safety.Throws);
        var outcome = test.Process()!;
        Assert.Equal((RunState.Completed, ""), (outcome.State, outcome.Why));
        Assert.Equal(2, outcome.Results["count"].Value.Si);
        Assert.Equal("run/cells/two", Assert.Single(outcome.GivenUp).Branch);
    }

    [Fact]
    public void An_instrument_that_its_branch_gave_back_can_be_used_by_another_run_while_the_others_go_on()
    {
        var lab = new TestLab();
        lab.With("r1", """
            steps:
              - name: cells
                least: 1
                parallel:
                  - {name: bad, hold: [c], steps: [{do: c.fail}]}
                  - {name: good, do: a.work, with: {time: 60 s}}
            """).With("r2", "steps: [{hold: [c], steps: [{do: c.grip}]}]", begin: 0.5);
        var outcomes = lab.Process()!;
        Assert.All(outcomes.Values, o => Assert.Equal(RunState.Completed, o.State));
        var events = lab.Events.ToList();
        Assert.True(events.FindIndex(e => e is SafeEntered { Instrument.Value: "c" })
            < events.FindIndex(e => e is StepIntended { Capability: "grip" }));
        Assert.True(events.FindIndex(e => e is StepDone { Call.Value: "r2/hold/c.grip" })
            < events.FindIndex(e => e is StepDone { Call.Value: "r1/cells/good" }));
    }

    [Fact]
    public void The_same_run_gives_the_same_journal_to_the_byte()
    {
        var journals = Enumerable.Range(0, 3).Select(_ =>
        {
            var test = new TestRun(Three);
            test.Process();
            return string.Join('\n', test.Disk.Events.Select(e => $"{e.At:O} {e.Body}"));
        });
        Assert.Single(journals.Distinct());
    }

    [Fact]
    public void A_step_whose_branches_all_have_to_succeed_writes_down_no_branches()
    {
        var test = new TestRun("steps: [{parallel: [{do: a.read}, {do: b.read}], least: 2}]");
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.Empty(test.Events.OfType<BranchesBegun>());
    }

    private static Mortal Dying(out Mortal process) => process = new Mortal();

    private static string OneBad(string bad) => $$$"""
        steps:
          - name: cells
            least: 1
            parallel:
              - name: bad
                {{{bad}}}
              - {name: good, do: c.dispense, with: {volume: 1 mL}}
        """;
}
