namespace Sdl.Simulators.Finales;

/// <summary>The fill-in skeleton that the server makes of a JSON Schema, with its oddities: leaves say "required,
/// float", what may be null is a text in Python's spelling, and what it does not know it leaves out.</summary>
internal sealed class SchemaTemplate
{
    private static readonly Dictionary<string, string> Words = new()
    {
        ["number"] = "float", ["integer"] = "int", ["string"] = "str", ["boolean"] = "bool",
    };

    private readonly PyMap _definitions;

    private SchemaTemplate(PyMap definitions) => _definitions = definitions;

    public static PyMap Of(PyMap schema) => new SchemaTemplate([]).Object(schema);

    private PyMap Object(PyMap schema)
    {
        var within = (schema.Find("definitions") ?? schema.Find("$defs")) is PyMap own ? new SchemaTemplate(own) : this;
        var template = new PyMap();
        if (schema.Find("type") is not "object" || schema.Find("properties") is not PyMap properties)
            return template;
        var required = schema.Find("required") as List<object?> ?? [];
        var knowsOptional = false;
        foreach (var (name, value) in properties)
            if (within.Property(
                (PyMap)value!, required.Contains(name) ? "required" : "optional", ref knowsOptional) is { } entry)
                template[name] = entry;
        return template;
    }

    private object? Property(PyMap schema, string need, ref bool knowsOptional)
    {
        if (schema.Find("type") is string type)
            return Words.TryGetValue(type, out var word) ? $"{need}, {word}"
                : type == "array" ? List(schema, need)
                : type == "object" ? Object(schema)
                : null;
        if (schema.Find("allOf") is List<object?> all)
            return all.Select(part => (object?)Object(Referred((PyMap)part!))).LastOrDefault();
        if (schema.Find("anyOf") is not List<object?> any)
            return null;
        var types = any.SelectMany(branch => Branch((PyMap)branch!, need)).ToList();
        // It knows the word only from a branch that may be null, of this property or of one before.
        knowsOptional |= any.Exists(branch => ((PyMap)branch!).Find("type") is "null");
        return knowsOptional
            ? $"optional, {string.Join(" or ", types)}"
            : throw new CrashException("local variable 'requirement_subprop' referenced before assignment");
    }

    private IEnumerable<string> Branch(PyMap branch, string need)
    {
        foreach (var (key, value) in branch)
            if (key.Contains("$ref", StringComparison.Ordinal))
                yield return PythonText.Repr(Object(Referred(branch)));
            else if (key == "additionalProperties" && value is PyMap others && others.ContainsKey("$ref"))
                yield return PythonText.Repr(new PyMap { [$"{need}, str"] = Object(Referred(others)) });
            else if (key == "additionalProperties" && value is PyMap plain && plain.Find("type") is string word)
                yield return Word(word);
            else if (key == "type" && value is "array")
                yield return Array(branch, need);
            else if (key == "type" && Words.TryGetValue((string)value!, out var known))
                yield return known;
    }

    private string Array(PyMap branch, string need)
    {
        var items = branch.Find("prefixItems") is List<object?> first
            ? PyMap.List(first.Select(p => Word(((PyMap)p!).Text("type"))))
            : List(branch, need);
        var isPair = Equals(branch.Find("maxItems") ?? Default(1), branch.Find("minItems") ?? Default(0));
        var text = PythonText.Repr(items);
        return isPair ? $"({text[1..^1]}{(items.Count == 1 ? "," : "")})" : text;
    }

    private List<object?> List(PyMap schema, string need)
    {
        var items = schema.Find("items") as PyMap ?? throw new CrashException("'items'");
        return items.Find("type") switch
        {
            "array" => [List(items, need)],
            string type when Words.TryGetValue(type, out var word) => [$"{need}, {word}"],
            string => throw new CrashException("local variable 'item_parsed' referenced before assignment"),
            _ when items.ContainsKey("$ref") => [Object(Referred(items))],
            _ => [],
        };
    }

    private PyMap Referred(PyMap schema) =>
        _definitions.Find(((string)schema["$ref"]!).Split('/')[^1]) as PyMap ?? throw new CrashException("KeyError");

    private static string Word(string type) =>
        Words.TryGetValue(type, out var word) ? word : throw new CrashException("KeyError");

    private static object Default(int value) => new System.Numerics.BigInteger(value);
}
