namespace Sdl.Planner.Numerics;

/// <summary>Symmetric positive definite systems, n × n, flat and row-major. Everything runs along rows.</summary>
internal static class Cholesky
{
    private const int Block = 48;

    /// <summary>Replaces the lower triangle of <paramref name="a"/> by its factor L, with a = L Lᵀ. The strict upper
    /// triangle is not read, and spoilt.</summary>
    /// <returns>False when <paramref name="a"/> is not positive definite; its content is then spoilt.</returns>
    public static bool Factor(Span<double> a, int n)
    {
        for (var p = 0; p < n; p += Block)
        {
            var end = Math.Min(p + Block, n);
            Products.Add(-1, n - p, end - p, p, a[(p * n)..], n, a[(p * n)..], n, a[(p * n + p)..], n);
            for (var i = p; i < n; i++)
            {
                var row = a.Slice(i * n, n);
                for (var j = p; j < Math.Min(i, end); j++)
                    row[j] = (row[j] - Rows.Dot(row[p..j], a.Slice(j * n + p, j - p))) / a[j * n + j];
                if (i >= end) continue;
                var pivot = row[i] - Rows.Dot(row[p..i], row[p..i]);
                if (!(pivot > 0)) return false;
                row[i] = Math.Sqrt(pivot);
            }
        }
        return true;
    }

    /// <summary>b ← L⁻¹ b.</summary>
    public static void SolveLower(ReadOnlySpan<double> l, int n, Span<double> b)
    {
        for (var i = 0; i < n; i++) b[i] = (b[i] - Rows.Dot(b[..i], l.Slice(i * n, i))) / l[i * n + i];
    }

    /// <summary>b ← L⁻ᵀ b.</summary>
    public static void SolveUpper(ReadOnlySpan<double> l, int n, Span<double> b)
    {
        for (var i = n - 1; i >= 0; i--)
        {
            b[i] /= l[i * n + i];
            Rows.AddScaled(b[..i], -b[i], l.Slice(i * n, i));
        }
    }

    /// <summary>b ← (L Lᵀ)⁻¹ b.</summary>
    public static void Solve(ReadOnlySpan<double> l, int n, Span<double> b)
    {
        SolveLower(l, n, b);
        SolveUpper(l, n, b);
    }

    /// <summary>(L Lᵀ)⁻¹ into the lower triangle of <paramref name="inverse"/>; its strict upper triangle is
    /// spoilt.</summary>
    /// <param name="scratch">n × n.</param>
    public static void Invert(ReadOnlySpan<double> l, int n, Span<double> inverse, Span<double> scratch)
    {
        // Row j of the scratch matrix is column j of L⁻¹, from its diagonal on, so that all passes run along rows.
        for (var p = 0; p < n; p += Block)
        {
            var end = Math.Min(p + Block, n);
            for (var j = p; j < end; j++) scratch.Slice(j * n + p, end - p).Clear();
            for (var q = 0; q < p; q += Block)
            {
                for (var j = q; j < q + Block; j++) scratch.Slice(j * n + p, end - p).Clear();
                Products.Add(
                    -1, Block, end - p, p - q, scratch[(q * n + q)..], n, l[(p * n + q)..], n, scratch[(q * n + p)..],
                    n);
            }
            for (var j = 0; j < end; j++)
            {
                var column = scratch.Slice(j * n, n);
                if (j >= p) column[j] = 1 / l[j * n + j];
                for (var i = Math.Max(j + 1, p); i < end; i++)
                {
                    var from = Math.Max(j, p);
                    column[i] = (column[i] - Rows.Dot(l.Slice(i * n + from, i - from), column[from..i])) / l[i * n + i];
                }
            }
        }
        for (var p = 0; p < n; p += Block)
        {
            var rows = Math.Min(Block, n - p);
            for (var i = p; i < p + rows; i++) inverse.Slice(i * n, p + rows).Clear();
            for (var q = 0; q <= p; q += Block)
            {
                Products.Add(
                    1, rows, Math.Min(Block, n - q), n - p, scratch[(p * n + p)..], n, scratch[(q * n + p)..], n,
                    inverse[(p * n + q)..], n);
            }
        }
    }

    /// <summary>A factor of a matrix that may be singular: a ≈ F Fᵀ, column after column along the largest remaining
    /// variance. Used to draw jointly from many nearly dependent values with few normal numbers.</summary>
    /// <param name="a">Destroyed.</param>
    /// <param name="columns">n × <paramref name="most"/>, row-major.</param>
    /// <param name="floor">Stops when no remaining variance exceeds it.</param>
    /// <returns>The number of columns that were filled; the others are 0.</returns>
    public static int FactorPivoted(Span<double> a, int n, Span<double> columns, int most, double floor)
    {
        columns[..(n * most)].Clear();
        for (var rank = 0; rank < most; rank++)
        {
            var pivot = 0;
            for (var i = 1; i < n; i++)
                if (a[i * n + i] > a[pivot * n + pivot]) pivot = i;
            if (!(a[pivot * n + pivot] > floor)) return rank;
            var root = Math.Sqrt(a[pivot * n + pivot]);
            for (var i = 0; i < n; i++) columns[i * most + rank] = a[i * n + pivot] / root;
            for (var i = 0; i < n; i++)
                for (var j = 0; j < n; j++) a[i * n + j] -= columns[i * most + rank] * columns[j * most + rank];
        }
        return most;
    }
}
