using Sdl.Core.Instruments;
using Sdl.Transport.Channels;
using Sdl.Transport.OpcUa;

namespace Sdl.Tests.Transport.OpcUa;

/// <summary>Both ends of a channel in memory; the server answers a Read with the node ids that it was asked for.
/// </summary>
internal sealed class ChannelPair : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private ChannelPair(ClientChannel client, ServerChannel server, Task serving) =>
        (Client, Server, Serving) = (client, server, serving);

    public ClientChannel Client { get; }

    public ServerChannel Server { get; }

    /// <summary>Ends as the server's end does.</summary>
    public Task Serving { get; }

    public static async Task<ChannelPair> OpenAsync(
        ChannelSecurity security, ApplicationCertificate? server, TimeProvider clock,
        ChannelLimits? limits = null, Func<ITransport, ITransport>? wire = null)
    {
        var (host, device) = MemoryTransport.Pair();
        await device.OpenAsync(CancellationToken.None);
        var options = ServerChannelOptions.Open with
        {
            Allowed = [(security.Policy, security.Mode)],
            Own = server,
            Limits = limits ?? new ChannelLimits(),
        };
        var accepting = ServerChannel.AcceptAsync(device, 7, options, clock, CancellationToken.None);
        var opening = ClientChannel.OpenAsync(wire is null ? host : wire(host), "opc.tcp://memory", security,
            limits ?? new ChannelLimits(), clock, Patience, CancellationToken.None);
        var accepted = await accepting;
        var serving = ServeAsync(accepted);
        return new ChannelPair(await opening, accepted, serving);
    }

    public static ChannelSecurity Security(
        SecurityPolicy policy, MessageSecurityMode mode, ApplicationCertificate client,
        ApplicationCertificate server) =>
        policy.IsNone ? ChannelSecurity.None
            : new ChannelSecurity(policy, mode, client, PeerCertificate.Read(server.Encoded));

    public ValueTask<ReadResponse> ReadAsync(params NodeId[] nodes) => Client.AskAsync<ReadResponse>(
        new ReadRequest(0, TimestampsToReturn.Neither,
            [.. nodes.Select(n => new ReadValueId(n, AttributeId.Value, null, default))]),
        NodeId.Null, Patience, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }

    private static async Task ServeAsync(ServerChannel channel)
    {
        while (await channel.ReceiveAsync(CancellationToken.None) is { } got)
            if (got.Request is ReadRequest read)
                await channel.SendAsync(got.Id, new ReadResponse(
                    [.. read.NodesToRead.Select(n => new DataValue(Variant.Of(n.NodeId)))], []),
                    CancellationToken.None);
    }
}
