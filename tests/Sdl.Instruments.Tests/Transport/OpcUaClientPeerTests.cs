using System.Net;
using System.Net.Sockets;
using Sdl.Instruments.Tests.Peers;
using Sdl.Transport.OpcUa;

namespace Sdl.Instruments.Tests.Transport;

/// <summary>Our client with node-opcua's server.</summary>
public sealed class OpcUaClientPeerTests : IAsyncLifetime
{
    private static readonly NodeId Counter = new(1, "Counter"), SetPoint = new(1, "SetPoint"), Curve = new(1, "Curve");

    private readonly string _folder = Directory.CreateTempSubdirectory("sdl-opcua-").FullName;
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2), TimeProvider.System);
    private readonly CertificateStore _store;
    private readonly int _port;
    private Peer? _server;

    public OpcUaClientPeerTests()
    {
        _store = new CertificateStore(Path.Combine(_folder, "own"), "sdl", TimeProvider.System);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
    }

    public static TheoryData<string, MessageSecurityMode, bool> Securities => new()
    {
        { "None", MessageSecurityMode.None, false },
        { "Basic256Sha256", MessageSecurityMode.Sign, false },
        { "Basic256Sha256", MessageSecurityMode.SignAndEncrypt, true },
        { "Aes128_Sha256_RsaOaep", MessageSecurityMode.SignAndEncrypt, false },
        { "Aes256_Sha256_RsaPss", MessageSecurityMode.SignAndEncrypt, false },
        { "Aes256_Sha256_RsaPss", MessageSecurityMode.SignAndEncrypt, true },
        // The password is encrypted by itself.
        { "None", MessageSecurityMode.None, true },
    };

    [Theory]
    [MemberData(nameof(Securities))]
    public async Task Client_browses_reads_writes_calls_and_watches(
        string policy, MessageSecurityMode mode, bool isNamed)
    {
        await using var client = await ConnectAsync(policy, mode, isNamed);
        var device = await client.TranslateAsync(Ids.ObjectsFolder, [new QualifiedName(1, "Device")], Ct);
        Assert.NotNull(device);
        Assert.Null(await client.TranslateAsync(Ids.ObjectsFolder, [new QualifiedName(1, "Nothing")], Ct));
        Assert.Contains(await client.BrowseAsync(device.Value, Ct), r => r.NodeId.Node == Counter);
        await client.WriteValueAsync(SetPoint, Variant.Of(42.5), Ct);
        Assert.Equal(42.5, (await client.ReadValueAsync(SetPoint, Ct)).Value.AsDouble());
        var sum = await client.CallAsync(device.Value, new NodeId(1, "Add"), [Variant.Of(1.5), Variant.Of(2.0)], Ct);
        Assert.Equal(3.5, sum[0].Value);
        await AssertRefusedAsync(client, device.Value);
        var subscription = await client.SubscribeAsync(TimeSpan.FromMilliseconds(50),
            [new MonitoredItem(Counter) { SamplingInterval = TimeSpan.Zero }], Ct);
        await AssertCountsAsync(subscription, 20);
        await subscription.DeleteAsync(Ct);
    }

    [Fact]
    public async Task Messages_of_many_chunks_and_lists_of_many_pages_come_whole()
    {
        await using var client = await ConnectAsync("Basic256Sha256", MessageSecurityMode.SignAndEncrypt, false);
        var curve = Assert.IsType<double[]>((await client.ReadValueAsync(Curve, Ct)).Value.Value);
        Assert.Equal(Enumerable.Range(0, 20_000).Select(i => i / 2.0), curve);
        await client.WriteValueAsync(Curve, Variant.Of(curve.Reverse().ToArray()), Ct);
        Assert.Equal(curve.Reverse(), (double[])(await client.ReadValueAsync(Curve, Ct)).Value.Value!);
        var many = await client.TranslateAsync(
            Ids.ObjectsFolder, [new QualifiedName(1, "Device"), new QualifiedName(1, "Many")], Ct);
        var children = await client.BrowseAsync(many!.Value, Ct);
        Assert.Equal(Enumerable.Range(0, 2500).Select(i => "Child" + i), children.Select(c => c.BrowseName.Name));
        var registered = await client.RegisterNodesAsync([SetPoint], Ct);
        Assert.Equal(StatusCodes.Good, (await client.ReadValueAsync(registered[0], Ct)).Status.Value);
        await client.UnregisterNodesAsync(registered, Ct);
    }

    [Fact]
    public async Task Events_come_with_the_fields_that_were_asked_for()
    {
        await using var client = await ConnectAsync("None", MessageSecurityMode.None, false);
        var device = await client.TranslateAsync(Ids.ObjectsFolder, [new QualifiedName(1, "Device")], Ct);
        var events = MonitoredItem.Events(
            device!.Value, new QualifiedName(0, "Message"), new QualifiedName(0, "Severity"));
        var subscription = await client.SubscribeAsync(TimeSpan.FromMilliseconds(50), [events], Ct);
        await client.CallAsync(device.Value, new NodeId(1, "Raise"), [], Ct);
        var fields = (await subscription.ReadAsync(Ct)).Fields;
        Assert.Equal("lid open", Assert.IsType<LocalizedText>(fields![0].Value).Text);
        Assert.Equal((ushort)700, fields[1].Value);
    }

    [Fact]
    public async Task No_sample_is_lost_while_the_network_is_cut()
    {
        var wire = new CutWire();
        await using var client = await ConnectAsync("Basic256Sha256", MessageSecurityMode.SignAndEncrypt, true, wire);
        var subscription = await client.SubscribeAsync(TimeSpan.FromMilliseconds(50),
            [new MonitoredItem(Counter) { SamplingInterval = TimeSpan.Zero }], Ct);
        var last = await AssertCountsAsync(subscription, 10);
        for (var cut = 0; cut < 3; cut++)
        {
            await wire.CutAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(700), TimeProvider.System, Ct);
            wire.Mend();
            // 35 of these were counted while nobody could hear of it.
            last = await AssertCountsAsync(subscription, 80, last);
        }
        Assert.Equal((0, 1, 1), (subscription.Missed, subscription.Times, client.Sessions));
    }

    [Fact]
    public async Task Subscription_is_made_anew_when_the_server_has_forgotten_it()
    {
        await using var client = await ConnectAsync("Aes256_Sha256_RsaPss", MessageSecurityMode.SignAndEncrypt, false);
        var subscription = await client.SubscribeAsync(TimeSpan.FromMilliseconds(50),
            [new MonitoredItem(Counter) { SamplingInterval = TimeSpan.Zero }], Ct);
        var last = await AssertCountsAsync(subscription, 100);
        await _server!.DisposeAsync();
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true)
                await client.ReadValueAsync(Counter, Ct);
        });
        await StartAsync();
        // What came before the end is still there; then it counts from the beginning.
        Notification next;
        do
            next = await subscription.ReadAsync(Ct);
        while ((int)next.Value!.Value.Value! == ++last);
        await AssertCountsAsync(subscription, 50, (int)next.Value.Value.Value!);
        Assert.Equal((2, 2), (subscription.Times, client.Sessions));
        Assert.Equal(StatusCodes.Good, (await client.ReadValueAsync(Counter, Ct)).Status.Value);
    }

    [Fact]
    public async Task Server_that_is_not_trusted_is_refused()
    {
        await StartAsync();
        await using var client = new OpcUaClient(
            new OpcUaClientOptions(Url) { Certificates = _store }, TimeProvider.System);
        var refused = await Assert.ThrowsAsync<OpcUaException>(() => client.ConnectAsync(Ct).AsTask());
        Assert.Equal(StatusCodes.BadCertificateUntrusted, refused.Status.Code);
    }

    [Fact]
    public async Task User_may_show_a_certificate()
    {
        var person = OwnCertificate.Create("operator", "localhost", TimeProvider.System.GetUtcNow());
        await using var client = await ConnectAsync("Basic256Sha256", MessageSecurityMode.SignAndEncrypt, false,
            user: UserIdentity.Certificate(person));
        Assert.Equal(StatusCodes.Good, (await client.ReadValueAsync(SetPoint, Ct)).Status.Value);
    }

    [Fact]
    public async Task Wrong_password_is_refused()
    {
        await StartAsync();
        await using var client = new OpcUaClient(new OpcUaClientOptions(Url)
        {
            User = UserIdentity.Name("operator", "guess"),
        }.WithoutSecurity(), TimeProvider.System);
        var refused = await Assert.ThrowsAsync<OpcUaException>(() => client.ConnectAsync(Ct).AsTask());
        Assert.Contains(refused.Status.Code,
            new[] { StatusCodes.BadUserAccessDenied, StatusCodes.BadIdentityTokenRejected });
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _limit.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private CancellationToken Ct => _limit.Token;

    private string Url => $"opc.tcp://127.0.0.1:{_port}";

    private async Task StartAsync()
    {
        await Peer.RequireNodeAsync("node-opcua");
        _server = await Peer.NodeAsync("opcua_server.js", $"{_port}", _folder);
    }

    private async Task<OpcUaClient> ConnectAsync(
        string policy, MessageSecurityMode mode, bool isNamed, CutWire? wire = null, UserIdentity? user = null)
    {
        await StartAsync();
        var options = new OpcUaClientOptions(Url)
        {
            Policy = SecurityPolicy.All.Single(p => p.Name == policy), Mode = mode, Certificates = _store,
            User = user ?? (isNamed ? UserIdentity.Name("operator", "secret") : UserIdentity.Anonymous),
            Connect = wire is null ? null : wire.Connect,
        };
        var endpoints = await Discovery.GetEndpointsAsync(options, TimeProvider.System, Ct);
        // It advertises its own name; the address that was dialled is kept.
        Assert.DoesNotContain(endpoints, e => e.EndpointUrl!.Contains("127.0.0.1", StringComparison.Ordinal));
        using var certificate = PeerCertificate.Read(endpoints[0].ServerCertificate);
        _store.Trust(certificate.Certificate, "127.0.0.1");
        var client = new OpcUaClient(options, TimeProvider.System);
        await client.ConnectAsync(Ct);
        return client;
    }

    private async Task AssertRefusedAsync(OpcUaClient client, NodeId device)
    {
        var refused = await Assert.ThrowsAsync<OpcUaException>(
            () => client.CallAsync(device, new NodeId(1, "Add"), [Variant.Of(1.5)], Ct).AsTask());
        Assert.Equal(StatusCodes.BadArgumentsMissing, refused.Status.Code);
        refused = await Assert.ThrowsAsync<OpcUaException>(
            () => client.ReadValueAsync(new NodeId(1, "Nothing"), Ct).AsTask());
        Assert.Equal(StatusCodes.BadNodeIdUnknown, refused.Status.Code);
        refused = await Assert.ThrowsAsync<OpcUaException>(
            () => client.WriteValueAsync(SetPoint, Variant.Of("warm"), Ct).AsTask());
        Assert.Equal(StatusCodes.BadTypeMismatch, refused.Status.Code);
    }

    /// <summary>Every number from the last one on, none twice.</summary>
    /// <returns>The last.</returns>
    private async Task<int> AssertCountsAsync(Subscription subscription, int count, int? last = null)
    {
        for (; count > 0; count--)
        {
            var value = (int)(await subscription.ReadAsync(Ct)).Value!.Value.Value!;
            Assert.Equal(last is { } before ? before + 1 : value, value);
            last = value;
        }
        return last!.Value;
    }
}
