using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sdl.Transport.OpcUa;

/// <summary>A folder with our own certificate and the list of those that we trust, by name and nothing else: no
/// authority vouches for anybody. The list is text: a line holds the SHA-256 of a certificate, the hosts for which it
/// is taken, and behind # who it says it is.</summary>
public sealed class CertificateStore(string folder, string applicationName, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private ApplicationCertificate? _own;

    /// <summary>Where this user's certificates are unless told otherwise.</summary>
    public static string DefaultFolder => Path.Combine(
        Environment.GetFolderPath(
            Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "sdl", "opcua");

    /// <summary>Our own; made at first use.</summary>
    /// <exception cref="IOException">It can neither be read nor made.</exception>
    public ApplicationCertificate Own
    {
        get
        {
            lock (_gate)
                return _own ??= OwnCertificate.Open(folder, applicationName, clock);
        }
    }

    /// <summary>The list.</summary>
    public string TrustFile => Path.Combine(folder, "trusted.txt");

    /// <summary>What people compare: SHA-1 as most programs show it, and SHA-256.</summary>
    public static (string Sha1, string Sha256) Thumbprints(X509Certificate2 certificate) => (
        certificate.Thumbprint, Convert.ToHexString(SHA256.HashData(certificate.RawDataMemory.Span)));

    /// <summary>Writes a certificate down as trusted for a host.</summary>
    /// <param name="host">As dialled; * for a client, which nobody dials.</param>
    public void Trust(X509Certificate2 certificate, string host)
    {
        lock (_gate)
        {
            Directory.CreateDirectory(folder);
            var subject = certificate.Subject.ReplaceLineEndings(" ");
            File.AppendAllText(TrustFile, $"{Thumbprints(certificate).Sha256} {host} # {subject}\n");
        }
    }

    /// <summary>Judges the certificate of a server.</summary>
    /// <param name="host">As dialled.</param>
    /// <param name="applicationUri">As the endpoint says it; null to pass over it.</param>
    /// <exception cref="OpcUaException">Untrusted, expired, not yet valid, of another host or another application,
    /// each with its own status and remedy.</exception>
    public void CheckServer(PeerCertificate peer, string host, string? applicationUri, string address)
    {
        var hosts = Trusted(peer.Certificate);
        if (hosts.Count == 0)
            throw Refused(StatusCodes.BadCertificateUntrusted, peer, "is not trusted; compare its thumbprint "
                + $"{peer.Certificate.Thumbprint} with what the device shows, then: sdl opcua trust {address}");
        CheckTime(peer);
        var names = CertificateNames.Hosts(peer.Certificate);
        if (!names.Concat(hosts).Contains(host, StringComparer.OrdinalIgnoreCase))
            throw Refused(StatusCodes.BadCertificateHostNameInvalid, peer, $"is for {string.Join(", ", names)}, not "
                + $"for {host}; if this is the device you mean: sdl opcua trust {address}");
        if (applicationUri is not null && CertificateNames.ApplicationUri(peer.Certificate) != applicationUri)
            throw Refused(StatusCodes.BadCertificateUriInvalid, peer,
                $"is not of the application {applicationUri} that the server says it is");
    }

    /// <summary>Judges the certificate of a client.</summary>
    /// <exception cref="OpcUaException">Untrusted, expired or not yet valid. One that is untrusted is left in the
    /// folder "refused", so that it can be trusted.</exception>
    public void CheckClient(PeerCertificate peer)
    {
        if (Trusted(peer.Certificate).Count == 0)
        {
            var file = Path.Combine(folder, "refused", peer.Certificate.Thumbprint + ".der");
            Keep(file, peer.Certificate.RawData);
            throw Refused(StatusCodes.BadCertificateUntrusted, peer,
                $"is not trusted; to trust it: sdl opcua trust {file}");
        }
        CheckTime(peer);
    }

    /// <summary>Hosts for which a certificate is trusted; none when it is not.</summary>
    private List<string> Trusted(X509Certificate2 certificate)
    {
        var wanted = Thumbprints(certificate).Sha256;
        lock (_gate)
            return !File.Exists(TrustFile) ? [] : [.. File.ReadLines(TrustFile)
                .Select(line => line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(words => words.Length > 1 && words[0].Equals(wanted, StringComparison.OrdinalIgnoreCase))
                .SelectMany(words => words[1..])];
    }

    private void CheckTime(PeerCertificate peer)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var (begin, end) = (
            peer.Certificate.NotBefore.ToUniversalTime(), peer.Certificate.NotAfter.ToUniversalTime());
        if (now > end)
            throw Refused(StatusCodes.BadCertificateTimeInvalid, peer, string.Create(CultureInfo.InvariantCulture,
                $"expired on {end:yyyy-MM-dd}; give the device a new one, then trust that"));
        if (now < begin)
            throw Refused(StatusCodes.BadCertificateTimeInvalid, peer, string.Create(CultureInfo.InvariantCulture,
                $"is valid only from {begin:yyyy-MM-dd HH:mm} UTC; check the clocks of both sides"));
    }

    private static OpcUaException Refused(uint status, PeerCertificate peer, string why) =>
        new(status, $"the certificate of '{peer.Certificate.Subject}' {why}");

    // Anybody who can reach the port can send certificates: no more than a few are kept.
    private static void Keep(string file, byte[] certificate)
    {
        var refused = Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        if (refused.EnumerateFiles().Count() < 100)
            File.WriteAllBytes(file, certificate);
    }
}
