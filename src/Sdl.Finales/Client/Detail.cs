using System.Text.Json;

namespace Sdl.Finales.Client;

/// <summary>What the server says about an error: a text, or (422) a list of places and reasons, which the two
/// generations of servers shape differently.</summary>
internal static class Detail
{
    public static string Of(JsonElement body) => Wire.At(body, "detail") switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Array } list => string.Join("; ", list.EnumerateArray().Select(One)),
        { } other => other.ToString(),
        null => body.ToString(),
    };

    // Not 'input', which repeats the whole body.
    private static string One(JsonElement entry)
    {
        var place = Wire.At(entry, "loc") is { ValueKind: JsonValueKind.Array } path
            ? string.Join('.', path.EnumerateArray().Select(p => p.ToString()))
            : "";
        return $"{place}: {Wire.At(entry, "msg")}";
    }
}
