using static System.Math;

namespace Sdl.Simulators.Physics.Cells;

/// <summary>Open-circuit potentials in V against lithium as functions of the stoichiometry, 0 to 1. Names as in
/// PyBaMM, against which they are tested.</summary>
public static class OpenCircuitPotential
{
    /// <summary>Graphite-silicon of the LG M50 (Chen et al. 2020).</summary>
    public static double GraphiteChen(double x) =>
        1.9793 * Exp(-39.3631 * x) + 0.2482 - 0.0909 * Tanh(29.8538 * (x - 0.1234))
        - 0.04478 * Tanh(14.9159 * (x - 0.2769)) - 0.0205 * Tanh(30.4444 * (x - 0.6103));

    /// <summary>NMC811 of the LG M50 (Chen et al. 2020).</summary>
    public static double Nmc811Chen(double x) =>
        -0.8090 * x + 4.4875 - 0.0428 * Tanh(18.5138 * (x - 0.5542)) - 17.7326 * Tanh(15.7890 * (x - 0.3117))
        + 17.5842 * Tanh(15.9308 * (x - 0.3120));

    /// <summary>LiFePO4 (Afshar 2017, in the set of Prada et al. 2013).</summary>
    public static double LfpAfshar(double x) =>
        3.4077 - 0.020269 * x + 0.5 * Exp(-150 * x) - 0.9 * Exp(-30 * (1 - x));

    /// <summary>Graphite of a Kokam cell (Ecker et al. 2015).</summary>
    public static double GraphiteEcker(double x) =>
        0.716502 * Exp(-369.028 * x) + 0.12193 * Exp(-35.6478 * (x - 0.0530947))
        - 0.0189193 * Tanh(21.1967 * (x - 0.196176)) - 0.0169644 * Tanh(27.1365 * (x - 0.312832))
        - 0.0199313 * Tanh(28.5697 * (x - 0.614221)) - 0.931153 * Exp(36.328 * (x - 1.10743)) + 0.140031;

    /// <summary>Li(NiCo)O2 of a Kokam cell (Ecker et al. 2015).</summary>
    public static double NcoEcker(double x) =>
        -2.35211 * x - 0.0747061 * Tanh(31.886 * (x - 0.0219921)) + 6.34984 * Tanh(2.66395 * (x - 0.174352))
        - 0.640243 * Tanh(5.48623 * (x - 0.439245)) - 3.82383 * Tanh(4.12167 * (x - 0.176187))
        - 0.0542123 * Tanh(18.2919 * (x - 0.762272)) + 4.23285;

    /// <summary>Graphite (Mohtat et al. 2020).</summary>
    public static double GraphiteMohtat(double x) =>
        0.063 + 0.8 * Exp(-75 * (x + 0.001)) - 0.0120 * Tanh((x - 0.127) / 0.016)
        - 0.0118 * Tanh((x - 0.155) / 0.016) - 0.0035 * Tanh((x - 0.220) / 0.020)
        - 0.0095 * Tanh((x - 0.190) / 0.013) - 0.0145 * Tanh((x - 0.490) / 0.020)
        - 0.0800 * Tanh((x - 1.030) / 0.055);

    /// <summary>NMC532 (Mohtat et al. 2020; Xu et al. 2019 has it as well).</summary>
    public static double Nmc532Mohtat(double x) =>
        4.3452 + x * (-1.6518 + x * (1.6225 + x * (-2.0843 + x * (3.5146 - x * 2.2166))))
        - 0.5623e-4 * Exp(109.451 * x - 100.006);

    /// <summary>Mesocarbon graphite (Dualfoil 1998, in Marquis et al. 2019).</summary>
    public static double GraphiteMcmb(double x) =>
        0.194 + 1.5 * Exp(-120 * x) + 0.0351 * Tanh((x - 0.286) / 0.083) - 0.0045 * Tanh((x - 0.849) / 0.119)
        - 0.035 * Tanh((x - 0.9233) / 0.05) - 0.0147 * Tanh((x - 0.5) / 0.034) - 0.102 * Tanh((x - 0.194) / 0.142)
        - 0.022 * Tanh((x - 0.9) / 0.0164) - 0.011 * Tanh((x - 0.124) / 0.0226)
        + 0.0155 * Tanh((x - 0.105) / 0.029);

    /// <summary>LiCoO2 (Dualfoil 1998, in Marquis et al. 2019).</summary>
    public static double LcoDualfoil(double x)
    {
        var s = 1.062 * x;
        return 2.16216 + 0.07645 * Tanh(30.834 - 54.4806 * s) + 2.1581 * Tanh(52.294 - 50.294 * s)
            - 0.14169 * Tanh(11.0923 - 19.8543 * s) + 0.2051 * Tanh(1.4684 - 5.4888 * s)
            + 0.2531 * Tanh((0.56478 - s) / 0.1316) - 0.02167 * Tanh((s - 0.525) / 0.006);
    }

    /// <summary>Graphite (Kim et al. 2011).</summary>
    public static double GraphiteKim(double x) =>
        0.124 + 1.5 * Exp(-70 * x) - 0.0351 * Tanh((x - 0.286) / 0.083) - 0.0045 * Tanh((x - 0.9) / 0.119)
        - 0.035 * Tanh((x - 0.99) / 0.05) - 0.0147 * Tanh((x - 0.5) / 0.034) - 0.102 * Tanh((x - 0.194) / 0.142)
        - 0.022 * Tanh((x - 0.98) / 0.0164) - 0.011 * Tanh((x - 0.124) / 0.0226)
        + 0.0155 * Tanh((x - 0.105) / 0.029);

    /// <summary>NCA (Kim et al. 2011).</summary>
    public static double NcaKim(double x) => Polynomial(
        x, 11.8058, -66.3691, 264.427, -554.774, 621.3475, -344.566, 81.246, -23.488, 15.056, -2.222, 1.638)
        - 0.61386 * Exp(5.8201 * Pow(x, 136.4));

    /// <summary>Graphite (Ramadass et al. 2004); not defined at 0.</summary>
    public static double GraphiteRamadass(double x) =>
        0.7222 + 0.1387 * x + 0.029 * Sqrt(x) - 0.0172 / x + 0.0019 / (x * Sqrt(x))
        + 0.2808 * Exp(0.9 - 15 * x) - 0.7984 * Exp(0.4465 * x - 0.4108);

    /// <summary>LiCoO2 (Ramadass et al. 2004).</summary>
    public static double LcoRamadass(double x)
    {
        var s = 1.13 * x * (1.13 * x);
        return Polynomial(s, -4.656, 88.669, -401.119, 342.909, -462.471, 433.434)
            / Polynomial(s, -1, 18.933, -79.532, 37.311, -73.083, 95.96);
    }

    private static double Polynomial(double x, params ReadOnlySpan<double> fromConstant)
    {
        var sum = 0.0;
        for (var i = fromConstant.Length - 1; i >= 0; i--)
            sum = sum * x + fromConstant[i];
        return sum;
    }
}
