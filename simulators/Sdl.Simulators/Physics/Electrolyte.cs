namespace Sdl.Simulators.Physics;

/// <summary>Properties of LiPF6 in EC, EMC and DMC as functions of composition and temperature (reference/physics.md,
/// 4a).</summary>
/// <remarks>Outside the stated ranges the values stay finite and keep their direction: a composition or temperature
/// beyond the edge is read at the edge, a conductivity above the largest fitted molality goes on falling.</remarks>
public static class Electrolyte
{
    private const double GasConstant = 8.314462618, SaltMolarMass = 151.905, Room = 298.15;

    // The fit holds w_EC up to 0.5 in its data and is held to 0.6; salt to 2.4 mol/kg. Temperatures go a little
    // beyond 243 to 333 K, where the formula is smooth.
    private const double MostEthyleneCarbonate = 0.6, MostFittedMolality = 2.4, Coldest = 220, Hottest = 360;

    // LiPF6 is saturated well below this in every carbonate mixture here.
    private const double MostMolality = 4;

    /// <summary>Ionic conductivity in S/m: the 18-term fit kappa18 to 677 points of CALiSol-23, valid for w_EC 0 to
    /// 0.6, 0 to 2.4 mol/kg (fitted from 0.1) and 243 to 333 K, with a median error of 3 % there. Zero without
    /// salt.</summary>
    /// <param name="kelvin">Temperature in K.</param>
    public static double Conductivity(ElectrolyteComposition mix, double kelvin)
    {
        var (e, d, m) = Inside(mix, MostFittedMolality);
        var s = Math.Sqrt(m);
        var theta = 1000 / Math.Clamp(kelvin, Coldest, Hottest) - 1000 / Room;
        var isotherm = 1.9327 * s - 0.4414 * m * m
            + e * (19.722 - 17.975 * s + 1.9043 * m * m)
            + d * 0.32591 * m * m
            + e * e * (-23.875 + 22.615 * s - 3.0495 * m * m)
            + e * d * (1.235 * s - 1.1501 * m)
            + d * d * (1.7452 * s - 1.5874 * m);
        var slope = -1.3054 - 0.8172 * e * m * m + 0.22657 * d;
        var bend = -0.45497 * m - 1.1001 * e;
        var beyond = Math.Max(0, mix.Molality - MostFittedMolality);
        var milliSiemensPerCentimetre = m * Math.Exp(isotherm + slope * theta + bend * theta * theta - beyond);
        return milliSiemensPerCentimetre * 0.1;
    }

    /// <summary>Conductivity in S/m of what is in a vial; zero for nothing and for dry salt.</summary>
    public static double Conductivity(Liquid liquid, double kelvin) =>
        liquid.IsNothing ? 0 : Conductivity(ElectrolyteComposition.FromMoles(liquid.Moles), kelvin);

    /// <summary>Density in kg/m3, anchored on stock solutions at 299.8 K to 2.5 kg/m3; valid near room temperature, to
    /// 2 mol/kg.</summary>
    public static double Density(ElectrolyteComposition mix, double kelvin)
    {
        var (e, d, m) = Inside(mix, MostMolality, mostEthyleneCarbonate: 1);
        var solvent = 1 / (e / 1.3688 + d / 1.063 + (1 - e - d) / 1.0070)
            - 1.15e-3 * (Math.Clamp(kelvin, Coldest, Hottest) - 299.8);
        // Apparent molar volume of the salt, cm3/mol.
        var phi = 46.8 + 20 * e;
        return 1000 * (1000 + SaltMolarMass * m) / (1000 / solvent + m * phi);
    }

    /// <inheritdoc cref="Density(ElectrolyteComposition, double)"/>
    /// <exception cref="ArgumentOutOfRangeException">There is nothing in it.</exception>
    public static double Density(Liquid liquid, double kelvin) =>
        Density(ElectrolyteComposition.FromMoles(liquid.Moles), kelvin);

    /// <summary>Dynamic viscosity in Pa s: a designed law (log mixing of 2.56, 0.59 and 0.65 mPa s for supercooled EC,
    /// DMC and EMC at 298.15 K), near 2.8 mPa s for 1 mol/kg in EC:EMC 3:7. To 2 mol/kg, 243 to 333 K.</summary>
    public static double Viscosity(ElectrolyteComposition mix, double kelvin)
    {
        var (e, d, m) = Inside(mix, MostMolality, mostEthyleneCarbonate: 1);
        var (ec, emc, dmc) = new ElectrolyteComposition(e, d, m).SolventMoles;
        var pure = (ec * Math.Log(2.56) + dmc * Math.Log(0.59) + emc * Math.Log(0.65)) / (ec + emc + dmc);
        var activation = (11000 + 4500 * m) / GasConstant * (1 / Math.Clamp(kelvin, Coldest, Hottest) - 1 / Room);
        return 1e-3 * Math.Exp(pure + 0.95 * m + 0.06 * m * m + activation);
    }

    /// <inheritdoc cref="Viscosity(ElectrolyteComposition, double)"/>
    /// <exception cref="ArgumentOutOfRangeException">There is nothing in it.</exception>
    public static double Viscosity(Liquid liquid, double kelvin) =>
        Viscosity(ElectrolyteComposition.FromMoles(liquid.Moles), kelvin);

    private static (double Ec, double Dmc, double Molality) Inside(
        ElectrolyteComposition mix, double mostMolality, double mostEthyleneCarbonate = MostEthyleneCarbonate)
    {
        var e = Math.Clamp(mix.EthyleneCarbonate, 0, mostEthyleneCarbonate);
        return (e, Math.Clamp(mix.DimethylCarbonate, 0, 1 - e), Math.Clamp(mix.Molality, 0, mostMolality));
    }
}
