using System.Text.Json;
using System.Text.Json.Nodes;
using Sdl.Simulators.Finales;

namespace Sdl.Tests.Simulators.Finales;

public class PublishedCatalogueTests
{
    private static readonly string[] Words =
        ["type", "required", "properties", "items", "prefixItems", "anyOf", "additionalProperties", "minItems",
        "maxItems"];

    [Fact]
    public void Catalogue_has_the_members_and_types_that_were_published()
    {
        var published = Transcript.Shared("transcript.json")
            .First(e => e.Path == "/capabilities/?currently_available=false").Answer.EnumerateArray().ToList();
        var ours = PublishedCatalogue.Files.Select(f => JsonNode.Parse(f)!).ToList();
        Assert.Equal(published.Select(Name).Order(), ours.Select(o => $"{o["quantity"]}/{o["method"]}").Order());
        foreach (var capability in published)
            foreach (var side in new[] { "json_schema_specifications", "json_schema_result_output" })
            {
                var wanted = JsonNode.Parse(capability.GetProperty(side).GetRawText())!;
                var found = ours.First(o => $"{o["quantity"]}/{o["method"]}" == Name(capability))[side]!;
                Assert.Equal(
                    $"{Name(capability)} {Plain(wanted, wanted)}", $"{Name(capability)} {Plain(found, found)}");
            }
    }

    private static string Name(JsonElement capability) =>
        $"{capability.GetProperty("quantity")}/{capability.GetProperty("method")}";

    // References resolved, annotations dropped, members in the order of the alphabet.
    private static string Plain(JsonNode? schema, JsonNode root)
    {
        if (schema is not JsonObject map)
            return schema?.ToJsonString() ?? "null";
        if (map["$ref"] is { } reference)
            return Plain(root["$defs"]![((string)reference!).Split('/')[^1]], root);
        if (map["allOf"] is JsonArray all)
            return Plain(Assert.Single(all), root);
        return $"{{{string.Join(", ", Words.Where(map.ContainsKey).Select(w => $"{w}: {Part(w, map[w], root)}"))}}}";
    }

    private static string Part(string word, JsonNode? value, JsonNode root) => (word, value) switch
    {
        ("properties", JsonObject members) => string.Join(", ", members.OrderBy(m => m.Key, StringComparer.Ordinal)
            .Select(m => $"{m.Key} {Plain(m.Value, root)}")),
        ("required", JsonArray names) => string.Join(' ', names.Select(n => (string)n!).Order(StringComparer.Ordinal)),
        (_, JsonArray parts) => string.Join(" | ", parts.Select(p => Plain(p, root))),
        _ => Plain(value, root),
    };
}
