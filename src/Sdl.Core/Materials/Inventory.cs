using Sdl.Core.Protocols;
using Sdl.Core.Records;
using Sdl.Core.Units;

namespace Sdl.Core.Materials;

/// <summary>What is there when a lab is set up, as its lab file says.</summary>
/// <param name="Containers">Liquids by container. A container that is named after an instrument is the instrument's
/// own: a pump's syringe.</param>
/// <param name="Parts">What is counted: vials, tips, parts of cells.</param>
public sealed record Inventory(
    IReadOnlyDictionary<string, Container> Containers, IReadOnlyDictionary<string, CountedPart> Parts)
{
    /// <summary>Nobody has said what is there: nothing is refused for want of it.</summary>
    public static Inventory None { get; } =
        new(new Dictionary<string, Container>(), new Dictionary<string, CountedPart>());

    public bool IsNone => Containers.Count == 0 && Parts.Count == 0;
}

/// <param name="Holds">Name of the liquid: a stock of the lab, or any other name.</param>
/// <param name="Volume">What is in it, with one standard deviation.</param>
/// <param name="Capacity">What goes into it; null when nobody says.</param>
/// <param name="DoseUncertainty">Relative standard deviation that all volumes metered by its instrument have in
/// common; null for the one that the driver declares.</param>
public sealed record Container(
    string Holds, Measured Volume, Quantity? Capacity, double? DoseUncertainty, Mark At);

public sealed record CountedPart(int Count, Mark At);
