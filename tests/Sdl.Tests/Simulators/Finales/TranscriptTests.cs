using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
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
        var clock = Clock();
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
        var clock = Clock();
        await using var server = new BrokerServer(
            Broker(generation, transcript, clock), NetworkWeather.Fair, clock);
        await server.StartAsync(0, TestContext.Current.CancellationToken);
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false });
        await RehearseAsync(client, server.Address!, server.Broker, transcript, clock, $"127.0.0.1:{port}");
    }

    /// <summary>Errors, odd bodies, odd paths, numbers and texts, and what an administrator changes meanwhile: the real
    /// server, unmodified on Debian 12's packages, was asked all this.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Broker_behaves_as_the_real_server_in_corners(bool overSocket)
    {
        var transcript = Transcript.Own("corners.json");
        Assert.Equal(340, transcript.Count);
        var clock = Clock();
        await using var server = new BrokerServer(Bare(clock), NetworkWeather.Fair, clock);
        await server.StartAsync(0, TestContext.Current.CancellationToken);
        using var client = new HttpMessageInvoker(overSocket
            ? new SocketsHttpHandler { AllowAutoRedirect = false }
            : new BrokerWire(server.Broker, NetworkWeather.Fair, clock));
        await RehearseAsync(client, server.Address!, server.Broker, transcript, clock, "127.0.0.1:13393", "lab");
    }

    private static FakeTimeProvider Clock() =>
        new(new DateTimeOffset(2026, 11, 22, 13, 28, 37, 197, 406, TimeSpan.Zero));

    private static Broker Bare(TimeProvider clock)
    {
        var broker = new Broker(new BrokerOptions { DumpKey = "local-dump-key", Seed = 1 }, clock);
        broker.Office.AddUser("lab", "pw-lab", "SDL");
        broker.Office.AddUser("guest", "pw-guest", "SDL");
        return broker;
    }

    private static async Task RehearseAsync(
        HttpMessageInvoker client, Uri server, Broker broker, IReadOnlyList<RecordedExchange> transcript,
        FakeTimeProvider clock, string? host = null, string user = "ASAB_tenant")
    {
        var expired = broker.TokenFor(user);
        clock.Advance(TimeSpan.FromDays(2));
        var rehearsal = new Rehearsal(client, server)
        {
            Tokens = new Dictionary<string, string>
            {
                [""] = broker.TokenFor(user), ["expired token"] = expired,
                ["valid signature, unknown sub"] = broker.TokenFor("stranger"),
            },
            Host = host,
        };
        var faults = new List<string>();
        foreach (var recorded in transcript)
            faults.AddRange(recorded.Errand is null
                ? await rehearsal.FaultsAsync(recorded, TestContext.Current.CancellationToken)
                : rehearsal.Fault(recorded, broker.Office) is { } fault ? [fault] : []);
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
