using System.Text.RegularExpressions;

namespace Sdl.Simulators.Finales;

/// <summary>The thirteen capabilities of FINALES2_schemas 1.0.1, with the same members and types, as a table; what it
/// says about them in sentences is left out.</summary>
public static partial class PublishedCatalogue
{
    // A question mark: may be missing or null. [] a list, {} a map by name, *2 a pair (value and its deviation).
    // Names and units are the published ones, misspelt where they are.
    private const string Types = """
        Chemical: SMILES string, InChIKey string
        Component: chemical Chemical, fraction number, fraction_type string
        Meta: success boolean, rating integer
        Location: address string, detail_1? string, detail_2? string
        ChemicalInfo: name? string, molar_mass? number*2 (g/mol), density? number*2 (g/cm3), batch? string,
          manufacturer? string, manufacturing_date? string
        FormulationInfo: name? string, uuid? string, preparation_date? string, batch? string, location? Location
        RunInfo: formulation Component[], internal_reference string, formulation_info? FormulationInfo,
          chemicals_info? ChemicalInfo{}
        Conductivity: values number[] (S/m), meta Meta, temperature? number (K)
        Density: values number[] (g/cm3), meta Meta, temperature? number (K)
        Viscosity: values number[], meta Meta, temperature? number (K)
        Distribution: radius number[] (angstrom), pair_title string[], RDF number[][], cell_volume number,
          cell_formula string
        ElectrolyteIn: formulation Component[]
        ElectrolyteOut: formulation Component[], volume number (mL), location Location, meta Meta
        CellInfo: cell_name? string, uuid? string, assembly_date? string, batch? string, anode_info? FormulationInfo,
          cathode_info? FormulationInfo, electrolyte_info? FormulationInfo, cell_location? Location
        Electrode: material Component[], mass_loading? number (mAh/cm2), size? number (cm2)
        Chemistry: electrolyte Component[], anode? Electrode, cathode? Electrode
        Separator: material string, size? number (cm2)
        Cell: battery_chemistry Chemistry, separator? Separator, electrolyte_volume? number (uL)
        Assembled: cell_info CellInfo, cell Cell, manufacturing_img string, meta Meta, temperature? number (K),
          sealing_time? string
        EndOfLife: end_of_life integer, end_of_life_uncertainty number, capacity_trajectory number[] (mAh),
          capacity_trajectory_uncertainty number[] (mAh), meta Meta, cell_info CellInfo
        Mixture: formulation Component[], temperature? number (K)
        Ageing: battery_chemistry Chemistry, cell_info CellInfo, input_cycles? number[],
          average_charging_rate? number (1/h), maximum_charging_rate? number (1/h), minimum_charging_rate? number (1/h),
          delta_coulombic_efficiency? number, voltage_gap_charge_discharge? number (V),
          capacity_vector_variance? number
        """;

    private const string Capabilities = """
        conductivity/two_electrode: Mixture -> run_info RunInfo, conductivity Conductivity
        conductivity/molecular_dynamics: Mixture -> run_info RunInfo, conductivity Conductivity, density? Density,
          RDF? Distribution, number_molecules_per_component? integer{}
        conductivity/polynomial_interpolation: Mixture -> run_info RunInfo, conductivity Conductivity
        electrolyte/flow: electrolyte ElectrolyteIn, volume number (mL) -> run_info RunInfo, electrolyte ElectrolyteOut
        cycling_channel/service: number_required_channels integer, cycling_protocol? string, number_cycles? integer
          -> success boolean, reservation_id? string
        capacity/cycling: cycling_protocol string, number_cycles integer, cell_info CellInfo, location Location,
          reservation_number string, I_max? number (A), V_max? number (V), V_min? number (V), capacity? number (Ah),
          c_rate_charge_formation? number, c_rate_discharge_formation? number, CV_I_cutoff_formation? number (A),
          repetions_formation_cycle? integer, cycling_V_max? number (V), cycling_V_min? number (V),
          c_rate_charge? number, c_rate_discharge? number, CV_I_cutoff? number (A)
          -> capacity_list number[] (Ah), channel_list integer[], cell_info CellInfo,
          delta_coulombic_efficiency? number, voltage_gap_charge_discharge? number (V),
          capacity_vector_variance? number
        cell_assembly/autobass_assembly: cell Cell, cell_info CellInfo, batch_volume? integer
          -> batch_output Assembled[], batch_id string
        degradationEOL/degradation_model: Ageing -> run_info RunInfo, degradationEOL EndOfLife
        degradationEOL/degradation_workflow: Ageing -> run_info RunInfo, degradationEOL EndOfLife[]
        density/molecular_dynamics: Mixture -> run_info RunInfo, density Density, conductivity? Conductivity,
          RDF? Distribution, number_molecules_per_component? integer{}
        density/vibrating_tube_densimetry: Mixture -> run_info RunInfo, density Density, viscosity? Viscosity
        transport/transport_service: origin Location, destination Location
          -> success boolean, actual_new_location Location, executant string
        radial_density_function/molacular_dynamics: formulation Component[], temperature number (K),
          estimated_density? number (g/cm3)
          -> radius number[] (angstrom), pair_title string[], RDF number[][], cell_volume number, cell_formula string
        """;

    private static readonly Dictionary<string, string> Members = Entries(Types).ToDictionary(e => e.Name, e => e.Text);

    /// <summary>Capability files, as an administrator registers them.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Entries(Capabilities).Select(e =>
    {
        var (pair, sides) = (e.Name.Split('/'), e.Text.Split(" -> "));
        return PythonText.Kept(new PyMap
        {
            ["quantity"] = pair[0], ["method"] = pair[1],
            ["json_schema_specifications"] = Schema(sides[0]), ["json_schema_result_output"] = Schema(sides[1]),
            ["is_active"] = true,
        });
    })];

    private static PyMap Schema(string members)
    {
        var used = new SortedDictionary<string, PyMap>(StringComparer.Ordinal);
        var schema = Object(Members.GetValueOrDefault(members) ?? members, used);
        if (used.Count == 0)
            return schema;
        var definitions = new PyMap();
        foreach (var (name, definition) in used)
            definitions[name] = definition;
        var whole = new PyMap { ["$defs"] = definitions };
        foreach (var (word, value) in schema)
            whole[word] = value;
        return whole;
    }

    private static PyMap Object(string members, SortedDictionary<string, PyMap> used)
    {
        var (properties, required) = (new PyMap(), new List<object?>());
        foreach (Match member in Member.Matches(members))
        {
            var name = member.Groups["name"].Value;
            var isOptional = member.Groups["optional"].Success;
            var type = Type(member.Groups["type"].Value, used, isOptional);
            if (isOptional)
                type = new PyMap
                {
                    ["anyOf"] = PyMap.List([type, new PyMap { ["type"] = "null" }]), ["default"] = null,
                };
            else
                required.Add(name);
            if (member.Groups["unit"] is { Success: true, Value: var unit })
                type["unit"] = unit;
            properties[name] = type;
        }
        var schema = new PyMap { ["properties"] = properties };
        if (required.Count > 0)
            schema["required"] = required;
        schema["type"] = "object";
        return schema;
    }

    private static PyMap Type(string type, SortedDictionary<string, PyMap> used, bool isBranch)
    {
        if (type.EndsWith("[]", StringComparison.Ordinal))
            return new PyMap { ["items"] = Type(type[..^2], used, isBranch: true), ["type"] = "array" };
        if (type.EndsWith("{}", StringComparison.Ordinal))
            return new PyMap { ["additionalProperties"] = Type(type[..^2], used, isBranch: true), ["type"] = "object" };
        if (type.EndsWith("*2", StringComparison.Ordinal))
            return new PyMap
            {
                ["maxItems"] = new System.Numerics.BigInteger(2), ["minItems"] = new System.Numerics.BigInteger(2),
                ["prefixItems"] = PyMap.List(Enumerable.Repeat((object?)new PyMap { ["type"] = type[..^2] }, 2)),
                ["type"] = "array",
            };
        if (!Members.TryGetValue(type, out var members))
            return new PyMap { ["type"] = type };
        if (!used.ContainsKey(type))
            used[type] = Object(members, used);
        var reference = new PyMap { ["$ref"] = $"#/$defs/{type}" };
        return isBranch ? reference : new PyMap { ["allOf"] = PyMap.List([reference]) };
    }

    // An entry goes on over lines that begin with a space.
    private static IEnumerable<(string Name, string Text)> Entries(string table) =>
        from entry in Break.Split(table)
        let parts = entry.Split(": ", 2)
        select (parts[0], Space.Replace(parts[1], " "));

    [GeneratedRegex(@"\n(?! )")]
    private static partial Regex Break { get; }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space { get; }

    [GeneratedRegex(@"(?<name>\w+)(?<optional>\?)? (?<type>\w+[\[\]{}*2]*)(?: \((?<unit>[^)]+)\))?")]
    private static partial Regex Member { get; }
}
