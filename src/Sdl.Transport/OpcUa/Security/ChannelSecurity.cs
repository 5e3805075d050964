using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sdl.Transport.OpcUa;

/// <summary>The certificate with which this program shows who it is.</summary>
/// <param name="ApplicationUri">The same as in the certificate.</param>
public sealed record ApplicationCertificate(X509Certificate2 Certificate, RSA Key, string ApplicationUri)
{
    public byte[] Encoded { get; } = Certificate.RawData;

    /// <summary>SHA-1 of the certificate.</summary>
    public byte[] Thumbprint { get; } = Certificate.GetCertHash();
}

/// <summary>How a channel is protected.</summary>
/// <param name="Own">Null only without security.</param>
/// <param name="Peer">Null only without security.</param>
public sealed record ChannelSecurity(
    SecurityPolicy Policy, MessageSecurityMode Mode, ApplicationCertificate? Own, PeerCertificate? Peer)
{
    public static ChannelSecurity None { get; } = new(SecurityPolicy.None, MessageSecurityMode.None, null, null);
}
