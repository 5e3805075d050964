using System.Text;

namespace Sdl.Simulators.Finales;

/// <summary>One HTTP request as it reached the broker.</summary>
/// <param name="Target">Path and query, still escaped.</param>
/// <param name="Host">What the caller believes the server's name and port to be.</param>
/// <param name="Authorization">The header, null without one.</param>
/// <param name="ContentType">The header, null without one.</param>
public sealed record BrokerCall(
    string Method, string Target, string Host, string? Authorization, string? ContentType, byte[] Body)
{
    public string Path => Target.Split('?', 2)[0];

    public string Query => Target.Split('?', 2) is [_, var query] ? query : "";
}

/// <summary>What the broker answers.</summary>
/// <param name="ContentType">Null for an answer without a body.</param>
/// <param name="Headers">Beside those of the content, names in lower case.</param>
public sealed record BrokerAnswer(
    int Status, string? ContentType, byte[] Body, params IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>The body of every unexpected error: nobody is told what it was.</summary>
    public static BrokerAnswer Broken { get; } = new(
        500, "text/plain; charset=utf-8", Encoding.ASCII.GetBytes("Internal Server Error"));

    internal static BrokerAnswer Json(int status, object? body, params IReadOnlyList<(string, string)> headers) =>
        new(status, "application/json", PythonText.Utf8(body), headers);

    internal static BrokerAnswer Detail(
        int status, object? detail, params IReadOnlyList<(string, string)> headers) =>
        Json(status, new PyMap { ["detail"] = detail }, headers);
}

/// <summary>The broker says no, and what it says.</summary>
internal sealed class RefusalException(int status, string detail) : Exception(detail)
{
    public int Status => status;

    /// <summary>What the server calls a ValueError.</summary>
    public static RefusalException Of(string detail) => new(400, detail);
}

/// <summary>Something that the real server does not expect: its caller sees 500, and nothing is stored.</summary>
internal sealed class CrashException(string why) : Exception(why);
