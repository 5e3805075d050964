namespace Sdl.Core.Materials;

/// <summary>A stock solution as it was made up.</summary>
/// <param name="MassFractions">By substance symbol; they sum to one.</param>
/// <param name="Density">kg/m3 at <paramref name="DensityTemperature"/>.</param>
/// <param name="DensityUncertainty">kg/m3, one standard deviation.</param>
/// <param name="DensityTemperature">K.</param>
public sealed record Stock(
    string Name, IReadOnlyDictionary<string, double> MassFractions, double Density, double DensityUncertainty,
    double DensityTemperature)
{
    /// <summary>mol of <paramref name="symbol"/> in one m3 of this stock.</summary>
    public double MolesPerVolume(string symbol) =>
        MassFractions.GetValueOrDefault(symbol) * Density * 1000 / Substance.Find(symbol)!.MolarMass;
}
