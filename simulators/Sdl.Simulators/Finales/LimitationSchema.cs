namespace Sdl.Simulators.Finales;

/// <summary>The schema that a tenant's limitations must fit when the administrator registers it, made of the
/// capability's input schema: each value may be one, or a list of several; a number may be a range.</summary>
internal sealed class LimitationSchema(PyMap root)
{
    private const int MostDepth = 64;

    /// <exception cref="CrashException">The server cannot make one of this schema.</exception>
    public static PyMap Of(PyMap input) => new LimitationSchema(input).Translate(input, 0);

    private PyMap Translate(object? part, int depth)
    {
        if (depth > MostDepth)
            throw new CrashException("the schema refers to itself");
        var schema = Resolved(part);
        if (schema.Count == 0)
            return new PyMap { ["additionalProperties"] = false };
        if (schema.Find("allOf") is List<object?> all)
            return all.Count == 1
                ? new PyMap { ["allOf"] = PyMap.List([Translate(all[0], depth + 1)]) }
                : throw new CrashException("Schema contains an instance of `allOf` with more than 1 element!");
        if (schema.Find("anyOf") is List<object?> any)
            return new PyMap { ["anyOf"] = PyMap.List(any.Select(b => Translate(b, depth + 1))) };
        var type = schema.Find("type") as string ?? throw new CrashException("KeyError: 'type'");
        var (one, item) = (new PyMap { ["type"] = type }, new PyMap { ["type"] = type });
        if (type == "array")
            one["items"] = item = Translate(schema.Find("items"), depth + 1);
        else if (type is "number" or "integer")
            item = new PyMap { ["anyOf"] = PyMap.List([Range(type), new PyMap { ["type"] = type }]) };
        else
            foreach (var word in new[] { "properties", "additionalProperties" })
                if (schema.TryGetValue(word, out var parts))
                    one[word] = item[word] = word == "properties"
                        ? Members((PyMap)parts!, depth)
                        : Translate(parts, depth + 1);
        return new PyMap
        {
            ["anyOf"] = PyMap.List([one, new PyMap { ["type"] = "array", ["items"] = item }]),
        };
    }

    private PyMap Members(PyMap properties, int depth)
    {
        var members = new PyMap();
        foreach (var (name, schema) in properties)
            members[name] = Translate(schema, depth + 1);
        return members;
    }

    private static PyMap Range(string type)
    {
        var bound = new PyMap { ["type"] = type };
        return new PyMap
        {
            ["type"] = "object", ["properties"] = new PyMap { ["min"] = bound, ["max"] = bound, ["step"] = bound },
            ["additionalProperties"] = false,
        };
    }

    private PyMap Resolved(object? part)
    {
        for (var schema = part as PyMap; schema is not null;)
        {
            if (schema.Find("$ref") is not string reference)
                return schema;
            object? at = root;
            foreach (var step in reference.TrimStart('#', '/').Split('/'))
                at = (at as PyMap)?.Find(step);
            schema = at as PyMap;
        }
        throw new CrashException("a part of the schema is no schema");
    }
}
