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
            Path.GetFileNameWithoutExtension(file), "", Sample(root.Object("sample")), TestFields.Record(root),
            TestFields.Safety(root.Object("safety"), hasTemperature: false), Method(root, warnings), place.At)
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
