using Sdl.Core.Instruments;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>What the journal knows of a run that is taken up again.</summary>
public sealed class RunHistory
{
    private readonly Dictionary<CallId, PastCall> _calls = [];
    private readonly Dictionary<string, DateTimeOffset> _waits = [];
    private readonly List<CallId> _order = [];

    public RunState State { get; private set; } = RunState.Queued;

    public RunStarted? Started { get; private set; }

    /// <summary>Reads the events of one run, in order; others are passed over.</summary>
    public static RunHistory Of(RunId run, IEnumerable<JournalEntry> entries)
    {
        var history = new RunHistory();
        foreach (var entry in entries)
            history.Apply(run, entry.Event);
        return history;
    }

    public PastCall? Find(CallId call) => _calls.GetValueOrDefault(call);

    public DateTimeOffset? WaitEnd(string step) => _waits.TryGetValue(step, out var until) ? until : null;

    /// <summary>The finished calls, last first.</summary>
    public IEnumerable<PastCall> DoneLastFirst => Enumerable.Reverse(_order).Select(c => _calls[c]).Where(c => c.IsDone);

    private void Apply(RunId run, RunEvent happened)
    {
        switch (happened)
        {
            case RunStarted e when e.Run == run:
                Started = e;
                break;
            case Moved e when e.Run == run:
                State = e.To;
                break;
            case StepIntended e when e.Run == run:
                _calls[e.Call] = new PastCall(e, null, null);
                _order.Remove(e.Call);
                _order.Add(e.Call);
                break;
            case StepReconciled e when e.Run == run:
                _calls[e.Call] = _calls[e.Call] with { Decided = e };
                break;
            case StepDone e when e.Run == run:
                _calls[e.Call] = _calls[e.Call] with { End = e };
                break;
            case StepFailed e when e.Run == run:
                _calls[e.Call] = _calls[e.Call] with { End = e };
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
