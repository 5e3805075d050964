using Sdl.Core.Runs;
using Sdl.Runtime.Engine;

namespace Sdl.App.Composition.Control;

/// <summary>Says to people what a command has brought about.</summary>
internal static class ControlTexts
{
    /// <param name="step">What is under way; empty when nothing is.</param>
    public static string Of(string run, string step, RunCommand command, RunAnswer answer)
    {
        var after = step.Length > 0 ? $" after '{step}'" : "";
        var seconds = $"{Run.SecondMeansNow.TotalSeconds:0} s";
        return $"run {run} " + answer.State switch
        {
            _ when RunStates.IsFinal(answer.State) => $"has ended: {answer.State.ToString().ToLowerInvariant()}",
            RunState.Aborting => "is aborting: everything is cancelled and made safe",
            _ when command == RunCommand.Abort => "is aborting: everything is cancelled and made safe",
            _ when answer.IsTooLate => "does its finally steps: it can only be aborted",
            RunState.Paused => $"is paused; sdl resume {run} lets it go on",
            RunState.Pausing when answer.LetsGo && step.Length > 0 => $"is pausing now: what it still does is '{step}'",
            RunState.Pausing when answer.LetsGo => "is pausing now",
            RunState.Pausing => $"is pausing: it pauses{after}; once more within {seconds} to pause now",
            RunState.Stopping when answer.IsCut =>
                "is stopping now: what was under way is cancelled, then come the finally steps",
            RunState.Stopping => $"is stopping: it ends{after} and the finally steps; once more within {seconds} to "
                + "cancel what is under way",
            RunState.Running when command == RunCommand.Resume => "goes on",
            _ => $"is {answer.State.ToString().ToLowerInvariant()}",
        };
    }
}
