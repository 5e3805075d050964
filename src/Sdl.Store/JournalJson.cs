using System.Collections.Frozen;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;

namespace Sdl.Store;

/// <summary>How events are written: one JSON object, camel case, quantities as exact SI texts.</summary>
public static class JournalJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // The details of a proposal may hold them; a journal that cannot be written would stop the run.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower),
            new NameConverter<InstrumentId>(v => new(v), n => n.Value),
            new NameConverter<CallId>(v => new(v), n => n.Value),
            new NameConverter<RunId>(v => new(v), n => n.Value),
        },
    };

    private static readonly FrozenDictionary<Type, string> Kinds = typeof(RunEvent)
        .GetCustomAttributes<JsonDerivedTypeAttribute>()
        .ToFrozenDictionary(k => k.DerivedType, k => (string)k.TypeDiscriminator!);

    public static string Write(RunEvent happened) => JsonSerializer.Serialize(happened, Options);

    public static byte[] WriteUtf8(RunEvent happened) => JsonSerializer.SerializeToUtf8Bytes(happened, Options);

    /// <summary>What the journal calls this type of event.</summary>
    public static string Kind(Type type) => Kinds[type];

    /// <exception cref="JsonException">The text is no event of this version.</exception>
    public static RunEvent Read(string text) =>
        JsonSerializer.Deserialize<RunEvent>(text, Options) ?? throw new JsonException("an event is missing");

    /// <inheritdoc cref="Read(string)"/>
    public static RunEvent Read(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize<RunEvent>(utf8, Options) ?? throw new JsonException("an event is missing");

    private sealed class NameConverter<T>(Func<string, T> read, Func<T, string> write) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            read(reader.GetString() ?? throw new JsonException("a name is missing"));

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(write(value));
    }
}
