using Sdl.Core.Instruments;
using Sdl.Core.Protocols;

namespace Sdl.Core.Safety;

/// <summary>Where each of several readings lies in an interval (SI); all others may have any value. Never
/// empty.</summary>
public sealed class Region
{
    // A condition that people can follow has a handful.
    private const int Most = 256;

    private readonly Dictionary<ReadingId, Interval> _intervals;

    private Region(Dictionary<ReadingId, Interval> intervals) => _intervals = intervals;

    /// <summary>In the order in which the readings were named.</summary>
    public IReadOnlyDictionary<ReadingId, Interval> Intervals => _intervals;

    public static Region Of(ReadingId reading, Interval interval) => new(new() { [reading] = interval });

    /// <summary>All that the readings can show.</summary>
    public static Region Of(IEnumerable<(ReadingId Id, Reading Reading)> readings) => new(readings.ToDictionary(
        r => r.Id, r => new Interval(r.Reading.Min.Si, true, r.Reading.Max.Si, true)));

    /// <summary>What is in both, or null when that is nothing.</summary>
    public Region? Meet(Region other)
    {
        var met = new Dictionary<ReadingId, Interval>(_intervals);
        foreach (var (reading, interval) in other._intervals)
            met[reading] = met.TryGetValue(reading, out var known) ? known.Meet(interval) : interval;
        return met.Values.Any(i => i.IsEmpty) ? null : new Region(met);
    }

    /// <summary>What is in one of the left and in one of the right.</summary>
    /// <exception cref="ExpressionException">That are too many.</exception>
    public static IReadOnlyList<Region> Meet(IReadOnlyList<Region> left, IReadOnlyList<Region> right) =>
        left.Count * right.Count <= Most
            ? (from a in left from b in right let both = a.Meet(b) where both is not null select both).ToList()
            : throw new ExpressionException(
                "the condition has too many alternatives to be judged; make several interlocks of it");
}
