using Sdl.Planner.Numerics;
using Sdl.Planner.Surrogates;

namespace Sdl.Planner.Acquisition;

/// <summary>ln of the expected improvement over a value that is known exactly (Ament et al. 2023, arXiv
/// 2310.20708).</summary>
internal sealed class ExpectedImprovement(GaussianProcess model, double best)
{
    private const double LeastVariance = 1e-14;

    private readonly double[] _varianceSlope = new double[model.Encoding.Numeric];

    /// <summary>A <see cref="SmoothFunction"/>.</summary>
    public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var (mean, variance) = gradient.IsEmpty
            ? model.Predict(x) : model.Predict(x, gradient, _varianceSlope);
        var deviation = Math.Sqrt(Math.Max(variance, LeastVariance * model.Variance));
        var z = (mean - best) / deviation;
        var value = NormalTail.LogH(z, out var slope) + Math.Log(deviation);
        if (gradient.IsEmpty) return value;
        // d/dσ of ln h((μ − best)/σ) + ln σ, and dσ = dσ²/2σ.
        var onVariance = (1 - slope * z) / (2 * deviation * deviation);
        for (var k = 0; k < gradient.Length; k++)
            gradient[k] = slope / deviation * gradient[k] + onVariance * _varianceSlope[k];
        return value;
    }
}
