using System.Text;
using System.Text.Json;
using Sdl.Core.Protocols;

namespace Sdl.Store.CellFormats;

/// <summary>A JSON value that knows where it stands, and keeps numbers as they are spelt.</summary>
/// <param name="Text">Of a string, a number, true, false or null, as it is spelt without quotes.</param>
internal sealed record JsonPlace(
    JsonTokenType Type, string Text, IReadOnlyList<(string Name, JsonPlace Value)> Members,
    IReadOnlyList<JsonPlace> Items, Mark At)
{
    private const int MaxDepth = 64;

    /// <exception cref="FindingsException">It is no JSON.</exception>
    public static JsonPlace Parse(byte[] bytes, string file)
    {
        var json = bytes.AsSpan() is [0xEF, 0xBB, 0xBF, ..] ? bytes[3..] : bytes;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            var value = Value(ref reader, json, file);
            while (reader.Read())
            {
                // Only blanks may follow; the reader throws for anything else.
            }
            return value;
        }
        catch (JsonException e)
        {
            throw new FindingsException([new Finding(
                new Mark(file, (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1),
                "this is no JSON: " + e.Message.Split(" LineNumber")[0])]);
        }
    }

    public JsonPlace? Find(string name) => Members.FirstOrDefault(m => m.Name == name).Value;

    private static JsonPlace Value(ref Utf8JsonReader reader, byte[] json, string file)
    {
        var at = Place(json, (int)reader.TokenStartIndex, file);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<(string, JsonPlace)>();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = reader.GetString()!;
                    if (members.Any(m => m.Item1 == name))
                        throw new FindingsException([new Finding(
                            Place(json, (int)reader.TokenStartIndex, file), $"'{name}' is given twice")]);
                    reader.Read();
                    members.Add((name, Value(ref reader, json, file)));
                }
                return new JsonPlace(JsonTokenType.StartObject, "", members, [], at);
            case JsonTokenType.StartArray:
                var items = new List<JsonPlace>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(Value(ref reader, json, file));
                return new JsonPlace(JsonTokenType.StartArray, "", [], items, at);
            case JsonTokenType.String:
                return new JsonPlace(JsonTokenType.String, reader.GetString()!, [], [], at);
            default:
                return new JsonPlace(reader.TokenType, Encoding.ASCII.GetString(reader.ValueSpan), [], [], at);
        }
    }

    private static Mark Place(byte[] json, int index, string file)
    {
        var before = json.AsSpan(0, index);
        var line = before.LastIndexOf((byte)'\n');
        return new Mark(file, before.Count((byte)'\n') + 1, index - line);
    }
}
