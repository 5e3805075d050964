using MathNet.Numerics;

namespace Sdl.Planner.Numerics;

/// <summary>Functions of the normal distribution that stay exact far in the tail.</summary>
internal static class NormalTail
{
    private const double LogRootTwoPi = 0.91893853320467274178;

    // Left of it the sum φ(z) + z Φ(z) cancels; the continued fraction converges fast there.
    private const double Tail = -5;

    /// <summary>ln h(z) with h(z) = φ(z) + z Φ(z), the expected improvement of a standard normal value. Relative error
    /// about 1e-13 for every z (Ament et al. 2023, arXiv 2310.20708, on why the logarithm matters).</summary>
    /// <param name="slope">d ln h / dz = Φ/h.</param>
    /// <remarks>In the tail, with t = -z, the Mills ratio is Φ/φ = 1/(t + c), where c = 1/(t + 2/(t + 3/(t + …)))
    /// (Laplace; Abramowitz and Stegun 26.2.14). Hence h = φ c/(t + c) and Φ/h = 1/c, both free of
    /// cancellation.</remarks>
    public static double LogH(double z, out double slope)
    {
        if (z > Tail)
        {
            var below = 0.5 * SpecialFunctions.Erfc(-z / Constants.Sqrt2);
            var h = Math.Exp(-0.5 * z * z - LogRootTwoPi) + z * below;
            slope = below / h;
            return Math.Log(h);
        }
        var t = -z;
        var rest = t;
        for (var k = 6 + (int)(160 / t); k >= 2; k--) rest = t + k / rest;
        slope = rest;
        return -0.5 * z * z - LogRootTwoPi - Math.Log(t * rest + 1);
    }

    /// <summary>ln Φ(z), and its slope φ/Φ. Relative error about 1e-13 for every z.</summary>
    public static double LogCumulative(double z, out double slope)
    {
        if (z > Tail)
        {
            var below = 0.5 * SpecialFunctions.Erfc(-z / Constants.Sqrt2);
            slope = Math.Exp(-0.5 * z * z - LogRootTwoPi) / below;
            // Near one the logarithm is that of what is missing.
            return z > 1 ? LogOfRest(0.5 * SpecialFunctions.Erfc(z / Constants.Sqrt2)) : Math.Log(below);
        }
        var t = -z;
        var rest = t;
        for (var k = 6 + (int)(160 / t); k >= 1; k--) rest = t + k / rest;
        slope = rest;
        return -0.5 * z * z - LogRootTwoPi - Math.Log(rest);
    }

    /// <summary>ln(1 − q), exact for small q: the rounding of 1 − q is in both factors (Kahan).</summary>
    private static double LogOfRest(double q)
    {
        var rest = 1 - q;
        return rest == 1 ? -q : Math.Log(rest) * q / (1 - rest);
    }
}
