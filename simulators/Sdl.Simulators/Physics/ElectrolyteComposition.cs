using Sdl.Core.Materials;

namespace Sdl.Simulators.Physics;

/// <summary>An electrolyte as its formulas see it: the solvent by mass, the salt per mass of solvent. EMC is the
/// rest.</summary>
/// <param name="EthyleneCarbonate">Mass fraction of EC in the salt-free solvent.</param>
/// <param name="DimethylCarbonate">Mass fraction of DMC in the salt-free solvent.</param>
/// <param name="Molality">mol LiPF6 per kg of solvent; infinite for salt without solvent.</param>
public readonly record struct ElectrolyteComposition(
    double EthyleneCarbonate, double DimethylCarbonate, double Molality)
{
    private static readonly double
        Ec = Substance.EthyleneCarbonate.MolarMass * 1e-3,
        Emc = Substance.EthylMethylCarbonate.MolarMass * 1e-3,
        Dmc = Substance.DimethylCarbonate.MolarMass * 1e-3;

    public double EthylMethylCarbonate => Math.Max(0, 1 - EthyleneCarbonate - DimethylCarbonate);

    /// <summary>From amounts in any common unit: mol in a vial, or mole fractions of a formulation, by substance
    /// symbol. A substance that the formulas do not know is left out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An amount is negative or not finite, or all are zero.</exception>
    public static ElectrolyteComposition FromMoles(IReadOnlyDictionary<string, double> moles)
    {
        double Of(Substance substance)
        {
            var n = moles.GetValueOrDefault(substance.Symbol);
            return n >= 0 && double.IsFinite(n) ? n
                : throw new ArgumentOutOfRangeException(nameof(moles), n, $"this is no amount of {substance.Symbol}");
        }

        var (ec, emc, dmc) = (Of(Substance.EthyleneCarbonate) * Ec, Of(Substance.EthylMethylCarbonate) * Emc,
            Of(Substance.DimethylCarbonate) * Dmc);
        var (salt, solvent) = (Of(Substance.LithiumHexafluorophosphate), ec + emc + dmc);
        if (solvent > 0)
            return new(ec / solvent, dmc / solvent, salt / solvent);
        return salt > 0 ? new(0, 0, double.PositiveInfinity)
            : throw new ArgumentOutOfRangeException(nameof(moles), "there is neither solvent nor salt in it");
    }

    /// <summary>Mole fractions by substance symbol; they sum to one.</summary>
    public IReadOnlyDictionary<string, double> ToMoleFractions()
    {
        // Per kg of solvent; pure salt has no such kilogram.
        var (ec, emc, dmc) = double.IsFinite(Molality) ? SolventMoles : default;
        var salt = double.IsFinite(Molality) ? Molality : 1;
        var all = ec + emc + dmc + salt;
        return new Dictionary<string, double>
        {
            [Substance.EthyleneCarbonate.Symbol] = ec / all,
            [Substance.EthylMethylCarbonate.Symbol] = emc / all,
            [Substance.DimethylCarbonate.Symbol] = dmc / all,
            [Substance.LithiumHexafluorophosphate.Symbol] = salt / all,
        };
    }

    /// <summary>mol of EC, EMC and DMC in 1 kg of solvent.</summary>
    internal (double Ec, double Emc, double Dmc) SolventMoles =>
        (EthyleneCarbonate / Ec, EthylMethylCarbonate / Emc, DimethylCarbonate / Dmc);
}
