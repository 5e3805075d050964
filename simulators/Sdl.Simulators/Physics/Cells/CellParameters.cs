namespace Sdl.Simulators.Physics.Cells;

/// <summary>CODATA 2018.</summary>
internal static class Constants
{
    public const double GasConstant = 8.314462618, Faraday = 96485.33212, RoomTemperature = 298.15;

    /// <summary>Arrhenius factor, 1 at 298.15 K.</summary>
    /// <param name="activation">J/mol.</param>
    public static double Arrhenius(double activation, double kelvin) =>
        Math.Exp(activation / GasConstant * (1 / RoomTemperature - 1 / kelvin));
}

/// <summary>A porous layer filled with electrolyte.</summary>
/// <param name="Thickness">m.</param>
public sealed record PorousLayer(double Thickness, double Porosity);

/// <summary>One electrode of spherical particles of one size.</summary>
public sealed record ElectrodeParameters
{
    public required PorousLayer Porous { get; init; }

    /// <summary>m.</summary>
    public required double ParticleRadius { get; init; }

    /// <summary>Volume fraction of active material.</summary>
    public required double ActiveFraction { get; init; }

    /// <summary>mol/m3 of lithium in the full material.</summary>
    public required double MaxConcentration { get; init; }

    /// <summary>mol/m3 in the cell as it is delivered.</summary>
    public required double InitialConcentration { get; init; }

    /// <summary>m2/s at 298.15 K.</summary>
    public required double Diffusivity { get; init; }

    /// <summary>J/mol, of the diffusivity.</summary>
    public double DiffusionActivation { get; init; }

    /// <summary>S/m, of the electrons, already corrected for porosity.</summary>
    public required double Conductivity { get; init; }

    /// <summary>Open-circuit potential in V against lithium, falling with the stoichiometry.</summary>
    public required Func<double, double> Potential { get; init; }

    public required ElectrodeKinetics Kinetics { get; init; }

    /// <summary>F/m2 of particle surface.</summary>
    public double DoubleLayer { get; init; } = 0.2;

    /// <summary>m2 of particle surface per m3 of electrode.</summary>
    public double SurfaceArea => 3 * ActiveFraction / ParticleRadius;

    /// <summary>m2/s.</summary>
    public double DiffusivityAt(double kelvin) => Diffusivity * Constants.Arrhenius(DiffusionActivation, kelvin);

    /// <summary>Exchange current density in A/m2 of particle surface.</summary>
    /// <param name="salt">mol/m3 in the electrolyte.</param>
    /// <param name="surface">mol/m3 of lithium at the surface of the particles.</param>
    public double ExchangeCurrent(double salt, double surface, double kelvin) =>
        Kinetics.ExchangeCurrent(salt, surface, MaxConcentration, kelvin);
}

/// <summary>Transport in the electrolyte as functions of salt concentration (mol/m3) and temperature (K).</summary>
/// <param name="Salt">mol/m3 at rest.</param>
/// <param name="Conductivity">S/m.</param>
/// <param name="Diffusivity">m2/s.</param>
/// <param name="Transference">Of the cation.</param>
/// <param name="ThermodynamicFactor">1 + dln f/dln c.</param>
public sealed record CellElectrolyte(
    double Salt, Func<double, double, double> Conductivity, Func<double, double, double> Diffusivity,
    double Transference, double ThermodynamicFactor);

/// <summary>A cell as the reduced model sees it.</summary>
public sealed record CellParameters
{
    public required string Name { get; init; }

    /// <summary>m2 of electrode.</summary>
    public required double Area { get; init; }

    public required ElectrodeParameters Negative { get; init; }
    public required PorousLayer Separator { get; init; }
    public required ElectrodeParameters Positive { get; init; }
    public required CellElectrolyte Electrolyte { get; init; }

    /// <summary>Effective transport is the free one times porosity to this power.</summary>
    public double Bruggeman { get; init; } = 1.5;

    /// <summary>Ohm, at the current collectors and contacts.</summary>
    public double ContactResistance { get; init; }

    /// <summary>A s.</summary>
    public required double NominalCharge { get; init; }

    /// <summary>V, as its maker allows.</summary>
    public required (double Least, double Most) VoltageWindow { get; init; }
}
