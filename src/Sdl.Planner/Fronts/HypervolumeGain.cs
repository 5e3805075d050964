using Sdl.Planner.Numerics;

namespace Sdl.Planner.Fronts;

/// <summary>ln of the expected hypervolume improvement of one point over a front, for independent normal objectives of
/// which more is better. Exact in any number of objectives: over each box that the front leaves free the expectation of
/// the product is the product of the expectations, E[min(u, y) − min(l, y)] = σ (h((μ − l)/σ) − h((μ − u)/σ))
/// (Emmerich, Yang, Deutz, Wang and Fonseca 2016, doi 10.1007/978-3-319-29975-4_8; in logarithms after Ament et al.
/// 2023, arXiv 2310.20708).</summary>
/// <remarks>Owns its buffers: not thread-safe. Infinite negative where the front leaves no box.</remarks>
internal sealed class HypervolumeGain
{
    // Boxes whose share is below e^-40 of the largest add nothing.
    private const double Negligible = 40;

    private readonly FreeBoxes _boxes;
    private readonly int _m;
    private readonly double[][] _logs, _slopes, _standard;
    private readonly double[] _terms;

    public HypervolumeGain(FreeBoxes boxes)
    {
        (_boxes, _m) = (boxes, boxes.Objectives);
        double[][] Buffers() => [.. Enumerable.Range(0, _m).Select(k => new double[boxes.Levels(k).Length])];
        (_logs, _slopes, _standard) = (Buffers(), Buffers(), Buffers());
        _terms = new double[boxes.Count];
    }

    /// <param name="meanSlopes">d/d mean, by objective.</param>
    /// <param name="deviationSlopes">d/d deviation, by objective.</param>
    public double Log(
        ReadOnlySpan<double> means, ReadOnlySpan<double> deviations, Span<double> meanSlopes,
        Span<double> deviationSlopes)
    {
        for (var k = 0; k < _m; k++) Prepare(k, means[k], deviations[k]);
        var largest = double.NegativeInfinity;
        for (var b = 0; b < _terms.Length; b++)
        {
            _terms[b] = 0;
            for (var k = 0; k < _m; k++) _terms[b] += LogPart(b, k, deviations[k]);
            largest = Math.Max(largest, _terms[b]);
        }
        meanSlopes.Clear();
        deviationSlopes.Clear();
        if (double.IsNegativeInfinity(largest)) return largest;
        var total = 0.0;
        for (var b = 0; b < _terms.Length; b++)
        {
            if (_terms[b] < largest - Negligible) continue;
            var share = Math.Exp(_terms[b] - largest);
            total += share;
            if (meanSlopes.IsEmpty) continue;
            for (var k = 0; k < _m; k++) AddSlopes(b, k, share / deviations[k], meanSlopes, deviationSlopes);
        }
        for (var k = 0; k < meanSlopes.Length; k++)
            (meanSlopes[k], deviationSlopes[k]) = (meanSlopes[k] / total, deviationSlopes[k] / total);
        return largest + Math.Log(total);
    }

    private void Prepare(int objective, double mean, double deviation)
    {
        var levels = _boxes.Levels(objective);
        for (var i = 0; i < levels.Length - 1; i++)
        {
            var z = _standard[objective][i] = (mean - levels[i]) / deviation;
            _logs[objective][i] = NormalTail.LogH(z, out _slopes[objective][i]);
        }
        _logs[objective][levels.Length - 1] = double.NegativeInfinity;
    }

    /// <summary>ln(ψ(l) − ψ(u)); in a box too thin for the difference, ln((u − l) Φ) as of the middle.</summary>
    private double LogPart(int box, int objective, double deviation)
    {
        var (low, high) = (_boxes.Low[box * _m + objective], _boxes.High[box * _m + objective]);
        var logs = _logs[objective];
        return Math.Log(deviation) + logs[low] + LogOneMinus(logs[high] - logs[low]);
    }

    /// <summary>ln(1 − eˣ) for x below 0.</summary>
    private static double LogOneMinus(double x) =>
        x > -0.69 ? Math.Log(-NearOne.Exp(Math.Min(x, -1e-15))) : NearOne.Log(-Math.Exp(x));

    private void AddSlopes(
        int box, int objective, double share, Span<double> meanSlopes, Span<double> deviationSlopes)
    {
        var (low, high) = (_boxes.Low[box * _m + objective], _boxes.High[box * _m + objective]);
        var (logs, slopes, z) = (_logs[objective], _slopes[objective], _standard[objective]);
        var ratio = Math.Exp(Math.Min(logs[high] - logs[low], -1e-15));
        var mean = slopes[low] - ratio * slopes[high];
        // d ψ/dσ = φ = h − z Φ, here relative to h.
        var deviation = 1 - z[low] * slopes[low] - ratio * (1 - z[high] * slopes[high]);
        meanSlopes[objective] += share * mean / (1 - ratio);
        deviationSlopes[objective] += share * deviation / (1 - ratio);
    }
}
