using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Sdl.Core.Units;

/// <summary>A unit as people write it: <c>mL/min</c>, <c>mS/cm</c>, <c>degC</c>, <c>mol/kg</c>, <c>%</c>.
/// SI value = number × <see cref="Scale"/> + <see cref="Offset"/>; only temperatures have an offset.</summary>
public sealed record Unit(string Symbol, Dimension Dimension, double Scale, double Offset = 0)
{
    private static readonly Dimension L = new(Length: 1), M = new(Mass: 1), T = new(Time: 1), I = new(Current: 1),
        K = new(Temperature: 1), N = new(Amount: 1), Volume = new(Length: 3),
        Energy = new(2, 1, -2), Voltage = new(2, 1, -3, -1);

    // Sources: SI Brochure, 9th edition; minute, hour, day, litre, bar and the ampere-hour as accepted beside the SI.
    private static readonly FrozenDictionary<string, (Dimension Dimension, double Scale, bool Prefixable)> Symbols =
        new Dictionary<string, (Dimension, double, bool)>
        {
            ["1"] = (default, 1, false), ["%"] = (default, 1e-2, false), ["ppm"] = (default, 1e-6, false),
            ["rad"] = (default, 1, true), ["deg"] = (default, Math.PI / 180, false),
            ["rpm"] = (T.Power(-1), 1 / 60.0, false),
            ["m"] = (L, 1, true), ["g"] = (M, 1e-3, true), ["s"] = (T, 1, true), ["min"] = (T, 60, false),
            ["h"] = (T, 3600, false), ["d"] = (T, 86400, false), ["A"] = (I, 1, true), ["K"] = (K, 1, true),
            ["mol"] = (N, 1, true), ["L"] = (Volume, 1e-3, true), ["M"] = (N / Volume, 1e3, false),
            ["N"] = (new(1, 1, -2), 1, true), ["Pa"] = (new(-1, 1, -2), 1, true), ["bar"] = (new(-1, 1, -2), 1e5, true),
            ["J"] = (Energy, 1, true), ["W"] = (Energy / T, 1, true), ["Wh"] = (Energy, 3600, true),
            ["C"] = (I * T, 1, true), ["Ah"] = (I * T, 3600, true), ["V"] = (Voltage, 1, true),
            ["Ohm"] = (Voltage / I, 1, true), ["S"] = (I / Voltage, 1, true), ["F"] = (I * T / Voltage, 1, true),
            ["H"] = (Voltage * T / I, 1, true), ["Hz"] = (T.Power(-1), 1, true),
        }.ToFrozenDictionary();

    private static readonly FrozenDictionary<char, double> Prefixes = new Dictionary<char, double>
    {
        ['f'] = 1e-15, ['p'] = 1e-12, ['n'] = 1e-9, ['u'] = 1e-6, ['m'] = 1e-3, ['c'] = 1e-2, ['d'] = 1e-1,
        ['k'] = 1e3, ['M'] = 1e6, ['G'] = 1e9,
    }.ToFrozenDictionary();

    public static readonly Unit One = new("1", Dimension.None, 1);
    public static readonly Unit Celsius = new("degC", K, 1, 273.15);

    /// <summary>The SI unit of a dimension, spelt in base units.</summary>
    public static Unit Si(Dimension dimension) => new(dimension.ToString(), dimension, 1);

    /// <exception cref="FormatException">The text is no unit.</exception>
    public static Unit Parse(string text) =>
        TryParse(text, out var unit, out var error) ? unit : throw new FormatException(error);

    public static bool TryParse(string text, [NotNullWhen(true)] out Unit? unit, [NotNullWhen(false)] out string? error)
    {
        unit = null;
        error = null;
        var symbol = text.Trim();
        if (symbol is "degC" or "°C")
        {
            unit = Celsius;
            return true;
        }
        var dimension = Dimension.None;
        var scale = 1.0;
        var sign = 1;
        var start = 0;
        for (var i = 0; i <= symbol.Length; i++)
        {
            if (i < symbol.Length && symbol[i] is not ('/' or '*' or '·'))
                continue;
            if (!TryFactor(symbol[start..i], out var factor, out var power))
            {
                error = $"'{text}' is not a unit that is known here ('{symbol[start..i]}' is not one); "
                    + "write for example mL, mL/min, mS/cm, degC, mol/kg, Ohm, %";
                return false;
            }
            if (!TryMultiply(ref dimension, ref scale, factor, sign * power))
            {
                error = $"'{text}' is not a unit that makes sense: its exponents or its size are beyond all measure";
                return false;
            }
            sign = i < symbol.Length && symbol[i] == '/' ? -1 : 1;
            start = i + 1;
        }
        unit = new Unit(symbol, dimension, scale);
        return true;
    }

    public override string ToString() => Symbol;

    /// <summary>Behind a number: a space and the symbol, and nothing behind a pure number.</summary>
    public string Suffix => Symbol == "1" ? "" : " " + Symbol;

    private static bool TryMultiply(
        ref Dimension dimension, ref double scale, (Dimension Dimension, double Scale) factor, int power)
    {
        try
        {
            dimension *= factor.Dimension.Power(power);
        }
        catch (OverflowException)
        {
            return false;
        }
        scale *= Math.Pow(factor.Scale, power);
        return double.IsNormal(scale);
    }

    private static bool TryFactor(string text, out (Dimension Dimension, double Scale) factor, out int power)
    {
        factor = default;
        power = 1;
        // A trailing integer is an exponent: m3, s-1, cm^2. "1" alone is the pure number, as in 1/cm.
        var digits = text.Length;
        while (digits > 0 && (char.IsAsciiDigit(text[digits - 1]) || text[digits - 1] == '-'))
            digits--;
        if (digits > 0 && digits < text.Length)
        {
            if (!int.TryParse(text[digits..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out power)
                || power is < sbyte.MinValue or > sbyte.MaxValue)
                return false;
            text = text[..digits].TrimEnd('^');
        }
        text = text switch { "Ω" or "ohm" => "Ohm", "l" => "L", "ml" => "mL", "ul" => "uL", _ => text };
        if (Symbols.TryGetValue(text, out var entry))
        {
            factor = (entry.Dimension, entry.Scale);
            return true;
        }
        if (text.Length < 2)
            return false;
        var prefix = text[0] is 'µ' or 'μ' ? 'u' : text[0];
        var rest = text[1..] is "Ω" or "ohm" ? "Ohm" : text[1..];
        if (!Prefixes.TryGetValue(prefix, out var scale) || !Symbols.TryGetValue(rest, out entry) || !entry.Prefixable)
            return false;
        factor = (entry.Dimension, entry.Scale * scale);
        return true;
    }
}
