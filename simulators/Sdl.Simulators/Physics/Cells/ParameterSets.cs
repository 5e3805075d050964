namespace Sdl.Simulators.Physics.Cells;

/// <summary>The cells that the simulators can play.</summary>
public static class ParameterSets
{
    public const string Chen = "chen2020", Coin = "coin-nmc811-graphite", Lfp = "lfp-graphite";

    public static IReadOnlyList<string> Names { get; } = [Chen, Coin, Lfp];

    /// <summary>The 5 Ah cell LG M50, graphite-silicon against NMC811 (Chen et al. 2020, J. Electrochem. Soc. 167,
    /// 080534), charged; electrolyte after Nyman et al. 2008, activation energies of transport after O'Kane et al.
    /// 2022.</summary>
    public static CellParameters Chen2020 { get; } = new()
    {
        Name = Chen, Area = 0.065 * 1.58, Negative = Graphite(8.52e-5), Separator = new(1.2e-5, 0.47),
        Positive = Nmc811(7.56e-5), NominalCharge = 5 * 3600, VoltageWindow = (2.5, 4.2),
        Electrolyte = new(
            1000, ElectrolyteTransport.NymanConductivity, ElectrolyteTransport.NymanDiffusivity, 0.2594, 1),
    };

    /// <summary>A coin cell of 3.08 mAh with the electrodes of <see cref="Chen2020"/>, in the geometry of the cells
    /// that AutoBASS built for FINALES: 1.5386 cm2 of cathode, Celgard 2325, 35 uL, contacts of 2 Ohm. Diffusion in its
    /// particles does not depend on the temperature: the designed simulated laboratory has it so.</summary>
    public static CellParameters CoinNmc811Graphite(CellElectrolyte electrolyte) => new()
    {
        Name = Coin, Area = 1.5386e-4, Separator = new(2.5e-5, 0.41),
        Negative = Graphite(3.5e-5) with { DiffusionActivation = 0 },
        Positive = Nmc811(3.11e-5) with { DiffusionActivation = 0 },
        NominalCharge = 3.08e-3 * 3600, VoltageWindow = (2.5, 4.2),
        ContactResistance = 2, Electrolyte = electrolyte,
    };

    /// <summary>The 2.3 Ah cell A123 26650, graphite against LiFePO4 (Prada et al. 2013, J. Electrochem. Soc. 160,
    /// A616), charged; the conductivity formula has no temperature in it.</summary>
    public static CellParameters LfpGraphite { get; } = new()
    {
        Name = Lfp, Area = 0.6 * 0.3, Separator = new(2.5e-5, 0.45), NominalCharge = 2.3 * 3600,
        VoltageWindow = (2.0, 3.6),
        Negative = Graphite(3.4e-5) with
        {
            Porous = new(3.4e-5, 0.36),
            ParticleRadius = 5e-6,
            ActiveFraction = 0.58,
            MaxConcentration = 30555,
            InitialConcentration = 24749.55,
            Diffusivity = 3e-15,
            DiffusionActivation = 0,
            Conductivity = 215 * Math.Pow(0.58, 1.5),
        },
        Positive = new()
        {
            Porous = new(8e-5, 0.426), ParticleRadius = 5e-8, ActiveFraction = 0.374, MaxConcentration = 22806,
            InitialConcentration = 86.6628, Diffusivity = 5.9e-18,
            Conductivity = 0.33795074 * Math.Pow(0.374, 1.5), Potential = OpenCircuitPotential.LfpAfshar,
            Kinetics = ElectrodeKinetics.LfpKashkooli,
        },
        Electrolyte = new(1200, (c, _) => ElectrolyteTransport.PradaConductivity(c), (_, _) => 2e-10, 0.36, 1),
    };

    private static ElectrodeParameters Graphite(double thickness) => new()
    {
        Porous = new(thickness, 0.25), ParticleRadius = 5.86e-6, ActiveFraction = 0.75, MaxConcentration = 33133,
        InitialConcentration = 29866, Diffusivity = 3.3e-14, DiffusionActivation = 30300, Conductivity = 215,
        Potential = OpenCircuitPotential.GraphiteChen, Kinetics = ElectrodeKinetics.GraphiteChen,
    };

    private static ElectrodeParameters Nmc811(double thickness) => new()
    {
        Porous = new(thickness, 0.335), ParticleRadius = 5.22e-6, ActiveFraction = 0.665, MaxConcentration = 63104,
        InitialConcentration = 17038, Diffusivity = 4e-15, DiffusionActivation = 25000, Conductivity = 0.18,
        Potential = OpenCircuitPotential.Nmc811Chen, Kinetics = ElectrodeKinetics.Nmc811Chen,
    };
}
