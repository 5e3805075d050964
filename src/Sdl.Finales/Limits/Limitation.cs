using System.Globalization;
using System.Text.Json;
using Sdl.Finales.Client;

namespace Sdl.Finales.Limits;

/// <summary>The language in which tenants say what they can do: a number, or a range <c>{min, max, step}</c>; a list of
/// alternatives; an object of limitations of some of its properties, or a list of such objects; for a list, a list of
/// limitations of its entries, or a list of such lists as alternatives. What is not mentioned is not limited. The
/// server keeps limitations and enforces none.</summary>
public static class Limitation
{
    private const double Tolerance = 1e-9;
    private const int MostShown = 120;

    /// <returns>Why a value is outside of a limitation, one reason for each place; none when it is inside.</returns>
    public static IReadOnlyList<string> Faults(JsonElement limitation, JsonElement value) =>
        [.. Faults(limitation, value, "")];

    private static IEnumerable<string> Faults(JsonElement limit, JsonElement value, string path)
    {
        // An optional value that is left out is the tenant's to choose.
        if (limit.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined
            || value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
            return [];
        return (limit.ValueKind, value.ValueKind) switch
        {
            (JsonValueKind.Array, JsonValueKind.Array) => OfList(limit, value, path),
            (JsonValueKind.Array, _) => OfAlternatives([.. limit.EnumerateArray()], limit, value, path),
            (JsonValueKind.Object, JsonValueKind.Object) => OfObject(limit, value, path),
            (JsonValueKind.Object, JsonValueKind.Number) => IsWithin(limit, value) ? [] : [Outside(limit, value, path)],
            _ => IsSame(limit, value) ? [] : [Outside(limit, value, path)],
        };
    }

    private static IEnumerable<string> OfObject(JsonElement limit, JsonElement value, string path)
    {
        // Some tenants wrap their alternatives like this.
        if (Wire.At(limit, "anyOf") is { ValueKind: JsonValueKind.Array } wrapped && Wire.At(value, "anyOf") is null)
            return OfAlternatives([.. wrapped.EnumerateArray()], wrapped, value, path);
        return limit.EnumerateObject()
            .Where(l => Wire.At(value, l.Name) is not null)
            .SelectMany(l => Faults(
                l.Value, value.GetProperty(l.Name), path.Length == 0 ? l.Name : $"{path}.{l.Name}"));
    }

    private static IEnumerable<string> OfAlternatives(
        IReadOnlyList<JsonElement> alternatives, JsonElement limit, JsonElement value, string path)
    {
        if (alternatives.Count == 0)
            return [];
        var faults = alternatives.Select(a => Faults(a, value, path).ToList()).ToList();
        if (faults.Exists(f => f.Count == 0))
            return [];
        return faults.Count == 1 ? faults[0] : [Outside(limit, value, path)];
    }

    private static IEnumerable<string> OfList(JsonElement limit, JsonElement value, string path)
    {
        var entries = limit.EnumerateArray().ToList();
        if (entries.Count == 0)
            return [];
        var alternatives = entries.TrueForAll(e => e.ValueKind == JsonValueKind.Array)
            ? entries.ConvertAll(e => e.EnumerateArray().ToList())
            : [entries];
        var faults = alternatives.ConvertAll(a => OfEntries(a, value, path).ToList());
        if (faults.Exists(f => f.Count == 0))
            return [];
        return faults.Count == 1 ? faults[0]
            : [$"{Name(path)} is none of the {faults.Count} lists that are offered: {string.Join("; ", faults[0])}"];
    }

    private static IEnumerable<string> OfEntries(List<JsonElement> limits, JsonElement value, string path)
    {
        if (limits.Count == 0)
            yield break;
        var met = new HashSet<int>();
        foreach (var (i, entry) in value.EnumerateArray().Index())
        {
            var faults = limits.ConvertAll(l => Faults(l, entry, $"{path}[{i}]").ToList());
            var fitting = Enumerable.Range(0, limits.Count).Where(l => faults[l].Count == 0).ToList();
            met.UnionWith(fitting);
            if (fitting.Count == 0)
                // The limitation that is about the same thing is wrong in fewest places.
                yield return string.Join("; ", faults.MinBy(f => f.Count)!);
        }
        // A component that is left out has the fraction zero.
        foreach (var (i, limit) in limits.Index().Where(l => !met.Contains(l.Index)))
            if (Wire.At(limit, "fraction") is { } fraction && Faults(fraction, Zero, "").Any()
                && !IsNamed(limit, value))
                yield return $"{path} lacks {Shown(limit)}, of which some is wanted";
    }

    private static bool IsNamed(JsonElement limit, JsonElement list) =>
        Wire.At(limit, "chemical") is { } chemical && list.EnumerateArray().Any(
            e => Wire.At(e, "chemical") is { } other && !Faults(chemical, other, "").Any());

    private static bool IsWithin(JsonElement range, JsonElement value)
    {
        if (Wire.Number(value) is not { } number)
            return false;
        var (min, max) = (Bound(range, "min", "minimum"), Bound(range, "max", "maximum"));
        var slack = Tolerance * Math.Max(1, Math.Abs(number));
        if (number < min - slack || number > max + slack)
            return false;
        if (Bound(range, "step", "step") is not { } step || step <= 0)
            return true;
        var steps = (number - (min ?? 0)) / step;
        return Math.Abs(steps - Math.Round(steps)) <= 1e-6;
    }

    private static double? Bound(JsonElement range, string name, string other) =>
        (Wire.At(range, name) ?? Wire.At(range, other)) is { } bound ? Wire.Number(bound) : null;

    private static bool IsSame(JsonElement limit, JsonElement value) =>
        limit.ValueKind == JsonValueKind.Number && value.ValueKind == JsonValueKind.Number
            ? Math.Abs(limit.GetDouble() - value.GetDouble()) <= Tolerance * Math.Max(1, Math.Abs(limit.GetDouble()))
            : JsonElement.DeepEquals(limit, value);

    private static JsonElement Zero { get; } = JsonSerializer.SerializeToElement(0);

    private static string Outside(JsonElement limit, JsonElement value, string path) =>
        $"{Name(path)} is {Shown(value)}; offered is {Shown(limit)}";

    private static string Name(string path) => path.Length == 0 ? "it" : path;

    private static string Shown(JsonElement element) => element.ValueKind == JsonValueKind.Object
        && Bound(element, "min", "minimum") is { } min && Bound(element, "max", "maximum") is { } max
        ? string.Create(CultureInfo.InvariantCulture, $"{min:G6} to {max:G6}")
        : element.ValueKind == JsonValueKind.Array && element.GetArrayLength() == 1 ? Shown(element[0])
        : element.GetRawText() is { Length: > MostShown } text ? text[..MostShown] + "…" : element.GetRawText();
}
