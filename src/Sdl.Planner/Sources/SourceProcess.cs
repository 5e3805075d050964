using Sdl.Planner.Numerics;
using Sdl.Planner.Surrogates;

namespace Sdl.Planner.Sources;

/// <summary>Several sources with given hyper-parameters, conditioned on what they have measured.</summary>
/// <remarks>Works in standardised outputs. Not thread-safe: it owns the buffers that its predictions use.</remarks>
internal sealed class SourceProcess
{
    private const double Jitter = 1e-10;

    private readonly double[][] _scales;
    private readonly Kernel[] _kernels;
    private readonly double[][] _rows, _falls;
    private readonly double[] _factor, _weights, _target, _other, _lean, _scratch;
    private readonly double _mean;

    /// <param name="scales">Length scales of each kernel.</param>
    public SourceProcess(SourceData data, Coupling coupling, double[][] scales)
    {
        (Data, Coupling, _scales) = (data, coupling, scales);
        var n = data.Count;
        _kernels = [.. scales.Select(_ => new Kernel(data.Encoding, n))];
        for (var q = 0; q < scales.Length; q++) _kernels[q].Set(data.X, scales[q], 1);
        _rows = [.. scales.Select(_ => new double[n])];
        _falls = [.. scales.Select(_ => new double[n])];
        (_target, _other, _lean, _scratch) = (new double[n], new double[n], new double[n], new double[n]);
        _factor = Factorise();
        double[] loadings = [.. data.Source.Select(s => coupling.Loadings[s])];
        double[] solved = [.. loadings];
        Cholesky.Solve(_factor, n, solved);
        var below = Rows.Dot(solved, loadings);
        _mean = below > 0 ? Rows.Dot(solved, data.Y) / below : 0;
        _weights = [.. data.Y.Select((y, i) => y - _mean * loadings[i])];
        Cholesky.Solve(_factor, n, _weights);
    }

    public SourceData Data { get; }

    public Coupling Coupling { get; }

    /// <summary>Of the kernel that the target follows.</summary>
    public IReadOnlyList<double> LengthScales => _scales[0];

    /// <summary>The same hyper-parameters with some measurements under way taken for done, each with the value that is
    /// expected: deviations are then exactly those that will remain.</summary>
    public SourceProcess With(IReadOnlyList<(double[] X, int Source)> underWay) => underWay.Count == 0 ? this : new(
        Data.With([.. underWay.Select(p => (p.X, p.Source, Mean(p.X, p.Source), NoiseOf(p.Source)))]),
        Coupling, _scales);

    /// <summary>Expected value of a source, without noise.</summary>
    public double Mean(ReadOnlySpan<double> x, int source)
    {
        Evaluate(x);
        Row(source, _other);
        return _mean * Coupling.Loadings[source] + Rows.Dot(_other, _weights);
    }

    /// <summary>A <see cref="SmoothFunction"/>: expected value of the target.</summary>
    public double TargetMean(ReadOnlySpan<double> x, Span<double> gradient)
    {
        Evaluate(x);
        Row(Data.Target, _target);
        gradient.Clear();
        if (!gradient.IsEmpty) AddSlope(x, Data.Target, _weights, gradient);
        return _mean + Rows.Dot(_target, _weights);
    }

    /// <summary>Mean and variance of the target itself, without noise.</summary>
    public (double Mean, double Variance) Target(ReadOnlySpan<double> x)
    {
        var mean = TargetMean(x, []);
        Cholesky.SolveLower(_factor, Data.Count, _target);
        var prior = Coupling.AtOnePoint(Data.Target, Data.Target);
        return (mean, Math.Max(1e-14 * prior, prior - Rows.Dot(_target, _target)));
    }

    /// <summary>What a measurement at x would share with the target there.</summary>
    public Joint At(ReadOnlySpan<double> x, int source) => At(x, source, _other);

    /// <param name="row">Filled with the solved covariances of the measurement with all data.</param>
    public Joint At(ReadOnlySpan<double> x, int source, Span<double> row)
    {
        var (mean, variance) = Target(x);
        Row(source, _other);
        Cholesky.SolveLower(_factor, Data.Count, _other);
        _other.CopyTo(row);
        var prior = Coupling.AtOnePoint(source, source);
        var covariance = Coupling.AtOnePoint(source, Data.Target) - Rows.Dot(_target, _other);
        var measured = Math.Max(1e-14 * prior, prior - Rows.Dot(_other, _other)) + NoiseOf(source);
        return new Joint(mean, variance, measured, source == Data.Target ? variance : covariance);
    }

    /// <summary>Adds the slopes of a function of the last <see cref="At(ReadOnlySpan{double}, int)"/>, given its slopes
    /// by what that returned.</summary>
    /// <param name="more">Slopes by the covariances of the measurement with all data; empty: none.</param>
    public void AddSlopes(
        ReadOnlySpan<double> x, int source, Joint by, ReadOnlySpan<double> more, Span<double> gradient)
    {
        var n = Data.Count;
        var own = source == Data.Target;
        Cholesky.SolveUpper(_factor, n, _target);
        Cholesky.SolveUpper(_factor, n, _other);
        var onVariance = by.Variance + (own ? by.Measured + by.Covariance : 0);
        for (var i = 0; i < n; i++)
            _scratch[i] = by.Mean * _weights[i] - 2 * onVariance * _target[i] - (own ? 0 : by.Covariance * _other[i]);
        AddSlope(x, Data.Target, _scratch, gradient);
        if (!more.IsEmpty) AddSlope(x, source, more, gradient);
        if (own) return;
        for (var i = 0; i < n; i++) _scratch[i] = -2 * by.Measured * _other[i] - by.Covariance * _target[i];
        AddSlope(x, source, _scratch, gradient);
    }

    /// <summary>Variance of the noise of one measurement: as learned, or as the source has declared so far.</summary>
    public double NoiseOf(int source)
    {
        double sum = 0;
        var count = 0;
        for (var i = 0; i < Data.Count; i++)
        {
            if (Data.Source[i] != source || double.IsNaN(Data.Noise[i])) continue;
            sum += Data.Noise[i];
            count++;
        }
        return count > 0 ? Math.Max(SourceLikelihood.Least, sum / count) : Coupling.Noise[source];
    }

    /// <summary>Means and covariances of the target at some points.</summary>
    public (double[] Means, double[] Covariances) Together(IReadOnlyList<double[]> points)
    {
        var (m, n, target) = (points.Count, Data.Count, Data.Target);
        double[] means = new double[m], solved = new double[m * n];
        double[] covariances = new double[m * m], fall = new double[m];
        var kernels = Kernels([.. points.SelectMany(p => p)], m);
        var row = new double[m];
        for (var i = 0; i < m; i++)
        {
            means[i] = TargetMean(points[i], []);
            Solve(points[i], target, solved.AsSpan(i * n, n));
            for (var q = 0; q < kernels.Length; q++)
            {
                kernels[q].RowOf(i, row.AsSpan(0, i), fall);
                Rows.AddScaled(covariances.AsSpan(i * m, i), Coupling.Share(q, target, target), row.AsSpan(0, i));
            }
            covariances[i * m + i] = Coupling.AtOnePoint(target, target);
            for (var j = 0; j <= i; j++)
            {
                covariances[i * m + j] -= Rows.Dot(solved.AsSpan(i * n, n), solved.AsSpan(j * n, n));
                covariances[j * m + i] = covariances[i * m + j];
            }
        }
        return (means, covariances);
    }

    /// <summary>Covariances of a source at x with all data, solved by the lower factor.</summary>
    public void Solve(ReadOnlySpan<double> x, int source, Span<double> row)
    {
        Evaluate(x);
        Row(source, row);
        Cholesky.SolveLower(_factor, Data.Count, row);
    }

    /// <summary>Solves what <see cref="Solve"/> gave by the upper factor, too.</summary>
    public void Finish(Span<double> row) => Cholesky.SolveUpper(_factor, Data.Count, row);

    /// <summary>The same kernels over other points, with variance one.</summary>
    public Kernel[] Kernels(double[] points, int count) => [.. _scales.Select(s =>
    {
        var kernel = new Kernel(Data.Encoding, count);
        kernel.Set(points, s, 1);
        return kernel;
    })];

    private void Evaluate(ReadOnlySpan<double> x)
    {
        for (var q = 0; q < _kernels.Length; q++) _kernels[q].Row(x, _rows[q], _falls[q]);
    }

    private void Row(int source, Span<double> row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var t = Data.Source[i];
            row[i] = source == t ? Coupling.Offsets[source] : 0;
            for (var q = 0; q < _rows.Length; q++) row[i] += Coupling.Share(q, source, t) * _rows[q][i];
        }
    }

    /// <summary>Σᵢ factorᵢ d Cov(f_source(x), yᵢ)/dx.</summary>
    private void AddSlope(ReadOnlySpan<double> x, int source, ReadOnlySpan<double> factors, Span<double> gradient)
    {
        Span<double> scratch = new double[Data.Count];
        for (var q = 0; q < _kernels.Length; q++)
        {
            for (var i = 0; i < factors.Length; i++)
                _lean[i] = factors[i] * Coupling.Share(q, source, Data.Source[i]);
            _kernels[q].AddSlope(x, _falls[q], _lean, gradient, scratch);
        }
    }

    private double[] Factorise()
    {
        var n = Data.Count;
        var factor = new double[n * n];
        for (var jitter = Jitter; ; jitter *= 10)
        {
            for (var i = 0; i < n; i++)
            {
                var row = factor.AsSpan(i * n, i);
                var s = Data.Source[i];
                for (var j = 0; j < i; j++) row[j] = s == Data.Source[j] ? Coupling.Offsets[s] : 0;
                for (var q = 0; q < _kernels.Length; q++)
                {
                    _kernels[q].RowOf(i, _rows[q].AsSpan(0, i), _falls[q]);
                    for (var j = 0; j < i; j++) row[j] += Coupling.Share(q, s, Data.Source[j]) * _rows[q][j];
                }
                factor[i * n + i] = Coupling.AtOnePoint(s, s) * (1 + jitter)
                    + SourceLikelihood.NoiseOf(Data, Coupling, i);
            }
            if (Cholesky.Factor(factor, n)) return factor;
        }
    }
}

/// <summary>The target and a measurement at one point; or the slopes of a function by each of these.</summary>
/// <param name="Mean">Of the target.</param>
/// <param name="Variance">Of the target.</param>
/// <param name="Measured">Variance of the measured value, its noise included.</param>
internal readonly record struct Joint(double Mean, double Variance, double Measured, double Covariance);
