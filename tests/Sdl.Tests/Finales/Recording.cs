using System.Net;
using System.Text;
using System.Text.Json;
using Sdl.Finales.Client;
using Sdl.Tests.Support;

namespace Sdl.Tests.Finales;

/// <summary>One exchange with the real server, as it was recorded.</summary>
internal sealed record Recorded(int N, string Label, string Method, string Path, int Status, JsonElement Body)
{
    public static IReadOnlyList<Recorded> Of(string file)
    {
        using var document = JsonDocument.Parse(string.Concat(SharedReference.Lines($"finales/{file}")));
        return [.. from e in document.RootElement.GetProperty("exchanges").EnumerateArray()
            where e.TryGetProperty("request", out _)
            let request = e.GetProperty("request")
            let response = e.GetProperty("response")
            select new Recorded(
                e.GetProperty("n").GetInt32(), e.GetProperty("label").GetString()!,
                request.GetProperty("method").GetString()!, request.GetProperty("path").GetString()!,
                response.GetProperty("status").GetInt32(), response.GetProperty("body").Clone())];
    }

    public HttpResponseMessage Answer()
    {
        var isJson = Body.ValueKind != JsonValueKind.String
            || Status != 500 && Path != "/docs" && Body.GetString() != "";
        var answer = new HttpResponseMessage((HttpStatusCode)Status)
        {
            Content = new StringContent(isJson ? Body.GetRawText() : Body.GetString()!, Encoding.UTF8),
        };
        if (Status == 307)
            answer.Headers.Location = new Uri("http://127.0.0.1:13371/elsewhere/");
        return answer;
    }
}

/// <summary>A server of a few lines: what it answers is up to the test; logins work.</summary>
internal sealed class Server(Func<HttpRequestMessage, string, HttpResponseMessage> answer) : HttpMessageHandler
{
    public const string Token = "e30.eyJzdWIiOiAiQVNBQl90ZW5hbnQiLCAiZXhwIjogMTc5NTQ0MDUxNn0.c2ln";

    public List<(string Method, string Target, string Body, string? Authorization)> Seen { get; } = [];

    public Func<HttpResponseMessage> Login { get; init; } =
        () => Json(HttpStatusCode.OK, $$"""{"access_token": "{{Token}}", "token_type": "bearer"}""");

    public static HttpResponseMessage Json(HttpStatusCode status, string body) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    public static Server Of(string body) => new((_, _) => Json(HttpStatusCode.OK, body));

    public FinalesClient Client(TimeProvider? clock = null) => new(
        new FinalesAccess(new Uri("http://127.0.0.1:13371"), "ASAB_tenant", "pw"), this, clock ?? TimeProvider.System);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var body = request.Content is { } content ? await content.ReadAsStringAsync(ct) : "";
        var target = request.RequestUri!.PathAndQuery;
        lock (Seen)
            Seen.Add((request.Method.Method, target, body, request.Headers.Authorization?.ToString()));
        return target == "/user_management/authenticate" ? Login() : answer(request, body);
    }
}
