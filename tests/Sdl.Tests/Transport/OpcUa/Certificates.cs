using Sdl.Transport.OpcUa;

namespace Sdl.Tests.Transport.OpcUa;

/// <summary>Certificates for tests; keys take long to make, so they are made once.</summary>
internal static class Certificates
{
    private static readonly DateTimeOffset Made = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static ApplicationCertificate Client { get; } = OwnCertificate.Create("client", "localhost", Made);

    public static ApplicationCertificate Server { get; } = OwnCertificate.Create("server", "localhost", Made);

    /// <summary>With a key so long that its padding takes two bytes.</summary>
    public static ApplicationCertificate Long { get; } = OwnCertificate.Create("long", "localhost", Made, 3072);
}
