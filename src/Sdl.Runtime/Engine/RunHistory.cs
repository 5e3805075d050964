using Sdl.Core.Instruments;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>What the journal knows of a run that is taken up again.</summary>
public sealed class RunHistory
{
    private readonly RunId _run;
    private readonly Dictionary<CallId, PastCall> _calls = [];
    private readonly Dictionary<string, DateTimeOffset> _waits = [];
    private readonly List<CallId> _order = [];

    private RunHistory(RunId run) => _run = run;

    public RunState State { get; private set; } = RunState.Queued;

    public RunStarted? Started { get; private set; }

    internal LeaseHistory Leases { get; } = new();

    /// <summary>How often the run has been taken up again.</summary>
    public int Recoveries { get; private set; }

    /// <summary>A stop still holds after a crash, and after another.</summary>
    public bool StopWasAsked { get; private set; }

    public bool AbortWasAsked { get; private set; }

    /// <summary>Why the body had failed, if a call failed in it; the cancelled calls beside it are
    /// not the cause.</summary>
    public StepFailed? BodyFailure =>
        Calls.Where(c => IsIn(c, RunPaths.Body(_run))).Select(c => c.Failure).OfType<StepFailed>()
            .OrderBy(f => f.Fault == StepFailed.Cancelled).FirstOrDefault();

    /// <summary>Whether the Finally steps had begun, whatever had led to them.</summary>
    public bool FinallyHadBegun =>
        Calls.Any(c => IsIn(c, RunPaths.Finally(_run))) || _waits.Keys.Any(w => IsBelow(w, RunPaths.Finally(_run)));

    /// <summary>The calls whose end was not seen and matters still, in the order in which they were intended.</summary>
    public IReadOnlyList<PastCall> Open => Calls
        .Where(c => c.End is null)
        .Where(c => IsIn(c, RunPaths.Finally(_run))
            || IsIn(c, RunPaths.Body(_run)) && !FinallyHadBegun
                && (BodyFailure is null || RunPaths.IsCleanup(c.Intended.Call.Value)))
        .ToList();

    /// <summary>Reads the events of one run, in order; others are passed over.</summary>
    public static RunHistory Of(RunId run, IEnumerable<JournalEntry> entries)
    {
        var history = new RunHistory(run);
        foreach (var entry in entries)
        {
            history.Apply(run, entry.Event);
            history.Leases.Apply(run, entry);
        }
        return history;
    }

    public PastCall? Find(CallId call) => _calls.GetValueOrDefault(call);

    public DateTimeOffset? WaitEnd(string step) => _waits.TryGetValue(step, out var until) ? until : null;

    /// <summary>The finished calls, last first.</summary>
    public IEnumerable<PastCall> DoneLastFirst => Calls.Reverse().Where(c => c.IsDone);

    private IEnumerable<PastCall> Calls => _order.Select(c => _calls[c]);

    private static bool IsIn(PastCall call, string part) => IsBelow(call.Intended.Call.Value, part);

    private static bool IsBelow(string path, string part) => path.StartsWith(part + "/", StringComparison.Ordinal);

    private void Apply(RunId run, RunEvent happened)
    {
        switch (happened)
        {
            case RunStarted e when e.Run == run:
                Started = e;
                break;
            case Moved e when e.Run == run:
                State = e.To;
                StopWasAsked |= e.To == RunState.Stopping;
                AbortWasAsked |= e.To == RunState.Aborting;
                if (e.From == RunState.Interrupted)
                    Recoveries++;
                break;
            case StepIntended e when e.Run == run:
                _calls[e.Call] = new PastCall(e, null, null);
                _order.Remove(e.Call);
                _order.Add(e.Call);
                break;
            case StepReconciled e when e.Run == run && _calls.TryGetValue(e.Call, out var past):
                _calls[e.Call] = past with { Decided = e };
                break;
            case StepDone e when e.Run == run && _calls.TryGetValue(e.Call, out var past):
                _calls[e.Call] = past with { End = e };
                break;
            case StepFailed e when e.Run == run && _calls.TryGetValue(e.Call, out var past):
                _calls[e.Call] = past with { End = e };
                break;
            case WaitStarted e when e.Run == run:
                _waits[e.Step] = e.Until;
                break;
        }
    }
}

/// <param name="End">Null when the end was not seen.</param>
/// <param name="Decided">What is known of the unseen end, if it was looked into since.</param>
public sealed record PastCall(StepIntended Intended, RunEvent? End, StepReconciled? Decided)
{
    public bool IsDone => End is StepDone;

    public StepFailed? Failure => End as StepFailed;
}

/// <summary>Where the calls of a run stand. Step names hold no slash, so a step of the body cannot pass
/// for another part.</summary>
internal static class RunPaths
{
    public static string Body(RunId run) => run.Value;

    public static string Finally(RunId run) => $"{run}#finally";

    /// <summary>The Finally steps of a hold, which are part of the body.</summary>
    public static string Cleanup(string hold) => $"{hold}#finally";

    public static bool IsCleanup(string path) => path.Contains("#finally/", StringComparison.Ordinal);

    /// <summary>Whether a path is the step's own, or lies below it.</summary>
    public static bool IsWithin(string path, string step) =>
        path.StartsWith(step, StringComparison.Ordinal)
        && (path.Length == step.Length || path[step.Length] is '/' or '[' or '#');

    /// <summary>Calls that bring a state about again when a run is taken up for the
    /// <paramref name="n"/>th time.</summary>
    public static CallId Held(RunId run, int n, InstrumentId instrument) => new($"{run}#held-{n}/{instrument}");
}
