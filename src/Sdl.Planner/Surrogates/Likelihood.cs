using Sdl.Planner.Numerics;

namespace Sdl.Planner.Surrogates;

/// <summary>The log posterior of the hyper-parameters θ = (ln lₖ …, ln variance, ln noise variance), with the constant
/// mean profiled out, and its gradient (Rasmussen and Williams 2006, eq. 5.9).</summary>
internal sealed class Likelihood
{
    // The least noise variance: as good as exact, and the matrix stays invertible.
    private const double Least = 1e-8;

    private readonly TrainingSet _data;
    private readonly Priors? _priors;
    private readonly int _n, _d;
    private readonly double[] _squares, _inverseSquares, _kernel, _fall, _factor, _inverse, _scratch;
    private readonly double[] _weights, _ones, _noise;

    /// <param name="priors">Null: the likelihood alone.</param>
    public Likelihood(TrainingSet data, Priors? priors)
    {
        (_data, _priors, _n, _d) = (data, priors, data.Count, data.Dimension);
        (_factor, _inverse, _scratch) = (new double[_n * _n], new double[_n * _n], new double[_n * _n]);
        (_kernel, _fall) = (new double[_n * _n], new double[_n * _n]);
        (_weights, _ones, _noise) = (new double[_n], new double[_n], new double[_n]);
        _inverseSquares = new double[_d];
        _squares = new double[_n * (_n - 1) / 2 * _d];
        var at = 0;
        for (var i = 0; i < _n; i++)
            for (var j = 0; j < i; j++)
                for (var k = 0; k < _d; k++)
                    _squares[at++] = Math.Pow(data.X[i * _d + k] - data.X[j * _d + k], 2);
    }

    /// <summary>Number of entries of θ.</summary>
    public int Parameters => _d + 2;

    /// <summary>Noise per point for a learned variance of the points that declare none.</summary>
    public static void Noise(TrainingSet data, double learned, Span<double> noise)
    {
        for (var i = 0; i < noise.Length; i++)
            noise[i] = Math.Max(Least, double.IsNaN(data.Noise[i]) ? learned : data.Noise[i]);
    }

    /// <summary>An <see cref="SmoothFunction"/>.</summary>
    public double Evaluate(ReadOnlySpan<double> theta, Span<double> gradient)
    {
        double variance = Math.Exp(theta[_d]), learned = Math.Exp(theta[_d + 1]);
        for (var k = 0; k < _d; k++) _inverseSquares[k] = Math.Exp(-2 * theta[k]);
        Noise(_data, learned, _noise);
        Fill(variance);
        gradient.Clear();
        if (!Cholesky.Factor(_factor, _n)) return double.NegativeInfinity;
        Profile();
        var value = -0.5 * Rows.Dot(_weights, _ones) - 0.5 * _n * Math.Log(2 * Math.PI);
        for (var i = 0; i < _n; i++) value -= Math.Log(_factor[i * _n + i]);
        if (!gradient.IsEmpty) AddSlopes(gradient, learned);
        return value + (_priors is null ? 0 : AddPriors(theta, gradient));
    }

    private void Fill(double variance)
    {
        var at = 0;
        for (var i = 0; i < _n; i++)
        {
            for (var j = 0; j < i; j++, at += _d)
            {
                var squared = 0.0;
                for (var k = 0; k < _d; k++) squared += _squares[at + k] * _inverseSquares[k];
                _factor[i * _n + j] = _kernel[i * _n + j] = variance * Matern52.Value(squared, out var fall);
                _fall[i * _n + j] = variance * fall;
            }
            _kernel[i * _n + i] = variance;
            _factor[i * _n + i] = variance + _noise[i];
        }
    }

    /// <summary>Leaves K⁻¹(y − mean) in the weights and y − mean in the ones' buffer.</summary>
    private void Profile()
    {
        _ones.AsSpan().Fill(1);
        Cholesky.Solve(_factor, _n, _ones);
        var mean = Rows.Dot(_ones, _data.Y) / _ones.Sum();
        for (var i = 0; i < _n; i++) _weights[i] = _ones[i] = _data.Y[i] - mean;
        Cholesky.Solve(_factor, _n, _weights);
    }

    private void AddSlopes(Span<double> gradient, double learned)
    {
        Cholesky.Invert(_factor, _n, _inverse, _scratch);
        var at = 0;
        double scale = 0, noise = 0;
        for (var i = 0; i < _n; i++)
        {
            for (var j = 0; j < i; j++, at += _d)
            {
                var w = _weights[i] * _weights[j] - _inverse[i * _n + j];
                scale += w * _kernel[i * _n + j];
                var falling = w * _fall[i * _n + j];
                for (var k = 0; k < _d; k++) gradient[k] += falling * _squares[at + k];
            }
            var own = 0.5 * (_weights[i] * _weights[i] - _inverse[i * _n + i]);
            scale += own * _kernel[i * _n + i];
            if (double.IsNaN(_data.Noise[i]) && learned > Least) noise += own * learned;
        }
        for (var k = 0; k < _d; k++) gradient[k] *= _inverseSquares[k];
        gradient[_d] += scale;
        gradient[_d + 1] += noise;
    }

    private double AddPriors(ReadOnlySpan<double> theta, Span<double> gradient)
    {
        Span<double> slopes = stackalloc double[Parameters];
        var value = 0.0;
        for (var k = 0; k < _d; k++) value += _priors!.LengthScale.Add(theta[k], ref slopes[k]);
        value += _priors!.Variance.Add(theta[_d], ref slopes[_d]);
        if (_priors.Noise is { } noise) value += noise.Add(theta[_d + 1], ref slopes[_d + 1]);
        if (!gradient.IsEmpty) Rows.AddScaled(gradient, 1, slopes);
        return value;
    }
}
