using System.Globalization;

namespace Sdl.Drivers.Potentiostats;

/// <summary>One value of a data package.</summary>
/// <param name="Type">Two letters: <c>ab</c> measured and <c>da</c> applied potential, <c>ba</c> current, <c>dc</c>
/// frequency, <c>cc</c> and <c>cd</c> real and imaginary impedance, <c>eb</c> time.</param>
/// <param name="Value">In SI units; NaN when the device had no value.</param>
/// <param name="Status">Status bits: 1 timing error, 2 overload, 4 underload, 8 overload warning.</param>
/// <param name="Range">Index of the current range, where the device tells it.</param>
public readonly record struct PackageValue(string Type, double Value, int Status = 0, int? Range = null);

/// <summary>Reads the data packages of MethodSCRIPT devices: <c>Pda84E63DAn;ba82AB973f,14,284</c> without its line
/// end.</summary>
/// <remarks>Each value is two letters of type, seven hex digits with an offset of 0x8000000 and an SI prefix, then meta
/// data behind commas (PalmSens MethodSCRIPT examples, parser of the vendor). A prefix can be a space, so nothing is
/// trimmed.</remarks>
public static class DataPackage
{
    private const int Offset = 0x8000000, Width = 10;

    /// <summary>SI prefixes of packages and of script literals; <c>i</c> marks an integer.</summary>
    internal static readonly IReadOnlyDictionary<char, double> Prefixes = new Dictionary<char, double>
    {
        ['a'] = 1e-18, ['f'] = 1e-15, ['p'] = 1e-12, ['n'] = 1e-9, ['u'] = 1e-6, ['m'] = 1e-3, [' '] = 1, ['i'] = 1,
        ['k'] = 1e3, ['M'] = 1e6, ['G'] = 1e9, ['T'] = 1e12, ['P'] = 1e15, ['E'] = 1e18,
    };

    /// <exception cref="FormatException">The line is no data package; the message says what is wrong.</exception>
    public static IReadOnlyList<PackageValue> Parse(string line)
    {
        if (!line.StartsWith('P'))
            throw new FormatException("a data package starts with 'P'");
        return line[1..].Split(';').Select(ParseValue).ToList();
    }

    private static PackageValue ParseValue(string text)
    {
        var parts = text.Split(',');
        var head = parts[0];
        if (head.Length != Width || !char.IsAsciiLetterLower(head[0]) || !char.IsAsciiLetterLower(head[1]))
            throw new FormatException($"'{text}' is no value of two letters, seven hex digits and a prefix");
        var type = head[..2];
        var (status, range) = Meta(parts.AsSpan(1));
        if (head[2..] == "     nan")
            return new PackageValue(type, double.NaN, status, range);
        if (!Prefixes.TryGetValue(head[^1], out var scale))
            throw new FormatException($"'{head[^1]}' in '{text}' is no SI prefix");
        var raw = Hex(head.AsSpan(2, 7), text) - Offset;
        // Dividing by a power of ten, which is exact, rounds once; multiplying by its inverse rounds twice.
        return new PackageValue(type, scale < 1 ? raw / Math.Round(1 / scale) : raw * scale, status, range);
    }

    private static (int Status, int? Range) Meta(ReadOnlySpan<string> items)
    {
        var (status, range) = (0, (int?)null);
        foreach (var item in items)
        {
            if (item is ['1', _])
                status = Hex(item.AsSpan(1), item);
            else if (item is ['2', _, _])
                range = Hex(item.AsSpan(1), item);
            else if (item.Length < 2 || item[0] is '1' or '2')
                throw new FormatException($"'{item}' is no meta data of a package");
        }
        return (status, range);
    }

    private static int Hex(ReadOnlySpan<char> digits, string text) =>
        int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new FormatException($"'{digits}' in '{text}' is no hexadecimal number");
}
