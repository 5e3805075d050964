using Sdl.Planner.Numerics;

namespace Sdl.Planner.Spaces;

/// <summary>{ x : normalⱼ·x ≤ limitⱼ, x − centre ⊥ every equality }, with an interior relative to the
/// equalities.</summary>
internal sealed class Polytope
{
    private const double Dependent = 1e-9;

    private readonly double[] _normals;
    private readonly double[] _limits;
    private readonly double[] _equalities;

    /// <param name="rows">Inequalities in any scale; those that the equalities make constant are dropped.</param>
    /// <param name="equalities">Normals of the equalities, in any scale, possibly dependent.</param>
    /// <param name="inside">A point that satisfies everything.</param>
    public Polytope(
        IReadOnlyList<(double[] Normal, double Limit)> rows, IReadOnlyList<double[]> equalities, double[] inside)
    {
        Dimension = inside.Length;
        Centre = inside;
        var basis = new List<double[]>();
        foreach (var equality in equalities)
        {
            var normal = (double[])equality.Clone();
            if (Orthonormalise(normal, basis)) basis.Add(normal);
        }
        _equalities = [.. basis.SelectMany(q => q)];
        Freedom = Dimension - basis.Count;

        (Lo, Hi) = (new double[Dimension], new double[Dimension]);
        Lo.AsSpan().Fill(double.NegativeInfinity);
        Hi.AsSpan().Fill(double.PositiveInfinity);
        foreach (var (row, limit) in rows)
        {
            if (Array.FindIndex(row, v => v != 0) is not (>= 0 and var k) || row.Count(v => v != 0) > 1) continue;
            if (row[k] > 0) Hi[k] = Math.Min(Hi[k], limit / row[k]);
            else Lo[k] = Math.Max(Lo[k], limit / row[k]);
        }

        // Normals are turned into the subspace and scaled to one, so that slacks are distances.
        var kept = new List<(double[] Normal, double Limit)>();
        foreach (var (row, limit) in rows)
        {
            var normal = (double[])row.Clone();
            var slack = limit - Rows.Dot(row, inside);
            Project(normal);
            var length = Math.Sqrt(Rows.Dot(normal, normal));
            if (length <= Dependent * Math.Sqrt(Rows.Dot(row, row))) continue;
            for (var k = 0; k < normal.Length; k++) normal[k] /= length;
            kept.Add((normal, Rows.Dot(normal, inside) + Math.Max(0, slack / length)));
        }
        _normals = [.. kept.SelectMany(r => r.Normal)];
        _limits = [.. kept.Select(r => r.Limit)];
    }

    public int Dimension { get; }

    /// <summary>The bounds of each coordinate, as far as they are rows of their own.</summary>
    public double[] Lo { get; }

    public double[] Hi { get; }

    /// <summary>Degrees of freedom that the equalities leave.</summary>
    public int Freedom { get; }

    public int RowCount => _limits.Length;

    public double[] Centre { get; }

    public ReadOnlySpan<double> Normal(int row) => _normals.AsSpan(row * Dimension, Dimension);

    public double Slack(int row, ReadOnlySpan<double> x) => _limits[row] - Rows.Dot(Normal(row), x);

    public bool Contains(ReadOnlySpan<double> x, double tolerance)
    {
        for (var j = 0; j < RowCount; j++)
            if (Slack(j, x) < -tolerance) return false;
        for (var e = 0; e < _equalities.Length; e += Dimension)
        {
            var normal = _equalities.AsSpan(e, Dimension);
            if (Math.Abs(Rows.Dot(normal, x) - Rows.Dot(normal, Centre)) > tolerance) return false;
        }
        return true;
    }

    /// <summary>Takes from <paramref name="direction"/> what would leave the equalities.</summary>
    public void Project(Span<double> direction)
    {
        for (var e = 0; e < _equalities.Length; e += Dimension)
        {
            var normal = _equalities.AsSpan(e, Dimension);
            Rows.AddScaled(direction, -Rows.Dot(normal, direction), normal);
        }
    }

    /// <summary>How far one can go from <paramref name="x"/> along <paramref name="direction"/>, and which row stops it
    /// (−1: none does).</summary>
    public double Reach(ReadOnlySpan<double> x, ReadOnlySpan<double> direction, ReadOnlySpan<bool> ignored, out int row)
    {
        var reach = double.PositiveInfinity;
        row = -1;
        for (var j = 0; j < RowCount; j++)
        {
            if (!ignored.IsEmpty && ignored[j]) continue;
            var speed = Rows.Dot(Normal(j), direction);
            if (speed <= 1e-14) continue;
            var distance = Math.Max(0, Slack(j, x)) / speed;
            if (distance < reach) (reach, row) = (distance, j);
        }
        return reach;
    }

    /// <summary>Makes <paramref name="v"/> orthogonal to the basis and of length one; false when nothing is
    /// left.</summary>
    public static bool Orthonormalise(Span<double> v, IReadOnlyList<double[]> basis)
    {
        var before = Math.Sqrt(Rows.Dot(v, v));
        for (var pass = 0; pass < 2; pass++)
            foreach (var q in basis) Rows.AddScaled(v, -Rows.Dot(q, v), q);
        var length = Math.Sqrt(Rows.Dot(v, v));
        if (length <= Dependent * before) return false;
        for (var k = 0; k < v.Length; k++) v[k] /= length;
        return true;
    }

    /// <summary>The same with some coordinates held where <paramref name="x"/>, which lies inside, has
    /// them.</summary>
    public Polytope Hold(IReadOnlyList<int> coordinates, double[] x)
    {
        var rows = Enumerable.Range(0, RowCount).Select(j => (Normal(j).ToArray(), _limits[j])).ToList();
        var equalities = _equalities.Chunk(Dimension).Concat(coordinates.Select(k => Unit(Dimension, k, 1))).ToList();
        return new Polytope(rows, equalities, x);
    }

    /// <summary>The box [lo, hi], coordinate by coordinate; where both are equal the coordinate is fixed.</summary>
    public static Polytope Box(ReadOnlySpan<double> lo, ReadOnlySpan<double> hi)
    {
        var rows = new List<(double[], double)>();
        var fixedAxes = new List<double[]>();
        var centre = new double[lo.Length];
        for (var k = 0; k < lo.Length; k++)
        {
            centre[k] = 0.5 * (lo[k] + hi[k]);
            if (lo[k] == hi[k]) fixedAxes.Add(Unit(lo.Length, k, 1));
            rows.Add((Unit(lo.Length, k, 1), hi[k]));
            rows.Add((Unit(lo.Length, k, -1), -lo[k]));
        }
        return new Polytope(rows, fixedAxes, centre);
    }

    public static double[] Unit(int dimension, int axis, double value)
    {
        var unit = new double[dimension];
        unit[axis] = value;
        return unit;
    }
}
