using System.Buffers.Text;
using System.Security.Cryptography;

namespace Sdl.Simulators.Finales;

/// <summary>Passwords that nobody chose.</summary>
public static class OneTimePassword
{
    /// <summary>144 bits, in letters, digits, '-' and '_'.</summary>
    public static string Draw() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(18));
}
