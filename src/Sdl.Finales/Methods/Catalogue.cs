using Sdl.Core.Units;

namespace Sdl.Finales.Methods;

/// <summary>The published capabilities (FINALES2_schemas 1.0.1) that one protocol with plain results can serve.
/// Temperatures are in K, conductivities in S/m, densities in g/cm3, volumes in mL.</summary>
public static class Catalogue
{
    private static readonly Unit Kelvin = Unit.Parse("K");

    /// <summary>Null for a pair that is not among them: its mapping has to be spelt out.</summary>
    public static Mapping? Find(string quantity, string method) => (quantity, method) switch
    {
        ("conductivity", "two_electrode") => Measured("conductivity", "S/m"),
        // The published annotation says g*cm3, and g/cm3 is meant.
        ("density", "vibrating_tube_densimetry") => Measured("density", "g/mL"),
        ("electrolyte", "flow") => new Mapping("electrolyte.formulation", "volume", [], [], "electrolyte.meta", true)
        {
            Made = ["electrolyte.formulation"], MadeVolume = "electrolyte.volume",
        },
        _ => null,
    };

    /// <summary>No parameters, no results: to be filled in.</summary>
    public static Mapping Empty { get; } = new(null, null, [], [], null, false);

    private static Mapping Measured(string quantity, string unit) => new(
        "formulation", null, [new Take("temperature", "temperature", Kelvin)],
        [
            new Give($"{quantity}.values", quantity, Unit.Parse(unit), true),
            new Give($"{quantity}.temperature", "temperature", Kelvin, false),
        ], $"{quantity}.meta", true);
}
