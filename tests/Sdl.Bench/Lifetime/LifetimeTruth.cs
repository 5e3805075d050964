using Sdl.Core.Planning;
using Sdl.Simulators.Physics;
using Sdl.Simulators.Physics.Cells;

namespace Sdl.Bench.Lifetime;

/// <summary>What an electrolyte and eight coin cells with it really do: conductivity, fade of the first forty cycles
/// and end of life, by the models of the simulated laboratory.</summary>
/// <param name="Conductivity">mS/cm.</param>
/// <param name="Fade">Part of the first capacity that is gone after forty cycles.</param>
/// <param name="Life">Cycles to 80 % of the first capacity.</param>
internal sealed record LifetimeTruth(double Conductivity, double Fade, double Life)
{
    private const double Kelvin = 299.65;

    /// <summary>The longest life in the space.</summary>
    public const double Longest = 476.2;

    /// <summary>The space of FINALES, mole fractions.</summary>
    public static SearchSpace Space { get; } = new(
        [
            new ContinuousParameter("EC", 0, 0.54), new ContinuousParameter("EMC", 0.4, 1),
            new ContinuousParameter("LiPF6", 0.01, 0.12),
        ])
    {
        Mixtures = [new Mixture(["EC", "EMC", "LiPF6"])],
    };

    public static LifetimeTruth At(DesignPoint x)
    {
        var mix = ElectrolyteComposition.FromMoles(x.Numbers);
        var cell = CellMaker.Parameters(ParameterSets.Coin, mix, Kelvin);
        var life = CellLife.Run(cell, FadeLaw.Coin(cell, mix, 35e-9), Kelvin);
        return new LifetimeTruth(
            10 * Electrolyte.Conductivity(mix, Kelvin), 1 - life.Points[2].Capacity / life.Points[0].Capacity,
            life.EndOfLife ?? double.NaN);
    }

    /// <summary>A simulation of the conductivity: right in tendency, with a smooth bias of some per cent.</summary>
    public double Simulated(DesignPoint x) => 0.8 * Math.Pow(Conductivity, 1.1)
        * (1 + 0.05 * Math.Sin(9 * x.Numbers["EC"] + 40 * x.Numbers["LiPF6"]));
}
