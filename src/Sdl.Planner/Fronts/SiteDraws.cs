using Sdl.Planner.Numerics;
using Sdl.Planner.Surrogates;

namespace Sdl.Planner.Fronts;

/// <summary>One objective as drawn at some sites, each draw taken for exact data: what it then says of any other
/// place.</summary>
/// <remarks>Not thread-safe: it owns its buffers.</remarks>
internal sealed class SiteDraws
{
    private const double SiteNoise = 1e-7;
    private const double LeastVariance = 1e-14;

    private readonly GaussianProcess _exact;
    private readonly int _sites, _draws;
    private readonly double[] _weights, _row, _fall, _solved, _factors, _means, _deviationSlope;

    /// <param name="sites">Row-major, no two of them alike.</param>
    /// <param name="values">Sites × draws.</param>
    public SiteDraws(GaussianProcess model, double[] sites, double[] values, int draws)
    {
        (_sites, _draws) = (sites.Length / model.Dimension, draws);
        var noise = Enumerable.Repeat(SiteNoise * model.Variance, _sites).ToArray();
        var column = new double[_sites];
        _exact = new GaussianProcess(
            sites, column, noise, model.LengthScales, model.Variance, model.Mean, model.Encoding);
        _weights = new double[_sites * draws];
        for (var s = 0; s < draws; s++)
        {
            for (var i = 0; i < _sites; i++) column[i] = values[i * draws + s] - model.Mean;
            Cholesky.Solve(_exact.Factor, _sites, column);
            for (var i = 0; i < _sites; i++) _weights[i * draws + s] = column[i];
        }
        (_row, _fall) = (new double[_sites], new double[_sites]);
        (_solved, _factors) = (new double[_sites], new double[_sites]);
        (_means, _deviationSlope) = (new double[draws], new double[model.Encoding.Numeric]);
    }

    /// <summary>In every draw the same.</summary>
    public double Deviation { get; private set; }

    /// <summary>By draw.</summary>
    public ReadOnlySpan<double> Means => _means;

    /// <summary>Fills <see cref="Deviation"/> and <see cref="Means"/>.</summary>
    public void At(ReadOnlySpan<double> x)
    {
        _exact.Covariances(x, _row, _fall);
        _row.CopyTo(_solved, 0);
        Cholesky.SolveLower(_exact.Factor, _sites, _solved);
        Deviation = Math.Sqrt(Math.Max(
            _exact.Variance * LeastVariance, _exact.Variance - Rows.Dot(_solved, _solved)));
        _means.AsSpan().Fill(_exact.Mean);
        for (var i = 0; i < _sites; i++) Rows.AddScaled(_means, _row[i], _weights.AsSpan(i * _draws, _draws));
    }

    /// <summary>Adds the slopes of a function of the last <see cref="At"/>, given its slopes by the means and the
    /// deviation; once.</summary>
    public void AddSlopes(
        ReadOnlySpan<double> x, ReadOnlySpan<double> byMeans, double byDeviation, Span<double> gradient)
    {
        for (var i = 0; i < _sites; i++) _factors[i] = Rows.Dot(byMeans, _weights.AsSpan(i * _draws, _draws));
        _exact.AddSlope(x, _fall, _factors, gradient);
        Cholesky.SolveUpper(_exact.Factor, _sites, _solved);
        _deviationSlope.AsSpan().Clear();
        _exact.AddSlope(x, _fall, _solved, _deviationSlope);
        Rows.AddScaled(gradient, -byDeviation / Deviation, _deviationSlope);
    }
}
