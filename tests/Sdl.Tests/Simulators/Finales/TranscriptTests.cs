using System.Text.Json;
using System.Text.Json.Nodes;
using Sdl.Simulators.Finales;

namespace Sdl.Tests.Simulators.Finales;

/// <summary>The broker answers what a real server was asked as that server did.</summary>
public class TranscriptTests
{
    // Of each recording's 125 entries one is a token that is taken apart, not an exchange.
    [Theory]
    [InlineData("transcript.json", ServerGeneration.Pydantic1, 13371)]
    [InlineData("transcript-pydantic2.json", ServerGeneration.Pydantic2, 13373)]
    public async Task Broker_answers_a_recorded_conversation_as_the_real_server_did(
        string file, ServerGeneration generation, int port)
    {
        var transcript = Transcript.Shared(file);
        Assert.Equal(124, transcript.Count);
        var clock = new SetClock();
        using var broker = Broker(generation, transcript, clock);
        using var client = new HttpMessageInvoker(new BrokerWire(broker, NetworkWeather.Fair, clock));
        await RehearseAsync(client, new Uri($"http://127.0.0.1:{port}"), broker, transcript, clock);
    }

    [Theory]
    [InlineData("transcript.json", ServerGeneration.Pydantic1, 13371)]
    [InlineData("transcript-pydantic2.json", ServerGeneration.Pydantic2, 13373)]
    public async Task Broker_answers_so_over_a_socket_too(string file, ServerGeneration generation, int port)
    {
        var transcript = Transcript.Shared(file);
        var clock = new SetClock();
        await using var server = new BrokerServer(
            () => Broker(generation, transcript, clock), NetworkWeather.Fair, clock);
        await server.StartAsync(0, TestContext.Current.CancellationToken);
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false });
        await RehearseAsync(client, server.Address!, server.Broker, transcript, clock, $"127.0.0.1:{port}");
    }

    internal static async Task RehearseAsync(
        HttpMessageInvoker client, Uri server, Broker broker, IReadOnlyList<RecordedExchange> transcript,
        SetClock clock, string? host = null)
    {
        var expired = broker.TokenFor("ASAB_tenant");
        clock.Advance(TimeSpan.FromDays(2));
        var rehearsal = new Rehearsal(client, server)
        {
            Tokens = new Dictionary<string, string>
            {
                [""] = broker.TokenFor("ASAB_tenant"), ["expired token"] = expired,
                ["valid signature, unknown sub"] = broker.TokenFor("stranger"),
            },
            Host = host,
        };
        var faults = new List<string>();
        foreach (var recorded in transcript)
            faults.AddRange(await rehearsal.FaultsAsync(recorded, TestContext.Current.CancellationToken));
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    internal static Broker Broker(
        ServerGeneration generation, IReadOnlyList<RecordedExchange> transcript, TimeProvider clock)
    {
        var broker = new Broker(
            new BrokerOptions { Generation = generation, DumpKey = "local-dump-key", Seed = 1 }, clock);
        foreach (var user in new[] { "ASAB_tenant", "orchestrator", "observer" })
            broker.Office.AddUser(user, $"pw-{user}", "BIG-MAP", "HIU");
        foreach (var capability in Answer(transcript, "/capabilities/?currently_available=false").EnumerateArray())
            broker.Office.AddCapability(With(capability, "is_active", true));
        foreach (var tenant in Answer(transcript, "/tenants/").EnumerateArray())
            broker.Office.AddTenant(tenant.GetRawText());
        return broker;
    }

    private static JsonElement Answer(IReadOnlyList<RecordedExchange> transcript, string path) =>
        transcript.First(e => e.Path == path).Answer;

    private static string With(JsonElement map, string name, bool value)
    {
        var changed = JsonNode.Parse(map.GetRawText())!.AsObject();
        changed[name] = value;
        return changed.ToJsonString();
    }
}

/// <summary>A clock that stands until it is set.</summary>
internal sealed class SetClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 11, 22, 13, 28, 37, 197, 406, TimeSpan.Zero);

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan time) => _now += time;
}
