namespace Sdl.Simulators.Physics.Cells;

/// <summary>Measured electrolytes of the literature as functions of salt concentration (mol/m3) and temperature (K):
/// conductivity in S/m, diffusivity of the salt in m2/s. Names as in PyBaMM, against which they are tested.</summary>
public static class ElectrolyteTransport
{
    /// <summary>Landesfeind and Gasteiger 2019, J. Electrochem. Soc. 166, A3079: LiPF6 in EC:DMC 1:1 (w/w), 0.1 to 3
    /// mol/L, 263 to 323 K.</summary>
    public static Landesfeind EcDmc11 { get; } = new(
        [0.798, 228, -1.22, 0.509, -4e-3, 3.79e-3], [1470, 1.33, -1690, -563],
        [-7.91, 0.245, 0.0528, 0.698, -0.0108, -8.21e-5, 7.43e-4, -2.22e-3, 3.07e-5],
        [-5.58, 7.17, 0.0380, 1.91, -0.0665, -5.08e-5, 0.11, -6.10e-3, 1.51e-4]);

    /// <summary>The same source: EC:EMC 3:7 (w/w).</summary>
    public static Landesfeind EcEmc37 { get; } = new(
        [0.521, 228, -1.06, 0.353, -3.59e-3, 1.48e-3], [1010, 1.01, -1560, -487],
        [-12.8, -6.12, 0.0821, 0.904, 0.0318, -1.27e-4, 0.0175, -3.12e-3, -3.96e-5],
        [25.7, -45.1, -0.177, 1.94, 0.295, 3.08e-4, 0.259, -9.46e-3, -4.54e-4]);

    /// <summary>The same source: EMC:FEC 19:1 (w/w).</summary>
    public static Landesfeind EmcFec191 { get; } = new(
        [0.0251, 175, 1.23, 0.205, -0.0881, 2.83e-3], [586, 1.33, -1380, -582],
        [-12.2, -3.05, 0.0838, 1.78, 1.51e-3, -1.37e-4, -0.0245, -5.15e-3, 2.14e-5],
        [3.22, -10.1, -0.0158, 6.12, 0.0296, 2.42e-5, -0.222, -0.0157, 6.30e-6]);

    /// <summary>Nyman et al. 2008, Electrochim. Acta 53, 6356: EC:EMC 3:7 at 298 K, 0.2 to 2.2 mol/L.</summary>
    public static double NymanConductivity(double salt)
    {
        var c = salt / 1000;
        return 0.1297 * c * c * c - 2.51 * c * Math.Sqrt(c) + 3.329 * c;
    }

    /// <inheritdoc cref="NymanConductivity(double)"/>
    public static double NymanDiffusivity(double salt)
    {
        var c = salt / 1000;
        return 8.794e-11 * c * c - 3.972e-10 * c + 4.862e-10;
    }

    /// <summary>Nyman's at other temperatures, with the 17 kJ/mol of Ecker et al. 2015 (O'Kane et al. 2022).</summary>
    public static double NymanConductivity(double salt, double kelvin) =>
        NymanConductivity(salt) * Constants.Arrhenius(17000, kelvin);

    /// <inheritdoc cref="NymanConductivity(double, double)"/>
    public static double NymanDiffusivity(double salt, double kelvin) =>
        NymanDiffusivity(salt) * Constants.Arrhenius(17000, kelvin);

    /// <summary>Valoen and Reimers 2005, J. Electrochem. Soc. 152, A882: PC:EC:DMC 10:27:63 (v/v), to 3 mol/L, 263 to
    /// 333 K.</summary>
    public static double ValoenConductivity(double salt, double kelvin)
    {
        var (c, t) = (salt / 1000, kelvin);
        var root = -10.5 + 0.0740 * t - 6.96e-5 * t * t + c * (0.668 - 0.0178 * t + 2.80e-5 * t * t)
            + c * c * (0.494 - 8.86e-4 * t);
        return 0.1 * c * root * root;
    }

    /// <inheritdoc cref="ValoenConductivity"/>
    public static double ValoenDiffusivity(double salt, double kelvin)
    {
        var c = salt / 1000;
        return 1e-4 * Math.Pow(10, -4.43 - 54 / (kelvin - 229 - 5 * c) - 0.22 * c);
    }

    /// <summary>Ai et al. 2020, J. Electrochem. Soc. 167, 013512: Valoen's formula with rounded coefficients.</summary>
    public static double AiConductivity(double salt, double kelvin)
    {
        var root = -10.5 + 0.668e-3 * salt + 0.494e-6 * salt * salt
            + (0.074 - 1.78e-5 * salt - 8.86e-10 * salt * salt) * kelvin
            + (-6.96e-5 + 2.8e-8 * salt) * kelvin * kelvin;
        return 1e-4 * salt * root * root;
    }

    /// <summary>Capiglia et al. 1999, J. Power Sources 81, 859: EC:EMC 2:8; activation energy as in Marquis et al.
    /// 2019.</summary>
    public static double CapigliaConductivity(double salt, double kelvin)
    {
        var c = salt / 1000;
        return (0.0911 + c * (1.9101 + c * (-1.052 + c * 0.1554))) * Constants.Arrhenius(34700, kelvin);
    }

    /// <inheritdoc cref="CapigliaConductivity"/>
    public static double CapigliaDiffusivity(double salt, double kelvin) =>
        5.34e-10 * Math.Exp(-0.65 * salt / 1000) * Constants.Arrhenius(37040, kelvin);

    /// <summary>Ecker et al. 2015, J. Electrochem. Soc. 162, A1836: the electrolyte of a Kokam cell, measured at 296
    /// K.</summary>
    public static double EckerConductivity(double salt, double kelvin)
    {
        var c = salt / 1000;
        var measured = 0.1726 + c * (1.7919 + c * (-1.2983 + c * 0.2667));
        return measured * 296 / kelvin * Math.Exp(17100 / Constants.GasConstant * (1 / 296.0 - 1 / kelvin));
    }

    /// <summary>Kim et al. 2011, J. Electrochem. Soc. 158, A955.</summary>
    public static double KimConductivity(double salt, double kelvin)
    {
        var c = salt / 1000;
        return 3.45 * Math.Exp(-798 / kelvin) * c * c * c - 48.5 * Math.Exp(-1080 / kelvin) * c * c
            + 244 * Math.Exp(-1440 / kelvin) * c;
    }

    /// <inheritdoc cref="KimConductivity"/>
    public static double KimDiffusivity(double salt, double kelvin)
    {
        var c = salt / 1000;
        return 5.84e-7 * Math.Exp(-2870 / kelvin) * c * c - 33.9e-7 * Math.Exp(-2920 / kelvin) * c
            + 129e-7 * Math.Exp(-3200 / kelvin);
    }

    /// <summary>Prada et al. 2013, J. Electrochem. Soc. 160, A616: the polynomial as PyBaMM evaluates it, of the
    /// concentration in mol/cm3.</summary>
    public static double PradaConductivity(double salt)
    {
        var c = salt / 1e6;
        return 1e3 * (4.1253e-4 + c * (5.007 + c * (-4721.2 + c * (1.5094e6 - c * 1.6018e8))));
    }

    /// <summary>Flores et al. 2022: conductivity in S/m of LiPF6 in EC, PC and EMC by symbolic regression; mean
    /// absolute error 0.08 S/m over the measurements that it was fitted to.</summary>
    /// <param name="molality">mol LiPF6 per kg of solvent.</param>
    /// <param name="propyleneShare">PC/(EC + PC) by mass.</param>
    public static double FloresConductivity(double molality, double propyleneShare, double kelvin) => 0.1 * (
        -5.11 * molality - 0.04 * kelvin - 0.35 * Math.Pow(molality, 2.5) * Math.Sqrt(propyleneShare)
        + 2.73e-4 * kelvin * kelvin * Math.Pow(molality, 0.25));
}

/// <summary>The functions of Landesfeind and Gasteiger 2019 with the coefficients of one solvent.</summary>
public sealed class Landesfeind
{
    private readonly double[] _conductivity, _diffusivity, _transference, _factor;

    internal Landesfeind(double[] conductivity, double[] diffusivity, double[] transference, double[] factor) =>
        (_conductivity, _diffusivity, _transference, _factor) = (conductivity, diffusivity, transference, factor);

    /// <summary>S/m.</summary>
    public double Conductivity(double salt, double kelvin)
    {
        var (p, c, e) = (_conductivity, salt / 1000, Math.Exp(1000 / kelvin));
        var (rise, fall) = (
            1 + p[2] * Math.Sqrt(c) + p[3] * (1 + p[4] * e) * c, 1 + c * c * c * c * p[5] * e);
        return 0.1 * p[0] * (1 + (kelvin - p[1])) * c * rise / fall;
    }

    /// <summary>m2/s.</summary>
    public double Diffusivity(double salt, double kelvin)
    {
        var (p, c) = (_diffusivity, salt / 1000);
        return 1e-10 * p[0] * Math.Exp(p[1] * c + (p[2] + p[3] * c) / kelvin);
    }

    /// <summary>Of the cation.</summary>
    public double Transference(double salt, double kelvin) => Polynomial(_transference, salt / 1000, kelvin);

    /// <summary>1 + dln f/dln c.</summary>
    public double ThermodynamicFactor(double salt, double kelvin) => Polynomial(_factor, salt / 1000, kelvin);

    private static double Polynomial(double[] p, double c, double t) =>
        p[0] + p[1] * c + p[2] * t + p[3] * c * c + p[4] * c * t + p[5] * t * t + p[6] * c * c * c
        + p[7] * c * c * t + p[8] * c * t * t;
}
