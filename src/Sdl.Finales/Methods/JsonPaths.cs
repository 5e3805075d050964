using System.Text.Json;
using System.Text.Json.Nodes;
using Sdl.Finales.Client;

namespace Sdl.Finales.Methods;

/// <summary>Places in a JSON document, spelt <c>conductivity.values</c>.</summary>
public static class JsonPaths
{
    public static JsonElement? Find(JsonElement root, string path) => Wire.At(root, path.Split('.'));

    /// <summary>Puts a value at a place; objects on the way are made.</summary>
    public static void Put(JsonObject root, string path, JsonNode? value)
    {
        var names = path.Split('.');
        foreach (var name in names[..^1])
        {
            if (root[name] is not JsonObject inner)
                root[name] = inner = [];
            root = inner;
        }
        root[names[^1]] = value;
    }

    public static JsonElement Element(JsonNode node) => JsonSerializer.SerializeToElement(node);

    public static JsonObject Copy(JsonElement element) =>
        JsonNode.Parse(element.GetRawText()) as JsonObject ?? [];
}
