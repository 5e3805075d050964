using Sdl.Core.Safety;

namespace Sdl.Runtime.Checking;

/// <summary>One value for each reading of a region, well inside where there is room.</summary>
public static class Witness
{
    /// <returns>SI values, in the order of the region's readings.</returns>
    /// <param name="region">Bounded: within what the instruments can show.</param>
    public static IReadOnlyDictionary<ReadingId, double> In(Region region) =>
        region.Intervals.ToDictionary(i => i.Key, i => (i.Value.Min + i.Value.Max) / 2);
}
