using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sdl.Core.Cells;

namespace Sdl.Store.Exports;

/// <summary>A file that belongs to a test.</summary>
/// <param name="Name">Relative to the description.</param>
/// <param name="Columns">Of BDF; empty for any other file.</param>
public sealed record DataFile(string Name, string MediaType, string Sha256, IReadOnlyList<BdfColumn> Columns);

/// <summary>What a test was.</summary>
/// <param name="Steps">Steps in the order in which each first came, with how often they came.</param>
public sealed record TestFacts(
    string Protocol, string ProtocolDigest, string Instrument, DateTimeOffset Start, DateTimeOffset End,
    IReadOnlyList<(string Id, string Technique, double Charge, int Times)> Steps);

/// <summary>Describes a cell, its test and the data as BattINFO JSON-LD (EMMO domain battery; the shape is that of the
/// metadata example of the Battery Data Format). It is the metadata side-car of the data files.</summary>
public static class BattInfo
{
    private const string Context = "https://w3id.org/emmo/domain/battery/context",
        Schema = "https://w3id.org/battery-data-alliance/ontology/battery-data-format/schema";

    private const string Letters = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>Quantities of a cell: key of the record, class, unit.</summary>
    private static readonly (string Key, string Type, string Unit)[] CellQuantities =
        [(CellKeys.RateCapacity, "NominalCapacity", "MilliAmpereHour"), (CellKeys.Ratio, "NPRatio", "UnitOne")];

    private static readonly (string Key, string Type, string Unit)[] ElectrodeQuantities =
    [
        ("diameter (mm)", "Diameter", "MilliMetre"), ("mass (mg)", "Mass", "MilliGram"),
        ("active material mass (mg)", "ActiveMass", "MilliGram"),
        ("active material mass fraction", "MassFraction", "UnitOne"),
        ("balancing capacity (mAh)", "Capacity", "MilliAmpereHour"),
    ];

    /// <param name="cell">With its derived values.</param>
    public static string Write(string cellName, CellRecord cell, TestFacts test, IReadOnlyList<DataFile> files)
    {
        var key = $"{cellName}\n{test.ProtocolDigest}\n{test.Instrument}\n{test.Start:O}";
        var cellNode = Cell(cellName, cell);
        var graph = new JsonObject
        {
            ["@context"] = new JsonArray(Context, new JsonObject { ["spdx"] = "http://spdx.org/rdf/terms#" }),
            ["@graph"] = new JsonArray(new JsonObject
            {
                ["@id"] = Identifier("test", key), ["@type"] = "BatteryTest",
                ["rdfs:label"] = $"{test.Protocol} on {cellName}",
                ["schema:startTime"] = test.Start.ToString("O"), ["schema:endTime"] = test.End.ToString("O"),
                ["hasTestObject"] = cellNode,
                ["hasTestEquipment"] = new JsonObject
                {
                    ["@type"] = "BatteryCycler", ["schema:name"] = test.Instrument,
                },
                ["schema:isBasedOn"] = new JsonObject
                {
                    ["schema:name"] = test.Protocol, ["spdx:checksum"] = Checksum(test.ProtocolDigest),
                },
                ["hasTask"] = new JsonArray([.. test.Steps.Select(Step)]),
                ["hasOutput"] = new JsonObject
                {
                    ["@id"] = Identifier("dataset", key),
                    ["@type"] = new JsonArray("BatteryTestResult", "dcat:Dataset"),
                    ["dcat:distribution"] = new JsonArray([.. files.Select(Distribution)]),
                },
            }),
        };
        return graph.ToJsonString(new(System.Text.Json.JsonSerializerDefaults.General)
        {
            WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
    }

    /// <summary><c>https://w3id.org/battinfo/KIND/xxxx-xxxx-xxxx-xxxx</c> in Crockford's letters, derived from what it
    /// names, so that the same thing gets the same name.</summary>
    public static string Identifier(string kind, string key)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{key}"));
        var letters = string.Concat(hash.Take(16).Select(b => Letters[b & 31]));
        return $"https://w3id.org/battinfo/{kind}/"
            + string.Join('-', Enumerable.Range(0, 4).Select(i => letters.Substring(4 * i, 4)));
    }

    private static JsonObject Cell(string name, CellRecord cell)
    {
        var node = new JsonObject
        {
            ["@id"] = Identifier("cell", name), ["@type"] = "BatteryCell", ["rdfs:label"] = name,
            ["hasProperty"] = Quantities(CellQuantities.Select(q => (q.Type, q.Unit, cell.Number(q.Key)))),
            ["hasNegativeElectrode"] = Electrode(cell, "Anode"),
            ["hasPositiveElectrode"] = Electrode(cell, "Cathode"),
        };
        if (cell.Text(CellKeys.CrimpedAt) is { } made)
            node["schema:productionDate"] = made;
        if (cell.Text(CellKeys.CasingType) is { } casing)
            node["hasCase"] = new JsonObject { ["@type"] = "Case", ["rdfs:label"] = casing };
        if (cell.Text(CellKeys.ElectrolyteName) is { } electrolyte)
            node["hasElectrolyte"] = new JsonObject
            {
                ["@type"] = "Electrolyte", ["rdfs:label"] = electrolyte,
                ["hasProperty"] = Quantities(
                    [("Volume", "MicroLitre", cell.Number(CellKeys.ElectrolyteAmount))]),
            };
        if (cell.Text("Separator type") is { } separator)
            node["hasSeparator"] = new JsonObject
            {
                ["@type"] = "Separator", ["rdfs:label"] = separator,
                ["hasProperty"] = Quantities(
                [
                    ("Diameter", "MilliMetre", cell.Number("Separator diameter (mm)")),
                    ("Thickness", "MilliMetre", cell.Number("Separator thickness (mm)")),
                ]),
            };
        return node;
    }

    private static JsonObject Electrode(CellRecord cell, string electrode) => new()
    {
        ["@type"] = "Electrode", ["rdfs:label"] = cell.Text($"{electrode} type") ?? electrode,
        ["hasProperty"] = Quantities(
            ElectrodeQuantities.Select(q => (q.Type, q.Unit, cell.Number($"{electrode} {q.Key}")))),
    };

    private static JsonArray Quantities(IEnumerable<(string Type, string Unit, double? Value)> of) =>
        new([.. of.Where(q => q.Value is not null).Select(q => (JsonNode)new JsonObject
        {
            ["@type"] = new JsonArray(q.Type, "MeasuredProperty"),
            ["hasNumericalPart"] = new JsonObject { ["@type"] = "RealData", ["hasNumberValue"] = q.Value },
            ["hasMeasurementUnit"] = $"emmo:{q.Unit}",
        })]);

    private static JsonNode Step((string Id, string Technique, double Charge, int Times) step) => new JsonObject
    {
        ["@type"] = Class(step.Technique, step.Charge), ["rdfs:label"] = step.Id, ["schema:repeatCount"] = step.Times,
    };

    private static string Class(string technique, double charge) => technique switch
    {
        CellTechniques.Rest => "OpenCircuitHold",
        CellTechniques.ConstantCurrent => charge < 0 ? "ConstantCurrentDischarging" : "ConstantCurrentCharging",
        CellTechniques.ConstantVoltage => "VoltageHold",
        CellTechniques.ConstantPower => charge < 0 ? "ConstantPowerDischarging" : "ConstantPowerCharging",
        CellTechniques.ConstantResistance => "ConstantResistanceDischarging",
        CellTechniques.VoltageScan => "LinearScanVoltammetry",
        _ => "ElectrochemicalImpedanceSpectroscopy",
    };

    private static JsonNode Distribution(DataFile file)
    {
        var node = new JsonObject
        {
            ["@type"] = "dcat:Distribution", ["dcat:mediaType"] = file.MediaType, ["dcat:downloadURL"] = file.Name,
            ["spdx:checksum"] = Checksum(file.Sha256),
        };
        if (file.Columns.Count > 0)
        {
            node["dcterms:conformsTo"] = $"BDF {BdfColumns.Version}";
            node["csvw:tableSchema"] = new JsonObject
            {
                ["@id"] = Schema,
                ["csvw:columns"] = new JsonArray([.. file.Columns.Select(c => (JsonNode)new JsonObject
                {
                    ["csvw:titles"] = c.Label, ["csvw:name"] = c.Name, ["csvw:propertyUrl"] = c.Iri,
                })]),
            };
        }
        return node;
    }

    private static JsonObject Checksum(string sha256) => new()
    {
        ["spdx:algorithm"] = "spdx:checksumAlgorithm_sha256", ["spdx:checksumValue"] = sha256,
    };
}
