namespace Sdl.Tests.Planner;

/// <summary>The kappa18 fit of carbonate electrolytes with LiPF6 to CALiSol-23: mS/cm from mass fractions of the
/// solvent (E = EC, D = DMC, rest EMC), molality m and temperature.</summary>
internal static class Conductivity
{
    public static double Of(double e, double d, double m, double kelvin)
    {
        if (m <= 0) return 0;
        double s = Math.Sqrt(m), q = m * m, theta = 1000 / kelvin - 1000 / 298.15;
        var exponent = 1.9327 * s - 0.4414 * q
            + e * (19.722 - 17.975 * s + 1.9043 * q) + d * 0.32591 * q
            + e * e * (-23.875 + 22.615 * s - 3.0495 * q)
            + e * d * (1.235 * s - 1.1501 * m) + d * d * (1.7452 * s - 1.5874 * m)
            + theta * (-1.3054 - 0.8172 * e * q + 0.22657 * d)
            + theta * theta * (-0.45497 * m - 1.1001 * e);
        return m * Math.Exp(exponent);
    }
}
