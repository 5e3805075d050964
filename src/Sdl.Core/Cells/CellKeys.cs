using Sdl.Core.Units;

namespace Sdl.Core.Cells;

/// <summary>A key of the cell record.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="IsNumber">Else it holds a text, or for the assembly history whatever stands there.</param>
/// <param name="Aliases">Other names that older files give it.</param>
public sealed record CellKey(string Name, bool IsNumber, IReadOnlyList<string> Aliases)
{
    /// <summary>What its number is in: <c>Cathode mass (mg)</c> is in milligrams; 1 where it names none.</summary>
    public Unit Unit { get; } = Name.LastIndexOf('(') is > 0 and var open && Name.EndsWith(')')
        ? Unit.Parse(Name[(open + 1)..^1]) : Unit.One;
}

/// <summary>The flat keys of a cell record as aurora-cycler-manager names them (its database_setup, where the aliases
/// stand as well), in the order in which they are written. Capitals, blanks, "weight" for "mass", "minimum" for "min"
/// and the misspelling "Seperator" make no difference. Uncertainty, wet-to-crimp time and what the press did are keys
/// of our own.</summary>
public static class CellKeys
{
    public const string SampleId = "Sample ID", RunId = "Run ID", AssemblyHistory = "Assembly history",
        Overlap = "N:P ratio overlap factor", Ratio = "N:P ratio", RateCapacity = "C-rate definition capacity (mAh)",
        ElectrolyteName = "Electrolyte name", ElectrolyteAmount = "Electrolyte amount (uL)", CasingType = "Casing type",
        ElectrolyteUncertainty = "Electrolyte amount uncertainty (uL)", WetToCrimp = "Wet to crimp time (s)",
        CrimpedAt = "Crimped at",
        Comment = "Comment";

    public static IReadOnlyList<CellKey> All { get; } =
    [
        Text(SampleId, "SampleID", "Cell ID"), Text(RunId, "RunID"), Number("Cell number", "Battery_Number"),
        Number("Rack position"), Text("Batch number", "Batch"), Text("Label"), Text("Barcode"),
        Text("Last completed step"),
        .. Electrode("Anode"), .. Electrode("Cathode"),
        Number("N:P ratio target"), Number("N:P ratio min"), Number("N:P ratio max"),
        Number(Ratio, "Actual N:P Ratio", "N:P ratio actual"), Number(Overlap, "N:P overlap factor"),
        Text("Separator type", "Separator"), Number("Separator diameter (mm)"), Number("Separator thickness (mm)"),
        Text(ElectrolyteName, "Electrolyte"), Text("Electrolyte description"), Number("Electrolyte position"),
        Number(ElectrolyteAmount, "Electrolyte Amount"), Number(ElectrolyteUncertainty),
        Text("Electrolyte dispense order"),
        Number("Electrolyte amount before separator (uL)"), Number("Electrolyte amount after separator (uL)"),
        Text(CasingType), Text("Casing material"),
        Text("Top spacer type"), Number("Top spacer thickness (mm)", "Spacer (mm)"),
        Number("Top spacer diameter (mm)"), Text("Top spacer material"),
        Text("Bottom spacer type"), Number("Bottom spacer thickness (mm)"), Number("Bottom spacer diameter (mm)"),
        Text("Bottom spacer material"),
        Number(WetToCrimp), Text(CrimpedAt), Number("Crimp force (kN)"),
        Number(RateCapacity, "Capacity (mAh)", "C-rate Capacity (mAh)"), Text(Comment, "Comments"),
        Text(AssemblyHistory),
    ];

    private static readonly Dictionary<string, CellKey> BySpelling = All
        .SelectMany(k => k.Aliases.Prepend(k.Name).Select(n => (Name: Plain(n), Key: k))).Distinct()
        .ToDictionary(p => p.Name, p => p.Key);

    /// <summary>The key that a file's name means; null when there is none.</summary>
    public static CellKey? Find(string name) => BySpelling.GetValueOrDefault(Plain(name));

    private static IEnumerable<CellKey> Electrode(string electrode) =>
    [
        Text($"{electrode} type"), Text($"{electrode} description"),
        Number($"{electrode} rack position", $"{electrode} Position"),
        Number($"{electrode} diameter (mm)", $"{electrode} Diameter"),
        Number($"{electrode} mass (mg)", $"{electrode} Weight"),
        Number($"{electrode} current collector mass (mg)"),
        Number($"{electrode} active material mass fraction", $"{electrode} AM Content",
            $"{electrode} active material fraction"),
        Number($"{electrode} active material mass (mg)", $"{electrode} AM Weight (mg)"),
        Number($"{electrode} C-rate definition areal capacity (mAh/cm2)"),
        Number($"{electrode} C-rate definition specific capacity (mAh/g)"),
        Number($"{electrode} balancing specific capacity (mAh/g)", $"{electrode} Practical Capacity (mAh/g)",
            $"{electrode} Nominal Specific Capacity (mAh/g)"),
        Number($"{electrode} balancing areal capacity (mAh/cm2)"),
        Number($"{electrode} balancing capacity (mAh)", $"{electrode} Capacity (mAh)"),
    ];

    private static string Plain(string name) => string.Concat(name.ToLowerInvariant()
            .Replace("µ", "u", StringComparison.Ordinal).Replace("μ", "u", StringComparison.Ordinal)
            .Replace("²", "2", StringComparison.Ordinal).Where(char.IsLetterOrDigit))
        .Replace("weight", "mass", StringComparison.Ordinal).Replace("minimum", "min", StringComparison.Ordinal)
        .Replace("maximum", "max", StringComparison.Ordinal)
        .Replace("seperator", "separator", StringComparison.Ordinal);

    private static CellKey Number(string name, params IReadOnlyList<string> aliases) => new(name, true, aliases);

    private static CellKey Text(string name, params IReadOnlyList<string> aliases) => new(name, false, aliases);
}
