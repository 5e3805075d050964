using MathNet.Numerics.Distributions;
using Sdl.Planner.Acquisition;
using Sdl.Planner.Numerics;
using Sdl.Planner.Spaces;
using Sdl.Planner.Surrogates;

namespace Sdl.Planner.Fronts;

/// <summary>ln of the expected hypervolume improvement over the front of the points that are known or under way, when
/// the objectives are not known exactly at all of them: they are drawn jointly at these points, each draw has a front
/// of its own, and the exact improvements over these fronts are averaged (Daulton, Balandat and Bakshy 2021, arXiv
/// 2105.08195, with the inner expectation exact instead of sampled).</summary>
internal sealed class DrawnFronts
{
    private const double Negligible = 40;

    private readonly SiteDraws[] _objectives;
    private readonly HypervolumeGain[] _fronts;
    private readonly int _m, _draws;
    private readonly double[] _logs, _means, _deviations, _byMean, _byDeviation;
    private readonly double[][] _meanSlopes, _deviationSlopes;

    /// <param name="sites">Points where there is or will be a value, no two of them alike.</param>
    /// <param name="counts">By site: whether it may belong to a front.</param>
    /// <param name="reference">Standardised.</param>
    public DrawnFronts(
        IReadOnlyList<GaussianProcess> models, IReadOnlyList<double[]> sites, bool[] counts, double[] reference,
        int draws, ulong seed)
    {
        (_m, _draws) = (models.Count, draws);
        var flat = sites.SelectMany(s => s).ToArray();
        var values = Draw(models, flat, sites.Count, draws, seed);
        _objectives = [.. models.Select((model, k) => new SiteDraws(model, flat, values[k], draws))];
        _fronts = new HypervolumeGain[draws];
        for (var s = 0; s < draws; s++)
        {
            var points = Enumerable.Range(0, sites.Count).Where(i => counts[i])
                .Select(i => values.Select(v => v[i * draws + s]).ToArray());
            _fronts[s] = new HypervolumeGain(new FreeBoxes(points, reference));
        }
        (_logs, _means, _deviations) = (new double[draws], new double[_m], new double[_m]);
        (_byMean, _byDeviation) = (new double[_m], new double[_m]);
        _meanSlopes = [.. models.Select(_ => new double[draws])];
        _deviationSlopes = [.. models.Select(_ => new double[draws])];
    }

    /// <summary>A <see cref="SmoothFunction"/>.</summary>
    public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
    {
        for (var k = 0; k < _m; k++)
        {
            _objectives[k].At(x);
            _deviations[k] = _objectives[k].Deviation;
        }
        var highest = double.NegativeInfinity;
        for (var s = 0; s < _draws; s++)
        {
            for (var k = 0; k < _m; k++) _means[k] = _objectives[k].Means[s];
            _logs[s] = gradient.IsEmpty ? _fronts[s].Log(_means, _deviations, [], [])
                : _fronts[s].Log(_means, _deviations, _byMean, _byDeviation);
            for (var k = 0; k < _m; k++) (_meanSlopes[k][s], _deviationSlopes[k][s]) = (_byMean[k], _byDeviation[k]);
            highest = Math.Max(highest, _logs[s]);
        }
        gradient.Clear();
        if (double.IsNegativeInfinity(highest)) return highest;
        var total = 0.0;
        foreach (var log in _logs) total += log < highest - Negligible ? 0 : Math.Exp(log - highest);
        if (!gradient.IsEmpty) AddSlopes(x, highest, total, gradient);
        return highest + Math.Log(total / _draws);
    }

    private void AddSlopes(ReadOnlySpan<double> x, double highest, double total, Span<double> gradient)
    {
        for (var k = 0; k < _m; k++)
        {
            var byDeviation = 0.0;
            for (var s = 0; s < _draws; s++)
            {
                var share = _logs[s] < highest - Negligible ? 0 : Math.Exp(_logs[s] - highest) / total;
                _meanSlopes[k][s] = share == 0 ? 0 : share * _meanSlopes[k][s];
                byDeviation += share == 0 ? 0 : share * _deviationSlopes[k][s];
            }
            _objectives[k].AddSlopes(x, _meanSlopes[k], byDeviation, gradient);
        }
    }

    /// <summary>By objective sites × draws. All objectives share one sequence: two of the same dimensions would go
    /// together.</summary>
    private static double[][] Draw(
        IReadOnlyList<GaussianProcess> models, double[] flat, int sites, int draws, ulong seed)
    {
        var posteriors = models.Select(m => NoisyImprovement.Posterior(m, flat)).ToArray();
        int[] ranks = [.. posteriors.Select(p => Math.Min(p.Rank, Sobol.MaxDimension / models.Count))];
        var sobol = new Sobol(ranks.Sum(), seed);
        var normal = new double[sobol.Dimension];
        var values = models.Select(_ => new double[sites * draws]).ToArray();
        for (var s = 0; s < draws; s++)
        {
            sobol.Point((uint)s, normal);
            for (var r = 0; r < normal.Length; r++) normal[r] = Normal.InvCDF(0, 1, Math.Max(normal[r], 1e-10));
            for (int k = 0, at = 0; k < models.Count; at += ranks[k++])
            {
                var width = posteriors[k].Columns.Length / sites;
                var own = normal.AsSpan(at, ranks[k]);
                for (var i = 0; i < sites; i++)
                {
                    values[k][i * draws + s] = posteriors[k].Means[i]
                        + Rows.Dot(own, posteriors[k].Columns.AsSpan(i * width, ranks[k]));
                }
            }
        }
        return values;
    }
}
