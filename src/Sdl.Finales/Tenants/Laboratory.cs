using Sdl.Core.Runs;
using Sdl.Finales.Methods;

namespace Sdl.Finales.Tenants;

/// <summary>What a tenant needs of its laboratory.</summary>
/// <param name="Journal">Of the runs; what it has taken is on the disk when it returns.</param>
/// <param name="Judge">Says why an errand cannot be done: what the checker finds, and what is not in stock.</param>
public sealed record Laboratory(
    IRunService Runs, IJournal Journal, Func<Errand, CancellationToken, Task<IReadOnlyList<string>>> Judge)
{
    /// <summary>How a run has ended; null when it has not.</summary>
    internal RunOutcome? OutcomeOf(RunId run)
    {
        var moved = Journal.Find(new JournalQuery(typeof(Moved)) { Run = run, Latest = 1 });
        if (moved is not [{ Event: Moved { To: var state, Why: var why } }] || state is not (
            RunState.Completed or RunState.Stopped or RunState.Aborted or RunState.Failed))
            return null;
        var results = Journal.Find(new JournalQuery(typeof(Resulted)) { Run = run, Latest = 1 });
        return new RunOutcome(run, state, why, results is [{ Event: Resulted r }]
            ? r.Values
            : new Dictionary<string, Core.Records.Measured>());
    }

    /// <summary>Whether the run failed by what it found (a condition that did not hold, data that give no value), and
    /// not by its instruments.</summary>
    internal bool FailedByItself(RunId run) =>
        Journal.Find(new JournalQuery(typeof(StepDone)) { Run = run, Latest = 1 }).Count > 0
        && Journal.Find(new JournalQuery(
                typeof(StepFailed), typeof(StepTimedOut), typeof(WindowMissed), typeof(CommandGiven),
                typeof(ContactRetried))
        { Run = run })
            .All(e => e.Event is StepFailed { Fault: StepFailed.Cancelled });
}
