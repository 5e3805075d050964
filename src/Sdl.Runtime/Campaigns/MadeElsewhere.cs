using Sdl.Core.Planning;
using Sdl.Core.Records;
using Sdl.Core.Units;

namespace Sdl.Runtime.Campaigns;

/// <summary>What somebody else has made instead of this laboratory, told among the results of a run: the mole fraction
/// of each component behind <see cref="Prefix"/>.</summary>
public static class MadeElsewhere
{
    public const string Prefix = "made.";

    public static IEnumerable<KeyValuePair<string, Measured>> Results(Formulation made) => made.Fractions.Select(
        f => KeyValuePair.Create(Prefix + f.Key, Measured.Exact(new Quantity(f.Value, Dimension.None))));

    /// <summary>Null where this laboratory has made it.</summary>
    public static Formulation? In(IReadOnlyDictionary<string, Measured> results)
    {
        var fractions = results.Where(r => r.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(r => r.Key[Prefix.Length..], r => r.Value.Value.Si);
        return fractions.Count > 0 ? new Formulation(fractions) : null;
    }
}
