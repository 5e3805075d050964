namespace Sdl.Simulators.Physics.Cells;

/// <summary>LiPF6 in EC, EMC and DMC as the electrolyte of a cell, from its composition (reference/physics.md, 4a).
/// </summary>
public static class MixtureElectrolyte
{
    private const double Transference = 0.26;

    /// <summary>Conductivity by the 18-term fit, diffusivity as in EC:EMC 3:7 (Landesfeind and Gasteiger 2019) times
    /// the ratio of the viscosities at the same salt concentration.</summary>
    /// <param name="kelvin">At which the salt concentration is counted.</param>
    public static CellElectrolyte Of(ElectrolyteComposition mix, double kelvin) => new(
        Concentration(mix, kelvin),
        (salt, t) => Electrolyte.Conductivity(mix with { Molality = Molality(mix, salt, t) }, t),
        (salt, t) => Diffusivity(mix, salt, t), Transference, ThermodynamicFactor: 1);

    /// <summary>Salt in mol/m3.</summary>
    public static double Concentration(ElectrolyteComposition mix, double kelvin)
    {
        var (solvent, salt) = Volumes(mix, kelvin);
        return mix.Molality / (solvent + mix.Molality * salt);
    }

    /// <summary>Salt in mol/kg of the solvent of <paramref name="mix"/> when there are <paramref name="salt"/> mol/m3.
    /// </summary>
    public static double Molality(ElectrolyteComposition mix, double salt, double kelvin)
    {
        var (solvent, perMole) = Volumes(mix, kelvin);
        return salt * solvent / (1 - salt * perMole);
    }

    private static double Diffusivity(ElectrolyteComposition mix, double salt, double kelvin)
    {
        var known = new ElectrolyteComposition(0.3, 0, 0);
        var (ours, theirs) = (
            Electrolyte.Viscosity(mix with { Molality = Molality(mix, salt, kelvin) }, kelvin),
            Electrolyte.Viscosity(known with { Molality = Molality(known, salt, kelvin) }, kelvin));
        return ElectrolyteTransport.EcEmc37.Diffusivity(salt, kelvin) * theirs / ours;
    }

    // m3 that a kg of solvent and a mol of salt take: the density formula has a constant apparent volume of the salt.
    private static (double Solvent, double Salt) Volumes(ElectrolyteComposition mix, double kelvin)
    {
        var solvent = 1 / Electrolyte.Density(mix with { Molality = 0 }, kelvin);
        return (solvent, 1.151905 / Electrolyte.Density(mix with { Molality = 1 }, kelvin) - solvent);
    }
}
