using Sdl.Core.Instruments;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>What the journal knows of the instruments that a run had to itself, and of when its steps ended, as it was
/// when this was made. The holds are read beforehand, the rest when it is asked for.</summary>
internal sealed class LeaseHistory
{
    private readonly RunId _run;
    private readonly IJournal _journal;
    private readonly long _until;
    private readonly Dictionary<string, HashSet<InstrumentId>> _holds = [];
    private readonly HashSet<(string Hold, InstrumentId Instrument)> _taken = [];

    /// <param name="until">The number of the last event that counts; 0 for a new run.</param>
    public LeaseHistory(RunId run, IJournal journal, long until)
    {
        (_run, _journal, _until) = (run, journal, until);
        if (until == 0)
            return;
        foreach (var entry in journal.Find(Ask(typeof(LeaseTaken), typeof(LeaseReturned))))
            Apply(entry.Event);
    }

    /// <summary>Whether the hold was entered, whatever became of it.</summary>
    public bool WasTaken(string hold) => _holds.ContainsKey(hold);

    /// <summary>The holds that had not ended, with what each still had.</summary>
    public IEnumerable<(string Hold, IReadOnlyCollection<InstrumentId> Instruments)> Open =>
        _holds.Where(h => h.Value.Count > 0).Select(h => (h.Key, (IReadOnlyCollection<InstrumentId>)h.Value))
            .OrderBy(h => h.Key, StringComparer.Ordinal);

    /// <summary>Whether anything below the step was begun; a repeated step begins with its first round.</summary>
    public bool WasBegun(string step)
    {
        var begun = Ask(typeof(StepIntended));
        return _until > 0 && (Any(begun with { Subject = step }) || Any(begun with { Below = step })
            || Any(begun with { Below = $"{step}[1]" }));
    }

    /// <summary>When the journal saw the call end; null when it did not.</summary>
    public DateTimeOffset? EndOf(CallId call)
    {
        if (_until == 0)
            return null;
        var query = Ask(typeof(StepIntended), typeof(StepDone), typeof(StepFailed));
        var last = _journal.Find(query with { Subject = call.Value, Latest = 1 });
        return last is [{ Event: not StepIntended, At: var at }] ? at : null;
    }

    /// <summary>A state that was set up inside a hold is nobody's concern once the hold has given the
    /// instrument back.</summary>
    public bool IsRelied(PastCall call) => !Holds(call.Intended.Call.Value, call.Intended.Instrument)
        .Any(h => !h.Value.Contains(call.Intended.Instrument));

    /// <summary>Whether the place is in a hold that had this instrument.</summary>
    public bool WasHeld(string path, InstrumentId instrument) => Holds(path, instrument).Any();

    private IEnumerable<KeyValuePair<string, HashSet<InstrumentId>>> Holds(string path, InstrumentId instrument) =>
        _holds.Where(h => RunPaths.IsWithin(path, h.Key) && _taken.Contains((h.Key, instrument)));

    private JournalQuery Ask(params Type[] kinds) => new(kinds) { Run = _run, Until = _until };

    private bool Any(JournalQuery query) => _journal.Find(query with { Latest = 1 }).Count > 0;

    private void Apply(RunEvent happened)
    {
        switch (happened)
        {
            case LeaseTaken e:
                _holds[e.Step] = [.. e.Instruments];
                _taken.UnionWith(e.Instruments.Select(i => (e.Step, i)));
                break;
            case LeaseReturned e when _holds.TryGetValue(e.Step, out var held):
                held.ExceptWith(e.Instruments);
                break;
        }
    }
}
