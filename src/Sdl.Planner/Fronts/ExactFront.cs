using Sdl.Planner.Numerics;
using Sdl.Planner.Surrogates;

namespace Sdl.Planner.Fronts;

/// <summary>ln of the expected hypervolume improvement over a front that is known exactly.</summary>
internal sealed class ExactFront
{
    private const double LeastVariance = 1e-14;

    private readonly IReadOnlyList<GaussianProcess> _models;
    private readonly HypervolumeGain _gain;
    private readonly double[] _means, _deviations, _byMean, _byDeviation;
    private readonly double[][] _meanSlopes, _varianceSlopes;

    /// <param name="front">Standardised values.</param>
    /// <param name="reference">Standardised.</param>
    public ExactFront(IReadOnlyList<GaussianProcess> models, IEnumerable<double[]> front, double[] reference)
    {
        _models = models;
        _gain = new HypervolumeGain(new FreeBoxes(front, reference));
        (_means, _deviations) = (new double[models.Count], new double[models.Count]);
        (_byMean, _byDeviation) = (new double[models.Count], new double[models.Count]);
        _meanSlopes = [.. models.Select(m => new double[m.Encoding.Numeric])];
        _varianceSlopes = [.. models.Select(m => new double[m.Encoding.Numeric])];
    }

    /// <summary>A <see cref="SmoothFunction"/>.</summary>
    public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
    {
        for (var k = 0; k < _models.Count; k++)
        {
            (_means[k], var variance) = gradient.IsEmpty ? _models[k].Predict(x)
                : _models[k].Predict(x, _meanSlopes[k], _varianceSlopes[k]);
            _deviations[k] = Math.Sqrt(Math.Max(variance, LeastVariance * _models[k].Variance));
        }
        if (gradient.IsEmpty) return _gain.Log(_means, _deviations, [], []);
        var value = _gain.Log(_means, _deviations, _byMean, _byDeviation);
        gradient.Clear();
        for (var k = 0; k < _models.Count; k++)
        {
            Rows.AddScaled(gradient, _byMean[k], _meanSlopes[k]);
            Rows.AddScaled(gradient, 0.5 * _byDeviation[k] / _deviations[k], _varianceSlopes[k]);
        }
        return value;
    }
}
