using Sdl.Core.Units;

namespace Sdl.Core.Instruments;

/// <summary>A value that an instrument shows at any time, also while an invocation runs: what interlocks
/// watch.</summary>
/// <param name="Unit">The customary unit; values have its dimension.</param>
/// <param name="Min">Smallest value that it can show.</param>
/// <param name="Max">Largest value that it can show.</param>
public sealed record Reading(string Name, Unit Unit, Quantity Min, Quantity Max, string Description)
{
    /// <summary>1 for yes and 0 for no.</summary>
    public static Reading Flag(string name, string description) =>
        new(name, Unit.One, Quantity.Of(0, Unit.One), Quantity.Of(1, Unit.One), description);

    /// <summary>Whether it shows 0 and 1 and nothing between.</summary>
    public bool IsFlag => Unit == Unit.One && Min.Si == 0 && Max.Si == 1;

    /// <summary>Whether the instrument can show this value.</summary>
    public bool Includes(Quantity value) =>
        value.Dimension == Unit.Dimension && Min.Si <= value.Si && value.Si <= Max.Si;
}
