using System.Globalization;
using System.Security.Cryptography;

namespace Sdl.Simulators.Finales;

/// <summary>Makes and reads ids as Python does.</summary>
internal sealed class Uuids(int? seed)
{
    private readonly Random? _draw = seed is { } s ? new Random(s) : null;

    public string Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        if (_draw is not null)
            _draw.NextBytes(bytes);
        else
            RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)(bytes[6] & 0x0F | 0x40);
        bytes[8] = (byte)(bytes[8] & 0x3F | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }

    /// <summary>With or without dashes, in any case, in braces, behind <c>urn:uuid:</c>.</summary>
    /// <returns>In lower case with dashes.</returns>
    /// <exception cref="RefusalException">It is none.</exception>
    public static string Read(string text)
    {
        var digits = text.Replace("urn:", "", StringComparison.Ordinal).Replace("uuid:", "", StringComparison.Ordinal)
            .Trim('{', '}').Replace("-", "", StringComparison.Ordinal);
        if (digits.Length != 32)
            throw RefusalException.Of("badly formed hexadecimal UUID string");
        return UInt128.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _)
            ? Guid.ParseExact(digits, "N").ToString("D")
            : throw RefusalException.Of($"invalid literal for int() with base 16: {PythonText.Repr(digits)}");
    }
}
