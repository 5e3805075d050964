using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Sdl.Transport.OpcUa;

/// <summary>The names for which a certificate stands: the extension SubjectAltName (RFC 5280, 4.2.1.6).</summary>
internal static class CertificateNames
{
    private const string SubjectAltName = "2.5.29.17";
    private const int DnsName = 2, UriName = 6, AddressName = 7;

    /// <summary>The URI of the application; null when it names none.</summary>
    public static string? ApplicationUri(X509Certificate2 certificate) =>
        Read(certificate).FirstOrDefault(n => n.Kind == UriName).Name;

    /// <summary>Host names and addresses.</summary>
    public static IReadOnlyList<string> Hosts(X509Certificate2 certificate) =>
        [.. Read(certificate).Where(n => n.Kind is DnsName or AddressName).Select(n => n.Name)];

    /// <exception cref="OpcUaException">The extension is damaged.</exception>
    private static List<(int Kind, string Name)> Read(X509Certificate2 certificate)
    {
        var names = new List<(int, string)>();
        if (certificate.Extensions.FirstOrDefault(e => e.Oid?.Value == SubjectAltName) is not { } extension)
            return names;
        try
        {
            var all = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (all.HasData)
            {
                var tag = all.PeekTag();
                var bytes = all.ReadEncodedValue();
                AsnDecoder.ReadEncodedValue(bytes.Span, AsnEncodingRules.DER, out var offset, out var length, out _);
                var content = bytes.Span.Slice(offset, length);
                switch (tag.TagValue)
                {
                    case AddressName when length is 4 or 16:
                        names.Add((AddressName, new IPAddress(content).ToString()));
                        break;
                    case DnsName or UriName:
                        names.Add((tag.TagValue, System.Text.Encoding.ASCII.GetString(content)));
                        break;
                }
            }
            return names;
        }
        catch (AsnContentException e)
        {
            throw new OpcUaException(StatusCodes.BadCertificateInvalid, "the names in the certificate are damaged", e);
        }
    }
}
