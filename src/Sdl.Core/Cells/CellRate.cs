using System.Globalization;

namespace Sdl.Core.Cells;

/// <summary>A C-rate: the current as a multiple of the one that would fill the nominal capacity in an hour. Positive
/// charges. Written <c>0.1C</c>, <c>C/10</c>, <c>2C/3</c>, <c>1/5 C</c>, and with D for a discharge: <c>D/2</c> is
/// −0.5.</summary>
public static class CellRate
{
    /// <summary>Reads a C-rate that says that it is one, by its letter.</summary>
    public static bool TryParse(string text, out double rate)
    {
        var letter = text.AsSpan().IndexOfAny('C', 'D');
        rate = 0;
        if (letter < 0)
            return false;
        var (before, behind) = (text[..letter].Trim(), text[(letter + 1)..].Trim());
        if (!TryFraction(before is "" or "+" or "-" ? before + "1" : before, out var factor))
            return false;
        var divisor = 1.0;
        if (behind.Length > 0 && !(behind[0] == '/' && TryNumber(behind[1..], out divisor) && divisor > 0))
            return false;
        // "C/10" means the same double as 0.1, and "2C/3" as 2.0 / 3.
        rate = (text[letter] == 'D' ? -factor : factor) / divisor;
        return double.IsFinite(rate);
    }

    /// <summary>Reads what unicycler calls a rate: as above, or a plain number or fraction.</summary>
    public static bool TryParseLoose(string text, out double rate) =>
        TryParse(text, out rate) || TryFraction(text.Trim(), out rate);

    /// <summary>The shortest of the usual spellings that reads back as the same number.</summary>
    public static string Text(double rate)
    {
        var letter = rate < 0 ? 'D' : 'C';
        foreach (var numerator in (int[])[1, 2, 3])
        {
            var divisor = Math.Round(numerator / Math.Abs(rate));
            var text = string.Create(CultureInfo.InvariantCulture,
                $"{(numerator == 1 ? "" : numerator)}{letter}/{divisor}");
            if (divisor is > 1 and < 1000 && TryParse(text, out var read) && read == rate)
                return text;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(rate):R}{letter}");
    }

    private static bool TryFraction(string text, out double value)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return TryNumber(text, out value);
        value = 0;
        if (!TryNumber(text[..slash], out var numerator) || !TryNumber(text[(slash + 1)..], out var divisor)
            || divisor == 0)
            return false;
        value = numerator / divisor;
        return double.IsFinite(value);
    }

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out value)
        && double.IsFinite(value);
}
