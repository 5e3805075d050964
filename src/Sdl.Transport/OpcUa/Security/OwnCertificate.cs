using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sdl.Transport.OpcUa;

/// <summary>Makes and keeps the certificate of this program (Part 6, 6.2.2).</summary>
public static class OwnCertificate
{
    private const int Years = 10;

    /// <summary>A new one that vouches for itself.</summary>
    /// <param name="host">The name of this machine, for clients that compare it with what they dialled.</param>
    /// <param name="keySize">Bits: 2048 to 4096.</param>
    public static ApplicationCertificate Create(
        string applicationName, string host, DateTimeOffset now, int keySize = 2048)
    {
        var key = RSA.Create(keySize);
        var uri = $"urn:{host}:{applicationName}";
        var request = new CertificateRequest(
            $"CN={applicationName}, O=Sdl, DC={host}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(uri));
        names.AddDnsName(host);
        if (host != "localhost")
            names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation | X509KeyUsageFlags.KeyEncipherment
            | X509KeyUsageFlags.DataEncipherment | X509KeyUsageFlags.KeyCertSign, true));
        // Server and client authentication: one certificate serves both ends.
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        var subject = new X509SubjectKeyIdentifierExtension(request.PublicKey, false);
        request.CertificateExtensions.Add(subject);
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(subject));
        var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddYears(Years));
        return new ApplicationCertificate(certificate, key, uri);
    }

    /// <summary>The one in a folder; made there if there is none.</summary>
    /// <exception cref="IOException">The folder cannot be written, or what lies there is no certificate with a key;
    /// the message says which file to remove.</exception>
    public static ApplicationCertificate Open(string folder, string applicationName, TimeProvider clock)
    {
        var file = Path.Combine(folder, "own.pfx");
        try
        {
            if (!File.Exists(file))
            {
                var made = Create(applicationName, Dns.GetHostName(), clock.GetUtcNow());
                Directory.CreateDirectory(folder);
                Save(file, made.Certificate.Export(X509ContentType.Pfx));
                return made;
            }
            var certificate = X509CertificateLoader.LoadPkcs12FromFile(file, null, X509KeyStorageFlags.Exportable);
            return From(certificate)
                ?? throw new IOException($"{file} holds no RSA key, or no URI of the application; remove the file and "
                    + "a new certificate is made (servers will have to trust it anew)");
        }
        catch (CryptographicException e)
        {
            throw new IOException($"{file} cannot be read ({e.Message}); remove the file and a new certificate is made "
                + "(servers will have to trust it anew)", e);
        }
    }

    /// <returns>Null without a private RSA key or an application's URI.</returns>
    public static ApplicationCertificate? From(X509Certificate2 certificate) =>
        certificate.GetRSAPrivateKey() is { } key && CertificateNames.ApplicationUri(certificate) is { } uri
            ? new ApplicationCertificate(certificate, key, uri)
            : null;

    private static void Save(string file, byte[] bytes)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        // The private key is nobody else's business.
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(file, options);
        stream.Write(bytes);
    }
}
