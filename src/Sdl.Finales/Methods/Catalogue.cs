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

    /// <summary>Whether FINALES itself publishes schemas for a pair.</summary>
    public static bool IsPublished(string quantity, string method) => Published.Contains($"{quantity}/{method}");

    private static HashSet<string> Published { get; } =
    [
        "electrolyte/flow", "conductivity/two_electrode", "conductivity/molecular_dynamics",
        "conductivity/polynomial_interpolation", "density/vibrating_tube_densimetry", "density/molecular_dynamics",
        "radial_density_function/molacular_dynamics", "cycling_channel/service", "cell_assembly/autobass_assembly",
        "transport/transport_service", "capacity/cycling", "degradationEOL/degradation_model",
        "degradationEOL/degradation_workflow",
    ];

    /// <summary>No parameters, no results: to be filled in.</summary>
    public static Mapping Empty { get; } = new(null, null, [], [], null, false);

    private static Mapping Measured(string quantity, string unit) => new(
        "formulation", null, [new Take("temperature", "temperature", Kelvin)],
        [
            new Give($"{quantity}.values", quantity, Unit.Parse(unit), true),
            new Give($"{quantity}.temperature", "temperature", Kelvin, false),
        ], $"{quantity}.meta", true);
}
