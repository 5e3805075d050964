using System.Text.Json;

namespace Sdl.Finales.Client;

/// <summary>One call of an endpoint.</summary>
/// <param name="Path">Behind the address of the server, without a slash in front.</param>
internal sealed record Call(HttpMethod Method, string Path)
{
    public IReadOnlyList<(string Name, string? Value)> Query { get; init; } = [];

    public JsonElement? Body { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>>? Form { get; init; }

    /// <summary>Needs no login.</summary>
    public bool IsOpen { get; init; }

    public string Target => Query.Count == 0 ? Path : Path + "?" + string.Join('&', Query.Select(
        q => $"{q.Name}={Uri.EscapeDataString(q.Value ?? "")}"));
}
