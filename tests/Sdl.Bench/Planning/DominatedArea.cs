namespace Sdl.Bench.Planning;

/// <summary>The hypervolume of two objectives, for judging; a planner's own is not asked.</summary>
internal static class DominatedArea
{
    /// <summary>The area between the reference and the staircase of the points that are better than it; less is
    /// better.</summary>
    public static double Of(IEnumerable<double[]> points, double[] reference)
    {
        var (area, floor) = (0.0, reference[1]);
        foreach (var p in points.Where(p => p[0] < reference[0] && p[1] < reference[1]).OrderBy(p => p[0]))
        {
            if (p[1] >= floor) continue;
            area += (reference[0] - p[0]) * (floor - p[1]);
            floor = p[1];
        }
        return area;
    }
}
