using System.Globalization;
using System.Text.Json;
using Sdl.Core.Cells;
using Sdl.Core.Protocols;

namespace Sdl.Store.CellFormats;

/// <summary>The members of a JSON object, each asked for once; <see cref="RefuseUnread"/> finds the spelling mistakes.
/// Null and the empty string are nothing; numbers may come as strings.</summary>
internal sealed class JsonFields(JsonPlace place, List<Finding> findings)
{
    private readonly HashSet<string> _read = [];

    public Mark At => place.At;

    public List<Finding> Findings => findings;

    public JsonPlace? Find(string name)
    {
        _read.Add(name);
        return place.Find(name) is { Type: not JsonTokenType.Null } value
            && value is not { Type: JsonTokenType.String, Text: "" } ? value : null;
    }

    public Mark MarkOf(string name) => place.Find(name)?.At ?? place.At;

    /// <summary>Times 10^<paramref name="places"/>.</summary>
    public double? Number(string name, int places = 0)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.Type is JsonTokenType.Number or JsonTokenType.String
            && DecimalText.TryParse(value.Text, places, out var number))
            return number;
        Add(value.At, $"{name}: '{value.Text}' should be a number");
        return null;
    }

    public double? Rate(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.Type is JsonTokenType.Number or JsonTokenType.String
            && CellRate.TryParseLoose(value.Text, out var rate))
            return rate;
        Add(value.At, $"{name}: '{value.Text}' is no C-rate; write 0.5, 1/5, C/10, 2C/3 or D/2");
        return null;
    }

    public int? Whole(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number == Math.Floor(number) && Math.Abs(number) < 1e9)
            return (int)number;
        Add(value.At, $"{name}: '{value.Text}' should be a whole number");
        return null;
    }

    public string? Text(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.Type is JsonTokenType.String or JsonTokenType.Number)
            return value.Text;
        Add(value.At, $"'{name}' should be a text");
        return null;
    }

    public bool Flag(string name)
    {
        if (Find(name) is not { } value)
            return false;
        if (!bool.TryParse(value.Text, out var isOn))
            Add(value.At, $"{name}: '{value.Text}' should be true or false");
        return isOn;
    }

    public JsonFields? Object(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.Type == JsonTokenType.StartObject)
            return new JsonFields(value, findings);
        Add(value.At, $"'{name}' should be an object");
        return null;
    }

    public IReadOnlyList<JsonPlace> Items(string name)
    {
        if (Find(name) is not { } value)
            return [];
        if (value.Type != JsonTokenType.StartArray)
            Add(value.At, $"'{name}' should be a list");
        return value.Items;
    }

    public double Needed(string name, int places = 0)
    {
        if (Find(name) is null)
            Add(place.At, $"'{name}' is missing");
        return Number(name, places) ?? 1;
    }

    public void Add(Mark at, string text) => findings.Add(new Finding(at, text));

    public void RefuseUnread(string what)
    {
        foreach (var (name, value) in place.Members.Where(m => !_read.Contains(m.Name)))
            Add(value.At, $"{what} has no entry '{name}'; it may have "
                + string.Join(", ", _read.Order(StringComparer.Ordinal)));
    }
}
