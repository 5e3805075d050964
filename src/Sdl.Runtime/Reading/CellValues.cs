using Sdl.Core.Cells;
using Sdl.Core.Protocols;
using Sdl.Core.Units;

namespace Sdl.Runtime.Reading;

/// <summary>Reads the values of a cell protocol: currents that may be C-rates, charges that may be parts.</summary>
internal static class CellValues
{
    private static readonly (string Prefix, int Places)[] Prefixes =
        [("", 0), ("m", -3), ("u", -6), ("µ", -6), ("μ", -6), ("n", -9), ("k", 3), ("M", 6)];

    /// <summary>A number in <paramref name="unit"/>, or null. What is spelt in that unit or with a prefix before it
    /// keeps its decimal digits.</summary>
    public static double? Number(YamlMap map, string key, string unit) =>
        map.Scalar(key) is { } scalar ? Number(map.Findings, scalar, key, unit) : null;

    public static double? Number(Findings findings, Scalar scalar, string key, string unit)
    {
        var wanted = Unit.Parse(unit);
        if (!Quantity.TryParse(scalar.Text, out var quantity, out var error))
            findings.Add(scalar.At, $"{key}: {error}");
        else if (quantity.Dimension != wanted.Dimension)
            findings.Add(scalar.At, $"{key}: {scalar.Text} has the wrong unit; it is given in {unit}");
        else
            return Exact(scalar.Text.Trim(), unit) ?? quantity.In(wanted);
        return null;
    }

    public static CellCurrent? Current(YamlMap map, string key) =>
        map.Scalar(key) is { } scalar ? Current(map.Findings, scalar, key) : null;

    public static CellCurrent? Current(Findings findings, Scalar scalar, string key) =>
        CellRate.TryParse(scalar.Text, out var rate) ? CellCurrent.Rate(rate)
        : Quantity.TryParse(scalar.Text, out var quantity, out _) && quantity.Dimension == Dimension.None
            ? Refuse<CellCurrent>(findings, scalar, $"{key}: '{scalar.Text}' has no unit: write {scalar.Text} mA, or "
                + $"{scalar.Text}C for a C-rate")
        : Quantity.TryParse(scalar.Text, out _, out _)
            ? Number(findings, scalar, key, "A") is { } amperes ? CellCurrent.Amperes(amperes) : null
        : Refuse<CellCurrent>(findings, scalar, $"{key}: '{scalar.Text}' should be a C-rate such as C/10, 2C/3 or "
            + "0.5C, or a current such as 1.5 mA");

    public static CellCharge? Charge(YamlMap map, string key) =>
        map.Scalar(key) is { } scalar ? Charge(map.Findings, scalar, key) : null;

    public static CellCharge? Charge(Findings findings, Scalar scalar, string key)
    {
        if (Part(scalar.Text) is { } part)
            return CellCharge.Fraction(part);
        return Number(findings, scalar, key, "Ah") is { } charge ? CellCharge.AmpereHours(charge) : null;
    }

    /// <summary>A part written as a percentage, or null.</summary>
    public static double? Part(string text) =>
        text.TrimEnd() is [.. var number, '%'] && DecimalText.TryParse(number, -2, out var part) ? part : null;

    public static double? Part(YamlMap map, string key)
    {
        if (map.Scalar(key) is not { } scalar)
            return null;
        return Part(scalar.Text) is >= 0 and <= 1 and var part ? part
            : Refuse<double>(map.Findings, scalar, $"{key}: '{scalar.Text}' should be from 0 % to 100 %");
    }

    private static double? Exact(string text, string unit)
    {
        var length = Quantity.NumberLength(text);
        var symbol = text[length..].Trim().Replace("°C", "degC", StringComparison.Ordinal);
        foreach (var (prefix, places) in Prefixes)
            if (symbol == prefix + unit && DecimalText.TryParse(text[..length], places, out var value))
                return value;
        return null;
    }

    private static T? Refuse<T>(Findings findings, Scalar scalar, string text)
        where T : struct
    {
        findings.Add(scalar.At, text);
        return null;
    }
}
