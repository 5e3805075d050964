using Sdl.Core.Instruments;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>What the journal knows of the instruments that a run had to itself, and of when its steps ended.</summary>
internal sealed class LeaseHistory
{
    private readonly Dictionary<string, HashSet<InstrumentId>> _holds = [];
    private readonly HashSet<(string Hold, InstrumentId Instrument)> _taken = [];
    private readonly Dictionary<CallId, (InstrumentId Instrument, DateTimeOffset? End)> _calls = [];

    /// <summary>Whether the hold was entered, whatever became of it.</summary>
    public bool WasTaken(string hold) => _holds.ContainsKey(hold);

    /// <summary>The holds that had not ended, with what each still had.</summary>
    public IEnumerable<(string Hold, IReadOnlyCollection<InstrumentId> Instruments)> Open =>
        _holds.Where(h => h.Value.Count > 0).Select(h => (h.Key, (IReadOnlyCollection<InstrumentId>)h.Value))
            .OrderBy(h => h.Key, StringComparer.Ordinal);

    /// <summary>Instruments of the calls whose end was not seen.</summary>
    public IEnumerable<InstrumentId> InUse =>
        _calls.OrderBy(c => c.Key.Value, StringComparer.Ordinal).Where(c => c.Value.End is null)
            .Select(c => c.Value.Instrument).Distinct();

    /// <summary>Whether anything below the step was begun.</summary>
    public bool WasBegun(string step) => _calls.Keys.Any(c => RunPaths.IsWithin(c.Value, step));

    /// <summary>When the journal saw the call end; null when it did not.</summary>
    public DateTimeOffset? EndOf(CallId call) => _calls.GetValueOrDefault(call).End;

    /// <summary>A state that was set up inside a hold is nobody's concern once the hold has given the
    /// instrument back.</summary>
    public bool IsRelied(PastCall call) => !_holds.Any(h =>
        RunPaths.IsWithin(call.Intended.Call.Value, h.Key) && !h.Value.Contains(call.Intended.Instrument)
        && _taken.Contains((h.Key, call.Intended.Instrument)));

    public void Apply(RunId run, JournalEntry entry)
    {
        switch (entry.Event)
        {
            case LeaseTaken e when e.Run == run:
                _holds[e.Step] = [.. e.Instruments];
                _taken.UnionWith(e.Instruments.Select(i => (e.Step, i)));
                break;
            case LeaseReturned e when e.Run == run && _holds.TryGetValue(e.Step, out var held):
                held.ExceptWith(e.Instruments);
                break;
            case StepIntended e when e.Run == run:
                _calls[e.Call] = (e.Instrument, null);
                break;
            case StepDone e when e.Run == run && _calls.TryGetValue(e.Call, out var call):
                _calls[e.Call] = call with { End = entry.At };
                break;
            case StepFailed e when e.Run == run && _calls.TryGetValue(e.Call, out var call):
                _calls[e.Call] = call with { End = entry.At };
                break;
        }
    }
}
