using Sdl.Core.Safety;

namespace Sdl.Runtime.Checking;

/// <summary>Values at which a condition holds.</summary>
public static class Witness
{
    // Beyond what a display rounds and a pan trembles, and no further into danger than that needs.
    private const double Margin = 0.02;

    /// <summary>Values a little beyond the thresholds, SI, for each reading that matters; null when there are
    /// none.</summary>
    /// <param name="find">What each reading can show.</param>
    public static IReadOnlyDictionary<ReadingId, double>? Of(
        Condition condition, Func<ReadingId, Core.Instruments.Reading> find)
    {
        var possible = Region.Of(condition.Readings.Select(r => (r, find(r))));
        foreach (var region in condition.Regions)
            if (region.Meet(possible) is { } met)
                return region.Intervals.Keys.ToDictionary(r => r, r => Inside(met.Intervals[r], find(r)));
        return null;
    }

    /// <summary>Some place in a region, SI.</summary>
    public static IReadOnlyDictionary<ReadingId, double> In(
        Region region, Func<ReadingId, Core.Instruments.Reading> find) =>
        region.Intervals.ToDictionary(i => i.Key, i => Inside(i.Value, find(i.Key)));

    private static double Inside(Interval interval, Core.Instruments.Reading reading)
    {
        var (low, high, width) = (interval.Min, interval.Max, interval.Max - interval.Min);
        var fromBelow = low == reading.Min.Si && interval.HasMin;
        var fromAbove = high == reading.Max.Si && interval.HasMax;
        if (reading.IsFlag)
            return fromAbove ? 1 : fromBelow ? 0 : low + width / 2;
        return fromBelow == fromAbove ? low + width / 2 : fromAbove ? low + Margin * width : high - Margin * width;
    }
}
