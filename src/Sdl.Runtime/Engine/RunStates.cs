using Sdl.Core.Runs;
using Stateless;
using Stateless.Graph;

namespace Sdl.Runtime.Engine;

public enum RunTrigger { Start, Recover, Pause, Reach, Resume, Stop, Abort, Fail, End }

/// <summary>The one table of run states. It does no work: the run loop acts first and then moves.</summary>
public static class RunStates
{
    public static StateMachine<RunState, RunTrigger> Machine(RunState from)
    {
        var machine = new StateMachine<RunState, RunTrigger>(from);
        machine.Configure(RunState.Queued)
            .Permit(RunTrigger.Start, RunState.Running).Permit(RunTrigger.Abort, RunState.Aborting)
            .Permit(RunTrigger.Fail, RunState.Failed);
        machine.Configure(RunState.Interrupted)
            .Permit(RunTrigger.Recover, RunState.Running).Permit(RunTrigger.Abort, RunState.Aborting);
        machine.Configure(RunState.Running)
            .Permit(RunTrigger.Pause, RunState.Pausing).Permit(RunTrigger.Stop, RunState.Stopping)
            .Permit(RunTrigger.Abort, RunState.Aborting).Permit(RunTrigger.Fail, RunState.Failed)
            .Permit(RunTrigger.End, RunState.Completed).Ignore(RunTrigger.Resume);
        machine.Configure(RunState.Pausing)
            .Permit(RunTrigger.Reach, RunState.Paused).Permit(RunTrigger.Resume, RunState.Running)
            .Permit(RunTrigger.Stop, RunState.Stopping).Permit(RunTrigger.Abort, RunState.Aborting)
            .Permit(RunTrigger.Fail, RunState.Failed).Permit(RunTrigger.End, RunState.Completed)
            .Ignore(RunTrigger.Pause);
        machine.Configure(RunState.Paused)
            .Permit(RunTrigger.Resume, RunState.Running).Permit(RunTrigger.Stop, RunState.Stopping)
            .Permit(RunTrigger.Abort, RunState.Aborting).Permit(RunTrigger.Fail, RunState.Failed)
            .Ignore(RunTrigger.Pause);
        machine.Configure(RunState.Stopping)
            .Permit(RunTrigger.End, RunState.Stopped).Permit(RunTrigger.Abort, RunState.Aborting)
            .Permit(RunTrigger.Fail, RunState.Failed)
            .Ignore(RunTrigger.Stop).Ignore(RunTrigger.Pause).Ignore(RunTrigger.Resume);
        machine.Configure(RunState.Aborting)
            .Permit(RunTrigger.End, RunState.Aborted).Permit(RunTrigger.Fail, RunState.Aborted)
            .Ignore(RunTrigger.Stop).Ignore(RunTrigger.Pause).Ignore(RunTrigger.Resume).Ignore(RunTrigger.Abort);
        return machine;
    }

    public static bool IsFinal(RunState state) =>
        state is RunState.Completed or RunState.Stopped or RunState.Aborted or RunState.Failed;

    /// <summary>The table as a Mermaid diagram.</summary>
    public static string ToMermaid() => MermaidGraph.Format(Machine(RunState.Queued).GetInfo());
}
