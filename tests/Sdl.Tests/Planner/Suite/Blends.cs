using Sdl.Simulators.Physics.Cells;

namespace Sdl.Tests.Planner.Suite;

/// <summary>Electrolytes for trying planners: the conductivities and transference numbers that Landesfeind and
/// Gasteiger measured in three solvents, and made-up rules for what lies between and around them. No claim about real
/// blends.</summary>
internal static class Blends
{
    private static readonly Landesfeind[] Solvents =
        [ElectrolyteTransport.EcDmc11, ElectrolyteTransport.EcEmc37, ElectrolyteTransport.EmcFec191];

    private static readonly double[] StockCost = [0.10, 0.06, 0.16, 0.03, 0.01, 0.08];

    // By additive: gain at its peak, fraction there, formation temperature there, what each solvent adds to the gain.
    private static readonly (double Gain, double Fraction, double Celsius, double[] BySolvent)[] Additives =
    [
        (0, 0.020, 35, [0, 0, 0]), (0.45, 0.020, 45, [0.10, 0.05, 0]), (0.55, 0.050, 40, [0, 0.10, -0.30]),
        (0.40, 0.012, 30, [-0.10, 0.20, 0.15]), (0.65, 0.010, 50, [-0.25, 0, 0.10]),
    ];

    /// <summary>mS/cm of a mixture of six bottles.</summary>
    /// <param name="x">Volume fractions: each solvent with 2 mol/L of salt, then each without.</param>
    public static double Conductivity(double[] x, double kelvin)
    {
        var (salt, w) = Contents(x);
        var synergy = 1 + 0.35 * w[0] * w[1] + 0.90 * w[0] * w[2] - 0.20 * w[1] * w[2];
        return synergy * Math.Exp(w.Select((share, i) => share * Math.Log(Neat(i, salt, kelvin))).Sum());
    }

    public static double Transference(double[] x, double kelvin)
    {
        var (salt, w) = Contents(x);
        return w.Select((share, i) => share * Solvents[i].Transference(1000 * salt, kelvin)).Sum();
    }

    /// <summary>Minus a score over conductivity at -10 and 25 °C, the benefit of FEC, and the price.</summary>
    public static double WideTemperature(double[] x)
    {
        var conductive = 0.5 * (Math.Log(Conductivity(x, 263.15)) + Math.Log(Conductivity(x, 298.15)));
        var lasting = 0.25 * (1 - Math.Exp(-(x[2] + x[5]) / 0.15));
        return -(conductive + lasting - x.Zip(StockCost, (v, cost) => v * cost).Sum());
    }

    /// <summary>Minus a score of one solvent with one additive.</summary>
    /// <param name="x">Number of the solvent, number of the additive, salt in mol/L, mass fraction of the additive,
    /// formation temperature in °C.</param>
    public static double WithAdditive(double[] x)
    {
        var (solvent, fraction, celsius) = ((int)Math.Round(x[0]), x[3], x[4]);
        var additive = Additives[(int)Math.Round(x[1])];
        var dose = fraction / additive.Fraction;
        var active = dose * Math.Exp(1 - dose);
        var off = (celsius - additive.Celsius) / 25;
        return -(Math.Log(Neat(solvent, x[2], 273.15)) + (additive.Gain + additive.BySolvent[solvent]) * active
            - 3 * fraction - 0.3 * off * off * (0.3 + active));
    }

    private static double Neat(int solvent, double salt, double kelvin) =>
        10 * Solvents[solvent].Conductivity(1000 * salt, kelvin);

    private static (double Salt, double[] Solvents) Contents(double[] x) =>
        (Math.Max(2 * (x[0] + x[1] + x[2]), 0.02), [x[0] + x[3], x[1] + x[4], x[2] + x[5]]);
}
