using Sdl.Core.Instruments;
using Sdl.Transport.Channels;

namespace Sdl.Transport.OpcUa;

/// <summary>Which server, and how.</summary>
/// <param name="Url">As dialled: <c>opc.tcp://host:4840/path</c>. Whatever host a server advertises, this one is kept.
/// </param>
public sealed record OpcUaClientOptions(string Url)
{
    /// <summary>Null: the strongest that the server offers with signature and encryption.</summary>
    public SecurityPolicy? Policy { get; init; }

    public MessageSecurityMode Mode { get; init; } = MessageSecurityMode.SignAndEncrypt;

    public UserIdentity User { get; init; } = UserIdentity.Anonymous;

    /// <summary>Whom to trust, and who we are; needed with any security.</summary>
    public CertificateStore? Certificates { get; init; }

    public ChannelLimits Limits { get; init; } = new();

    /// <summary>Of one request and its response, and of connecting.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the server keeps the session and its subscriptions while we are away.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often the server is asked whether it is there.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Makes the connection to host and port; null for TCP.</summary>
    public Func<string, int, ITransport>? Connect { get; init; }

    /// <summary>Without signature and encryption, as on a loopback.</summary>
    public OpcUaClientOptions WithoutSecurity() =>
        this with { Policy = SecurityPolicy.None, Mode = MessageSecurityMode.None };

    /// <exception cref="FormatException">The address is none of <c>opc.tcp://</c>.</exception>
    internal Uri Address => Uri.TryCreate(Url, UriKind.Absolute, out var uri) && uri.Scheme == "opc.tcp"
        ? uri
        : throw new FormatException($"'{Url}' is no address of an OPC UA server; write opc.tcp://host:4840");

    internal ITransport Dial(TimeProvider clock)
    {
        var (host, port) = (Address.Host, Address.Port < 0 ? 4840 : Address.Port);
        return Connect is null ? new TcpTransport(host, port, clock, Timeout) : Connect(host, port);
    }
}
