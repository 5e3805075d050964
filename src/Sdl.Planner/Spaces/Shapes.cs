using Sdl.Planner.Numerics;

namespace Sdl.Planner.Spaces;

/// <summary>Turns a region in the user's units into a polytope in scaled ones.</summary>
internal static class Shapes
{
    /// <summary>Rows are scaled to coefficients of about one before this is compared with their slack.</summary>
    public const double Flat = 1e-9;

    /// <returns>Null when the region is empty.</returns>
    public static Shape? Make(Region region, double[] offset, double[] scale, bool[] inactive)
    {
        var d = offset.Length;
        if (region.IsBox) return MakeBox(region, offset, scale);
        var scaled = ScaledRows.Of(region, offset, scale);
        for (var k = 0; k < d; k++)
        {
            var least = Math.Max(0, ToUnit(region.Axes[k].Min, k));
            var most = Math.Min(1, ToUnit(region.Axes[k].Max, k));
            if (least > most + Flat) return null;
            scaled.Limit(k, Math.Min(least, most), most);
        }
        if (scaled.Program(0).Maximise(new double[d]) is not { } somewhere) return null;
        var rows = new List<(double[] Normal, double Limit)>();
        var equalities = new List<double[]>();
        equalities.AddRange(scaled.Sums.Select(s => s.Normal));
        foreach (var (normal, limit) in scaled.Rows)
        {
            // A pair of constraints, such as a fixed ratio, may leave no room at all: it is then an equality.
            var farthest = scaled.Program(0).Maximise([.. normal.Select(a => -a)])!;
            if (limit - Rows.Dot(normal, farthest) <= Flat) equalities.Add(normal);
            else rows.Add((normal, limit));
        }
        for (var k = 0; k < d; k++)
        {
            if (scaled.Most[k] - scaled.Least[k] <= Flat || scale[k] == 0) equalities.Add(Polytope.Unit(d, k, 1));
            rows.Add((Polytope.Unit(d, k, 1), scaled.Most[k]));
            rows.Add((Polytope.Unit(d, k, -1), -scaled.Least[k]));
        }
        var rough = new Polytope(rows, equalities, somewhere);
        return new Shape(
            new Polytope(rows, equalities, Chebyshev(rough, scaled, somewhere)), region,
            Simplices(region, scaled, inactive));

        double ToUnit(double value, int k) => scale[k] > 0 ? (value - offset[k]) / scale[k] : 0;
    }

    private static Shape? MakeBox(Region region, double[] offset, double[] scale)
    {
        var d = offset.Length;
        double[] lo = new double[d], hi = new double[d];
        for (var k = 0; k < d; k++)
        {
            if (region.Axes[k].Min > region.Axes[k].Max) return null;
            lo[k] = scale[k] > 0 ? (region.Axes[k].Min - offset[k]) / scale[k] : 0;
            hi[k] = scale[k] > 0 ? (region.Axes[k].Max - offset[k]) / scale[k] : 0;
        }
        return new Shape(Polytope.Box(lo, hi), region, []);
    }

    /// <summary>The sums of plain simplices: disjoint, and no other constraint.</summary>
    private static int[][]? Simplices(Region region, ScaledRows scaled, bool[] inactive)
    {
        if (region.Constraints.Count > 0) return null;
        var simplices = new List<int[]>();
        foreach (var mixture in region.Mixtures)
        {
            int[] parts =
            [
                .. Enumerable.Range(0, inactive.Length).Where(
                    k => mixture.Parameters.Contains(region.Axes[k].Name) && scaled.Most[k] > scaled.Least[k]),
            ];
            if (parts.Any(k => scaled.Least[k] != 0 || scaled.Most[k] != 1 || region.Axes[k].Min != 0
                || region.Axes[k].Max < mixture.Sum)) return null;
            simplices.Add(parts);
        }
        return [.. simplices];
    }

    /// <summary>The centre of the largest ball inside; one more variable, the radius, stands last.</summary>
    private static double[] Chebyshev(Polytope rough, ScaledRows scaled, double[] somewhere)
    {
        var d = rough.Dimension;
        var program = scaled.Program(1);
        for (var j = 0; j < rough.RowCount; j++)
            program.AtMost([.. rough.Normal(j), 1], rough.Slack(j, somewhere) + Rows.Dot(rough.Normal(j), somewhere));
        program.AtMost(Polytope.Unit(d + 1, d, 1), 1);
        return program.Maximise(Polytope.Unit(d + 1, d, 1)) is { } found ? found[..d] : somewhere;
    }
}
