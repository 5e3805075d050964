using Sdl.Planner.Numerics;

namespace Sdl.Planner.Surrogates;

/// <summary>The log posterior of the hyper-parameters θ = (ln l …, ln variance, ln noise variance), with the constant
/// mean profiled out, and its gradient (Rasmussen and Williams 2006, eq. 5.9).</summary>
internal sealed class Likelihood
{
    // The least noise variance: as good as exact, and the matrix stays invertible.
    private const double Least = 1e-8;

    private readonly TrainingSet _data;
    private readonly Priors? _priors;
    private readonly int _n, _scales;
    private readonly Kernel _kernel;
    private readonly double[] _values, _fall, _factor, _inverse, _scratch, _lengths;
    private readonly double[] _weights, _centred, _noise, _row, _valueRow;

    /// <param name="priors">Null: the likelihood alone.</param>
    public Likelihood(TrainingSet data, Priors? priors)
    {
        (_data, _priors, _n, _scales) = (data, priors, data.Count, data.Encoding.Scales);
        _kernel = new Kernel(data.Encoding, _n);
        (_factor, _inverse, _scratch) = (new double[_n * _n], new double[_n * _n], new double[_n * _n]);
        _fall = new double[_n * _n];
        _values = data.Encoding.Categories.Count > 0 ? new double[_n * _n] : [];
        (_weights, _centred, _noise, _row) = (new double[_n], new double[_n], new double[_n], new double[_n]);
        _valueRow = new double[data.Encoding.Categories.Count > 0 ? _n : 0];
        _lengths = new double[_scales];
    }

    /// <summary>Number of entries of θ.</summary>
    public int Parameters => _scales + 2;

    /// <summary>Noise per point for a learned variance of the points that declare none.</summary>
    public static void Noise(TrainingSet data, double learned, Span<double> noise)
    {
        for (var i = 0; i < noise.Length; i++)
            noise[i] = Math.Max(Least, double.IsNaN(data.Noise[i]) ? learned : data.Noise[i]);
    }

    /// <summary>A <see cref="SmoothFunction"/>.</summary>
    public double Evaluate(ReadOnlySpan<double> theta, Span<double> gradient)
    {
        double variance = Math.Exp(theta[_scales]), learned = Math.Exp(theta[_scales + 1]);
        for (var k = 0; k < _scales; k++) _lengths[k] = Math.Exp(theta[k]);
        Noise(_data, learned, _noise);
        _kernel.Set(_data.X, _lengths, variance);
        for (var i = 0; i < _n; i++)
        {
            var row = _factor.AsSpan(i * _n, i);
            _kernel.RowOf(i, row, _fall.AsSpan(i * _n, i));
            if (_values.Length > 0) row.CopyTo(_values.AsSpan(i * _n));
            _factor[i * _n + i] = variance + _noise[i];
        }
        gradient.Clear();
        if (!Cholesky.Factor(_factor, _n)) return double.NegativeInfinity;
        Profile();
        var fit = Rows.Dot(_weights, _centred);
        var value = -0.5 * fit - 0.5 * _n * Math.Log(2 * Math.PI);
        for (var i = 0; i < _n; i++) value -= Math.Log(_factor[i * _n + i]);
        if (!gradient.IsEmpty) AddSlopes(gradient, learned, fit);
        return value + (_priors is null ? 0 : AddPriors(theta, gradient));
    }

    /// <summary>Leaves K⁻¹(y − mean) in the weights.</summary>
    private void Profile()
    {
        _weights.AsSpan().Fill(1);
        Cholesky.Solve(_factor, _n, _weights);
        var mean = Rows.Dot(_weights, _data.Y) / _weights.Sum();
        for (var i = 0; i < _n; i++) _weights[i] = _centred[i] = _data.Y[i] - mean;
        Cholesky.Solve(_factor, _n, _weights);
    }

    private void AddSlopes(Span<double> gradient, double learned, double fit)
    {
        Cholesky.Invert(_factor, _n, _inverse, _scratch);
        // Σ W ∘ (K + noise) = (fit − n)/2, of which the noise is taken off again: no need to keep K.
        double scale = 0.5 * (fit - _n), noise = 0;
        for (var i = 0; i < _n; i++)
        {
            var inverse = _inverse.AsSpan(i * _n, i + 1);
            var own = 0.5 * (_weights[i] * _weights[i] - inverse[i]);
            scale -= own * _noise[i];
            if (double.IsNaN(_data.Noise[i]) && learned > Least) noise += own * learned;
            var row = _row.AsSpan(0, i);
            var fall = _fall.AsSpan(i * _n, i);
            for (var j = 0; j < i; j++) row[j] = _weights[i] * _weights[j] - inverse[j];
            var values = _valueRow.AsSpan(0, _values.Length > 0 ? i : 0);
            for (var j = 0; j < values.Length; j++) values[j] = row[j] * _values[i * _n + j];
            for (var j = 0; j < i; j++) row[j] *= fall[j];
            _kernel.AddScaleSlopes(i, row, values, _lengths, gradient);
        }
        gradient[_scales] += scale;
        gradient[_scales + 1] += noise;
    }

    private double AddPriors(ReadOnlySpan<double> theta, Span<double> gradient)
    {
        Span<double> slopes = stackalloc double[Parameters];
        slopes.Clear();
        var value = 0.0;
        for (var k = 0; k < _scales; k++)
        {
            var prior = k < _data.Encoding.Numeric ? _priors!.LengthScale : _priors!.LevelScale;
            value += prior.Add(theta[k], ref slopes[k]);
        }
        var variance = theta[_scales] / _priors!.VarianceSpread;
        value -= 0.5 * variance * variance;
        slopes[_scales] -= variance / _priors.VarianceSpread;
        if (_priors.Noise is { } noise) value += noise.Add(theta[_scales + 1], ref slopes[_scales + 1]);
        if (!gradient.IsEmpty) Rows.AddScaled(gradient, 1, slopes);
        return value;
    }
}
