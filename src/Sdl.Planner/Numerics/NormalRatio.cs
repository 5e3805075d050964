using MathNet.Numerics;

namespace Sdl.Planner.Numerics;

/// <summary>φ(z)/Φ(z), the hazard of a normal value cut from above, exact far in the tail.</summary>
internal static class NormalRatio
{
    private const double LogRootTwoPi = 0.91893853320467274178;
    private const double Tail = -5;

    /// <summary>φ/Φ, with ln Φ. The slope of the ratio is −ratio (z + ratio).</summary>
    /// <remarks>Left of the tail Φ/φ = 1/(t + 1/(t + 2/(t + …))) with t = −z (Abramowitz and Stegun 26.2.14).</remarks>
    public static double At(double z, out double logBelow)
    {
        var logDensity = -0.5 * z * z - LogRootTwoPi;
        if (z > Tail)
        {
            var below = 0.5 * SpecialFunctions.Erfc(-z / Constants.Sqrt2);
            logBelow = z > 3 ? NearOne.Log(-0.5 * SpecialFunctions.Erfc(z / Constants.Sqrt2)) : Math.Log(below);
            return Math.Exp(logDensity) / below;
        }
        var t = -z;
        var rest = t;
        for (var k = 6 + (int)(160 / t); k >= 1; k--) rest = t + k / rest;
        logBelow = logDensity - Math.Log(rest);
        return rest;
    }
}
