using System.Numerics;

namespace Sdl.Simulators.Finales;

/// <summary>Holds what came in against the shape that an endpoint wants, and says what is wrong in the words of the
/// server's generation (answer 422).</summary>
internal sealed class Shapes(ServerGeneration generation)
{
    private readonly List<object?> _faults = [];

    public bool AreMet => _faults.Count == 0;

    public BrokerAnswer Answer() => BrokerAnswer.Detail(422, _faults);

    private bool IsOld => generation == ServerGeneration.Pydantic1;

    /// <summary>A body of named members, each of a wanted shape; others are dropped.</summary>
    /// <param name="hasBody">There was one at all, and it was not null.</param>
    public PyMap? Body(object? body, bool hasBody, params ReadOnlySpan<(string Name, Shape Shape)> members)
    {
        if (!hasBody)
        {
            Missing(["body"], null);
            return null;
        }
        if (AsMap(body) is not { } map)
        {
            Add(["body"], "value is not a valid dict", "type_error.dict", "model_attributes_type",
                "Input should be a valid dictionary or object to extract fields from", body);
            return null;
        }
        var read = new PyMap();
        foreach (var (name, shape) in members)
            if (map.TryGetValue(name, out var value))
                read[name] = Read(["body", name], value, shape);
            else
                Missing(["body", name], map);
        return read;
    }

    /// <summary>A text of the query, null without it.</summary>
    public string? Query(IReadOnlyDictionary<string, string> query, string name, bool isNeeded = false)
    {
        if (query.TryGetValue(name, out var value))
            return value;
        if (isNeeded)
            Missing(["query", name], null);
        return null;
    }

    public bool Truth(IReadOnlyDictionary<string, string> query, string name, bool usual)
    {
        if (!query.TryGetValue(name, out var value))
            return usual;
        if (value.ToLowerInvariant() is "1" or "true" or "t" or "yes" or "y" or "on")
            return true;
        if (value.ToLowerInvariant() is not ("0" or "false" or "f" or "no" or "n" or "off"))
            Add(["query", name], "value could not be parsed to a boolean", "type_error.bool", "bool_parsing",
                "Input should be a valid boolean, unable to interpret input", value);
        return false;
    }

    public string? OneOf(IReadOnlyDictionary<string, string> query, string name, string[] allowed)
    {
        if (Query(query, name, isNeeded: true) is not { } value || allowed.Contains(value))
            return query.GetValueOrDefault(name);
        var quoted = allowed.Select(a => $"'{a}'").ToList();
        var words = $"{string.Join(", ", quoted.SkipLast(1))} or {quoted[^1]}";
        Add(["query", name],
            $"value is not a valid enumeration member; permitted: {string.Join(", ", quoted)}", "type_error.enum",
            "enum", $"Input should be {words}", value,
            IsOld ? new PyMap { ["enum_values"] = PyMap.List(allowed) } : new PyMap { ["expected"] = words });
        return null;
    }

    /// <summary>The login form: user name and password, and a grant type of which the generations think
    /// differently.</summary>
    public (string User, string Password) Login(IReadOnlyDictionary<string, string> form)
    {
        if (form.TryGetValue("grant_type", out var grant) && grant != "password" && !(IsOld && grant.Length == 0))
        {
            var pattern = IsOld ? "password" : "^password$";
            // The older one looks at the beginning only.
            if (!IsOld || !grant.StartsWith(pattern, StringComparison.Ordinal))
                Add(["body", "grant_type"], $"string does not match regex \"{pattern}\"", "value_error.str.regex",
                    "string_pattern_mismatch", $"String should match pattern '{pattern}'", grant,
                    new PyMap { ["pattern"] = pattern });
        }
        return (Field(form, "username"), Field(form, "password"));
    }

    public void NoJson(PythonJsonException e) => Add(
        ["body", new BigInteger(e.Position)],
        $"{e.Message}: line {e.Line} column {e.Column} (char {e.Position})", "value_error.jsondecode",
        "json_invalid", "JSON decode error", new PyMap(),
        IsOld
            ? new PyMap
            {
                ["msg"] = e.Message, ["doc"] = e.Document, ["pos"] = new BigInteger(e.Position),
                ["lineno"] = new BigInteger(e.Line), ["colno"] = new BigInteger(e.Column),
            }
            : new PyMap { ["error"] = e.Message });

    private string Field(IReadOnlyDictionary<string, string> form, string name)
    {
        if (form.TryGetValue(name, out var value) && !(IsOld && value.Length == 0))
            return value;
        Missing(["body", name], null);
        return "";
    }

    private object? Read(object?[] place, object? value, Shape shape)
    {
        if (value is null && IsOld)
        {
            Add(place, "none is not an allowed value", "type_error.none.not_allowed", "", "", null);
            return null;
        }
        switch (shape)
        {
            case Shape.Text:
                return Text(place, value);
            case Shape.Texts when value is List<object?> list:
                return PyMap.List(list.Index().Select(
                    i => Read([.. place, new BigInteger(i.Index)], i.Item, Shape.Text)));
            case Shape.Texts:
                Add(place, "value is not a valid list", "type_error.list", "list_type", "Input should be a valid list",
                    value);
                return null;
            case Shape.Maps when AsMap(value) is { } maps:
                var read = new PyMap();
                foreach (var (name, item) in maps)
                    read[name] = Read([.. place, name], item, Shape.Map);
                return read;
            case Shape.Map when AsMap(value) is { } map:
                return map;
            default:
                Add(place, "value is not a valid dict", "type_error.dict", "dict_type",
                    "Input should be a valid dictionary", value);
                return null;
        }
    }

    private string? Text(object?[] place, object? value)
    {
        if (value is string text)
            return text;
        // The older one makes texts of numbers.
        if (IsOld && value is BigInteger or double or bool)
            return PythonText.Repr(value);
        Add(place, "str type expected", "type_error.str", "string_type", "Input should be a valid string", value);
        return null;
    }

    // The older one asks Python to make a map of it: pairs make one, and an empty list or text an empty one.
    private PyMap? AsMap(object? value)
    {
        if (value is PyMap map)
            return map;
        if (!IsOld || value is not List<object?> and not "")
            return null;
        var made = new PyMap();
        foreach (var pair in value as List<object?> ?? [])
            if (pair is List<object?> and [string name, var item])
                made[name] = item;
            else
                return null;
        return made;
    }

    private void Missing(object?[] place, object? input) =>
        Add(place, "field required", "value_error.missing", "missing", "Field required", input);

    private void Add(
        object?[] place, string oldText, string oldType, string newType, string newText, object? input,
        PyMap? context = null)
    {
        var fault = IsOld
            ? new PyMap { ["loc"] = PyMap.List(place), ["msg"] = oldText, ["type"] = oldType }
            : new PyMap { ["type"] = newType, ["loc"] = PyMap.List(place), ["msg"] = newText, ["input"] = input };
        if (context is not null)
            fault["ctx"] = context;
        _faults.Add(fault);
    }
}

/// <summary>What a member of a body has to be.</summary>
internal enum Shape
{
    Text,
    Texts,

    /// <summary>An object.</summary>
    Map,

    /// <summary>An object of objects.</summary>
    Maps,
}
