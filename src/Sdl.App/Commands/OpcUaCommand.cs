using System.CommandLine;
using System.Globalization;
using Sdl.App.Composition;
using Sdl.Transport.OpcUa;

namespace Sdl.App.Commands;

/// <summary><c>sdl opcua trust ADDRESS</c>: shows the certificate of an OPC UA server, or of a client that was refused,
/// and writes it down as trusted.</summary>
internal static class OpcUaCommand
{
    public static Command Build() => new("opcua", "which OPC UA servers and clients are trusted") { Trust() };

    private static Command Trust()
    {
        var address = new Argument<string>("address")
        {
            Description = "server, such as opc.tcp://10.0.0.5:4840, or the file of a client's certificate",
        };
        var thumbprint = new Option<string?>("--thumbprint")
        {
            Description = "trust it only if this is its thumbprint, SHA-1 or SHA-256",
        };
        var show = new Option<bool>("--show") { Description = "only show it" };
        var certificates = new Option<string>("--certificates")
        {
            Description = "folder of certificates",
            DefaultValueFactory = _ => CertificateStore.DefaultFolder,
        };
        var json = Options.Json();
        var command = new Command("trust", "show a certificate and write it down as trusted")
        {
            address, thumbprint, show, certificates, json,
        };
        command.SetAction((r, ct) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(async () =>
            {
                try
                {
                    return await TrustAsync(shell, r.GetValue(address)!, r.GetValue(thumbprint), r.GetValue(show),
                        r.GetValue(certificates)!, ct);
                }
                catch (OpcUaException e)
                {
                    return shell.Error(e.Message, ExitCode.Failed);
                }
            });
        });
        return command;
    }

    private static async Task<int> TrustAsync(
        Shell shell, string address, string? thumbprint, bool show, string folder, CancellationToken ct)
    {
        var (host, encoded) = await FetchAsync(address, ct);
        using var peer = PeerCertificate.Read(encoded);
        var certificate = peer.Certificate;
        var (sha1, sha256) = CertificateStore.Thumbprints(certificate);
        var store = new CertificateStore(folder, "sdl", TimeProvider.System);
        shell.Line($"{certificate.Subject}");
        shell.Line(string.Create(CultureInfo.InvariantCulture,
            $"  valid    {certificate.NotBefore:yyyy-MM-dd} to {certificate.NotAfter:yyyy-MM-dd}"));
        shell.Line($"  SHA-1    {sha1}");
        shell.Line($"  SHA-256  {sha256}");
        var wanted = thumbprint?.Replace(":", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
        if (wanted is not null && !wanted.Equals(sha1, StringComparison.OrdinalIgnoreCase)
            && !wanted.Equals(sha256, StringComparison.OrdinalIgnoreCase))
            return shell.Error($"{address} shows another certificate than the one with thumbprint {thumbprint}; "
                + "nothing was written down", ExitCode.Failed);
        if (!show)
        {
            store.Trust(certificate, host);
            shell.Line($"trusted for {(host == "*" ? "clients" : host)} from now on ({store.TrustFile}); "
                + "compare the thumbprint with what the device shows");
        }
        shell.Document(new { subject = certificate.Subject, sha1, sha256, host, trusted = !show });
        return ExitCode.Ok;
    }

    private static async Task<(string Host, byte[] Encoded)> FetchAsync(string address, CancellationToken ct)
    {
        if (File.Exists(address))
            return ("*", await File.ReadAllBytesAsync(address, ct));
        var options = new OpcUaClientOptions(address.StartsWith("opcua:", StringComparison.Ordinal)
            ? address["opcua:".Length..] : address);
        var endpoints = await Discovery.GetEndpointsAsync(options, TimeProvider.System, ct);
        var encoded = endpoints.Select(e => e.ServerCertificate).FirstOrDefault(c => c is { Length: > 0 })
            ?? throw new InvalidDataException($"{address} has no certificate: it speaks without security only");
        return (new Uri(options.Url).Host, encoded);
    }
}
