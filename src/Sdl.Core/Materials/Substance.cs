namespace Sdl.Core.Materials;

/// <param name="Symbol">The field's short name, such as <c>EC</c>.</param>
/// <param name="MolarMass">g/mol.</param>
/// <param name="InChIKey">As FINALES and the ASAB stock list name it.</param>
public sealed record Substance(string Symbol, string Name, double MolarMass, string InChIKey)
{
    // Molar masses from the formulas with IUPAC 2021 abridged atomic masses; InChIKeys from PubChem.
    public static readonly Substance
        EthyleneCarbonate = new("EC", "ethylene carbonate", 88.062, "KMTRUDSVKNLOMY-UHFFFAOYSA-N"),
        EthylMethylCarbonate = new("EMC", "ethyl methyl carbonate", 104.105, "JBTWLSYIZRCDFO-UHFFFAOYSA-N"),
        DimethylCarbonate = new("DMC", "dimethyl carbonate", 90.078, "IEJIGPNLZYLLBP-UHFFFAOYSA-N"),
        LithiumHexafluorophosphate = new(
            "LiPF6", "lithium hexafluorophosphate", 151.905, "AXPLOJNSKRXQPA-UHFFFAOYSA-N");

    public static IReadOnlyList<Substance> All { get; } =
        [EthyleneCarbonate, EthylMethylCarbonate, DimethylCarbonate, LithiumHexafluorophosphate];

    public static Substance? Find(string symbol) => All.FirstOrDefault(s => s.Symbol == symbol);
}
