namespace Sdl.Planner.Fronts;

/// <summary>Which of some points nothing beats in every objective; more is better in each.</summary>
public static class ParetoFront
{
    /// <summary>Indices of the points that no other dominates, in their order. Of equal points the first.</summary>
    public static int[] Of(IReadOnlyList<double[]> points)
    {
        var front = new List<int>();
        for (var i = 0; i < points.Count; i++)
        {
            var beaten = false;
            for (var j = 0; j < points.Count && !beaten; j++)
                beaten = j != i && Covers(points[j], points[i]) && (j < i || !Covers(points[i], points[j]));
            if (!beaten) front.Add(i);
        }
        return [.. front];
    }

    /// <summary>At least as good in every objective.</summary>
    public static bool Covers(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        for (var k = 0; k < a.Length; k++)
            if (!(a[k] >= b[k])) return false;
        return true;
    }
}
