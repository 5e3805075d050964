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
    public void Three_runs_survive_a_second_kill_during_their_recovery()
    {
        var undisturbed = Lab();
        undisturbed.Process();
        for (var k = 3; k <= undisturbed.Writes; k += 7)
            for (var j = 1; ; j += 2)
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
