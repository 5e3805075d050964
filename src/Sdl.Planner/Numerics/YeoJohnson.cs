namespace Sdl.Planner.Numerics;

/// <summary>A power transform that takes negative numbers too (Yeo and Johnson 2000, doi
/// 10.1093/biomet/87.4.954).</summary>
internal static class YeoJohnson
{
    private const double Nothing = 1e-9;

    public static double Of(double v, double power) => v >= 0
        ? Math.Abs(power) < Nothing ? Math.Log(1 + v) : (Math.Pow(1 + v, power) - 1) / power
        : -Of(-v, 2 - power);

    /// <summary>What is beyond the range of the transform comes out as its end, ±1e6 at most.</summary>
    public static double Inverse(double t, double power)
    {
        if (t < 0) return -Inverse(-t, 2 - power);
        var v = Math.Abs(power) < Nothing ? Math.Exp(Math.Min(t, 14)) - 1
            : Math.Pow(Math.Max(0, power * t + 1), 1 / power) - 1;
        return Math.Min(v, 1e6);
    }

    /// <summary>ln dt/dv.</summary>
    public static double LogSlope(double v, double power) => (power - 1) * Math.CopySign(Math.Log(1 + Math.Abs(v)), v);

    /// <summary>The power under which the values are most likely normal, −2 to 4.</summary>
    public static double Fit(ReadOnlySpan<double> values)
    {
        var ratio = 0.5 * (Math.Sqrt(5) - 1);
        double lo = -2, hi = 4;
        double left = hi - ratio * (hi - lo), right = lo + ratio * (hi - lo);
        double atLeft = LogLikelihood(values, left), atRight = LogLikelihood(values, right);
        while (hi - lo > 1e-9)
        {
            if (atLeft > atRight)
            {
                (hi, right, atRight) = (right, left, atLeft);
                atLeft = LogLikelihood(values, left = hi - ratio * (hi - lo));
            }
            else
            {
                (lo, left, atLeft) = (left, right, atRight);
                atRight = LogLikelihood(values, right = lo + ratio * (hi - lo));
            }
        }
        return 0.5 * (lo + hi);
    }

    private static double LogLikelihood(ReadOnlySpan<double> values, double power)
    {
        double sum = 0, squares = 0, slopes = 0;
        foreach (var v in values)
        {
            var t = Of(v, power);
            sum += t;
            squares += t * t;
            slopes += LogSlope(v, power);
        }
        var n = values.Length;
        return slopes - 0.5 * n * Math.Log(Math.Max(1e-300, squares / n - sum / n * (sum / n)));
    }
}
