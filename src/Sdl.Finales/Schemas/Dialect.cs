using System.Text.Json.Nodes;

namespace Sdl.Finales.Schemas;

/// <summary>Writes a schema of 2020-12 in the words of draft 7, which the validator knows: <c>$defs</c> were
/// <c>definitions</c>, and <c>prefixItems</c> a list of <c>items</c>.</summary>
internal static class Dialect
{
    public static JsonNode? Older(JsonNode? schema) => schema switch
    {
        JsonObject map => new JsonObject(map.Select(Entry)),
        JsonArray list => new JsonArray([.. list.Select(Older)]),
        _ => schema?.DeepClone(),
    };

    private static KeyValuePair<string, JsonNode?> Entry(KeyValuePair<string, JsonNode?> entry) => entry.Key switch
    {
        "$defs" or "definitions" => new("definitions", Named(entry.Value)),
        "properties" => new(entry.Key, Named(entry.Value)),
        "prefixItems" => new("items", Older(entry.Value)),
        "$ref" when entry.Value is JsonValue text => new(
            "$ref", text.GetValue<string>().Replace("#/$defs/", "#/definitions/", StringComparison.Ordinal)),
        // Data, not schemas.
        "default" or "const" or "enum" or "examples" => new(entry.Key, entry.Value?.DeepClone()),
        _ => new(entry.Key, Older(entry.Value)),
    };

    // The keys are names that somebody chose, not words of the language.
    private static JsonNode? Named(JsonNode? map) => map is JsonObject names
        ? new JsonObject(names.Select(n => KeyValuePair.Create(n.Key, Older(n.Value))))
        : map?.DeepClone();
}
