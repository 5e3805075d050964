namespace Sdl.Simulators.Physics.Cells;

/// <summary>How a cell fades: lithium goes into a film that grows with the square root of time, and active material of
/// the cathode is lost with each cycle, faster and faster once the solvent is used up (the knee).</summary>
/// <remarks>The growth is the solvent-diffusion limited one of PyBaMM, L^2 = L0^2 + 2 V D c t/z, written for the lost
/// part of the nominal charge; knee and dependence on the formulation are designed (reference/physics.md, 4b).
/// </remarks>
public sealed record FadeLaw
{
    // Partial molar volume (m3/mol) and resistivity (Ohm m) of the film; lithium per volume of it and roughness.
    private const double FilmVolume = 9.585e-5, FilmResistivity = 2e5, LithiumPerFilm = 2, Roughness = 4;
    private const double ReferenceVolume = 35e-9, ReferenceTemperature = 299.65;

    /// <summary>Part of the nominal charge that forming the film takes.</summary>
    public required double Formed { get; init; }

    /// <summary>Of that, the part which the stoichiometries of the delivered state do not hold already.</summary>
    public double FormedOutside { get; init; } = 0.55;

    /// <summary>d(loss^2)/dt at 298.15 K, 1/s.</summary>
    public required double Growth { get; init; }

    /// <summary>J/mol, of the growth.</summary>
    public double Activation { get; init; } = 38000;

    /// <summary>Part of the cathode lost with each cycle before the knee.</summary>
    public double ActiveLoss { get; init; }

    /// <summary>The loss of lithium after formation at which active material goes twice as fast; it grows with its
    /// eighth power.</summary>
    public double Knee { get; init; } = double.PositiveInfinity;

    /// <summary>Ohm m2 of anode surface per part of the nominal charge in the film.</summary>
    public double FilmPerLoss { get; init; }

    /// <summary>The film that is there before the first cycle is held in the kinetics already.</summary>
    public bool FilmCountsFromNew { get; init; }

    /// <summary>The coin cell by formulation.</summary>
    /// <param name="electrolyteVolume">m3 that were dispensed; less solvent brings the knee forward.</param>
    public static FadeLaw Coin(CellParameters cell, ElectrolyteComposition mix, double electrolyteVolume)
    {
        var (w, m) = (mix.EthyleneCarbonate, mix.Molality);
        var poor = Math.Max(0, (0.25 - w) / 0.25);
        var u = (w - 0.33) / 0.33;
        return new FadeLaw
        {
            Formed = 0.09 * (1 + 0.6 * poor * poor),
            Growth = 9e-9 * (1 + (u < 0 ? 2.5 : 1.2) * u * u) * Math.Exp(0.9 * (m - 1.15) * (m - 1.15)),
            ActiveLoss = 6e-5 * (0.6 + 0.4 * m * m),
            Knee = 0.11 * (electrolyteVolume / ReferenceVolume)
                * Math.Sqrt(2.5e-3 / Electrolyte.Viscosity(mix, ReferenceTemperature)),
            FilmPerLoss = FilmResistivity * FilmVolume * cell.NominalCharge / Constants.Faraday
                / (LithiumPerFilm * Roughness * CellImpedance.Surface(cell.Negative, cell.Area)),
        };
    }

    /// <summary>Growth limited by the diffusion of solvent through the film, with the numbers of O'Kane et al. 2022
    /// (film of 5 nm at first, one lithium each); no knee.</summary>
    public static FadeLaw SolventDiffusion(CellParameters cell)
    {
        const double first = 5e-9, diffusivity = 2.5e-22, solvent = 2636;
        // Part of the nominal charge in a metre of film.
        var perMetre = CellImpedance.Surface(cell.Negative, cell.Area) * Constants.Faraday
            / (FilmVolume * cell.NominalCharge);
        return new FadeLaw
        {
            Formed = first * perMetre, FormedOutside = 0,
            Growth = 2 * FilmVolume * diffusivity * solvent * perMetre * perMetre,
            FilmPerLoss = FilmResistivity / perMetre, FilmCountsFromNew = true,
        };
    }

    /// <summary>The same cell living <paramref name="factor"/> times as fast.</summary>
    public FadeLaw Hastened(double factor) => this with { Growth = Growth * factor, ActiveLoss = ActiveLoss * factor };
}
