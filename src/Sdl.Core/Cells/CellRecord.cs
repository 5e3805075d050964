using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sdl.Core.Cells;

/// <summary>What a cell is made of and how it was built: flat keys (<see cref="CellKeys"/>) with numbers in the unit
/// that the key names, or texts. Keys that nobody knows are kept as they are.</summary>
/// <param name="Values">By key; canonical keys in their order, then the others in that of the file.</param>
public sealed record CellRecord(IReadOnlyList<KeyValuePair<string, JsonNode>> Values)
{
    private static readonly JsonSerializerOptions Written = new()
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static CellRecord Empty { get; } = new([]);

    /// <summary>The name of the cell; null when it has none.</summary>
    public string? Id => Text(CellKeys.SampleId);

    /// <summary>Null when it is not there.</summary>
    public double? Number(string key) => Find(key) is JsonValue value && value.TryGetValue(out double number)
        ? number : null;

    /// <summary>Null when it is not there.</summary>
    public string? Text(string key) => Find(key) is JsonValue value
        ? value.TryGetValue(out string? text) ? text : value.ToJsonString() : null;

    /// <summary>With another value for a key; zero is a value.</summary>
    /// <exception cref="ArgumentException">The number is none.</exception>
    public CellRecord With(string key, double number) => double.IsFinite(number) ? With(key, JsonValue.Create(number))
        : throw new ArgumentException($"{key} cannot be {number}");

    public CellRecord With(string key, string text) => With(key, JsonValue.Create(text));

    /// <summary>With one more step of the assembly; the history is a list.</summary>
    public CellRecord WithStep(string step, string description, DateTimeOffset at)
    {
        var history = Find(CellKeys.AssemblyHistory) is JsonArray list ? (JsonArray)list.DeepClone() : [];
        history.Add(new JsonObject
        {
            ["Step"] = step, ["Description"] = description,
            ["Timestamp"] = at.ToString("yyyy-MM-dd HH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture),
            ["uts"] = at.ToUnixTimeMilliseconds() / 1e3,
        });
        return With(CellKeys.AssemblyHistory, history).With("Last completed step", step);
    }

    public CellRecord With(string key, JsonNode value)
    {
        var others = Values.Where(v => v.Key != key).Append(new(key, value)).ToList();
        var order = CellKeys.All.Select((k, i) => (k.Name, i)).ToDictionary(k => k.Name, k => k.i);
        return new CellRecord([.. others.OrderBy(v => order.GetValueOrDefault(v.Key, int.MaxValue))]);
    }

    /// <summary>One JSON object with the keys of <see cref="CellKeys"/>.</summary>
    public string ToJson() =>
        new JsonObject(Values.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)v.Value.DeepClone())))
            .ToJsonString(Written);

    private JsonNode? Find(string key) => Values.FirstOrDefault(v => v.Key == key).Value;
}
