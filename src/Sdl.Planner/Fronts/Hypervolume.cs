namespace Sdl.Planner.Fronts;

/// <summary>The volume that some points dominate above a reference; more is better in each objective.</summary>
public static class Hypervolume
{
    /// <summary>Exact, in any dimension: a sweep in two, and above it the exclusive volumes of one point after the
    /// other (While, Bradstreet and Barone 2012, doi 10.1109/TEVC.2010.2077298). Points that do not exceed the
    /// reference in every objective dominate nothing.</summary>
    public static double Of(IReadOnlyList<double[]> points, ReadOnlySpan<double> reference)
    {
        var gains = new List<double[]>();
        foreach (var point in points)
        {
            var gain = new double[reference.Length];
            for (var k = 0; k < gain.Length; k++) gain[k] = point[k] - reference[k];
            if (gain.All(g => g > 0)) gains.Add(gain);
        }
        return Above([.. ParetoFront.Of(gains).Select(i => gains[i])]);
    }

    /// <param name="front">None dominates another.</param>
    private static double Above(double[][] front)
    {
        if (front.Length == 0) return 0;
        if (front.Length == 1) return Product(front[0]);
        if (front[0].Length == 2) return Sweep(front);
        // The worst in the last objective first: what the others leave of it is soonest small.
        Array.Sort(front, (a, b) => Compare(a, b));
        var volume = 0.0;
        for (var i = 0; i < front.Length; i++)
        {
            var limited = new List<double[]>();
            for (var j = i + 1; j < front.Length; j++)
                limited.Add([.. front[i].Zip(front[j], Math.Min)]);
            volume += Product(front[i]) - Above([.. ParetoFront.Of(limited).Select(k => limited[k])]);
        }
        return volume;
    }

    private static double Sweep(double[][] front)
    {
        Array.Sort(front, (a, b) => b[0].CompareTo(a[0]));
        double volume = 0, height = 0;
        foreach (var point in front)
        {
            if (point[1] <= height) continue;
            volume += point[0] * (point[1] - height);
            height = point[1];
        }
        return volume;
    }

    private static int Compare(double[] a, double[] b)
    {
        for (var k = a.Length - 1; k >= 0; k--)
            if (a[k].CompareTo(b[k]) is var c and not 0) return c;
        return 0;
    }

    private static double Product(double[] values)
    {
        var product = 1.0;
        foreach (var value in values) product *= value;
        return product;
    }
}
