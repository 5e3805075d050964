namespace Sdl.App.Reports.Plots;

/// <summary>Fewer points that look alike: of each stretch its first, lowest, highest and last one stay, so that no peak
/// is lost (the M4 selection: Jugel et al., Proc. VLDB Endow. 7 (2014) 797).</summary>
public static class Thin
{
    /// <param name="points">From left to right.</param>
    /// <param name="most">About so many stay.</param>
    public static IEnumerable<Point> Of(IReadOnlyList<Point> points, int most)
    {
        if (points.Count <= most)
            return points;
        var size = (int)Math.Ceiling(4.0 * points.Count / most);
        return Enumerable.Range(0, (points.Count + size - 1) / size).SelectMany(k =>
        {
            var (from, to) = (k * size, Math.Min(points.Count, (k + 1) * size) - 1);
            var (low, high) = (from, from);
            for (var i = from; i <= to; i++)
            {
                low = points[i].Y < points[low].Y ? i : low;
                high = points[i].Y > points[high].Y ? i : high;
            }
            return new SortedSet<int> { from, low, high, to }.Select(i => points[i]);
        });
    }
}
