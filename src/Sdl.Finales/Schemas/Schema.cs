using System.Text.Json;
using System.Text.Json.Nodes;
using NJsonSchema;
using Sdl.Finales.Client;

namespace Sdl.Finales.Schemas;

/// <summary>A JSON Schema as the server publishes it (2020-12, as Pydantic writes it), and what is wrong with a value
/// by it, in words.</summary>
public sealed class Schema
{
    // A larger or deeper value than any method asks for is a mistake, or an attack.
    private const int MostDepth = 48;

    private readonly JsonSchema _schema;

    private Schema(JsonSchema schema) => _schema = schema;

    /// <exception cref="FormatException">It is no schema.</exception>
    public static async Task<Schema> ReadAsync(JsonElement schema, CancellationToken ct)
    {
        try
        {
            var text = Dialect.Older(JsonNode.Parse(schema.GetRawText()))?.ToJsonString() ?? "{}";
            return new Schema(await JsonSchema.FromJsonAsync(text, ct));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or Newtonsoft.Json.JsonException)
        {
            throw new FormatException($"the published schema cannot be used: {e.Message}", e);
        }
    }

    /// <returns>One sentence for each fault; none when the value fits.</returns>
    public IReadOnlyList<string> Faults(JsonElement value)
    {
        if (DepthOf(value, 0) > MostDepth)
            return [$"it is nested more than {MostDepth} levels deep"];
        var faults = _schema.Validate(Plain(value)?.ToJsonString() ?? "null");
        return [.. faults.SelectMany(f => SchemaText.Of(f, value)).Distinct()];
    }

    // The server takes 5.0 for an integer, and tenants write it so.
    private static JsonNode? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => new JsonObject(value.EnumerateObject()
            .DistinctBy(p => p.Name).Select(p => KeyValuePair.Create(p.Name, Plain(p.Value)))),
        JsonValueKind.Array => new JsonArray([.. value.EnumerateArray().Select(Plain)]),
        JsonValueKind.Number when Wire.Number(value) is { } number && double.IsInteger(number)
            && Math.Abs(number) < 1e15 => JsonValue.Create((long)number),
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        _ => JsonNode.Parse(value.GetRawText()),
    };

    private static int DepthOf(JsonElement value, int depth) => depth > MostDepth ? depth : value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Select(p => DepthOf(p.Value, depth + 1))
            .DefaultIfEmpty(depth).Max(),
        JsonValueKind.Array => value.EnumerateArray().Select(v => DepthOf(v, depth + 1)).DefaultIfEmpty(depth).Max(),
        _ => depth,
    };
}
