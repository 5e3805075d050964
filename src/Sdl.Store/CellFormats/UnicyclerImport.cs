using System.Security.Cryptography;
using System.Text.Json;
using Sdl.Core.Cells;
using Sdl.Core.Protocols;

namespace Sdl.Store.CellFormats;

/// <param name="Warnings">What was understood otherwise than it stands there, or left out.</param>
public sealed record CellImport(CellProtocol Protocol, IReadOnlyList<Finding> Warnings);

/// <summary>Reads aurora-unicycler JSON: numbers may be strings, the empty string is null, C-rates may be texts, a
/// zero is none where the format has it so, and a rate wins over a current. Source: reference/battery-formats.md, 3.1.
/// </summary>
public static class UnicyclerImport
{
    /// <exception cref="FindingsException">It cannot be used; every finding has line and column.</exception>
    public static CellImport Read(byte[] json, string file)
    {
        var findings = new List<Finding>();
        var warnings = new List<Finding>();
        var place = JsonPlace.Parse(json, file);
        if (place.Type != JsonTokenType.StartObject)
            throw new FindingsException([new Finding(place.At, "a protocol is a JSON object")]);
        var root = new JsonFields(place, findings);
        if (root.Object("unicycler") is { } tool)
        {
            _ = tool.Text("version");
            tool.RefuseUnread("'unicycler'");
        }
        var protocol = new CellProtocol(
            Path.GetFileNameWithoutExtension(file), "", Sample(root.Object("sample")), Record(root),
            Safety(root.Object("safety")), Method(root, warnings), place.At)
        {
            Digest = Convert.ToHexStringLower(SHA256.HashData(json)),
        };
        root.RefuseUnread("a protocol");
        if (findings.Count > 0)
            throw new FindingsException(findings);
        return new CellImport(protocol, warnings);
    }

    private static CellSample Sample(JsonFields? fields)
    {
        if (fields is null)
            return CellSample.Any;
        var name = fields.Text("name");
        var capacity = fields.Number("capacity_mAh", -3);
        if (capacity is <= 0)
            fields.Add(fields.MarkOf("capacity_mAh"), "the capacity should be above zero");
        fields.RefuseUnread("'sample'");
        return new CellSample(name == "$NAME" ? null : name, capacity);
    }

    private static RecordConditions Record(JsonFields root)
    {
        if (root.Object("record") is not { } fields)
        {
            root.Add(root.At, "'record' is missing");
            return new RecordConditions(null);
        }
        var record = new RecordConditions(
            fields.Needed("time_s"), fields.Number("voltage_V"), fields.Number("current_mA", -3));
        if (record.Time <= 0 || record.Voltage <= 0 || record.Current <= 0)
            fields.Add(fields.At, "what triggers a record should be above zero");
        fields.RefuseUnread("'record'");
        return record;
    }

    private static CellSafety Safety(JsonFields? fields)
    {
        if (fields is null)
            return CellSafety.None;
        CellCurrent? Current(string name) =>
            fields.Number(name, -3) is { } value ? CellCurrent.Amperes(value) : null;
        var safety = new CellSafety
        {
            MaxVoltage = fields.Number("max_voltage_V"),
            MinVoltage = fields.Number("min_voltage_V"),
            MaxCurrent = Current("max_current_mA"),
            MinCurrent = Current("min_current_mA"),
            MaxCharge = fields.Number("max_capacity_mAh", -3) is { } most ? CellCharge.AmpereHours(most) : null,
            Delay = fields.Number("delay_s"),
        };
        if (safety.MaxVoltage <= safety.MinVoltage || safety.MaxCurrent?.Value <= safety.MinCurrent?.Value)
            fields.Add(fields.At, "safety: the upper limit should be above the lower one");
        if (safety.Delay < 0 || safety.MaxCharge?.Value < 0)
            fields.Add(fields.At, "safety: a delay and a capacity are not below zero");
        fields.RefuseUnread("'safety'");
        return safety;
    }

    private static List<CellStep> Method(JsonFields root, List<Finding> warnings)
    {
        var tree = new LoopTree(root.Findings);
        var items = root.Items("method");
        if (items.Count == 0)
            root.Add(root.At, "'method' is missing or has no steps");
        foreach (var item in items)
        {
            if (item.Type != JsonTokenType.StartObject)
            {
                root.Add(item.At, "each step is an object");
                continue;
            }
            var fields = new JsonFields(item, root.Findings);
            UnicyclerSteps.Read(fields, tree, warnings);
        }
        return tree.Steps;
    }
}
