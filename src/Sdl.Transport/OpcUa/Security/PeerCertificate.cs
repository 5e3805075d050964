using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sdl.Transport.OpcUa;

/// <summary>The certificate of the other side.</summary>
public sealed class PeerCertificate : IDisposable
{
    private PeerCertificate(byte[] encoded, X509Certificate2 certificate, RSA key)
    {
        Encoded = encoded;
        Certificate = certificate;
        Key = key;
        Thumbprint = certificate.GetCertHash();
    }

    /// <summary>As it came, maybe with those that vouch for it behind it.</summary>
    public byte[] Encoded { get; }

    public X509Certificate2 Certificate { get; }

    public RSA Key { get; }

    /// <summary>SHA-1 of the certificate, as people compare it.</summary>
    public byte[] Thumbprint { get; }

    /// <summary>The first of those that came.</summary>
    /// <exception cref="OpcUaException">It is no certificate with an RSA key of 2048 bits or more.</exception>
    public static PeerCertificate Read(byte[]? encoded)
    {
        try
        {
            AsnDecoder.ReadEncodedValue(encoded, AsnEncodingRules.DER, out _, out _, out var length);
            var certificate = X509CertificateLoader.LoadCertificate(encoded.AsSpan(0, length));
            if (certificate.GetRSAPublicKey() is { KeySize: >= 2048 and <= 4096 } key)
                return new PeerCertificate(encoded!, certificate, key);
            certificate.Dispose();
            throw new OpcUaException(StatusCodes.BadCertificateInvalid,
                $"the certificate of '{certificate.Subject}' has no RSA key of 2048 to 4096 bits");
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            throw new OpcUaException(StatusCodes.BadCertificateInvalid, "what came is no certificate", e);
        }
    }

    public void Dispose()
    {
        Key.Dispose();
        Certificate.Dispose();
    }
}
