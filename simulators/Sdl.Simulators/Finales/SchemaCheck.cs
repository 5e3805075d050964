using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Sdl.Simulators.Finales;

/// <summary>Whether a value fits a JSON Schema (2020-12, as Pydantic writes it): all that the server asks, and all that
/// it tells. 5.0 is a whole number; formats are not checked; references lead within the schema.</summary>
internal sealed class SchemaCheck(PyMap root)
{
    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(1);

    public static bool Fits(object? value, object? schema) => schema switch
    {
        bool all => all,
        PyMap map => new SchemaCheck(map).Check(value, map),
        _ => throw new CrashException("the schema is no schema"),
    };

    private bool Check(object? value, object? schema)
    {
        if (schema is bool all)
            return all;
        if (schema is not PyMap map)
            throw new CrashException("a part of the schema is no schema");
        return map.All(word => Fits(value, map, word.Key, word.Value))
            && (value is not PyMap members || FitsMembers(members, map))
            && (value is not List<object?> items || FitsItems(items, map));
    }

    private bool Fits(object? value, PyMap schema, string word, object? wanted) => word switch
    {
        "$ref" => Check(value, Resolve((string)wanted!)),
        "type" => wanted is List<object?> several
            ? several.Exists(t => Is(value, (string)t!))
            : Is(value, (string)wanted!),
        "enum" => ((List<object?>)wanted!).Exists(v => AreEqual(v, value)),
        "const" => AreEqual(wanted, value),
        "allOf" => ((List<object?>)wanted!).TrueForAll(s => Check(value, s)),
        "anyOf" => ((List<object?>)wanted!).Exists(s => Check(value, s)),
        "oneOf" => ((List<object?>)wanted!).Count(s => Check(value, s)) == 1,
        "not" => !Check(value, wanted),
        "if" => !schema.TryGetValue(Check(value, wanted) ? "then" : "else", out var next) || Check(value, next),
        "minimum" => Number(value) is not { } n || n >= Number(wanted),
        "maximum" => Number(value) is not { } n || n <= Number(wanted),
        "exclusiveMinimum" => Number(value) is not { } n || n > Number(wanted),
        "exclusiveMaximum" => Number(value) is not { } n || n < Number(wanted),
        "multipleOf" => Number(value) is not { } n || double.IsInteger(n / Number(wanted)!.Value),
        "minLength" => value is not string s || Length(s) >= Number(wanted),
        "maxLength" => value is not string s || Length(s) <= Number(wanted),
        "pattern" => value is not string s || Regex.IsMatch(s, (string)wanted!, RegexOptions.None, PatternLimit),
        _ => true,
    };

    private bool FitsMembers(PyMap members, PyMap schema)
    {
        if (schema.Find("required") is List<object?> required
            && !required.TrueForAll(r => members.ContainsKey((string)r!)))
            return false;
        if (members.Count < (Number(schema.Find("minProperties")) ?? 0)
            || members.Count > (Number(schema.Find("maxProperties")) ?? int.MaxValue))
            return false;
        var known = schema.Find("properties") as PyMap;
        var patterns = schema.Find("patternProperties") as PyMap;
        foreach (var (name, value) in members)
        {
            if (schema.TryGetValue("propertyNames", out var names) && !Check(name, names))
                return false;
            var isKnown = known?.ContainsKey(name) == true;
            if (isKnown && !Check(value, known![name]))
                return false;
            foreach (var (pattern, part) in patterns ?? [])
                if (Regex.IsMatch(name, pattern, RegexOptions.None, PatternLimit))
                {
                    isKnown = true;
                    if (!Check(value, part))
                        return false;
                }
            if (!isKnown && schema.TryGetValue("additionalProperties", out var others) && !Check(value, others))
                return false;
        }
        return true;
    }

    private bool FitsItems(List<object?> items, PyMap schema)
    {
        if (items.Count < (Number(schema.Find("minItems")) ?? 0)
            || items.Count > (Number(schema.Find("maxItems")) ?? int.MaxValue))
            return false;
        if (schema.Find("uniqueItems") is true
            && items.Index().Any(a => items.Skip(a.Index + 1).Any(b => AreEqual(a.Item, b))))
            return false;
        var first = schema.Find("prefixItems") as List<object?> ?? [];
        if (!items.Zip(first).All(p => Check(p.First, p.Second)))
            return false;
        if (schema.TryGetValue("contains", out var wanted) && !items.Exists(i => Check(i, wanted)))
            return false;
        return !schema.TryGetValue("items", out var rest) || items.Skip(first.Count).All(i => Check(i, rest));
    }

    private object? Resolve(string reference)
    {
        object? at = root;
        foreach (var step in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal)
                .Replace("~0", "~", StringComparison.Ordinal);
            at = at switch
            {
                PyMap map when map.TryGetValue(name, out var member) => member,
                List<object?> list when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var i)
                    && i < list.Count => list[i],
                _ => throw new CrashException($"Unresolvable JSON pointer: {reference}"),
            };
        }
        return at;
    }

    private static bool Is(object? value, string type) => type switch
    {
        "null" => value is null,
        "boolean" => value is bool,
        "string" => value is string,
        "array" => value is List<object?>,
        "object" => value is PyMap,
        "number" => value is double or BigInteger,
        "integer" => value is BigInteger || value is double number && double.IsInteger(number),
        _ => throw new CrashException($"unknown type {type}"),
    };

    private static double? Number(object? value) => value switch
    {
        double number => number,
        BigInteger whole => (double)whole,
        _ => null,
    };

    private static int Length(string text) => text.EnumerateRunes().Count();

    private static bool AreEqual(object? a, object? b) => (a, b) switch
    {
        (PyMap x, PyMap y) => x.Count == y.Count
            && x.All(e => y.TryGetValue(e.Key, out var other) && AreEqual(e.Value, other)),
        (List<object?> x, List<object?> y) => x.Count == y.Count && x.Zip(y).All(p => AreEqual(p.First, p.Second)),
        _ when Number(a) is { } x && Number(b) is { } y => x.Equals(y),
        _ => Equals(a, b),
    };
}
