using Sdl.Planner.Numerics;
using Sdl.Planner.Surrogates;

namespace Sdl.Planner.Sources;

/// <summary>The log posterior of the hyper-parameters of several sources, with the mean profiled out, and its gradient:
/// θ = (ln length scales of each kernel, parameters of the structure, ln noise variance of each source).</summary>
internal sealed class SourceLikelihood
{
    /// <summary>The least noise variance: as good as exact, and the matrix stays invertible.</summary>
    public const double Least = 1e-8;

    private readonly SourceData _data;
    private readonly SourceStructure _structure;
    private readonly int _n, _scales;
    private readonly Kernel[] _kernels;
    private readonly double[][] _values, _falls;
    private readonly double[] _factor, _inverse, _scratch, _weights, _mean, _falling, _row;
    private readonly Coupling _coupling, _slopes;

    public SourceLikelihood(SourceData data, SourceStructure structure)
    {
        (_data, _structure, _n, _scales) = (data, structure, data.Count, data.Encoding.Scales);
        _kernels = [.. Enumerable.Range(0, structure.Kernels).Select(_ => new Kernel(data.Encoding, _n))];
        double[] Square() => new double[_n * _n];
        _values = [.. _kernels.Select(_ => Square())];
        _falls = [.. _kernels.Select(_ => Square())];
        (_factor, _inverse, _scratch) = (Square(), Square(), Square());
        (_weights, _mean, _falling, _row) = (new double[_n], new double[_n], new double[_n], new double[_n]);
        (_coupling, _slopes) = (new(data.Sources, structure.Kernels), new(data.Sources, structure.Kernels));
    }

    /// <summary>Number of entries of θ.</summary>
    public int Parameters => _structure.Kernels * _scales + _structure.Parameters + _data.Sources;

    private int First => _structure.Kernels * _scales;

    private int FirstNoise => First + _structure.Parameters;

    /// <summary>A <see cref="SmoothFunction"/>.</summary>
    public double Evaluate(ReadOnlySpan<double> theta, Span<double> gradient)
    {
        gradient.Clear();
        Decode(theta, _coupling);
        Fill(theta);
        if (!Cholesky.Factor(_factor, _n)) return double.NegativeInfinity;
        var mean = Profile();
        var value = -0.5 * _n * Math.Log(2 * Math.PI);
        for (var i = 0; i < _n; i++)
        {
            value -= 0.5 * _weights[i] * (_data.Y[i] - mean * _coupling.Loadings[_data.Source[i]]);
            value -= Math.Log(_factor[i * _n + i]);
        }
        if (!gradient.IsEmpty) AddSlopes(theta, mean, gradient);
        return value + AddPriors(theta, gradient);
    }

    public void Decode(ReadOnlySpan<double> theta, Coupling coupling)
    {
        _structure.Decode(theta[First..FirstNoise], coupling);
        for (var s = 0; s < _data.Sources; s++) coupling.Noise[s] = Math.Max(Least, Math.Exp(theta[FirstNoise + s]));
    }

    public double[] Scales(ReadOnlySpan<double> theta, int kernel)
    {
        var scales = new double[_scales];
        for (var k = 0; k < _scales; k++) scales[k] = Math.Exp(theta[kernel * _scales + k]);
        return scales;
    }

    public static double NoiseOf(SourceData data, Coupling coupling, int i) =>
        double.IsNaN(data.Noise[i]) ? coupling.Noise[data.Source[i]] : Math.Max(Least, data.Noise[i]);

    private void Fill(ReadOnlySpan<double> theta)
    {
        for (var q = 0; q < _kernels.Length; q++)
        {
            _kernels[q].Set(_data.X, Scales(theta, q), 1);
            for (var i = 0; i < _n; i++)
            {
                _kernels[q].RowOf(i, _values[q].AsSpan(i * _n, i), _falls[q].AsSpan(i * _n, i));
                (_values[q][i * _n + i], _falls[q][i * _n + i]) = (1, 0);
            }
        }
        for (var i = 0; i < _n; i++)
        {
            var s = _data.Source[i];
            for (var j = 0; j <= i; j++)
            {
                var t = _data.Source[j];
                var sum = s == t ? _coupling.Offsets[s] : 0;
                for (var q = 0; q < _kernels.Length; q++) sum += _coupling.Share(q, s, t) * _values[q][i * _n + j];
                _factor[i * _n + j] = sum;
            }
            _factor[i * _n + i] += NoiseOf(_data, _coupling, i);
        }
    }

    /// <summary>Leaves K⁻¹(y − mean) in the weights.</summary>
    private double Profile()
    {
        double above = 0, below = 0;
        for (var i = 0; i < _n; i++) _mean[i] = _coupling.Loadings[_data.Source[i]];
        Cholesky.Solve(_factor, _n, _mean);
        for (var i = 0; i < _n; i++)
        {
            above += _mean[i] * _data.Y[i];
            below += _mean[i] * _coupling.Loadings[_data.Source[i]];
        }
        var mean = below > 0 ? above / below : 0;
        for (var i = 0; i < _n; i++) _weights[i] = _data.Y[i] - mean * _coupling.Loadings[_data.Source[i]];
        Cholesky.Solve(_factor, _n, _weights);
        return mean;
    }

    private void AddSlopes(ReadOnlySpan<double> theta, double mean, Span<double> gradient)
    {
        Cholesky.Invert(_factor, _n, _inverse, _scratch);
        _slopes.Clear();
        for (var i = 0; i < _n; i++)
        {
            var s = _data.Source[i];
            // The weight of a pair is d value / d K, once for both orders.
            for (var j = 0; j < i; j++) _row[j] = _weights[i] * _weights[j] - _inverse[i * _n + j];
            var own = 0.5 * (_weights[i] * _weights[i] - _inverse[i * _n + i]);
            for (var q = 0; q < _kernels.Length; q++) AddKernelSlopes(i, q, own, theta, gradient);
            if (double.IsNaN(_data.Noise[i]) && _coupling.Noise[s] > Least)
                gradient[FirstNoise + s] += own * _coupling.Noise[s];
            _slopes.Loadings[s] += mean * _weights[i];
        }
        _structure.Pull(theta[First..FirstNoise], _slopes, gradient[First..FirstNoise]);
    }

    private void AddKernelSlopes(int i, int q, double own, ReadOnlySpan<double> theta, Span<double> gradient)
    {
        var (s, sources) = (_data.Source[i], _data.Sources);
        var values = _values[q].AsSpan(i * _n, i);
        var shares = _slopes.Shares[q];
        for (var j = 0; j < i; j++)
        {
            var t = _data.Source[j];
            var part = 0.5 * _row[j] * values[j];
            shares[s * sources + t] += part;
            shares[t * sources + s] += part;
            var weight = _row[j] * _coupling.Share(q, s, t);
            _falling[j] = weight * _falls[q][i * _n + j];
            _scratch[j] = weight * values[j];
        }
        shares[s * sources + s] += own;
        _kernels[q].AddScaleSlopes(
            i, _falling.AsSpan(0, i), _scratch.AsSpan(0, i), Scales(theta, q),
            gradient.Slice(q * _scales, _scales));
    }

    private double AddPriors(ReadOnlySpan<double> theta, Span<double> gradient)
    {
        var value = _structure.AddPrior(
            theta[First..FirstNoise], gradient.IsEmpty ? gradient : gradient[First..FirstNoise]);
        for (var q = 0; q < _kernels.Length; q++)
        {
            var (mean, spread, ofScale) = _structure.ScalePrior(q, _data.Encoding.Dimension);
            for (var k = q * _scales; k < (q + 1) * _scales; k++)
                value += Add(theta[k], mean, spread, ofScale, gradient, k);
        }
        for (var k = FirstNoise; k < theta.Length; k++) value += Add(theta[k], -9, 3, false, gradient, k);
        return value;
    }

    private static double Add(
        double at, double mean, double spread, bool ofScale, Span<double> gradient, int k)
    {
        var distance = (at - mean) / spread;
        if (!gradient.IsEmpty) gradient[k] -= distance / spread + (ofScale ? 1 : 0);
        return -0.5 * distance * distance - (ofScale ? at : 0);
    }
}
