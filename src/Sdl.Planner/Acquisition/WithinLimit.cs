using Sdl.Planner.Numerics;
using Sdl.Planner.Surrogates;

namespace Sdl.Planner.Acquisition;

/// <summary>ln of the probability that an outcome is above a limit (or, with the sign −1, below it).</summary>
/// <param name="limit">Standardised.</param>
internal sealed class WithinLimit(GaussianProcess model, double limit, int sign)
{
    private const double LeastVariance = 1e-14;

    private readonly double[] _meanSlope = new double[model.Encoding.Numeric];
    private readonly double[] _varianceSlope = new double[model.Encoding.Numeric];

    /// <summary>Whether a standardised value is within it.</summary>
    public bool Holds(double value) => sign * (value - limit) >= 0;

    /// <summary>The value; its slope is added to the gradient.</summary>
    public double Add(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var (mean, variance) = gradient.IsEmpty
            ? model.Predict(x) : model.Predict(x, _meanSlope, _varianceSlope);
        var deviation = Math.Sqrt(Math.Max(variance, LeastVariance * model.Variance));
        var z = sign * (mean - limit) / deviation;
        var value = NormalTail.LogCumulative(z, out var slope);
        for (var k = 0; k < gradient.Length; k++)
        {
            gradient[k] += slope * (sign * _meanSlope[k]
                - 0.5 * z / deviation * _varianceSlope[k]) / deviation;
        }
        return value;
    }
}
