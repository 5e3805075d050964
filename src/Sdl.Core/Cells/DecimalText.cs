using System.Globalization;

namespace Sdl.Core.Cells;

/// <summary>Numbers whose decimal point is moved in their text, so that 0.35 mA and 0.00035 A are the same double in
/// both directions; a multiplication by 1000 rounds.</summary>
public static class DecimalText
{
    /// <summary>The shortest text of <paramref name="value"/> · 10^<paramref name="places"/>.</summary>
    public static string Of(double value, int places = 0)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var sign = text[0] == '-' ? "-" : "";
        var parts = text[sign.Length..].Split('E');
        var exponent = places + (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
        var point = parts[0].IndexOf('.', StringComparison.Ordinal);
        var digits = parts[0].Replace(".", "", StringComparison.Ordinal);
        // The place of the point, counted from the first digit that is not zero.
        var at = (point < 0 ? digits.Length : point) + exponent;
        var significant = digits.TrimStart('0');
        at -= digits.Length - significant.Length;
        significant = significant.TrimEnd('0');
        return significant.Length == 0 ? "0" : sign + Place(significant, at);
    }

    /// <summary>Reads a number and multiplies it with 10^<paramref name="places"/>.</summary>
    public static bool TryParse(string text, int places, out double value)
    {
        value = 0;
        var parts = text.Trim().Split('e', 'E');
        var exponent = 0;
        return parts.Length is 1 or 2 && parts[0].Length > 0
            && (parts.Length == 1 || int.TryParse(
                parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
            && Math.Abs((long)exponent) < 10_000
            && double.TryParse(
                string.Create(CultureInfo.InvariantCulture, $"{parts[0]}E{exponent + places}"),
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }

    private static string Place(string digits, int at) => at switch
    {
        > 0 and <= 16 when at >= digits.Length => digits + new string('0', at - digits.Length),
        > 0 when at < digits.Length => $"{digits[..at]}.{digits[at..]}",
        <= 0 and > -7 => $"0.{new string('0', -at)}{digits}",
        _ => string.Create(CultureInfo.InvariantCulture,
            $"{digits[..1]}{(digits.Length > 1 ? "." + digits[1..] : "")}E{at - 1}"),
    };
}
