using System.Globalization;
using System.Text.Json;

namespace Sdl.Finales.Client;

/// <summary>A login as the server has answered it. The server says by when it ends inside the token, but computes that
/// in its own time zone and writes it as if it were UTC: it is a hint, and the server's 401 is what counts.</summary>
internal sealed record Token(string Text, DateTimeOffset Since, DateTimeOffset? Ends)
{
    private const double Share = 0.8;

    public static Token Read(string text, DateTimeOffset now) => new(text, now, EndOf(text));

    /// <summary>Whether a new one should be fetched before this one is refused: at 80 % of its life. One that seems to
    /// have ended when it was made says nothing about when it will.</summary>
    public bool IsAging(DateTimeOffset now) =>
        Ends is { } ends && ends > Since && now >= Since + (ends - Since) * Share;

    /// <summary>For people who look for a wrong clock.</summary>
    public string Life => Ends is { } ends
        ? string.Create(CultureInfo.InvariantCulture,
            $"by its own account the token ends {(ends - Since).TotalMinutes:0} min after it was made")
        : "the token does not say when it ends";

    // The middle part of a JWT is JSON in base64url (RFC 7519); its signature is the server's business.
    private static DateTimeOffset? EndOf(string text)
    {
        if (text.Split('.') is not [_, var payload, _])
            return null;
        try
        {
            var base64 = payload.Replace('-', '+').Replace('_', '/');
            using var claims = JsonDocument.Parse(
                Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '=')));
            return Wire.At(claims.RootElement, "exp") is { } exp && Wire.Number(exp) is { } seconds
                ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
                : null;
        }
        catch (Exception e) when (e is FormatException or JsonException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }
}
