using Sdl.Planner.Numerics;

namespace Sdl.Planner.Surrogates;

/// <summary>A Gaussian process with given hyper-parameters, conditioned on data: the <see cref="Kernel"/>, a constant
/// mean, independent noise per point.</summary>
/// <remarks>Works in standardised outputs. Not thread-safe: it owns the buffers that its predictions use.</remarks>
internal sealed class GaussianProcess
{
    // Relative to the variance; keeps matrices of repeated exact points invertible.
    private const double Jitter = 1e-10;

    private readonly Kernel _kernel;
    private readonly double[] _x, _factor, _weights, _row, _fall, _solved, _scratch;

    /// <param name="x">Count × dimension, row-major.</param>
    /// <param name="noise">Variance per point.</param>
    /// <param name="mean">The constant mean; null: its generalised least-squares estimate.</param>
    /// <param name="encoding">Null: numbers only.</param>
    public GaussianProcess(
        double[] x, double[] y, double[] noise, double[] lengthScales, double variance, double? mean = null,
        Encoding? encoding = null)
    {
        (_x, LengthScales, Variance, Noise) = (x, lengthScales, variance, noise);
        Encoding = encoding ?? Encoding.Numbers(lengthScales.Length);
        (Count, Dimension) = (y.Length, Encoding.Dimension);
        _kernel = new Kernel(Encoding, Count);
        _kernel.Set(x, lengthScales, variance);
        (_row, _fall) = (new double[Count], new double[Count]);
        (_solved, _scratch) = (new double[Count], new double[Count]);
        _factor = Factorise();
        Mean = mean ?? Estimate(y);
        _weights = [.. y.Select(v => v - Mean)];
        Cholesky.Solve(_factor, Count, _weights);
    }

    /// <summary>One observation more.</summary>
    private GaussianProcess(GaussianProcess old, double[] x, double noise)
    {
        (LengthScales, Variance, Mean) = (old.LengthScales, old.Variance, old.Mean);
        (_x, Noise) = ([.. old._x, .. x], [.. old.Noise, noise]);
        (Encoding, Count, Dimension) = (old.Encoding, old.Count + 1, old.Dimension);
        _kernel = new Kernel(Encoding, Count);
        _kernel.Set(_x, LengthScales, Variance);
        (_row, _fall) = (new double[Count], new double[Count]);
        (_solved, _scratch) = (new double[Count], new double[Count]);
        _factor = new double[Count * Count];
        _weights = [.. old._weights, 0];
    }

    public int Count { get; }

    /// <summary>Of an encoded point.</summary>
    public int Dimension { get; }

    public Encoding Encoding { get; }

    public double[] LengthScales { get; }

    public double Variance { get; }

    /// <summary>Variance per point.</summary>
    public double[] Noise { get; }

    public double Mean { get; }

    public ReadOnlySpan<double> Factor => _factor;

    public ReadOnlySpan<double> Weights => _weights;

    public ReadOnlySpan<double> Point(int i) => _x.AsSpan(i * Dimension, Dimension);

    /// <summary>Fills covariances with all data, and the factors of their derivatives.</summary>
    public void Covariances(ReadOnlySpan<double> x, Span<double> row, Span<double> fall) => _kernel.Row(x, row, fall);

    /// <summary>Σᵢ factorᵢ d k(x, xᵢ)/dx, with the factors that <see cref="Covariances"/> gave, added to
    /// <paramref name="gradient"/>, which holds the numeric coordinates.</summary>
    public void AddSlope(
        ReadOnlySpan<double> x, ReadOnlySpan<double> fall, ReadOnlySpan<double> factors, Span<double> gradient) =>
        _kernel.AddSlope(x, fall, factors, gradient, _scratch);

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
        Cholesky.SolveLower(_factor, Count, _solved);
        var explained = Rows.Dot(_solved, _solved);
        Cholesky.SolveUpper(_factor, Count, _solved);
        varianceSlope.Clear();
        AddSlope(x, _fall, _solved, varianceSlope);
        for (var k = 0; k < varianceSlope.Length; k++) varianceSlope[k] *= -2;
        return (mean, Math.Max(0, Variance - explained));
    }

    /// <summary>The same with one observation more, in a time that grows with the square of their number: the factor
    /// gets one row. Hyper-parameters and mean stay.</summary>
    /// <param name="noise">Its variance.</param>
    public GaussianProcess Extended(double[] x, double value, double noise)
    {
        var longer = new GaussianProcess(this, x, noise);
        for (var i = 0; i < Count; i++)
            _factor.AsSpan(i * Count, i + 1).CopyTo(longer._factor.AsSpan(i * (Count + 1)));
        Covariances(x, _row, _fall);
        var last = longer._factor.AsSpan(Count * (Count + 1), Count + 1);
        _row.CopyTo(last);
        Cholesky.SolveLower(_factor, Count, last[..Count]);
        var rest = Variance * (1 + Jitter) + noise - Rows.Dot(last[..Count], last[..Count]);
        rest = Math.Max(rest, Variance * Jitter);
        last[Count] = Math.Sqrt(rest);
        var surprise = (value - Mean - Rows.Dot(_row, _weights)) / rest;
        last[..Count].CopyTo(_solved);
        Cholesky.SolveUpper(_factor, Count, _solved);
        Rows.AddScaled(longer._weights.AsSpan(0, Count), -surprise, _solved);
        longer._weights[Count] = surprise;
        return longer;
    }

    /// <summary>ln of the density of the data (Rasmussen and Williams 2006, eq. 5.8).</summary>
    public double LogLikelihood(ReadOnlySpan<double> y)
    {
        var value = -0.5 * Count * Math.Log(2 * Math.PI);
        for (var i = 0; i < Count; i++)
            value -= 0.5 * _weights[i] * (y[i] - Mean) + Math.Log(_factor[i * Count + i]);
        return value;
    }

    /// <summary>What each observation would have been predicted to be, had it not been made (Rasmussen and Williams
    /// 2006, eq. 5.12, with the mean that all data give).</summary>
    /// <returns>Mean and variance of the observation, its noise included.</returns>
    public (double Mean, double Variance)[] LeaveOneOut(ReadOnlySpan<double> y)
    {
        var inverse = new double[Count * Count];
        Cholesky.Invert(_factor, Count, inverse, new double[Count * Count]);
        var left = new (double, double)[Count];
        for (var i = 0; i < Count; i++)
            left[i] = (y[i] - _weights[i] / inverse[i * Count + i], 1 / inverse[i * Count + i]);
        return left;
    }

    private double[] Factorise()
    {
        var factor = new double[Count * Count];
        for (var jitter = Jitter; ; jitter *= 10)
        {
            for (var i = 0; i < Count; i++)
            {
                _kernel.RowOf(i, factor.AsSpan(i * Count, i), _fall);
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
