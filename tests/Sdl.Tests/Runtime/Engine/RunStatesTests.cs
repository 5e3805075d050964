using FsCheck.Xunit;
using Sdl.Core.Runs;
using Sdl.Runtime.Engine;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Engine;

public class RunStatesTests
{
    [Fact]
    public void The_table_is_the_one_that_was_agreed() =>
        Golden.Check("run-states.mmd", RunStates.ToMermaid().ReplaceLineEndings("\n"));

    [Property(MaxTest = 500)]
    public bool No_sequence_of_triggers_throws_or_leads_out_of_a_final_state(RunTrigger[] triggers, bool isRecovered)
    {
        var machine = RunStates.Machine(isRecovered ? RunState.Interrupted : RunState.Queued);
        foreach (var trigger in triggers)
        {
            var wasFinal = RunStates.IsFinal(machine.State);
            if (!machine.CanFire(trigger))
                continue;
            machine.Fire(trigger);
            if (wasFinal)
                return false;
        }
        return machine.State is not RunState.Interrupted || isRecovered;
    }

    [Fact]
    public void Every_state_that_is_not_final_can_be_aborted()
    {
        foreach (var state in Enum.GetValues<RunState>())
            Assert.Equal(!RunStates.IsFinal(state), RunStates.Machine(state).CanFire(RunTrigger.Abort));
    }
}
