// Writes src/Sdl.Transport/OpcUa/Generated from the OPC Foundation's tables (NodeIds.csv, StatusCode.csv,
// Opc.Ua.Types.bsd), for the types and nodes that types.txt names:
//   dotnet run tests/OpcUaTypes/generate.cs -- FOLDER-OF-THE-TABLES
#:property PublishAot=false
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Xml.Linq;

const string Head =
    "// Written by tests/OpcUaTypes/generate.cs from the OPC Foundation's tables; do not change by hand.\n";
XNamespace opc = "http://opcfoundation.org/BinarySchema/";

var here = Here();
var data = args[0];
var output = Path.Combine(here, "../../src/Sdl.Transport/OpcUa/Generated");
var wanted = Wanted(File.ReadAllLines(Path.Combine(here, "types.txt")));
var ids = File.ReadLines(Path.Combine(data, "NodeIds.csv")).Select(l => l.Split(','))
    .ToDictionary(f => f[0], f => f[1]);
var schema = XDocument.Load(Path.Combine(data, "Opc.Ua.Types.bsd")).Root!;
var enums = schema.Elements(opc + "EnumeratedType").ToDictionary(e => e.Attribute("Name")!.Value);
var structures = schema.Elements(opc + "StructuredType").ToDictionary(e => e.Attribute("Name")!.Value);

foreach (var (file, names) in wanted.Where(w => w.Key != "Nodes"))
    Save(file, Head + "namespace Sdl.Transport.OpcUa;\n" + string.Concat(
        names.Select(n => "\n" + (enums.TryGetValue(n, out var e) ? Enumeration(e) : Structure(structures[n])))));
var decodable = wanted.Where(w => w.Key != "Nodes").SelectMany(w => w.Value).Where(structures.ContainsKey).ToList();
Save("Structures", Head + Structures(decodable));
Save("Ids", Head + Ids(wanted["Nodes"]));
Save("StatusCodes", Head + Statuses(File.ReadLines(Path.Combine(data, "StatusCode.csv"))));

string Enumeration(XElement type)
{
    var values = type.Elements(opc + "EnumeratedValue")
        .Select(v => $"{v.Attribute("Name")!.Value} = {v.Attribute("Value")!.Value}");
    return $"public enum {type.Attribute("Name")!.Value}\n{{\n{Wrapped(values, "    ", ",")},\n}}\n";
}

string Structure(XElement type)
{
    var name = type.Attribute("Name")!.Value;
    var lengths = type.Elements(opc + "Field").Select(f => f.Attribute("LengthField")?.Value).ToHashSet();
    var fields = type.Elements(opc + "Field")
        .Where(f => !lengths.Contains(f.Attribute("Name")!.Value))
        .Select(f => new Field(f.Attribute("Name")!.Value, f.Attribute("TypeName")!.Value.Split(':')[1],
            f.Attribute("LengthField") is not null)).ToList();
    var header = fields.FirstOrDefault(f => f.Type is "RequestHeader" or "ResponseHeader");
    var rest = fields.Where(f => f != header).ToList();
    var kind = header is null ? "" : header.Type == "RequestHeader" ? "IUaRequest, " : "IUaResponse, ";
    var id = ids.GetValueOrDefault(name + "_Encoding_DefaultBinary", "0");
    var text = new StringBuilder();
    var parameters = Wrapped(rest.Select(f => $"{Shape(f)} {f.Name}"), "    ", ",");
    text.Append(
        rest.Count == 0 ? $"public sealed record {name}" : Join($"public sealed record {name}(", parameters) + ")");
    text.Append(CultureInfo.InvariantCulture, $"\n    : {kind}IUaStructure<{name}>\n{{\n");
    if (header is not null)
        text.Append(CultureInfo.InvariantCulture,
            $"    public {header.Type} {header.Name} {{ get; set; }} = Headers.{header.Type};\n\n");
    text.Append(CultureInfo.InvariantCulture, $"    public uint BinaryId => {id};\n\n")
        .Append("    public void Write(UaWriter to)\n    {\n");
    foreach (var field in fields)
        text.Append(CultureInfo.InvariantCulture, $"        {Writing(field)};\n");
    text.Append("    }\n\n");
    var reading = Join("new(", Wrapped(rest.Select(Reading), "            ", ",")) + ")";
    if (header is null)
        text.Append(CultureInfo.InvariantCulture, $"    public static {name} Read(ref UaReader from) =>\n")
            .Append(CultureInfo.InvariantCulture, $"        {reading};\n");
    else
        text.Append(CultureInfo.InvariantCulture, $"    public static {name} Read(ref UaReader from)\n    {{\n")
            .Append(CultureInfo.InvariantCulture, $"        var header = {header.Type}.Read(ref from);\n")
            .Append(CultureInfo.InvariantCulture, $"        return {reading}\n        {{\n")
            .Append(CultureInfo.InvariantCulture, $"            {header.Name} = header,\n        }};\n    }}\n");
    return text.Append("}\n").ToString();
}

string Shape(Field field) => (field.IsArray, One(field)) switch
{
    (true, var one) => one.TrimEnd('?') + (one.EndsWith('?') ? "?[]" : "[]"),
    (false, var one) => one,
};

string One(Field field) => field.Name is "AttributeId" ? "AttributeId" : field.Type switch
{
    "Boolean" => "bool", "Byte" => "byte", "UInt16" => "ushort", "Int32" => "int", "UInt32" => "uint",
    "Int64" => "long", "UInt64" => "ulong", "Double" => "double",
    "String" or "CharArray" => "string?", "ByteString" => "byte[]?", "DiagnosticInfo" => "DiagnosticInfo?",
    "ExtensionObject" => "ExtensionObject", var other => other,
};

string Scalar(Field field) => field.Type == "CharArray" ? "String" : field.Type;

string Writing(Field field) => (field.IsArray, IsEnum(field), IsStructure(field)) switch
{
    _ when field.Name is "AttributeId" => "to.WriteUInt32((uint)AttributeId)",
    (false, true, _) => $"to.WriteInt32((int){field.Name})",
    (false, _, true) => $"{field.Name}.Write(to)",
    (false, _, _) => $"to.Write{Scalar(field)}({field.Name})",
    (true, _, true) => $"to.WriteArray({field.Name})",
    (true, _, _) => $"to.WriteArray({field.Name}, static (to, one) => to.Write{Scalar(field)}(one))",
};

string Reading(Field field) => (field.IsArray, IsEnum(field), IsStructure(field)) switch
{
    _ when field.Name is "AttributeId" => "(AttributeId)from.ReadUInt32()",
    (false, true, _) => $"({field.Type})from.ReadInt32()",
    (false, _, true) => $"{field.Type}.Read(ref from)",
    (false, _, _) => $"from.Read{Scalar(field)}()",
    (true, _, true) => $"from.ReadArray<{field.Type}>()",
    (true, _, _) => $"from.ReadArray(static (ref from) => from.Read{Scalar(field)}())",
};

bool IsEnum(Field field) => enums.ContainsKey(field.Type);

bool IsStructure(Field field) => structures.ContainsKey(field.Type) && wanted.Values.Any(n => n.Contains(field.Type));

string Structures(List<string> names)
{
    var cases = names.Where(n => ids.ContainsKey(n + "_Encoding_DefaultBinary"))
        .Select(n => $"        {ids[n + "_Encoding_DefaultBinary"]} => {n}.Read(ref from),\n");
    return "namespace Sdl.Transport.OpcUa;\n\n/// <summary>Structures by the number of their binary encoding in "
        + "namespace 0.</summary>\npublic static class Structures\n{\n    /// <returns>Null for a number that is not "
        + "known.</returns>\n    public static IUaStructure? Read(uint binaryId, ref UaReader from) => "
        + "binaryId switch\n    {\n"
        + string.Concat(cases) + "        _ => null,\n    };\n}\n";
}

string Ids(List<string> names) =>
    "namespace Sdl.Transport.OpcUa;\n\n/// <summary>Nodes of namespace 0.</summary>\npublic static class Ids\n{\n"
    + string.Concat(names.Select(n => $"    public const uint {n.Replace("_", "")} = {ids[n]};\n")) + "}\n";

string Statuses(IEnumerable<string> lines)
{
    var known = lines.Select(l => l.Split(','))
        .Where(f => !f[0].Contains('_', StringComparison.Ordinal)).ToList();
    return "namespace Sdl.Transport.OpcUa;\n\n"
        + "/// <summary>Status codes (Part 6, annex A.2), without those of edited histories.</summary>\n"
        + "public static class StatusCodes\n{\n"
        + string.Concat(known.Select(f => $"    public const uint {f[0]} = {f[1]};\n")) + "}\n";
}

static string Join(string start, string wrapped) =>
    wrapped.TrimStart() is var line && !wrapped.Contains('\n') && start.Length + line.Length < 100
        ? start + line
        : start + "\n" + wrapped;

static string Wrapped(IEnumerable<string> parts, string indent, string separator)
{
    var lines = new List<string>();
    foreach (var part in parts)
        if (lines.Count > 0 && lines[^1].Length + part.Length < 104)
            lines[^1] += $"{separator} {part}";
        else
            lines.Add(indent + part);
    return string.Join(separator + "\n", lines);
}

static Dictionary<string, List<string>> Wanted(IEnumerable<string> lines)
{
    var wanted = new Dictionary<string, List<string>>();
    var names = new List<string>();
    var words = lines.Where(l => !l.StartsWith('#'))
        .SelectMany(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    foreach (var word in words)
        if (word.EndsWith(':'))
            wanted[word[..^1]] = names = [];
        else
            names.Add(word);
    return wanted;
}

void Save(string name, string text) => File.WriteAllText(Path.Combine(output, name + ".cs"), text);

static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;

internal sealed record Field(string Name, string Type, bool IsArray);
