using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Engine;

/// <summary>The process is killed at every write while three runs share instruments. Each gets back what it held before
/// any other may take it, so what one has set up in a hold no other spoils.</summary>
public class ManyRunsRecoveryTests
{
    private static string Steps(int own) => $$"""
        steps:
          - hold: [a, b]
            name: mix
            steps:
              - {do: b.set, with: {value: {{own}} } }
              - {do: a.dispense, with: {volume: 0.5 mL} }
              - {do: b.read, save: mixed}
              - hold: [c, d]
                name: cell
                steps:
                  - {do: c.set, with: {value: {{own}} } }
                  - {release: [a, b]}
                  - {do: d.dispense, with: {volume: 0.3 mL} }
                  - {do: c.read, save: measured}
                finally:
                  - {do: e.dispense, with: {volume: 0.2 mL} }
          - {do: a.read}
        finally: [{do: b.read}]
        results: {mixed: mixed.value, measured: measured.value}
        """;

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Three_runs_survive_a_kill_at_every_write(bool afterTheWrite, bool powerBlip)
    {
        var undisturbed = Lab();
        AssertAllIsRight(undisturbed, undisturbed.Process()!);
        for (var k = 1; k <= undisturbed.Writes; k++)
        {
            var lab = Lab();
            Assert.Null(lab.Process(die: afterTheWrite ? k : -k));
            if (powerBlip)
                foreach (var device in lab.Devices.Values)
                    device.SetPoint = 7;
            lab.Process();
            AssertAllIsRight(lab, []);
        }
    }

    [Fact]
    public void Runs_that_are_taken_up_again_queue_as_they_did_when_they_were_begun()
    {
        var undisturbed = Lab();
        undisturbed.Process();
        var order = undisturbed.Users("b").Distinct().ToList();
        Assert.Equal(["r1", "r2", "r3"], order);
        for (var k = 1; k <= undisturbed.Writes; k++)
        {
            var lab = Lab();
            lab.Process(die: k);
            lab.Devices["a"].ConnectTime = 1;
            lab.Process();
            Assert.Equal(order, lab.Users("b").Distinct());
        }
    }

    [Fact]
    public void Three_runs_survive_a_second_kill_during_their_recovery()
    {
        var undisturbed = Lab();
        undisturbed.Process();
        for (var k = 3; k <= undisturbed.Writes; k += 7)
            for (var j = 1; ; j += 5)
            {
                var lab = Lab();
                Assert.Null(lab.Process(die: k));
                var second = lab.Process(die: j);
                if (second is null)
                    lab.Process();
                AssertAllIsRight(lab, []);
                if (second is not null)
                    break;
            }
    }

    [Fact]
    public void Nothing_moves_while_a_person_has_to_decide_about_one_of_them()
    {
        var lab = new TestLab().With("r1", "steps: [{do: a.grip}]")
            .With("r2", "steps: [{do: b.dispense, with: {volume: 1 mL}}]");
        Assert.Null(lab.Process(die: 6));
        Assert.Equal(2, lab.Events.OfType<StepIntended>().Count());
        lab.Devices["b"].Stop();
        var outcomes = lab.Process()!;
        Assert.All(outcomes.Values, o => Assert.Equal(RunState.Interrupted, o.State));
        Assert.StartsWith("a: it is unknown how far 'grip' () got", outcomes["r1"].Why);
        Assert.Equal("r2 goes on as soon as r1 can be taken up again", outcomes["r2"].Why);
        Assert.True(lab.Devices["b"].Delivered < 1);
    }

    [Fact]
    public void A_run_that_begins_anew_waits_for_those_that_are_taken_up_again()
    {
        var lab = new TestLab().With("r1", "steps: [{do: a.grip}]");
        Assert.Null(lab.Process(die: 3));
        Assert.IsType<StepIntended>(lab.Events[^1]);
        var outcome = lab.With("r2", "steps: [{do: b.grip}]").Process()!["r2"];
        Assert.Equal((RunState.Interrupted, "r2 goes on as soon as r1 can be taken up again"),
            (outcome.State, outcome.Why));
        Assert.DoesNotContain(lab.Events, e => e is RunStarted { Run.Value: "r2" });
        Assert.Empty(lab.Devices["b"].Grips);
        Say(lab, "r1", "r1/a.grip", CallProgress.NotStarted);
        Assert.All(lab.Process()!.Values, o => Assert.Equal(RunState.Completed, o.State));
        Assert.Single(lab.Devices["b"].Grips);
    }

    [Fact]
    public void What_a_run_that_waits_for_a_person_was_doing_something_with_nobody_else_gets()
    {
        var lab = new TestLab()
            .With("r1", """
                steps:
                  - hold: [a, c]
                    steps: [{do: a.lose, with: {volume: 1 mL}}]
                    finally: [{do: c.grip}]
                """)
            .With("r2", "steps: [{wait: 1 s}, {do: c.grip}]")
            .With("r3", "steps: [{wait: 100 s}, {do: a.grip}]")
            .With("r4", "steps: [{do: b.grip}, {wait: 100 s}, {do: b.grip}]");
        var outcomes = lab.Process(meanwhile: async runs =>
        {
            await lab.After(2);
            runs[0].Send(RunCommand.Pause, "ann");
            runs[0].Send(RunCommand.Pause, "ann");
            await lab.After(2);
            runs[0].Send(RunCommand.Resume, "ann");
        })!;
        Assert.Equal(RunState.Interrupted, outcomes["r1"].State);
        Assert.Equal("r2 goes on as soon as r1 can be taken up again", outcomes["r2"].Why);
        Assert.Equal("r3 goes on as soon as r1 can be taken up again", outcomes["r3"].Why);
        Assert.Equal(RunState.Completed, outcomes["r4"].State);
        Assert.Empty(lab.Devices["a"].Grips.Concat(lab.Devices["c"].Grips));
        Say(lab, "r1", "r1/hold/a.lose", CallProgress.Done);
        Assert.All(lab.Process()!.Values, o => Assert.Equal(RunState.Completed, o.State));
        Assert.Equal(["r1", "r2"], lab.Users("c"));
    }

    private static void Say(TestLab lab, string run, string call, CallProgress progress) => lab.Time.Run(
        () => new MemoryJournal(lab.Disk, lab.Time).AppendAsync(
            new StepReconciled(new RunId(run), new CallId(call), progress, "I looked", "ann"),
            CancellationToken.None).AsTask());

    private static TestLab Lab() => new TestLab().With("r1", Steps(31)).With("r2", Steps(32)).With("r3", Steps(33));

    private static void AssertAllIsRight(TestLab lab, Dictionary<string, RunOutcome> outcomes)
    {
        Assert.All(outcomes.Values, o => Assert.True(o.State == RunState.Completed, o.Why));
        // Given again by a run that is taken up after it had given them.
        var results = lab.Events.OfType<Resulted>().GroupBy(r => r.Run.Value).ToDictionary(
            r => r.Key, r => (r.Last().Values["mixed"].Value.Si, r.Last().Values["measured"].Value.Si));
        Assert.Equal((31, 31), results["r1"]);
        Assert.Equal((32, 32), results["r2"]);
        Assert.Equal((33, 33), results["r3"]);
        Assert.Equal(1.5, lab.Devices["a"].Delivered, 9);
        Assert.Equal(0.9, lab.Devices["d"].Delivered, 9);
        Assert.Equal(0.6, lab.Devices["e"].Delivered, 9);
        Assert.Equal(3, lab.Events.OfType<Moved>().Count(m => m.To == RunState.Completed));
        var holder = new Dictionary<string, string>();
        foreach (var happened in lab.Events)
            if (happened is LeaseTaken taken)
                Assert.All(taken.Instruments, i => holder.Add(i.Value, taken.Run.Value));
            else if (happened is LeaseReturned returned)
                Assert.All(returned.Instruments, i => Assert.True(holder.Remove(i.Value)));
            else if (happened is StepIntended { Run.Value: var run, Instrument.Value: var i })
                Assert.Equal(run, holder.GetValueOrDefault(i, run));
    }
}
