using Microsoft.Extensions.Time.Testing;
using Sdl.Transport.OpcUa;

namespace Sdl.Tests.Transport.OpcUa;

public sealed class CertificateStoreTests : IDisposable
{
    private const string Address = "opc.tcp://localhost:4840";

    private readonly string _folder = Directory.CreateTempSubdirectory("sdl-certificates-").FullName;
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly PeerCertificate _server = PeerCertificate.Read(Certificates.Server.Encoded);
    private readonly CertificateStore _store;

    public CertificateStoreTests() => _store = new CertificateStore(_folder, "sdl", _clock);

    [Fact]
    public void Own_certificate_is_made_once_and_kept_from_others()
    {
        var made = _store.Own;
        var again = new CertificateStore(_folder, "sdl", _clock).Own;
        Assert.Equal(made.Certificate.Thumbprint, again.Certificate.Thumbprint);
        Assert.Equal(made.ApplicationUri, again.ApplicationUri);
        Assert.EndsWith(":sdl", made.ApplicationUri, StringComparison.Ordinal);
        Assert.True(again.Certificate.HasPrivateKey);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Path.Combine(_folder, "own.pfx")));
    }

    [Fact]
    public void Own_certificate_that_is_damaged_is_named()
    {
        File.WriteAllText(Path.Combine(_folder, "own.pfx"), "nothing");
        var refused = Assert.Throws<IOException>(() => _store.Own);
        Assert.Contains("own.pfx cannot be read", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Certificate_is_trusted_only_once_it_is_written_down()
    {
        var refused = Refused(StatusCodes.BadCertificateUntrusted, "localhost");
        Assert.Contains($"sdl opcua trust {Address}", refused, StringComparison.Ordinal);
        Assert.Contains(_server.Certificate.Thumbprint, refused, StringComparison.Ordinal);
        _store.Trust(_server.Certificate, "localhost");
        _store.CheckServer(_server, "localhost", Certificates.Server.ApplicationUri, Address);
        // Another one with the same names is another one.
        using var twin = PeerCertificate.Read(
            OwnCertificate.Create("server", "localhost", _clock.GetUtcNow()).Encoded);
        Assert.Throws<OpcUaException>(() => _store.CheckServer(twin, "localhost", null, Address));
    }

    [Fact]
    public void Certificate_of_another_host_is_refused_until_it_is_trusted_for_that_host()
    {
        _store.Trust(_server.Certificate, "localhost");
        var refused = Refused(StatusCodes.BadCertificateHostNameInvalid, "10.0.0.5");
        Assert.Contains("not for 10.0.0.5", refused, StringComparison.Ordinal);
        _store.Trust(_server.Certificate, "10.0.0.5");
        _store.CheckServer(_server, "10.0.0.5", null, Address);
    }

    [Fact]
    public void Certificate_outside_its_time_is_refused()
    {
        _store.Trust(_server.Certificate, "localhost");
        _clock.Advance(TimeSpan.FromDays(3660));
        Assert.Contains("expired on 2036-01-01", Refused(StatusCodes.BadCertificateTimeInvalid, "localhost"),
            StringComparison.Ordinal);
        _clock.AdjustTime(new DateTimeOffset(2025, 6, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Contains("valid only from 2025-12-31 23:00 UTC",
            Refused(StatusCodes.BadCertificateTimeInvalid, "localhost"), StringComparison.Ordinal);
    }

    [Fact]
    public void Certificate_of_another_application_is_refused()
    {
        _store.Trust(_server.Certificate, "localhost");
        Assert.Contains("urn:other", Refused(StatusCodes.BadCertificateUriInvalid, "localhost", "urn:other"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Client_that_is_refused_can_be_trusted_afterwards()
    {
        using var client = PeerCertificate.Read(Certificates.Client.Encoded);
        var refused = Assert.Throws<OpcUaException>(() => _store.CheckClient(client));
        Assert.Equal(StatusCodes.BadCertificateUntrusted, refused.Status.Code);
        var file = Assert.Single(Directory.GetFiles(Path.Combine(_folder, "refused")));
        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        using var kept = PeerCertificate.Read(File.ReadAllBytes(file));
        _store.Trust(kept.Certificate, "*");
        _store.CheckClient(client);
    }

    [Fact]
    public void Bytes_that_are_no_certificate_are_refused() =>
        Assert.Equal(StatusCodes.BadCertificateInvalid,
            Assert.Throws<OpcUaException>(() => PeerCertificate.Read([1, 2, 3])).Status.Code);

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Refused(uint status, string host, string? application = null)
    {
        var refused = Assert.Throws<OpcUaException>(() => _store.CheckServer(_server, host, application, Address));
        Assert.Equal(status, refused.Status.Code);
        return refused.Message;
    }
}
