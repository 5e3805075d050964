using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Safety;
using Sdl.Core.Units;
using Sdl.Runtime.Reading;

namespace Sdl.Runtime.Checking;

/// <summary>Judges the interlocks of a lab against what its instruments declare: one that could never trip, or never be
/// cleared, protects nobody.</summary>
public sealed class InterlockChecker
{
    private readonly IReadOnlyDictionary<InstrumentId, IReadOnlyList<Core.Instruments.Reading>> _readings;
    private readonly Findings _findings = new();

    private InterlockChecker(IReadOnlyDictionary<InstrumentId, IReadOnlyList<Core.Instruments.Reading>> readings) =>
        _readings = readings;

    /// <param name="readings">What each instrument of the lab declares.</param>
    public static IReadOnlyList<Finding> Check(
        IReadOnlyList<Interlock> interlocks,
        IReadOnlyDictionary<InstrumentId, IReadOnlyList<Core.Instruments.Reading>> readings)
    {
        var checker = new InterlockChecker(readings);
        foreach (var interlock in interlocks)
            checker.Check(interlock);
        return checker._findings.All;
    }

    private void Check(Interlock interlock)
    {
        if (interlock.Instrument is { } safe && !_readings.ContainsKey(safe))
            _findings.Add(interlock.PlaceOf(interlock.Places.ContainsKey("instrument") ? "instrument" : "when"),
                $"there is no instrument '{safe}' in this lab; there are {List(_readings.Keys.Select(i => i.Value))}");
        var sound = interlock.When.Comparisons.ToList().ConvertAll(c => IsSound(c, interlock.PlaceOf("when")));
        if (interlock.Places.ContainsKey("reset"))
            sound.AddRange(interlock.Reset.Comparisons.ToList()
                .ConvertAll(c => IsSound(c, interlock.PlaceOf("reset"))));
        if (sound.TrueForAll(s => s))
            CheckReach(interlock);
    }

    private bool IsSound(Condition.Comparison comparison, Mark at)
    {
        var (instrument, name) = comparison.Reading;
        if (!_readings.TryGetValue(instrument, out var declared))
            _findings.Add(at,
                $"there is no instrument '{instrument}' in this lab; there are "
                + List(_readings.Keys.Select(i => i.Value)));
        else if (declared.FirstOrDefault(r => r.Name == name) is not { } reading)
            _findings.Add(at, declared.Count == 0
                ? $"{instrument} has nothing that could be read at any time; watch it through another instrument"
                : $"{instrument} has no reading '{name}'; it has {List(declared.Select(r => r.Name))}");
        else if (reading.Unit.Dimension != comparison.Limit.Dimension)
            _findings.Add(at,
                $"{comparison.Reading} is given in {reading.Unit}, {comparison.Limit} has another dimension");
        else
            return true;
        return false;
    }

    private void CheckReach(Interlock interlock)
    {
        try
        {
            var possible = Region.Of(interlock.Readings.Select(r => (r, Find(r))));
            var (when, reset) = (Within(interlock.When, possible), Within(interlock.Reset, possible));
            var ranges = string.Join(", ", interlock.Readings.Select(Range));
            if (when.Count == 0)
                _findings.Add(interlock.PlaceOf("when"),
                    $"'{interlock.When}' can never hold, so that the interlock can never trip: {ranges}; "
                    + "take a threshold inside that range");
            else if (reset.Count == 0)
                _findings.Add(interlock.PlaceOf(interlock.Places.ContainsKey("reset") ? "reset" : "when"),
                    $"'{interlock.Reset}' can never hold, so that the interlock would never clear: {ranges}; "
                    + "take a threshold inside that range");
            else if (Region.Meet(when, reset) is [var both, ..])
                _findings.Add(interlock.PlaceOf("reset"),
                    $"'{interlock.When}' and '{interlock.Reset}' hold together at "
                    + string.Join(", ", Witness.In(both, Find).Select(v => $"{v.Key} = {Shown(v.Key, v.Value)}"))
                    + ": reset should hold only where the condition does not");
        }
        catch (ExpressionException e)
        {
            _findings.Add(interlock.PlaceOf("when"), e.Message);
        }
    }

    private static IReadOnlyList<Region> Within(Condition condition, Region possible) =>
        Region.Meet(condition.Regions, [possible]);

    private Core.Instruments.Reading Find(ReadingId id) =>
        _readings[id.Instrument].First(r => r.Name == id.Name);

    private string Shown(ReadingId id, double si)
    {
        var unit = Find(id).Unit;
        return new Quantity(si, unit.Dimension).ToString(unit);
    }

    private string Range(ReadingId id)
    {
        var reading = Find(id);
        return $"{id} shows {reading.Min.ToString(reading.Unit)} to {reading.Max.ToString(reading.Unit)}";
    }

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal));
}
