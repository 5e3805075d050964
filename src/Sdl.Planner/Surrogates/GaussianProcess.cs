using Sdl.Planner.Numerics;

namespace Sdl.Planner.Surrogates;

/// <summary>A Gaussian process with given hyper-parameters, conditioned on data: Matérn 5/2 times a variance, a
/// constant mean, independent noise per point.</summary>
/// <remarks>Works in standardised outputs. Not thread-safe: it owns the buffers that its predictions use.</remarks>
internal sealed class GaussianProcess
{
    // Relative to the variance; keeps matrices of repeated exact points invertible.
    private const double Jitter = 1e-10;

    private readonly double[] _x, _inverseSquares, _factor, _weights, _row, _fall, _solved;

    /// <param name="x">Count × dimension, row-major.</param>
    /// <param name="noise">Variance per point.</param>
    /// <param name="mean">The constant mean; null: its generalised least-squares estimate.</param>
    public GaussianProcess(
        double[] x, double[] y, double[] noise, double[] lengthScales, double variance, double? mean = null)
    {
        (_x, LengthScales, Variance, Noise) = (x, lengthScales, variance, noise);
        (Count, Dimension) = (y.Length, lengthScales.Length);
        _inverseSquares = [.. lengthScales.Select(l => 1 / (l * l))];
        (_row, _fall, _solved) = (new double[Count], new double[Count], new double[Count]);
        _factor = Factorise();
        Mean = mean ?? Estimate(y);
        _weights = [.. y.Select(v => v - Mean)];
        Cholesky.Solve(_factor, Count, _weights);
    }

    public int Count { get; }

    public int Dimension { get; }

    public double[] LengthScales { get; }

    public double Variance { get; }

    /// <summary>Variance per point.</summary>
    public double[] Noise { get; }

    public double Mean { get; }

    public ReadOnlySpan<double> Factor => _factor;

    public ReadOnlySpan<double> Weights => _weights;

    public ReadOnlySpan<double> Point(int i) => _x.AsSpan(i * Dimension, Dimension);

    /// <summary>The prior covariance of two points.</summary>
    public double Covariance(ReadOnlySpan<double> a, ReadOnlySpan<double> b) =>
        Variance * Matern52.Value(Squared(a, b), out _);

    /// <summary>Fills covariances with all data, and the factors of their derivatives.</summary>
    public void Covariances(ReadOnlySpan<double> x, Span<double> row, Span<double> fall)
    {
        for (var i = 0; i < Count; i++)
        {
            row[i] = Variance * Matern52.Value(Squared(x, Point(i)), out var f);
            fall[i] = Variance * f;
        }
    }

    /// <summary>Σᵢ factorᵢ d k(x, xᵢ)/dx, with the factors that <see cref="Covariances"/> gave, added to
    /// <paramref name="gradient"/>.</summary>
    public void AddSlope(
        ReadOnlySpan<double> x, ReadOnlySpan<double> fall, ReadOnlySpan<double> factors, Span<double> gradient)
    {
        for (var i = 0; i < Count; i++)
        {
            var factor = -fall[i] * factors[i];
            var point = Point(i);
            for (var k = 0; k < gradient.Length; k++) gradient[k] += factor * (x[k] - point[k]) * _inverseSquares[k];
        }
    }

    public double MeanAt(ReadOnlySpan<double> x, Span<double> gradient)
    {
        Covariances(x, _row, _fall);
        gradient.Clear();
        if (!gradient.IsEmpty) AddSlope(x, _fall, _weights, gradient);
        return Mean + Rows.Dot(_row, _weights);
    }

    /// <summary>Mean and variance of the objective itself, without noise.</summary>
    public (double Mean, double Variance) Predict(ReadOnlySpan<double> x)
    {
        Covariances(x, _row, _fall);
        _row.CopyTo(_solved, 0);
        Cholesky.SolveLower(_factor, Count, _solved);
        return (Mean + Rows.Dot(_row, _weights), Math.Max(0, Variance - Rows.Dot(_solved, _solved)));
    }

    /// <summary>The same with gradients.</summary>
    public (double Mean, double Variance) Predict(
        ReadOnlySpan<double> x, Span<double> meanSlope, Span<double> varianceSlope)
    {
        var mean = MeanAt(x, meanSlope);
        _row.CopyTo(_solved, 0);
        Cholesky.Solve(_factor, Count, _solved);
        varianceSlope.Clear();
        AddSlope(x, _fall, _solved, varianceSlope);
        for (var k = 0; k < varianceSlope.Length; k++) varianceSlope[k] *= -2;
        return (mean, Math.Max(0, Variance - Rows.Dot(_row, _solved)));
    }

    private double Squared(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var squared = 0.0;
        for (var k = 0; k < _inverseSquares.Length; k++)
        {
            var difference = a[k] - b[k];
            squared += difference * difference * _inverseSquares[k];
        }
        return squared;
    }

    private double[] Factorise()
    {
        var factor = new double[Count * Count];
        for (var jitter = Jitter; ; jitter *= 10)
        {
            for (var i = 0; i < Count; i++)
            {
                for (var j = 0; j < i; j++) factor[i * Count + j] = Covariance(Point(i), Point(j));
                factor[i * Count + i] = Variance * (1 + jitter) + Noise[i];
            }
            if (Cholesky.Factor(factor, Count)) return factor;
        }
    }

    private double Estimate(double[] y)
    {
        var ones = _solved;
        ones.AsSpan().Fill(1);
        Cholesky.Solve(_factor, Count, ones);
        return Rows.Dot(ones, y) / ones.Sum();
    }
}
