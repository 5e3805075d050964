using System.Text.Json;
using Sdl.Tests.Support;

namespace Sdl.Tests.Simulators.Finales;

/// <summary>One exchange with a real FINALES server, as it was recorded.</summary>
/// <param name="Body">What was sent: null, a text, or an object.</param>
/// <param name="Headers">Of the answer, names in lower case.</param>
internal sealed record RecordedExchange(
    int N, string Label, string Method, string Path, IReadOnlyDictionary<string, string> Sent, JsonElement Body,
    int Status, IReadOnlyDictionary<string, string> Headers, JsonElement Answer)
{
    public override string ToString() => $"#{N} {Label}: {Method} {Path}";
}

/// <summary>A recording of exchanges.</summary>
internal static class Transcript
{
    public static IReadOnlyList<RecordedExchange> Shared(string file) =>
        Read(string.Concat(SharedReference.Lines($"finales/{file}")));

    public static IReadOnlyList<RecordedExchange> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. from e in document.RootElement.GetProperty("exchanges").EnumerateArray()
            where e.TryGetProperty("request", out _)
            let request = e.GetProperty("request")
            let response = e.GetProperty("response")
            select new RecordedExchange(
                e.GetProperty("n").GetInt32(), e.GetProperty("label").GetString()!,
                request.GetProperty("method").GetString()!, request.GetProperty("path").GetString()!,
                Texts(request.GetProperty("headers")), request.GetProperty("body").Clone(),
                response.GetProperty("status").GetInt32(), Texts(response.GetProperty("headers")),
                response.GetProperty("body").Clone())];
    }

    private static Dictionary<string, string> Texts(JsonElement map) =>
        map.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);
}
