using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Web;
using Sdl.Tests.Support;

namespace Sdl.Tests.Finales;

internal enum NetFault { None, Refused, CutBefore, CutAfter, BadGateway, Slow }

/// <summary>What the server knows: it outlives the tenants that ask it.</summary>
internal sealed class FakeBroker(TimeProvider clock)
{
    private int _ids;

    public List<JsonObject> Requests { get; } = [];

    public List<JsonObject> Results { get; } = [];

    /// <summary>Every call that reached it.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>What happens to the nth call on its way.</summary>
    public Func<int, NetFault> Faults { get; set; } = _ => NetFault.None;

    /// <summary>What it does with the nth result, beside keeping it.</summary>
    public Func<int, HttpStatusCode> Posting { get; set; } = _ => HttpStatusCode.OK;

    public JsonArray Capabilities { get; } = [];

    public int Sent { get; private set; }

    public IEnumerable<string> Statuses => Requests.Select(r => (string)r["status"]!);

    /// <summary>As when a request without a method is among them.</summary>
    public bool AllRequestsBreaks { get; set; }

    public string Ask(string quantity, string method, string parameters) => Ask(new JsonObject
    {
        ["quantity"] = quantity, ["methods"] = new JsonArray(method),
        ["parameters"] = new JsonObject { [method] = JsonNode.Parse(parameters) },
        ["tenant_uuid"] = "841b8956-c733-47ab-b130-df0d732ac636",
    });

    /// <summary>A tenant who answers what is pending, at once and without an error.</summary>
    public void Answer(Func<JsonNode, JsonNode> data)
    {
        foreach (var request in Requests.Where(r => (string)r["status"]! == "pending").ToList())
        {
            var asked = request["request"]!;
            var method = (string)asked["methods"]![0]!;
            Post(new JsonObject
            {
                ["data"] = data(asked["parameters"]![method]!), ["quantity"] = asked["quantity"]!.DeepClone(),
                ["method"] = new JsonArray(method), ["parameters"] = asked["parameters"]!.DeepClone(),
                ["tenant_uuid"] = "939122d7-62d2-4c54-acaf-0acc2d473856",
                ["request_uuid"] = request["uuid"]!.DeepClone(),
            });
        }
    }

    private string Ask(JsonNode request)
    {
        var uuid = NextId();
        Requests.Add(new JsonObject
        {
            ["uuid"] = uuid, ["ctime"] = Now(), ["status"] = "pending", ["request"] = request.DeepClone(),
        });
        return uuid;
    }

    public void Set(string uuid, string status) => Find(Requests, uuid)!["status"] = status;

    public IEnumerable<JsonObject> ResultsOf(string request) =>
        Results.Where(r => (string)r["result"]!["request_uuid"]! == request);

    /// <summary>A server as one process sees it.</summary>
    /// <param name="dieBefore">The process dies when it makes this call, before it reaches the server.</param>
    /// <param name="dieAfter">The process dies when the server has done what this call asked for.</param>
    public HttpMessageHandler For(Mortal? process = null, int dieBefore = 0, int dieAfter = 0) =>
        new Line(this, process ?? new Mortal(), dieBefore, dieAfter);

    private (HttpStatusCode Status, JsonNode? Body) Answer(HttpMethod method, Uri uri, string body)
    {
        var query = HttpUtility.ParseQueryString(uri.Query);
        var path = uri.AbsolutePath;
        Calls.Add($"{method} {path}");
        JsonNode? sent = path == "/user_management/authenticate" || body.Length == 0 ? null : JsonNode.Parse(body);
        switch (method.Method, path.Trim('/').Split('/'))
        {
            case ("POST", ["user_management", "authenticate"]):
                return Ok(new JsonObject { ["access_token"] = Server.Token, ["token_type"] = "bearer" });
            case ("GET", ["capabilities"]):
                return Ok(Capabilities.DeepClone());
            case ("GET", ["pending_requests"]):
                return Ok(new JsonArray([.. Requests.Where(r => (string)r["status"]! == "pending"
                    && (string)r["request"]!["quantity"]! == query["quantity"]).Select(r => r.DeepClone())]));
            case ("GET", ["requests", var id]):
                return Ok(Find(Requests, id)?.DeepClone());
            case ("POST", ["requests", _, "update_status"]):
                Find(Requests, query["request_id"]!)!["status"] = query["new_status"];
                return Ok($"Successful change of status to {query["new_status"]}");
            case ("GET", ["results_requested", var id]):
                return Ok(ResultsOf(id).FirstOrDefault()?.DeepClone());
            case ("GET", ["results_requested"]):
                return Ok(new JsonArray([.. Results.Select(r => r.DeepClone())]));
            case ("GET", ["all_requests"]):
                return AllRequestsBreaks
                    ? (HttpStatusCode.InternalServerError, null)
                    : Ok(new JsonArray([.. Requests.Select(r => r.DeepClone())]));
            case ("POST", ["requests"]):
                return Ok(Ask(sent!));
            case ("POST", ["results", "post_unsolicited_result"]):
                return Post(sent!);
            case ("POST", ["results"]):
                return Post(sent!);
        }
        return (HttpStatusCode.NotFound, new JsonObject { ["detail"] = "Not Found" });
    }

    private (HttpStatusCode Status, JsonNode? Body) Post(JsonNode result)
    {
        if (Posting(Results.Count + 1) is var status and not HttpStatusCode.OK)
            return (status, "Internal Server Error");
        var uuid = NextId();
        Results.Add(new JsonObject
        {
            ["uuid"] = uuid, ["ctime"] = Now(), ["status"] = "original", ["result"] = result.DeepClone(),
        });
        if (Guid.TryParse((string)result["request_uuid"]!, out _))
            Find(Requests, (string)result["request_uuid"]!)!["status"] = "resolved";
        return Ok(uuid);
    }

    private static (HttpStatusCode, JsonNode?) Ok(JsonNode? body) => (HttpStatusCode.OK, body);

    private static JsonObject? Find(List<JsonObject> rows, string uuid) =>
        rows.Find(r => (string)r["uuid"]! == Guid.Parse(uuid).ToString("D"));

    private string NextId() => $"{++_ids:x8}-0000-4000-8000-000000000000";

    private string Now() => clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    private sealed class Line(FakeBroker broker, Mortal process, int dieBefore, int dieAfter) : HttpMessageHandler
    {
        private int _calls;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
        {
            await process.Alive();
            if (++_calls == dieBefore)
                await process.Die();
            var body = request.Content is { } content ? await content.ReadAsStringAsync(ct) : "";
            var fault = broker.Faults(++broker.Sent);
            if (fault == NetFault.Refused)
                throw new HttpRequestException(HttpRequestError.ConnectionError, "connection refused");
            if (fault == NetFault.CutBefore)
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "the connection was cut");
            if (fault == NetFault.BadGateway)
                return Server.Json(HttpStatusCode.BadGateway, "<html>bad gateway</html>");
            if (fault == NetFault.Slow)
                await Task.Delay(TimeSpan.FromSeconds(8), broker.Clock, ct);
            var (status, answer) = broker.Answer(request.Method, request.RequestUri!, body);
            if (_calls == dieAfter)
                await process.Die();
            return fault == NetFault.CutAfter
                ? throw new HttpRequestException(HttpRequestError.ResponseEnded, "the connection was cut")
                : Server.Json(status, answer?.ToJsonString() ?? "null");
        }
    }

    private TimeProvider Clock => clock;
}
