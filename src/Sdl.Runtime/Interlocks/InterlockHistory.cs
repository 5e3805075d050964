using Sdl.Core.Runs;
using Sdl.Core.Safety;

namespace Sdl.Runtime.Interlocks;

/// <summary>What a journal knows of interlocks: those that tripped and have not cleared since.</summary>
public sealed class InterlockHistory
{
    private readonly SortedDictionary<string, (InterlockTripped Trip, bool Acknowledged)> _tripped =
        new(StringComparer.Ordinal);

    public static InterlockHistory Of(IEnumerable<JournalEntry> entries)
    {
        var history = new InterlockHistory();
        foreach (var entry in entries)
            history.Apply(entry.Event);
        return history;
    }

    /// <summary>Names of those that wait for a person.</summary>
    public IReadOnlyList<string> Unacknowledged =>
        _tripped.Where(t => !t.Value.Acknowledged).Select(t => t.Key).ToList();

    /// <summary>How an interlock stood when the journal ended; whether its danger is over only a look can
    /// tell.</summary>
    public InterlockMachine Restore(Interlock rule) => !_tripped.TryGetValue(rule.Name, out var past)
        ? new InterlockMachine(rule, InterlockState.Clear)
        : new InterlockMachine(
            rule, past.Acknowledged ? InterlockState.Acknowledged : InterlockState.Tripped, Why: past.Trip.Why);

    private void Apply(RunEvent happened)
    {
        switch (happened)
        {
            case InterlockTripped e:
                _tripped[e.Interlock] = (e, false);
                break;
            case InterlockAcknowledged e when _tripped.TryGetValue(e.Interlock, out var past):
                _tripped[e.Interlock] = past with { Acknowledged = true };
                break;
            case InterlockCleared e:
                _tripped.Remove(e.Interlock);
                break;
        }
    }
}
