using Sdl.Core.Units;

namespace Sdl.Runtime.Materials;

/// <summary>Something that is needed and not there.</summary>
/// <param name="Name">Container or counted part.</param>
public sealed record Shortage(string Name, string Text)
{
    /// <summary>Says what is wanted, what can be relied on, and what to do.</summary>
    public static string Of(Quantity need, Holding have)
    {
        var sure = have.Sure.Si > 0 ? have.Sure : new Quantity(0, need.Dimension);
        var unknown = have.IsUnknown ? ", a part of which may be gone (an invocation has no known end)" : "";
        return $"{have.Container} should give {need}, but only {sure} can be relied on: it holds {have.Volume} ± "
            + $"{have.Uncertainty}{unknown}, and {Holding.Margin:0} standard deviations are kept as a reserve. "
            + "Fill it and say so (inventory in the lab file, or sdl ledger --count)";
    }

    public static string Of(string name, int need, int have) =>
        $"{need} of '{name}' are needed and {Math.Max(0, have)} are left. Put more there and say so (inventory in the "
        + "lab file, or sdl ledger --count)";
}
