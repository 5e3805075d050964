using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Store;
using Record = Sdl.Core.Records.Record;

namespace Sdl.Shared.Tests;

/// <summary>What holds of every journal, whatever happened to the program that wrote it and to the devices that it
/// drove. Each sentence that comes back is broken.</summary>
public static class JournalInvariants
{
    public static IEnumerable<string> Broken(IReadOnlyList<JournalEntry> entries, Func<CallId, Record> record) =>
        Order(entries).Concat(Calls(entries)).Concat(Records(entries, record)).Concat(Ends(entries));

    /// <summary>Nothing that was once on the disk is lost or changed.</summary>
    public static IEnumerable<string> Lost(IReadOnlyList<JournalEntry> before, IReadOnlyList<JournalEntry> now)
    {
        if (now.Count < before.Count)
            yield return $"{before.Count - now.Count} events are lost";
        foreach (var (old, same) in before.Zip(now))
            if (old.At != same.At || JournalJson.Write(old.Event) != JournalJson.Write(same.Event))
                yield return $"event {old.Seq} was {JournalJson.Write(old.Event)} and is now "
                    + JournalJson.Write(same.Event);
    }

    private static IEnumerable<string> Order(IReadOnlyList<JournalEntry> entries)
    {
        foreach (var (i, entry) in entries.Index())
        {
            if (entry.Seq != i + 1)
                yield return $"event {entry.Seq} stands at place {i + 1}";
            if (i > 0 && entry.At < entries[i - 1].At)
                yield return $"event {entry.Seq} is earlier than the one before it";
        }
    }

    // Intended, then ended, once; a call that is done is never begun again.
    private static IEnumerable<string> Calls(IReadOnlyList<JournalEntry> entries)
    {
        var latest = new Dictionary<CallId, int>();
        var found = new HashSet<CallId>();
        var ended = new Dictionary<(CallId, int), RunEvent>();
        var done = new HashSet<CallId>();
        foreach (var happened in entries.Select(e => e.Event))
            switch (happened)
            {
                case StepIntended e:
                    if (done.Contains(e.Call))
                        yield return $"{e.Call} was done and is intended again";
                    if (e.Attempt <= latest.GetValueOrDefault(e.Call))
                        yield return $"attempt {e.Attempt} of {e.Call} is intended twice";
                    latest[e.Call] = e.Attempt;
                    found.Remove(e.Call);
                    break;
                case StepReconciled { Progress: CallProgress.Done } e:
                    found.Add(e.Call);
                    break;
                case StepDone e:
                    if (!done.Add(e.Call))
                        yield return $"{e.Call} is done twice";
                    if (Stray(e.Call, e.Attempt, e) is { } stray)
                        yield return stray;
                    break;
                case StepFailed e when Stray(e.Call, e.Attempt, e) is { } late:
                    yield return late;
                    break;
            }

        // What was found to be done has an end of its own number, although nothing more was intended.
        string? Stray(CallId call, int attempt, RunEvent end) =>
            latest.GetValueOrDefault(call) != attempt - (found.Contains(call) ? 1 : 0)
            && latest.GetValueOrDefault(call) != attempt ? $"attempt {attempt} of {call} ended and was not the latest"
            : ended.TryAdd((call, attempt), end) ? null
            : $"attempt {attempt} of {call} ended twice";
    }

    private static IEnumerable<string> Records(IReadOnlyList<JournalEntry> entries, Func<CallId, Record> record)
    {
        foreach (var done in entries.Select(e => e.Event).OfType<StepDone>())
        {
            var found = record(done.Call);
            var sealedAgain = Record.Seal(found.Call, found.Instrument, found.Columns, found.Samples);
            if (found.Sha256 != done.Record || sealedAgain.Sha256 != done.Record || found.Samples.Count != done.Samples)
                yield return $"the record of {done.Call} is not the one that was sealed";
        }
    }

    // A run moves from where it was, ends once, and after its last step every instrument is told to be safe.
    private static IEnumerable<string> Ends(IReadOnlyList<JournalEntry> entries)
    {
        foreach (var run in entries.Select(e => e.Event).OfType<RunStarted>())
        {
            var own = entries.Where(e => RunOf(e.Event) == run.Run).Select(e => e.Event).ToList();
            var state = RunState.Queued;
            foreach (var moved in own.OfType<Moved>())
            {
                if (moved.From != state && moved.From != RunState.Interrupted)
                    yield return $"{run.Run} moved from {moved.From} and was {state}";
                if (IsFinal(state))
                    yield return $"{run.Run} was {state} and moved to {moved.To}";
                state = moved.To;
            }
            if (!IsFinal(state))
                continue;
            var last = own.FindLastIndex(e => e is StepIntended);
            var safe = own.Skip(last + 1).OfType<SafeEntered>().Select(s => s.Instrument).ToHashSet();
            foreach (var instrument in run.Bindings.Values.Distinct().Where(i => !safe.Contains(i)))
                yield return $"{run.Run} ended {state} and {instrument} was not told to be safe";
        }
    }

    /// <summary>Whether a run has come to its end.</summary>
    public static bool HasEnded(IEnumerable<JournalEntry> entries, RunId run) =>
        entries.Select(e => e.Event).OfType<Moved>().LastOrDefault(m => m.Run == run) is { } last && IsFinal(last.To);

    private static bool IsFinal(RunState state) =>
        state is RunState.Completed or RunState.Stopped or RunState.Aborted or RunState.Failed;

    private static RunId? RunOf(RunEvent happened) => happened switch
    {
        RunStarted e => e.Run,
        Moved e => e.Run,
        StepIntended e => e.Run,
        StepDone e => e.Run,
        StepFailed e => e.Run,
        StepReconciled e => e.Run,
        SafeEntered e => e.Run,
        _ => null,
    };
}
