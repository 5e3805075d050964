using System.Text.Json;

namespace Sdl.Finales.Client;

/// <summary>The endpoints of a FINALES server (BIG-MAP/FINALES2 v1.1), each one exchange. Paths end with a slash
/// exactly where the server wants one. Nothing is repeated here but a call that the server refuses because the token
/// has ended, once. Every method throws <see cref="FinalesException"/>.</summary>
public sealed class FinalesClient : IDisposable
{
    private readonly Exchange _exchange;

    /// <param name="handler">See <see cref="FinalesAccess.Handler"/>; disposed of with this.</param>
    /// <param name="clock">Real time, also where the laboratory's is not.</param>
    public FinalesClient(FinalesAccess access, HttpMessageHandler handler, TimeProvider clock) =>
        _exchange = new Exchange(access, handler, clock);

    public FinalesAccess Access => _exchange.Access;

    /// <summary>Requests sent so far, logins included.</summary>
    public long Exchanges => _exchange.Count;

    public long Logins => _exchange.Logins;

    /// <summary>What is known of the current token, for people; null before the first login.</summary>
    public string? TokenLife => _exchange.TokenLife;

    public void Dispose() => _exchange.Dispose();

    /// <summary>Whether a server answers at all, and the version of OpenAPI that it speaks (3.0.x with Pydantic 1,
    /// 3.1.x with Pydantic 2). Needs no login.</summary>
    public async Task<string> ProbeAsync(CancellationToken ct)
    {
        var document = await _exchange.SendAsync(new Call(HttpMethod.Get, "openapi.json") { IsOpen = true }, ct);
        return Wire.At(document, "openapi")?.GetString()
            ?? throw _exchange.Garbled("GET openapi.json", "it has no 'openapi'");
    }

    /// <summary>Fails unless the credentials are accepted.</summary>
    public async Task GreetAsync(CancellationToken ct) => await _exchange.SendAsync(new Call(HttpMethod.Get, ""), ct);

    /// <param name="available">Only those that an active tenant offers, by the name of the method.</param>
    public Task<IReadOnlyList<CapabilityInfo>> CapabilitiesAsync(bool available, CancellationToken ct) =>
        ListAsync<CapabilityInfo>(Get("capabilities/", ("currently_available", Spelt(available))), ct);

    /// <summary>Skeletons to fill in, for people: their leaves are texts such as <c>required, float</c>.</summary>
    public Task<JsonElement> TemplatesAsync(
        string? quantity, string? method, bool available, CancellationToken ct) => _exchange.SendAsync(
            Get("capabilities/templates/", ("quantity", quantity), ("method", method),
                ("currently_available", Spelt(available))), ct);

    public Task<IReadOnlyList<LimitationsInfo>> LimitationsAsync(bool available, CancellationToken ct) =>
        ListAsync<LimitationsInfo>(Get("limitations/", ("currently_available", Spelt(available))), ct);

    /// <summary>Active and inactive ones.</summary>
    public Task<IReadOnlyList<TenantInfo>> TenantsAsync(CancellationToken ct) =>
        ListAsync<TenantInfo>(Get("tenants/"), ct);

    /// <returns>The request's uuid.</returns>
    public Task<string> PostRequestAsync(FinalesRequest request, CancellationToken ct) =>
        PostAsync("requests/", request, ct);

    /// <returns>Null when the server knows no such request.</returns>
    public Task<RequestInfo?> FindRequestAsync(string uuid, CancellationToken ct) =>
        FindAsync<RequestInfo>($"requests/{Segment(uuid)}", ct);

    /// <summary>In the order in which the server lists them, which is usually that of their creation.</summary>
    public Task<IReadOnlyList<RequestInfo>> PendingRequestsAsync(
        string? quantity, string? method, CancellationToken ct) =>
        ListAsync<RequestInfo>(Get("pending_requests/", ("quantity", quantity), ("method", method)), ct);

    /// <summary>Of every status: a large answer on an old server, and none at all (500) on one that holds a request
    /// without a method.</summary>
    public Task<IReadOnlyList<RequestInfo>> AllRequestsAsync(CancellationToken ct) =>
        ListAsync<RequestInfo>(Get("all_requests/"), ct);

    /// <param name="message">Kept in a log that only the administrator can read.</param>
    public Task ChangeRequestAsync(string uuid, string status, string message, CancellationToken ct) =>
        ChangeAsync("requests", "request_id", uuid, status, message, ct);

    /// <returns>The result's uuid.</returns>
    public Task<string> PostResultAsync(FinalesResult result, CancellationToken ct) =>
        PostAsync("results/", result, ct);

    /// <summary>A result that nobody has asked for; the server makes a request of status unsolicited for it.</summary>
    /// <returns>The result's uuid.</returns>
    public Task<string> PostUnsolicitedAsync(FinalesResult result, CancellationToken ct) =>
        PostAsync("results/post_unsolicited_result", result, ct);

    /// <returns>Null when the server knows no such result.</returns>
    public Task<ResultInfo?> FindResultAsync(string uuid, CancellationToken ct) =>
        FindAsync<ResultInfo>($"results/{Segment(uuid)}", ct);

    /// <returns>The first result of a request, amended and deleted ones included; null while there is none.</returns>
    public Task<ResultInfo?> FindResultOfAsync(string request, CancellationToken ct) =>
        FindAsync<ResultInfo>($"results_requested/{Segment(request)}", ct);

    /// <summary>All results, unsolicited, amended and deleted ones included.</summary>
    public Task<IReadOnlyList<ResultInfo>> ResultsAsync(string? quantity, string? method, CancellationToken ct) =>
        ListAsync<ResultInfo>(Get("results_requested/", ("quantity", quantity), ("method", method)), ct);

    /// <param name="status"><see cref="ResultStatus.Amended"/> or <see cref="ResultStatus.Deleted"/>.</param>
    public Task ChangeResultAsync(string uuid, string status, string message, CancellationToken ct) =>
        ChangeAsync("results", "result_id", uuid, status, message, ct);

    /// <summary>The server's whole database, as an SQLite file.</summary>
    public Task DumpAsync(string key, Stream to, CancellationToken ct) =>
        _exchange.CopyAsync(new Call(HttpMethod.Get, $"database_dump/{Segment(key)}"), to, ct);

    // The server reads the id in the query and ignores the one in the path; a newer one may do it the other way.
    private Task ChangeAsync(
        string what, string name, string uuid, string status, string message, CancellationToken ct) =>
        _exchange.SendAsync(
            new Call(HttpMethod.Post, $"{what}/{Segment(uuid)}/update_status/")
            {
                Query = [(name, uuid), ("new_status", status), ("status_change_message", message)],
            }, ct);

    private async Task<string> PostAsync<T>(string path, T body, CancellationToken ct)
    {
        var answer = await _exchange.SendAsync(
            new Call(HttpMethod.Post, path) { Body = JsonSerializer.SerializeToElement(body, Wire.Json) }, ct);
        return answer.ValueKind == JsonValueKind.String
            ? Wire.Uuid(answer.GetString()!)
            : throw _exchange.Garbled($"POST {path}", "the uuid of what was posted is missing");
    }

    private async Task<T?> FindAsync<T>(string path, CancellationToken ct) where T : class
    {
        var answer = await _exchange.SendAsync(Get(path), ct);
        return answer.ValueKind == JsonValueKind.Null ? null
            : Read<T>(answer) ?? throw _exchange.Garbled($"GET {path}", $"it is no {typeof(T).Name}: {answer}");
    }

    // A row that cannot be read was written by somebody else, and is no reason to be blind for the others.
    private async Task<IReadOnlyList<T>> ListAsync<T>(Call call, CancellationToken ct) where T : class
    {
        var answer = await _exchange.SendAsync(call, ct);
        return answer.ValueKind == JsonValueKind.Array
            ? [.. answer.EnumerateArray().Select(Read<T>).OfType<T>()]
            : throw _exchange.Garbled($"GET {call.Path}", "a list is wanted");
    }

    private static T? Read<T>(JsonElement element) where T : class
    {
        try
        {
            return element.Deserialize<T>(Wire.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Call Get(string path, params IReadOnlyList<(string Name, string? Value)> query) =>
        new(HttpMethod.Get, path) { Query = [.. query.Where(q => q.Value is not null)] };

    private static string Segment(string text) => Uri.EscapeDataString(text);

    private static string Spelt(bool value) => value ? "true" : "false";
}
