namespace Sdl.Simulators.Physics.Cells;

/// <summary>Exchange current densities in A/m2 and diffusivities in m2/s of lithium in the electrodes of the
/// literature. Names as in PyBaMM, against which they are tested.</summary>
/// <param name="Rate">The m of j0 = m sqrt(c_e c_s (c_max - c_s)) at <paramref name="Reference"/>,
/// (A/m2)(m3/mol)^1.5.</param>
/// <param name="Activation">J/mol.</param>
/// <param name="Reference">K.</param>
public sealed record ElectrodeKinetics(double Rate, double Activation, double Reference = Constants.RoomTemperature)
{
    /// <summary>Chen et al. 2020.</summary>
    public static ElectrodeKinetics GraphiteChen { get; } = new(6.48e-7, 35000);

    /// <inheritdoc cref="GraphiteChen"/>
    public static ElectrodeKinetics Nmc811Chen { get; } = new(3.42e-6, 17800);

    /// <summary>Kashkooli et al. 2017, in the set of Prada et al. 2013.</summary>
    public static ElectrodeKinetics LfpKashkooli { get; } = new(6e-7, 39570);

    /// <summary>Ecker et al. 2015.</summary>
    public static ElectrodeKinetics GraphiteEcker { get; } = new(Constants.Faraday * 1.11e-10, 53400, 296.15);

    /// <inheritdoc cref="GraphiteEcker"/>
    public static ElectrodeKinetics NcoEcker { get; } = new(Constants.Faraday * 3.01e-11, 43600, 296.15);

    /// <summary>Mohtat et al. 2020.</summary>
    public static ElectrodeKinetics GraphiteMohtat { get; } = new(1.061e-6, 37480);

    /// <inheritdoc cref="GraphiteMohtat"/>
    public static ElectrodeKinetics Nmc532Mohtat { get; } = new(4.824e-6, 39570);

    /// <summary>Marquis et al. 2019, after Dualfoil 1998.</summary>
    public static ElectrodeKinetics GraphiteMarquis { get; } = new(2e-5, 37480);

    /// <inheritdoc cref="GraphiteMarquis"/>
    public static ElectrodeKinetics LcoMarquis { get; } = new(6e-7, 39570);

    /// <summary>Ai et al. 2020, both electrodes.</summary>
    public static ElectrodeKinetics Ai { get; } = new(Constants.Faraday * 1e-11, 5000);

    /// <summary>Ramadass et al. 2004.</summary>
    public static ElectrodeKinetics GraphiteRamadass { get; } = new(4.854e-6, 37480);

    /// <inheritdoc cref="GraphiteRamadass"/>
    public static ElectrodeKinetics LcoRamadass { get; } = new(2.252e-6, 39570);

    /// <summary>Xu et al. 2019, at any temperature.</summary>
    public static ElectrodeKinetics Nmc532Xu { get; } = new(Constants.Faraday * 5.76e-11, 0);

    /// <summary>From an exchange current density at one stoichiometry, as Kim et al. 2011 give it: graphite 36 A/m2 at
    /// 0.36, NCA 4 A/m2 at 0.41, 30 kJ/mol.</summary>
    public static ElectrodeKinetics At(
        double current, double stoichiometry, double saltAtRest, double full, double activation) => new(
            current / (full * Math.Sqrt(saltAtRest * stoichiometry * (1 - stoichiometry))), activation);

    /// <summary>A/m2 of particle surface.</summary>
    /// <param name="salt">mol/m3 in the electrolyte.</param>
    /// <param name="surface">mol/m3 of lithium at the surface of the particles.</param>
    /// <param name="full">mol/m3 in the full material.</param>
    public double ExchangeCurrent(double salt, double surface, double full, double kelvin) =>
        At(kelvin) * Math.Sqrt(salt * surface * (full - surface));

    /// <summary>The m of j0 at a temperature.</summary>
    public double At(double kelvin) =>
        Rate * Math.Exp(Activation / Constants.GasConstant * (1 / Reference - 1 / kelvin));

    /// <summary>O'Regan et al. 2022, Electrochim. Acta 425, 140700: unequal transfer coefficients. Graphite-silicon
    /// 2.668 A/m2, 0.792, 40 kJ/mol; NMC811 5.028 A/m2, 0.43, 24.01 kJ/mol.</summary>
    /// <param name="relativeSalt">Salt over salt at rest.</param>
    public static double ORegan(
        double current, double transfer, double activation, double relativeSalt, double stoichiometry, double kelvin)
        => current * Constants.Arrhenius(activation, kelvin) * Math.Pow(relativeSalt, 1 - transfer)
            * Math.Pow(stoichiometry, transfer) * Math.Pow(1 - stoichiometry, 1 - transfer);
}
