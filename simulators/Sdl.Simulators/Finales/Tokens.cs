using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Sdl.Simulators.Finales;

/// <summary>The server's tokens: JWT, HS256, claims <c>sub</c> and <c>exp</c>. The end is the wall clock of the
/// server's zone written as if it were UTC: east of UTC a token lives longer than it should, and west of it
/// shorter.</summary>
internal sealed class Tokens(byte[] secret, BrokerOptions options, TimeProvider clock)
{
    public string Issue(string user)
    {
        var zone = options.Zone ?? clock.LocalTimeZone;
        var now = clock.GetUtcNow();
        var end = (now + options.TokenLife + zone.GetUtcOffset(now)).ToUnixTimeSeconds();
        var signed = Encode("""{"alg":"HS256","typ":"JWT"}""") + "."
            + Encode(PythonText.Kept(new PyMap { ["sub"] = user, ["exp"] = new BigInteger(end) }));
        return $"{signed}.{Sign(signed)}";
    }

    /// <returns>Whose it is; null for one that is garbage, of another server, or over.</returns>
    public string? Read(string token)
    {
        if (token.Split('.') is not [var head, var body, var signature]
            || !CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(Sign($"{head}.{body}")), Encoding.UTF8.GetBytes(signature)))
            return null;
        var claims = Decode(body) as PyMap;
        var isOver = claims?.Find("exp") is BigInteger end && end < clock.GetUtcNow().ToUnixTimeSeconds();
        return isOver ? null : claims?.Find("sub") as string;
    }

    private string Sign(string text) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(text)));

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static object? Decode(string text)
    {
        try
        {
            return PythonJson.Read(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>Passwords are kept as salted PBKDF2 (the real server keeps bcrypt).</summary>
internal static class PasswordHash
{
    private const int Rounds = 50_000;
    private const int Size = 32;

    public static string Of(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        return $"pbkdf2-sha256${Rounds}${Base64Url.EncodeToString(salt)}${Base64Url.EncodeToString(
            Hash(password, salt, Rounds))}";
    }

    public static bool IsOf(string password, string hash) =>
        hash.Split('$') is [_, var rounds, var salt, var sum]
        && CryptographicOperations.FixedTimeEquals(
            Hash(password, Base64Url.DecodeFromChars(salt), int.Parse(rounds, CultureInfo.InvariantCulture)),
            Base64Url.DecodeFromChars(sum));

    private static byte[] Hash(string password, byte[] salt, int rounds) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, rounds, HashAlgorithmName.SHA256, Size);
}
