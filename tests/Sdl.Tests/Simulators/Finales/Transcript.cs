using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Sdl.Tests.Support;

namespace Sdl.Tests.Simulators.Finales;

/// <summary>One exchange with a real FINALES server, as it was recorded; or, between them, what its administrator did
/// at the command line.</summary>
/// <param name="Body">What was sent, null without a body.</param>
/// <param name="Headers">Of the answer, names in lower case.</param>
/// <param name="Errand">Of the administrator: words of the command, the file that it was given, whether it was
/// accepted.</param>
internal sealed record RecordedExchange(
    int N, string Label, string Method, string Path, IReadOnlyDictionary<string, string> Sent, byte[]? Body,
    int Status, IReadOnlyDictionary<string, string> Headers, JsonElement Answer, Errand? Errand = null)
{
    public override string ToString() => $"#{N} {Label}: {Method} {Path}";
}

internal sealed record Errand(IReadOnlyList<string> Words, string File, bool IsAccepted);

/// <summary>A recording of exchanges.</summary>
internal static class Transcript
{
    public static IReadOnlyList<RecordedExchange> Shared(string file) =>
        Read(string.Concat(SharedReference.Lines($"finales/{file}")));

    public static IReadOnlyList<RecordedExchange> Own(string file, [CallerFilePath] string here = "") =>
        Read(File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "Transcripts", file)));

    private static IReadOnlyList<RecordedExchange> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. from e in document.RootElement.GetProperty("exchanges").EnumerateArray()
            where !e.TryGetProperty("jwt_header", out _)
            select e.TryGetProperty("admin", out var words) ? Errand(e, words) : Exchange(e)];
    }

    private static RecordedExchange Exchange(JsonElement e)
    {
        var (request, response) = (e.GetProperty("request"), e.GetProperty("response"));
        return new RecordedExchange(
            e.GetProperty("n").GetInt32(), e.GetProperty("label").GetString()!,
            request.GetProperty("method").GetString()!, request.GetProperty("path").GetString()!,
            Texts(request.GetProperty("headers")), Body(request),
            response.GetProperty("status").GetInt32(), Texts(response.GetProperty("headers")),
            response.GetProperty("body").Clone());
    }

    private static RecordedExchange Errand(JsonElement e, JsonElement words) => new(
        e.GetProperty("n").GetInt32(), e.GetProperty("label").GetString()!, "", "", Texts(default), null, 0,
        Texts(default), default, new Errand(
            [.. words.EnumerateArray().Select(w => w.GetString()!)], e.GetProperty("file").GetRawText(),
            e.GetProperty("accepted").GetBoolean()));

    // What was no text was recorded byte by byte, a form as an object.
    private static byte[]? Body(JsonElement request)
    {
        if (request.TryGetProperty("bytes", out var bytes))
            return [.. bytes.EnumerateArray().Select(b => b.GetByte())];
        var body = request.GetProperty("body");
        var isForm = request.GetProperty("headers").TryGetProperty("Content-Type", out var type)
            && type.GetString() == "application/x-www-form-urlencoded";
        return body.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.Object when isForm => Encoding.UTF8.GetBytes(string.Join('&', body.EnumerateObject()
                .Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value.GetString()!)}"))),
            JsonValueKind.String => Encoding.UTF8.GetBytes(body.GetString()!),
            _ => Encoding.UTF8.GetBytes(body.GetRawText()),
        };
    }

    private static Dictionary<string, string> Texts(JsonElement map) => map.ValueKind == JsonValueKind.Undefined
        ? []
        : map.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);
}
