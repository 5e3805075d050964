using System.Text.Json;
using System.Text.Json.Serialization;
using Sdl.Core.Units;

namespace Sdl.Core.Instruments;

/// <summary>The value of one argument: a quantity or a text.</summary>
[JsonConverter(typeof(ArgumentJsonConverter))]
public sealed record Argument
{
    public Argument(Quantity quantity) => Quantity = quantity;

    public Argument(string text) => Text = text;

    public Quantity? Quantity { get; }
    public string? Text { get; }

    public override string ToString() => Quantity?.ToString() ?? Text!;
}

/// <summary>Named argument values of an invocation or a run; order does not matter, equality is by content.</summary>
[JsonConverter(typeof(ArgumentsJsonConverter))]
public sealed class Arguments : IEquatable<Arguments>
{
    private readonly SortedDictionary<string, Argument> _values;

    public Arguments(IEnumerable<KeyValuePair<string, Argument>> values) =>
        _values = new SortedDictionary<string, Argument>(
            new Dictionary<string, Argument>(values), StringComparer.Ordinal);

    public static Arguments None { get; } = new([]);

    /// <summary><c>Arguments.Of(("volume", Quantity.Of(1, "mL")))</c>.</summary>
    public static Arguments Of(params (string Name, Quantity Value)[] values) =>
        new(values.Select(v => KeyValuePair.Create(v.Name, new Argument(v.Value))));

    public IEnumerable<string> Names => _values.Keys;

    public Argument? Find(string name) => _values.GetValueOrDefault(name);

    public Arguments With(string name, Argument value) =>
        new(_values.Where(v => v.Key != name).Append(KeyValuePair.Create(name, value)));

    /// <exception cref="KeyNotFoundException">There is no quantity of that name: the capability was not
    /// checked before.</exception>
    public Quantity Quantity(string name) =>
        Find(name)?.Quantity ?? throw new KeyNotFoundException($"there is no quantity '{name}' among the arguments");

    /// <inheritdoc cref="Quantity(string)"/>
    public string Text(string name) =>
        Find(name)?.Text ?? throw new KeyNotFoundException($"there is no text '{name}' among the arguments");

    public bool Equals(Arguments? other) => other is not null && _values.SequenceEqual(other._values);

    public override bool Equals(object? obj) => Equals(obj as Arguments);

    public override int GetHashCode() =>
        _values.Aggregate(0, (hash, v) => HashCode.Combine(hash, v.Key, v.Value));

    public override string ToString() => string.Join(' ', _values.Select(v => $"{v.Key}={v.Value}"));

    internal IEnumerable<KeyValuePair<string, Argument>> Pairs => _values;
}

/// <summary>A quantity as its exact text, a text behind a <c>'</c>.</summary>
public sealed class ArgumentJsonConverter : JsonConverter<Argument>
{
    public override Argument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() switch
        {
            null => throw new JsonException("an argument is missing"),
            ['\'', .. var text] => new Argument(text),
            var text => new Argument(Quantity.Parse(text)),
        };

    public override void Write(Utf8JsonWriter writer, Argument value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Quantity?.ToExactString() ?? "'" + value.Text);
}

/// <summary>One JSON object, names in ordinal order.</summary>
public sealed class ArgumentsJsonConverter : JsonConverter<Arguments>
{
    private static readonly ArgumentJsonConverter One = new();

    public override Arguments Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var values = new List<KeyValuePair<string, Argument>>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            values.Add(KeyValuePair.Create(name, One.Read(ref reader, typeof(Argument), options)));
        }
        return new Arguments(values);
    }

    public override void Write(Utf8JsonWriter writer, Arguments value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, argument) in value.Pairs)
        {
            writer.WritePropertyName(name);
            One.Write(writer, argument, options);
        }
        writer.WriteEndObject();
    }
}
