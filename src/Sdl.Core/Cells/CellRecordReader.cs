using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sdl.Core.Protocols;

namespace Sdl.Core.Cells;

/// <summary>Reads cell records: one JSON object, or an array of them.</summary>
public static class CellRecordReader
{
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FindingsException">It holds no cell records; says what is wrong, and where.</exception>
    public static IReadOnlyList<CellRecord> Read(string path) => File.Exists(path)
        ? Parse(File.ReadAllText(path), path) : throw new FileNotFoundException($"there is no file '{path}'");

    /// <param name="file">Named in findings.</param>
    /// <inheritdoc cref="Read"/>
    public static IReadOnlyList<CellRecord> Parse(string json, string file)
    {
        var findings = new List<Finding>();
        var records = new List<CellRecord>();
        try
        {
            var root = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions
            {
                CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true,
            });
            var marks = new Marks(json, file);
            JsonNode?[] cells = root is JsonArray list ? [.. list] : [root];
            for (var i = 0; i < cells.Length; i++)
                if (cells[i] is JsonObject cell)
                    records.Add(One(cell, key => marks.Of(root is JsonArray ? 2 : 1, i, key), findings));
                else
                    findings.Add(new Finding(
                        new Mark(file, 1, 1), "should be a JSON object of keys and values, or an array of such"));
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            var at = e is JsonException { LineNumber: { } line, BytePositionInLine: { } column }
                ? new Mark(file, (int)line + 1, (int)column + 1) : new Mark(file, 1, 1);
            findings.Add(new Finding(at, "is no JSON: " + e.Message.Split(" LineNumber")[0]));
        }
        return findings.Count == 0 ? records : throw new FindingsException(findings);
    }

    private static CellRecord One(JsonObject cell, Func<string, Mark> at, List<Finding> findings)
    {
        var record = CellRecord.Empty;
        var seen = new Dictionary<string, string>();
        foreach (var (name, value) in cell)
        {
            if (value is null)
                continue;
            var key = CellKeys.Find(name);
            var canonical = key?.Name ?? name;
            if (Value(key, name, value) is not { } read)
            {
                findings.Add(new Finding(at(name),
                    $"'{name}' should be a number, not {value.ToJsonString()}; its unit stands in the key"));
                continue;
            }
            if (seen.TryGetValue(canonical, out var other)
                && !JsonNode.DeepEquals(read, record.Values.First(v => v.Key == canonical).Value))
                findings.Add(new Finding(
                    at(name), $"'{name}' and '{other}' both say '{canonical}', and not the same; keep one"));
            seen[canonical] = name;
            record = record.With(canonical, read);
        }
        return record;
    }

    // Tables that went through a spreadsheet hold numbers as texts, and an empty text where nothing was entered.
    private static JsonNode? Value(CellKey? key, string name, JsonNode value)
    {
        if (key is not { IsNumber: true })
            return key?.Name == CellKeys.AssemblyHistory && value is JsonValue packed
                && packed.TryGetValue(out string? inner) && inner.StartsWith('[')
                ? JsonNode.Parse(inner) : value.DeepClone();
        if (value is not JsonValue scalar)
            return null;
        return scalar.TryGetValue(out double number)
            || (scalar.TryGetValue(out string? text)
                && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number))
            ? double.IsFinite(number) ? JsonValue.Create(number) : null : null;
    }

    /// <summary>Where the keys of a JSON text stand.</summary>
    private sealed class Marks
    {
        private readonly Dictionary<(int Index, string Key), Mark> _marks = [];

        public Marks(string json, string file)
        {
            var bytes = Encoding.UTF8.GetBytes(json);
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions
            {
                CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true,
            });
            var (index, top) = (-1, bytes.AsSpan().TrimStart(" \r\n\t"u8) is [(byte)'[', ..] ? 1 : 0);
            while (reader.Read())
                if (reader.TokenType == JsonTokenType.StartObject && reader.CurrentDepth == top)
                    index++;
                else if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == top + 1)
                    _marks.TryAdd((index, reader.GetString()!), Place(bytes, (int)reader.TokenStartIndex, file));
        }

        public Mark Of(int depth, int index, string key) =>
            _marks.GetValueOrDefault((depth == 1 ? 0 : index, key), new Mark("", 1, 1));

        private static Mark Place(byte[] bytes, int at, string file)
        {
            var before = bytes.AsSpan(0, at);
            var line = before.Count((byte)'\n');
            var start = before.LastIndexOf((byte)'\n') + 1;
            return new Mark(file, line + 1, Encoding.UTF8.GetCharCount(bytes, start, at - start) + 1);
        }
    }
}
