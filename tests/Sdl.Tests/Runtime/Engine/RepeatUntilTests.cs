using Sdl.Core.Runs;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Engine;

public sealed class RepeatUntilTests
{
    private const string Steps = """
        steps:
          - name: again
            repeat: 5
            steps:
              - {name: first, do: a.dispense, with: {volume: 1 mL}, save: dose}
              - {name: second, do: b.work, with: {time: 1 s}}
            until: dose.volume >= 1 mL
          - {name: after, do: b.work, with: {time: 2 s}}
        """;

    [Fact]
    public void A_repeat_ends_after_the_round_in_which_its_condition_holds()
    {
        var run = new TestRun(Steps);
        Assert.Equal(RunState.Completed, run.Process()!.State);
        Assert.Equal(
            ["again[1]/first", "again[1]/second", "after"],
            run.Events.OfType<StepIntended>().Select(i => i.Call.Value.Replace("run/", "")));
    }

    [Fact]
    public void A_repeat_that_never_comes_to_its_condition_does_all_rounds()
    {
        var run = new TestRun(Steps.Replace(">= 1 mL", "> 1 mL"));
        Assert.Equal(RunState.Completed, run.Process()!.State);
        Assert.Equal(11, run.Events.OfType<StepIntended>().Count());
    }

    [Fact]
    public void Whenever_the_process_dies_the_repeat_ends_in_the_same_round()
    {
        var whole = new TestRun(Steps);
        whole.Process();
        for (var die = 1; die <= whole.Events.Count; die++)
        {
            var run = new TestRun(Steps);
            if (run.Process(die) is null)
                run.Process();
            Assert.Equal(RunState.Completed, run.States.Last());
            Assert.Equal(1, run.A.Delivered, 9);
        }
    }

    [Fact]
    public void A_condition_on_something_unknown_is_found_before_the_run() => Assert.Contains(
        TestLab.Check(TestLab.Read(Steps.Replace("dose.volume >=", "dose.colour >="))), f => f.Text.Contains("colour"));
}
