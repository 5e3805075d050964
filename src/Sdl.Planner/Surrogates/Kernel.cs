using Sdl.Planner.Numerics;

namespace Sdl.Planner.Surrogates;

/// <summary>Covariances with a set of points: variance × Matérn 5/2 of the numeric coordinates × for each category
/// e^−[levels differ]/l and, with descriptors, e^−distance/l.</summary>
/// <remarks>Points are kept scaled and coordinate by coordinate, so that all loops run along them. Both exponentials
/// are positive definite, hence so is the product.</remarks>
internal sealed class Kernel
{
    private readonly int _count;
    private readonly double[] _columns, _inverse, _extra;
    private readonly int[] _levels, _at;
    private readonly double[][] _tables;

    public Kernel(Encoding encoding, int count)
    {
        (Encoding, _count) = (encoding, count);
        _columns = new double[encoding.Numeric * count];
        _levels = new int[encoding.Categories.Count * count];
        _at = new int[encoding.Categories.Count];
        _extra = new double[encoding.Categories.Count > 0 ? count : 0];
        _inverse = new double[encoding.Numeric];
        _tables = [.. encoding.Categories.Select(c => new double[(c.Levels + 1) * (c.Levels + 1)])];
    }

    public Encoding Encoding { get; }

    public double Variance { get; private set; }

    /// <param name="points">Count × dimension, row-major.</param>
    /// <param name="scales">As <see cref="Surrogates.Encoding.Scales"/> says.</param>
    public void Set(ReadOnlySpan<double> points, ReadOnlySpan<double> scales, double variance)
    {
        Variance = variance;
        var (m, d) = (Encoding.Numeric, Encoding.Dimension);
        for (var k = 0; k < m; k++)
        {
            _inverse[k] = 1 / scales[k];
            for (var i = 0; i < _count; i++) _columns[k * _count + i] = points[i * d + k] * _inverse[k];
        }
        var descriptor = d;
        for (var c = 0; c < _tables.Length; c++)
        {
            var category = Encoding.Categories[c];
            for (var i = 0; i < _count; i++) _levels[c * _count + i] = Level(category, points[i * d + m + c]);
            Tabulate(c, scales[m + c], category.Distances is null ? 0 : scales[descriptor++]);
        }
    }

    /// <summary>With the first points: covariances, and the factors of their derivatives.</summary>
    public void Row(ReadOnlySpan<double> x, Span<double> row, Span<double> fall)
    {
        row.Clear();
        for (var k = 0; k < _inverse.Length; k++)
            Rows.AddSquares(row, x[k] * _inverse[k], _columns.AsSpan(k * _count, row.Length));
        for (var c = 0; c < _at.Length; c++) _at[c] = Level(Encoding.Categories[c], x[_inverse.Length + c]);
        Finish(row, fall);
    }

    /// <summary>Σᵢ factorᵢ d k(x, xᵢ)/dx, with the factors that <see cref="Row"/> gave, added to
    /// <paramref name="gradient"/>.</summary>
    /// <param name="scratch">As long as there are points.</param>
    public void AddSlope(
        ReadOnlySpan<double> x, ReadOnlySpan<double> fall, ReadOnlySpan<double> factors, Span<double> gradient,
        Span<double> scratch)
    {
        for (var i = 0; i < scratch.Length; i++) scratch[i] = fall[i] * factors[i];
        for (var k = 0; k < Math.Min(gradient.Length, _inverse.Length); k++)
        {
            gradient[k] -= _inverse[k]
                * Rows.Lean(scratch, x[k] * _inverse[k], _columns.AsSpan(k * _count, scratch.Length));
        }
    }

    /// <summary>Adds, for point i and those before it, Σⱼ weightⱼ d k(xᵢ, xⱼ)/d ln l to each length scale's
    /// slope.</summary>
    /// <param name="falling">weightⱼ fallⱼ.</param>
    /// <param name="values">weightⱼ k(xᵢ, xⱼ); may be empty without categories.</param>
    public void AddScaleSlopes(
        int i, ReadOnlySpan<double> falling, ReadOnlySpan<double> values, ReadOnlySpan<double> scales,
        Span<double> slopes)
    {
        for (var k = 0; k < _inverse.Length; k++)
        {
            var column = _columns.AsSpan(k * _count, _count);
            slopes[k] += Rows.Spread(falling, column[i], column[..falling.Length]);
        }
        var descriptor = Encoding.Dimension;
        for (var c = 0; c < _tables.Length; c++)
        {
            var category = Encoding.Categories[c];
            var levels = _levels.AsSpan(c * _count, _count);
            double differing = 0, apart = 0;
            for (var j = 0; j < values.Length; j++)
            {
                if (levels[j] == levels[i]) continue;
                differing += values[j];
                apart += values[j] * Distance(category, levels[i], levels[j]);
            }
            slopes[_inverse.Length + c] += differing / scales[_inverse.Length + c];
            if (category.Distances is null) continue;
            slopes[descriptor] += apart / scales[descriptor];
            descriptor++;
        }
    }

    /// <summary>With the points before the i-th.</summary>
    public void RowOf(int i, Span<double> row, Span<double> fall)
    {
        row.Clear();
        for (var k = 0; k < _inverse.Length; k++)
            Rows.AddSquares(row, _columns[k * _count + i], _columns.AsSpan(k * _count, row.Length));
        for (var c = 0; c < _at.Length; c++) _at[c] = _levels[c * _count + i];
        Finish(row, fall);
    }

    private void Finish(Span<double> row, Span<double> fall)
    {
        var extra = _extra.AsSpan(0, _tables.Length > 0 ? row.Length : 0);
        extra.Clear();
        for (var c = 0; c < _tables.Length; c++)
        {
            var width = Encoding.Categories[c].Levels + 1;
            var table = _tables[c].AsSpan(_at[c] * width, width);
            for (var i = 0; i < extra.Length; i++) extra[i] += table[_levels[c * _count + i]];
        }
        Matern52.Fill(Variance, row, fall, extra);
    }

    private void Tabulate(int c, double scale, double descriptorScale)
    {
        var category = Encoding.Categories[c];
        var width = category.Levels + 1;
        for (var a = 0; a < width; a++)
        {
            for (var b = 0; b < width; b++)
            {
                var near = category.Distances is null ? 0 : Distance(category, a, b) / descriptorScale;
                _tables[c][a * width + b] = a == b ? 0 : 1 / scale + near;
            }
        }
    }

    private static double Distance(Category category, int a, int b) =>
        category.Distances is not { } d || a == category.Levels || b == category.Levels
            ? 0 : d[a * category.Levels + b];

    private static int Level(Category category, double index) => index < 0 ? category.Levels : (int)index;
}
