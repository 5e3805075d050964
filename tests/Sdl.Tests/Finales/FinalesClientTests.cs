using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Sdl.Finales.Client;

namespace Sdl.Tests.Finales;

/// <summary>What is sent, byte for byte, and what is understood, on recordings of the real server (both generations)
/// and on answers spelt out here.</summary>
public class FinalesClientTests
{
    private const string Id = "e7703f46-73ef-49aa-9d3d-7d41a3fea929";
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Recordings => ["transcript.json", "transcript-pydantic2.json"];

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Client_understands_every_recorded_answer(string file)
    {
        var understood = 0;
        foreach (var recorded in Recorded.Of(file).Where(r => !r.Path.StartsWith("/user_m", StringComparison.Ordinal)))
        {
            using var client = new Server((_, _) => recorded.Answer()).Client();
            var fault = await FaultAsync(client, recorded);
            FinalesFault? expected = recorded.Status switch
            {
                200 when recorded.Path == "/docs" => FinalesFault.Garbled,
                200 => null,
                307 => FinalesFault.Garbled,
                401 => FinalesFault.NotAllowed,
                500 => FinalesFault.Broken,
                _ => FinalesFault.Refused,
            };
            Assert.True(expected == fault, $"{recorded.N} {recorded.Label}: {fault} instead of {expected}");
            understood++;
        }
        Assert.Equal(114, understood);
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Client_reads_lists_whole(string file)
    {
        var all = Recorded.Of(file).ToDictionary(r => r.N);
        using var capabilities = new Server((_, _) => all[20].Answer()).Client();
        Assert.Equal(13, (await capabilities.CapabilitiesAsync(false, Ct)).Count);
        using var limitations = new Server((_, _) => all[27].Answer()).Client();
        Assert.Equal(
            all[27].Body.GetArrayLength(), (await limitations.LimitationsAsync(true, Ct)).Count);
        using var tenants = new Server((_, _) => all[29].Answer()).Client();
        Assert.Equal(all[29].Body.GetArrayLength(), (await tenants.TenantsAsync(Ct)).Count);
        using var pending = new Server((_, _) => all[54].Answer()).Client();
        Assert.Equal(all[54].Body.GetArrayLength(), (await pending.PendingRequestsAsync(null, null, Ct)).Count);
        using var results = new Server((_, _) => all[100].Answer()).Client();
        Assert.Equal(all[100].Body.GetArrayLength(), (await results.ResultsAsync(null, null, Ct)).Count);
    }

    [Fact]
    public async Task Requests_are_spelt_as_the_server_wants_them()
    {
        var server = new Server((message, _) => message.Method == HttpMethod.Post
            ? Server.Json(HttpStatusCode.OK, $"\"{Id}\"")
            : Server.Json(HttpStatusCode.OK, "null"));
        using var client = server.Client();
        using var parameters = JsonDocument.Parse("""{"temperature": 299.65}""");
        var by = new Dictionary<string, JsonElement> { ["two_electrode"] = parameters.RootElement };
        Assert.Equal(Id, await client.PostRequestAsync(
            new FinalesRequest("conductivity", ["two_electrode"], by, "939122d7-62d2-4c54-acaf-0acc2d473856"), Ct));
        Assert.Null(await client.FindRequestAsync(Id, Ct));
        await client.ChangeRequestAsync(Id, RequestStatus.Reserved, "lab & run f-1", Ct);
        await client.ChangeResultAsync(Id, ResultStatus.Amended, "", Ct);
        Assert.Null(await client.FindResultOfAsync(Id, Ct));
        Assert.Equal([
            "POST /user_management/authenticate grant_type=password&username=ASAB_tenant&password=pw",
            "POST /requests/ {\"quantity\":\"conductivity\",\"methods\":[\"two_electrode\"],\"parameters\":"
                + "{\"two_electrode\":{\"temperature\":299.65}},"
                + "\"tenant_uuid\":\"939122d7-62d2-4c54-acaf-0acc2d473856\"}",
            $"GET /requests/{Id} ",
            $"POST /requests/{Id}/update_status/?request_id={Id}&new_status=reserved"
                + "&status_change_message=lab%20%26%20run%20f-1 ",
            $"POST /results/{Id}/update_status/?result_id={Id}&new_status=amended&status_change_message= ",
            $"GET /results_requested/{Id} ",
        ], server.Seen.Select(s => $"{s.Method} {s.Target} {s.Body}"));
        Assert.All(server.Seen.Skip(1), s => Assert.Equal($"Bearer {Server.Token}", s.Authorization));
        Assert.Equal(6, client.Exchanges);
    }

    [Fact]
    public async Task One_login_serves_many_calls_until_the_token_ages()
    {
        // The recorded token ends at 1795440516 = 2026-11-23 13:28:36 UTC.
        var clock = new FakeTimeProvider(Noon);
        using var client = Server.Of("[]").Client(clock);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.TenantsAsync(Ct)));
        clock.Advance(TimeSpan.FromHours(20));
        await client.TenantsAsync(Ct);
        Assert.Equal(1, client.Logins);
        clock.Advance(TimeSpan.FromMinutes(24)); // 80 % of 25 h 28 min is 20 h 23 min
        await client.TenantsAsync(Ct);
        Assert.Equal(2, client.Logins);
    }

    [Fact]
    public async Task A_token_that_seems_to_have_ended_is_used_until_it_is_refused()
    {
        // A server west of UTC, or a wrong clock here: by its own account this token ended a year ago.
        var clock = new FakeTimeProvider(Noon.AddYears(1));
        var refuse = false;
        var server = new Server((_, _) => refuse
            ? Server.Json(HttpStatusCode.Unauthorized, """{"detail": "Authentication failed."}""")
            : Server.Json(HttpStatusCode.OK, "[]"));
        using var client = server.Client(clock);
        await client.TenantsAsync(Ct);
        clock.Advance(TimeSpan.FromDays(2));
        await client.TenantsAsync(Ct);
        Assert.Equal(1, client.Logins);
        refuse = true;
        var refusal = await Assert.ThrowsAsync<FinalesException>(() => client.TenantsAsync(Ct));
        Assert.Equal((FinalesFault.NotAllowed, 2L), (refusal.Fault, client.Logins));
        Assert.Contains("token ends -", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_token_is_renewed_once_and_the_call_repeated()
    {
        var calls = 0;
        var server = new Server((_, _) => ++calls == 2
            ? Server.Json(HttpStatusCode.Unauthorized, """{"detail": "Authentication failed."}""")
            : Server.Json(HttpStatusCode.OK, "[]"));
        using var client = server.Client(new FakeTimeProvider(Noon));
        await client.TenantsAsync(Ct);
        await client.TenantsAsync(Ct);
        Assert.Equal((2L, 3), (client.Logins, calls));
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "does not accept the password")]
    [InlineData(HttpStatusCode.NotFound, "knows no user 'ASAB_tenant'")]
    public async Task A_wrong_login_is_told_without_the_password(HttpStatusCode status, string told)
    {
        var server = new Server((_, _) => throw new InvalidOperationException())
        {
            Login = () => Server.Json(status, """{"detail": "no"}"""),
        };
        using var client = server.Client();
        var refusal = await Assert.ThrowsAsync<FinalesException>(() => client.GreetAsync(Ct));
        Assert.Equal(FinalesFault.NotAllowed, refusal.Fault);
        Assert.Contains(told, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pw", refusal.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("pw", client.Access.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_answer_may_have_arrived_and_a_refused_connection_has_not()
    {
        using var lost = new Server((_, _) => throw new HttpRequestException(
            HttpRequestError.ResponseEnded, "the connection was cut")).Client();
        using var refused = new Server((_, _) => throw new HttpRequestException(
            HttpRequestError.ConnectionError, "connection refused")).Client();
        Assert.True((await Assert.ThrowsAsync<FinalesException>(() => lost.TenantsAsync(Ct))).MayHaveArrived);
        Assert.False((await Assert.ThrowsAsync<FinalesException>(() => refused.TenantsAsync(Ct))).MayHaveArrived);
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_hides_no_other()
    {
        using var client = Server.Of(
            """
            [{"uuid": "a", "ctime": "2026-11-22T14:11:13", "status": "pending", "request": null}, 7,
             {"uuid": "b", "ctime": "2026-11-22T14:11:13.663", "status": "brand-new", "colour": "red",
              "request": {"quantity": "q", "methods": ["m"], "parameters": {"m": {}}, "tenant_uuid": "t", "x": 1}}]
            """).Client();
        var rows = await client.PendingRequestsAsync("q", "m", Ct);
        Assert.Equal(("b", "brand-new"), (Assert.Single(rows).Uuid, rows[0].Status));
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/", "write https")]
    [InlineData("http://finales.example.org:13371", "in the clear")]
    [InlineData("https://ann:secret@finales.example.org", "no user, password")]
    public void An_address_that_would_give_the_password_away_is_refused(string address, string told)
    {
        var refusal = Assert.Throws<ArgumentException>(() => new FinalesAccess(new Uri(address), "ann", "pw"));
        Assert.Contains(told, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5", 5.0)]
    [InlineData("5.0", 5.0)]
    [InlineData("\"0.3\"", 0.3)]
    [InlineData("null", null)]
    [InlineData("\"NaN\"", null)]
    [InlineData("true", null)]
    public void Numbers_are_read_however_they_are_written(string json, double? number)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(number, Wire.Number(document.RootElement));
    }

    // Calls the endpoint that the recording is about; null when the client is content with the answer.
    private static async Task<FinalesFault?> FaultAsync(FinalesClient client, Recorded r)
    {
        using var empty = JsonDocument.Parse("{}");
        var none = new Dictionary<string, JsonElement>();
        var result = new FinalesResult(empty.RootElement, "q", ["m"], none, "t", "");
        var path = r.Path.Split('?')[0].Trim('/').Split('/');
        try
        {
            await ((r.Method, path) switch
            {
                ("POST", ["requests"]) => client.PostRequestAsync(new FinalesRequest("q", ["m"], none, "t"), Ct),
                ("POST", ["requests", var id, _]) => client.ChangeRequestAsync(id, "reserved", "", Ct),
                ("POST", ["results", "post_unsolicited_result"]) => client.PostUnsolicitedAsync(result, Ct),
                ("POST", ["results"]) => client.PostResultAsync(result, Ct),
                ("POST", ["results", var id, _]) => client.ChangeResultAsync(id, "amended", "", Ct),
                ("GET", ["capabilities"]) => client.CapabilitiesAsync(true, Ct),
                ("GET", ["capabilities", _]) => client.TemplatesAsync(null, null, true, Ct),
                ("GET", ["limitations"]) => client.LimitationsAsync(true, Ct),
                ("GET", ["tenants"]) => client.TenantsAsync(Ct),
                ("GET", ["requests", var id]) => client.FindRequestAsync(id, Ct),
                ("GET", ["pending_requests"]) => client.PendingRequestsAsync(null, null, Ct),
                ("GET", ["all_requests"]) => client.AllRequestsAsync(Ct),
                ("GET", ["results", var id]) => client.FindResultAsync(id, Ct),
                ("GET", ["results_requested"]) => client.ResultsAsync(null, null, Ct),
                ("GET", ["results_requested", var id]) => client.FindResultOfAsync(id, Ct),
                ("GET", ["database_dump", var key]) => client.DumpAsync(key, Stream.Null, Ct),
                _ => client.GreetAsync(Ct),
            });
            return null;
        }
        catch (FinalesException e)
        {
            return e.Fault;
        }
    }
}
