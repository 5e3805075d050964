using Sdl.Core.Instruments;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>What the journal knows of a run that is taken up again, as it was when this was made. Little is read
/// beforehand, and calls and waits when they are asked for, so that a long run is taken up as quickly as a
/// short one.</summary>
public sealed class RunHistory
{
    private static readonly Type[] OfRuns =
    [
        typeof(RunStarted), typeof(Moved), typeof(CommandGiven), typeof(StepSuspended), typeof(StepTimedOut),
        typeof(BranchesBegun), typeof(BranchGivenUp),
    ];

    private static readonly Type[] OfCalls =
    [
        typeof(StepIntended), typeof(StepReconciled), typeof(StepSuspended), typeof(StepDone), typeof(StepFailed),
    ];

    private readonly RunId _run;
    private readonly IJournal _journal;
    private readonly long _until;
    private readonly List<StepTimedOut> _late = [];
    private Exception? _escaped;

    private RunHistory(RunId run, IJournal journal)
    {
        (_run, _journal, _until) = (run, journal, journal.Last?.Seq ?? 0);
        foreach (var entry in journal.Find(new JournalQuery(OfRuns) { Run = run }))
            Apply(entry.Event);
        Leases = new LeaseHistory(run, journal, Started is null ? 0 : _until);
        if (Started is null)
            return;
        BodyFailure = FailureOfBody();
        FinallyHadBegun = HadBegun(RunPaths.Finally(run));
        Open = journal.OpenCalls(run).Select(e => Find(((StepIntended)e.Event).Call)!)
            .Where(c => IsIn(c, RunPaths.Finally(run))
                || IsIn(c, RunPaths.Body(run)) && !FinallyHadBegun && !(StopWasAsked && c.IsSuspended)
                    && (!BodyIsOver || RunPaths.IsCleanup(c.Intended.Call.Value))
                    && !Branches.IsOver(c.Intended.Call.Value))
            .ToList();
    }

    public RunState State { get; private set; } = RunState.Queued;

    public RunStarted? Started { get; private set; }

    internal LeaseHistory Leases { get; }

    /// <summary>How often the run has been taken up again.</summary>
    public int Recoveries { get; private set; }

    /// <summary>A stop still holds after a crash, and after another.</summary>
    public bool StopWasAsked { get; private set; }

    public bool AbortWasAsked { get; private set; }

    /// <summary>What was under way was to be cancelled by the stop.</summary>
    public bool StopNowWasAsked { get; private set; }

    /// <summary>How often a call was suspended.</summary>
    public int Suspensions { get; private set; }

    /// <summary>The step of the body that passed its time limit, if one did; not one in a branch without which the run
    /// goes on.</summary>
    public StepTimedOut? TimedOut { get; private set; }

    internal BranchHistory Branches { get; } = new();

    /// <summary>Why the body had failed, if a call failed in it; the cancelled calls beside it are
    /// not the cause, and a stop cancels calls without any failure.</summary>
    public StepFailed? BodyFailure { get; }

    /// <summary>For people; null when nothing of the body had failed.</summary>
    public string? WhyFailed => _escaped?.Message;

    /// <summary>Nothing of the body is to be finished any more.</summary>
    public bool BodyIsOver => BodyFailure is not null || TimedOut is not null || StopNowWasAsked || FinallyHadBegun;

    /// <summary>Whether the Finally steps had begun, whatever had led to them.</summary>
    public bool FinallyHadBegun { get; }

    /// <summary>The calls whose end was not seen and matters still, in the order in which they were intended.</summary>
    public IReadOnlyList<PastCall> Open { get; } = [];

    public static RunHistory Of(RunId run, IJournal journal) => new(run, journal);

    /// <summary>The latest attempt of a call; null when it was never begun.</summary>
    public PastCall? Find(CallId call)
    {
        PastCall? past = null;
        if (Started is not null)
            foreach (var entry in _journal.Find(Ask(OfCalls) with { Subject = call.Value }))
                past = entry.Event switch
                {
                    StepIntended e => new PastCall(entry.Seq, e, null, null) { Asked = past?.Asked ?? e.Arguments },
                    _ when past is null => null,
                    StepReconciled e => past with { Decided = e },
                    StepSuspended => past with { IsSuspended = true },
                    var end => past with { End = end },
                };
        return past;
    }

    public DateTimeOffset? WaitEnd(string step) => Started is null
        ? null
        : Latest(Ask(typeof(WaitStarted)) with { Subject = step })?.Event is WaitStarted wait ? wait.Until : null;

    /// <summary>The latest call of a capability that was finished; those that only brought a state about again do
    /// not count.</summary>
    public PastCall? LastDone(InstrumentId instrument, string capability)
    {
        var query = Ask(typeof(StepIntended)) with { Use = (instrument, capability) };
        while (Latest(query) is { Event: StepIntended intended, Seq: var seq })
        {
            if (Find(intended.Call) is { IsDone: true } past && past.Seq == seq
                && (IsIn(past, RunPaths.Body(_run)) || IsIn(past, RunPaths.Finally(_run))))
                return past;
            query = query with { Until = seq - 1 };
        }
        return null;
    }

    /// <summary>An iteration of a repeated step before which all are done: usually the one that was begun last, and 1
    /// when none was. Where an iteration has left no event it may be an earlier one.</summary>
    public int LastBegun(string path, int times)
    {
        var (begun, not) = (1, times + 1);
        while (Started is not null && not - begun > 1)
        {
            // By doubling first, so that few are looked at when few were begun.
            var middle = not > times && begun <= times / 2 ? begun * 2 : begun + (not - begun) / 2;
            if (HadBegun($"{path}[{middle}]"))
                begun = middle;
            else
                not = middle;
        }
        return begun;
    }

    private JournalQuery Ask(params Type[] kinds) => new(kinds) { Run = _run, Until = _until };

    private JournalEntry? Latest(JournalQuery query) => _journal.Find(query with { Latest = 1 }).SingleOrDefault();

    private bool HadBegun(string path) =>
        Latest(Ask(typeof(StepIntended), typeof(WaitStarted)) with { Below = path }) is not null;

    /// <summary>Looks at all that failed in the body, and at what may be left behind of it.</summary>
    private StepFailed? FailureOfBody()
    {
        StepFailed? first = null;
        foreach (var late in _late)
            if (Escapes(late.Step, new TimeLimitException(
                $"{late.Step} took longer than its time limit of {late.Limit}")))
                TimedOut = late;
        var failed = _journal.Find(Ask(typeof(StepFailed)) with { Below = RunPaths.Body(_run) })
            .Select(e => ((StepFailed)e.Event).Call).Distinct().Select(Find).OfType<PastCall>()
            .Where(c => c.Failure is { } failure && !(StopWasAsked && failure.Fault == StepFailed.Cancelled))
            .OrderBy(c => c.Failure!.Fault == StepFailed.Cancelled).ThenBy(c => c.Seq);
        foreach (var call in failed.ToList())
            if (Escapes(call.Intended.Call.Value, CauseOf(call)))
                first ??= call.Failure;
        return first;
    }

    private bool Escapes(string path, Exception cause)
    {
        var escaping = Branches.Escaping(path, cause);
        _escaped ??= escaping;
        return escaping is not null;
    }

    private static Exception CauseOf(PastCall call) => call.Failure is var failure
        && Enum.TryParse<Fault>(failure!.Fault, out var fault)
        ? new EarlierFailureException(
            failure.Message, new InstrumentException(call.Intended.Instrument, fault, failure.Message))
        : new OperationCanceledException(failure!.Message);

    private static bool IsIn(PastCall call, string part) => IsBelow(call.Intended.Call.Value, part);

    private static bool IsBelow(string path, string part) => path.StartsWith(part + "/", StringComparison.Ordinal);

    private void Apply(RunEvent happened)
    {
        switch (happened)
        {
            case RunStarted e:
                Started = e;
                break;
            case Moved e:
                State = e.To;
                StopWasAsked |= e.To == RunState.Stopping;
                AbortWasAsked |= e.To == RunState.Aborting;
                if (e.From == RunState.Interrupted)
                    Recoveries++;
                break;
            case StepSuspended:
                Suspensions++;
                break;
            case StepTimedOut e when IsBelow(e.Step, RunPaths.Body(_run)):
                _late.Add(e);
                break;
            case StepTimedOut:
                break;
            case BranchesBegun e:
                Branches.Apply(e);
                break;
            case BranchGivenUp e:
                Branches.Apply(e);
                break;
            default: // nothing else was asked for
                Apply((CommandGiven)happened);
                break;
        }
    }

    private void Apply(CommandGiven e)
    {
        StopWasAsked |= e.Command == RunCommand.Stop;
        StopNowWasAsked |= e is { Command: RunCommand.Stop, Now: true };
        AbortWasAsked |= e.Command == RunCommand.Abort;
    }
}

/// <param name="Seq">Number of the event of its intention.</param>
/// <param name="End">Null when the end was not seen.</param>
/// <param name="Decided">What is known of the unseen end, if it was looked into since.</param>
public sealed record PastCall(long Seq, StepIntended Intended, RunEvent? End, StepReconciled? Decided)
{
    /// <summary>What its first attempt asked for; a later one may ask for the rest.</summary>
    public required Arguments Asked { get; init; }

    public bool IsDone => End is StepDone;

    /// <summary>It was cancelled by a pause, and not taken up again since.</summary>
    public bool IsSuspended { get; init; }

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

    /// <summary>Calls that bring a state about again after the <paramref name="n"/>th suspension.</summary>
    public static CallId Resumed(RunId run, int n, InstrumentId instrument) => new($"{run}#resumed-{n}/{instrument}");
}
