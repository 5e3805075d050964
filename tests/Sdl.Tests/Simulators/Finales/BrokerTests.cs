using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;
using Sdl.Simulators.Finales;
using Sdl.Tests.Support;

namespace Sdl.Tests.Simulators.Finales;

public class BrokerTests
{
    private const string Capability = """
        {"quantity": "weight", "method": "spring", "is_active": true, "json_schema_result_output": {},
         "json_schema_specifications":
            {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}}
        """;

    private static readonly DateTimeOffset Winter = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Etc/UTC", 60)]
    [InlineData("Europe/Berlin", 120)]
    [InlineData("America/New_York", -240)]
    public void Token_of_sixty_minutes_ends_by_the_wall_clock_of_the_server(string zone, int minutes)
    {
        var clock = new FakeTimeProvider(Winter);
        using var broker = Equipped(new BrokerOptions
        {
            TokenLife = TimeSpan.FromMinutes(60), Zone = TimeZoneInfo.FindSystemTimeZoneById(zone), Seed = 1,
        }, clock);
        var token = broker.TokenFor("lab");
        var claims = token.Split('.')[1];
        using var payload = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(claims));
        Assert.Equal(Winter.ToUnixTimeSeconds() + minutes * 60, payload.RootElement.GetProperty("exp").GetInt64());
        Assert.Equal(minutes > 0 ? 200 : 401, Get(broker, token, "/").Status);
        clock.Advance(TimeSpan.FromMinutes(Math.Max(minutes, 0)));
        Assert.Equal(minutes > 0 ? 200 : 401, Get(broker, token, "/").Status);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(401, Get(broker, token, "/").Status);
    }

    [Fact]
    public void Request_has_the_local_time_of_the_server_and_result_the_utc_of_its_last_change()
    {
        var clock = new FakeTimeProvider(Winter.AddMilliseconds(660));
        using var broker = Equipped(new BrokerOptions
        {
            Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), Seed = 1,
        }, clock);
        var token = broker.TokenFor("lab");
        var request = Ask(broker, token);
        var result = Answered(broker, token, request);
        Assert.Equal("2026-01-15T13:00:00.660000", Assert.Single(broker.Office.Requests).Created);
        Assert.Equal("2026-01-15T12:00:00", Assert.Single(broker.Office.Results).Changed);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(200, SetResult(broker, token, result, "amended").Status);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(200, SetResult(broker, token, result, "amended").Status);
        Assert.Equal("2026-01-15T12:00:05", Assert.Single(broker.Office.Results).Changed);
    }

    [Fact]
    public void Reservation_is_no_lock_and_results_are_not_unique()
    {
        using var broker = Equipped(new BrokerOptions { Seed = 1 }, new FakeTimeProvider(Winter));
        var token = broker.TokenFor("lab");
        var request = Ask(broker, token);
        Parallel.For(0, 4, _ => Assert.Equal(200, Reserve(broker, token, request).Status));
        Parallel.For(0, 4, _ => Answered(broker, token, request));
        Assert.Equal(4, broker.Office.Results.Count(r => r.RequestUuid == request));
        Assert.Equal(
            ["pending", "reserved", "reserved", "reserved", "reserved"],
            broker.Office.Log.Where(l => l.Uuid == request).Take(5).Select(l => l.Status));
    }

    [Property]
    public Property Broker_that_is_started_again_knows_what_it_knew() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        acts =>
        {
            using var folder = new TempFolder();
            var options = new BrokerOptions { File = Path.Combine(folder.Path, "broker"), Seed = 1 };
            var clock = new FakeTimeProvider(Winter);
            string token, before;
            using (var broker = Equipped(options, clock))
            {
                token = broker.TokenFor("lab");
                Act(broker, token, acts, clock);
                before = All(broker, token);
            }
            // What it died over is as if it had never been.
            File.AppendAllText(options.File, "{\"entry\": \"status\", \"uu");
            using var again = new Broker(options, clock);
            Assert.Equal(before, All(again, token));
            Assert.Equal(200, Post(again, token, "/requests/", RequestBody).Status);
        });

    [Fact]
    public void File_of_a_broker_is_for_one_broker_and_one_user_and_says_where_it_is_wrong()
    {
        using var folder = new TempFolder();
        var options = new BrokerOptions { File = Path.Combine(folder.Path, "broker") };
        using (Equipped(options, new FakeTimeProvider(Winter)))
        {
            Assert.Throws<IOException>(() => new Broker(options, TimeProvider.System));
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(options.File));
        }
        File.AppendAllText(options.File, "{\"entry\":\"status\"}\n");
        var lines = File.ReadAllLines(options.File).Length;
        var wrong = Assert.Throws<FormatException>(() => new Broker(options, TimeProvider.System));
        Assert.StartsWith($"{options.File}:{lines}: ", wrong.Message, StringComparison.Ordinal);
    }

    [Property]
    public void Number_is_written_with_the_digits_that_read_back_as_the_same(double number)
    {
        var text = PythonText.Float(number);
        Assert.Equal(number, PythonJson.Read(text));
        Assert.Contains(text, ".eNI".Contains);
    }

    [Property]
    public void What_is_kept_reads_back_as_it_was(string text) =>
        Assert.Equal(text ?? "", PythonJson.Read(PythonText.Kept(text ?? "")));

    internal static Broker Equipped(BrokerOptions options, TimeProvider clock)
    {
        var broker = new Broker(options, clock);
        broker.Office.AddUser("lab", "pw");
        broker.Office.AddCapability(Capability);
        broker.Office.AddTenant("""{"name": "lab", "limitations": [], "contact_person": ""}""",
            "00000000-0000-4000-8000-000000000001");
        return broker;
    }

    internal const string RequestBody = """
        {"quantity": "weight", "methods": ["spring"], "parameters": {"spring": {"n": 1}},
         "tenant_uuid": "00000000-0000-4000-8000-000000000001"}
        """;

    internal static string ResultBody(string request) => $$$"""
        {"quantity": "weight", "method": ["spring"], "parameters": {"spring": {"n": 1}}, "data": {"x": [1.5, NaN]},
         "tenant_uuid": "00000000-0000-4000-8000-000000000001", "request_uuid": "{{{request}}}"}
        """;

    private static void Act(Broker broker, string token, byte[] acts, FakeTimeProvider clock)
    {
        foreach (var act in acts)
        {
            clock.Advance(TimeSpan.FromSeconds(act % 3));
            var requests = broker.Office.Requests;
            if (act % 4 == 0 || requests.Count == 0)
                Ask(broker, token);
            else if (act % 4 == 1)
                Reserve(broker, token, requests[act % requests.Count].Uuid);
            else if (act % 4 == 2)
                Answered(broker, token, requests[act % requests.Count].Uuid);
            else if (broker.Office.Results is { Count: > 0 } results)
                SetResult(broker, token, results[act % results.Count].Uuid, act % 8 == 3 ? "amended" : "deleted");
        }
    }

    private static string All(Broker broker, string token) => string.Join('\n',
        new[] { "/all_requests/", "/pending_requests/", "/tenants/", "/capabilities/?currently_available=false" }
            .Select(p => Text(Get(broker, token, p)))
            .Concat(broker.Office.Results.Select(r => r.ToString()))
            .Concat(broker.Office.Log.Select(l => l.ToString())));

    private static string Ask(Broker broker, string token) =>
        JsonSerializer.Deserialize<string>(Post(broker, token, "/requests/", RequestBody).Body)!;

    private static string Answered(Broker broker, string token, string request) =>
        JsonSerializer.Deserialize<string>(Post(broker, token, "/results/", ResultBody(request)).Body)!;

    private static BrokerAnswer Reserve(Broker broker, string token, string request) => Post(
        broker, token, $"/requests/{request}/update_status/?request_id={request}&new_status=reserved", "");

    private static BrokerAnswer SetResult(Broker broker, string token, string result, string status) => Post(
        broker, token, $"/results/{result}/update_status/?result_id={result}&new_status={status}", "");

    private static BrokerAnswer Get(Broker broker, string token, string target) => broker.Answer(
        new BrokerCall("GET", target, "localhost", $"Bearer {token}", null, []));

    private static BrokerAnswer Post(Broker broker, string token, string target, string body) => broker.Answer(
        new BrokerCall(
            "POST", target, "localhost", $"Bearer {token}", "application/json", Encoding.UTF8.GetBytes(body)));

    private static string Text(BrokerAnswer answer) => Encoding.UTF8.GetString(answer.Body);
}
