using System.Globalization;

namespace Sdl.Drivers.Pumps;

/// <summary>A number with a unit as the pump writes it: at most four digits and a point, at most three decimals
/// (manual 1200-01, 10.2.1), volumes in UL or ML, rates in UH, UM, MH or MM.</summary>
/// <param name="Si">What the text means: m3, or m3/s.</param>
public sealed record Ne1000Amount(string Text, string Unit, double Si)
{
    /// <summary>The largest relative difference between what is asked for and what four digits can say.</summary>
    public const double Accuracy = 1e-3;

    private static readonly (string Unit, double Scale)[] Volumes = [("ML", 1e-6), ("UL", 1e-9)];

    private static readonly (string Unit, double Scale)[] Rates =
        [("MM", 1e-6 / 60), ("UM", 1e-9 / 60), ("MH", 1e-6 / 3600), ("UH", 1e-9 / 3600)];

    /// <summary>The volume in the unit that represents it best, or null when none does within <see
    /// cref="Accuracy"/>.</summary>
    /// <param name="si">m3.</param>
    public static Ne1000Amount? Volume(double si) => Best(si, Volumes);

    /// <summary>The rate in the unit that represents it best, or null when none does within <see
    /// cref="Accuracy"/>.</summary>
    /// <param name="si">m3/s.</param>
    public static Ne1000Amount? Rate(double si) => Best(si, Rates);

    /// <summary>Reads <c>60.00UM</c>, <c>1000.ML</c>, <c>.123UL</c>; null when it is nothing of the kind.</summary>
    public static Ne1000Amount? Parse(string text)
    {
        if (text.Length < 3)
            return null;
        var unit = text[^2..];
        foreach (var (name, scale) in Volumes.Concat(Rates))
            if (name == unit && ParseNumber(text[..^2]) is { } value)
                return new Ne1000Amount(text[..^2], unit, value * scale);
        return null;
    }

    /// <summary>Digits with at most one point, nothing else.</summary>
    public static double? ParseNumber(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    /// <summary>The number with as many decimals as four digits leave room for, or null when it is too large.</summary>
    public static string? Digits(double value)
    {
        for (var decimals = 3; decimals >= 0; decimals--)
        {
            var text = value.ToString("F" + decimals, CultureInfo.InvariantCulture);
            if (text.Length - (decimals > 0 ? 1 : 0) <= 4)
                return text;
        }
        return null;
    }

    /// <summary>What its last digit is worth, m3 or m3/s.</summary>
    public double Digit => Math.Pow(10, Text.Contains('.') ? Text.IndexOf('.') + 1 - Text.Length : 0)
        * Volumes.Concat(Rates).First(u => u.Unit == Unit).Scale;

    /// <summary>Whether both name the same place among all four-digit numbers, whatever their units.</summary>
    public bool Means(Ne1000Amount? other) => other is not null && Math.Abs(other.Si - Si) <= 2e-5 * Math.Abs(Si);

    public override string ToString() => Text + Unit;

    // The least error wins; among equals the unit that people would take, with a number of at least 1.
    private static Ne1000Amount? Best(double si, (string Unit, double Scale)[] units) => (
        from unit in units
        let text = Digits(si / unit.Scale)
        where text is not null
        let amount = new Ne1000Amount(text, unit.Unit, double.Parse(text, CultureInfo.InvariantCulture) * unit.Scale)
        let error = Math.Abs(amount.Si / si - 1)
        where error <= Accuracy
        orderby Math.Round(error, 9), text.StartsWith('0')
        select amount).FirstOrDefault();
}
