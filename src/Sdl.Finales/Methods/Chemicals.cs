using System.Text.Json;
using System.Text.Json.Nodes;
using Sdl.Core.Materials;
using Sdl.Core.Planning;
using Sdl.Finales.Client;

namespace Sdl.Finales.Methods;

/// <summary>Formulations as FINALES writes them: a list of chemicals with their mole fractions. Chemicals are known by
/// their InChIKey; a SMILES text can be spelt in many ways.</summary>
public static class Chemicals
{
    public const string FractionType = "molPerMol";

    // Fractions that were rounded when they were written still sum to one; the reference tenant allows 1e-5.
    private const double SumTolerance = 1e-4;

    private static readonly Dictionary<string, string> Smiles = new()
    {
        // As the published limitations and results spell them.
        ["EC"] = "C1COC(=O)O1", ["EMC"] = "CCOC(=O)OC", ["DMC"] = "COC(=O)OC",
        ["LiPF6"] = "[Li+].F[P-](F)(F)(F)(F)F",
    };

    /// <exception cref="UnfitException">It holds a chemical that is not known here, or fractions that are
    /// none.</exception>
    public static Formulation Read(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
            throw new UnfitException("the formulation is empty");
        var fractions = new Dictionary<string, double>();
        foreach (var entry in list.EnumerateArray())
        {
            var key = Wire.At(entry, "chemical", "InChIKey")?.ToString() ?? "";
            var substance = Substance.All.FirstOrDefault(s => s.InChIKey == key)
                ?? throw new UnfitException($"the chemical with InChIKey '{key}' is not there; there are "
                    + string.Join(", ", Substance.All.Select(s => $"{s.Symbol} ({s.InChIKey})")));
            if (Wire.At(entry, "fraction_type")?.ToString() is not FractionType and var type)
                throw new UnfitException($"fractions of type '{type}' are not understood; write {FractionType}");
            if (Wire.At(entry, "fraction") is not { } number || Wire.Number(number) is not { } value
                || value is < 0 or > 1)
                throw new UnfitException($"the fraction of {substance.Symbol} should be a number from 0 to 1");
            if (!fractions.TryAdd(substance.Symbol, value))
                throw new UnfitException($"{substance.Symbol} is there twice");
        }
        var sum = fractions.Values.Sum();
        if (Math.Abs(sum - 1) > SumTolerance)
            throw new UnfitException(
                FormattableString.Invariant($"the fractions sum to {sum:0.######}; they should sum to 1"));
        return new Formulation(fractions);
    }

    public static JsonArray Write(Formulation formulation) => new([.. formulation.Fractions.Select(f => new JsonObject
    {
        ["chemical"] = Chemical(f.Key), ["fraction"] = f.Value, ["fraction_type"] = FractionType,
    })]);

    /// <summary>Ranges of the components, in the one shape that the optimiser F2Opt can read: a list of lists of
    /// components with plain names and a range each.</summary>
    public static JsonArray Limits(IEnumerable<ContinuousParameter> components) => new(new JsonArray(
        [.. components.Select(
        c => new JsonObject
        {
            ["chemical"] = Chemical(c.Name),
            ["fraction"] = new JsonArray(new JsonObject { ["min"] = c.Min, ["max"] = c.Max }),
            ["fraction_type"] = new JsonArray(FractionType),
        })]));

    /// <summary>Why F2Opt could not optimise within such ranges; null when it can. Its rules: each range is at least
    /// 0.1 wide, the largest fractions sum to 1.1 at least, the smallest to 1 at most.</summary>
    public static string? Unreadable(IReadOnlyList<ContinuousParameter> components) =>
        components.FirstOrDefault(c => c.Max - c.Min < 0.1) is { } narrow
            ? FormattableString.Invariant(
                $"the range of {narrow.Name}, {narrow.Min} to {narrow.Max}, is narrower than 0.1")
            : components.Sum(c => c.Max) < 1.1 ? "the largest fractions sum to less than 1.1"
            : components.Sum(c => c.Min) > 1 ? "the smallest fractions sum to more than 1"
            : null;

    private static JsonObject Chemical(string symbol) => new()
    {
        ["SMILES"] = Smiles.GetValueOrDefault(symbol, symbol), ["InChIKey"] = Substance.Find(symbol)!.InChIKey,
    };
}
