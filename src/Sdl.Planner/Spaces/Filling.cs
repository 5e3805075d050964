namespace Sdl.Planner.Spaces;

/// <summary>Chooses points that represent a space: no part of it is far from the nearest one.</summary>
internal static class Filling
{
    private const int Rounds = 30;

    /// <summary>The next point of a design, given the points that are there already. The space stands for itself as a
    /// cloud of even points; free centres move to the middle of the part of the cloud that is nearest to them (Lloyd
    /// 1982, doi 10.1109/TIT.1982.1056489), fixed ones stay. A mean of points of a convex space lies in it.</summary>
    /// <param name="free">How many points are still to be placed, this one included.</param>
    /// <returns>The free centre that stands for the largest part.</returns>
    public static double[] Next(double[][] cloud, IReadOnlyList<double[]> taken, int free)
    {
        var centres = taken.ToList();
        if (centres.Count == 0) centres.Add(cloud[0]);
        while (centres.Count < taken.Count + free)
            centres.Add(cloud.MaxBy(x => centres.Min(c => Squared(c, x)))!);
        centres = [.. centres.Select(c => (double[])c.Clone())];
        var sizes = new int[centres.Count];
        for (var round = 0; round < Rounds; round++)
        {
            var sums = centres.Select(c => new double[c.Length]).ToArray();
            sizes.AsSpan().Clear();
            foreach (var x in cloud)
            {
                var nearest = Nearest(centres, x);
                sizes[nearest]++;
                for (var k = 0; k < x.Length; k++) sums[nearest][k] += x[k];
            }
            for (var c = taken.Count; c < centres.Count; c++)
                for (var k = 0; k < sums[c].Length && sizes[c] > 0; k++) centres[c][k] = sums[c][k] / sizes[c];
        }
        var largest = taken.Count;
        for (var c = taken.Count + 1; c < centres.Count; c++)
            if (sizes[c] > sizes[largest]) largest = c;
        return centres[largest];
    }

    /// <summary>The points of a cloud, the one that is farthest from all present ones first; a different level counts
    /// as much as half the range of a number.</summary>
    public static IEnumerable<double[]> FarthestFirst(double[][] cloud, IReadOnlyList<double[]> present, int numeric) =>
        cloud.OrderByDescending(x => present.Count == 0 ? 0 : present.Min(p => Apart(p, x, numeric)));

    private static double Apart(double[] a, double[] b, int numeric)
    {
        var squared = 0.0;
        for (var k = 0; k < a.Length; k++)
            squared += k < numeric ? (a[k] - b[k]) * (a[k] - b[k]) : a[k] == b[k] ? 0 : 0.25;
        return squared;
    }

    private static int Nearest(List<double[]> centres, double[] x)
    {
        var nearest = 0;
        var least = double.PositiveInfinity;
        for (var c = 0; c < centres.Count; c++)
        {
            var squared = Squared(centres[c], x);
            if (squared < least) (nearest, least) = (c, squared);
        }
        return nearest;
    }

    private static double Squared(double[] a, double[] b)
    {
        var squared = 0.0;
        for (var k = 0; k < a.Length; k++) squared += (a[k] - b[k]) * (a[k] - b[k]);
        return squared;
    }
}
