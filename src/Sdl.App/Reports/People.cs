using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Sdl.App.Reports.Plots;
using Sdl.Core.Materials;
using Sdl.Core.Planning;

namespace Sdl.App.Reports;

/// <summary>How the report spells numbers, durations and names for people.</summary>
public static partial class People
{
    /// <summary>A text of the user's files or of the planner as it would be printed: LiPF₆, °C, µL.</summary>
    public static string Prose(string text) => Word().Replace(text, word => word.Value switch
    {
        "degC" => "°C",
        "uL" => "µL",
        "uS" => "µS",
        "Ohm" => "Ω",
        var other => Component(other),
    });

    /// <summary>Rounded to the second digit of the uncertainty; four significant digits when there is none.</summary>
    public static string Value(double value, double? deviation) => deviation is > 0
        ? Svg.Minus(value.ToString("F" + Decimals(deviation.Value), CultureInfo.InvariantCulture))
        : Svg.Minus(value.ToString("G4", CultureInfo.InvariantCulture));

    /// <summary><c>9.61 ± 0.12</c>.</summary>
    public static string WithUncertainty(double value, double? deviation) => deviation is { } u and > 0
        ? $"{Value(value, u)} ± {u.ToString("F" + Decimals(u), CultureInfo.InvariantCulture)}"
        : Value(value, null);

    public static string Fraction(double x) => x.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>Substances with subscripts (LiPF₆); other names as they are.</summary>
    public static string Component(string name)
    {
        if (Substance.Find(name) is null)
            return name;
        var text = new StringBuilder();
        foreach (var c in name)
            text.Append(char.IsAsciiDigit(c) ? (char)('₀' + (c - '0')) : c);
        return text.ToString();
    }

    /// <summary><c>EC 0.312 · EMC 0.581 · LiPF₆ 0.107</c>, in the order of the campaign.</summary>
    public static string Formulation(Formulation x, IEnumerable<ContinuousParameter> components) =>
        string.Join(" · ", components.Select(c => $"{Component(c.Name)} {Fraction(x[c.Name])}"));

    /// <summary>The two largest units: <c>2 d 3 h</c>, <c>41 s</c>.</summary>
    public static string Duration(TimeSpan time)
    {
        if (time < TimeSpan.FromSeconds(10))
            return string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
        time = TimeSpan.FromSeconds(Math.Round(time.TotalSeconds));
        (int Count, string Unit)[] parts =
            [(time.Days, "d"), (time.Hours, "h"), (time.Minutes, "min"), (time.Seconds, "s")];
        var largest = parts.SkipWhile(p => p.Count == 0).Take(2).Where(p => p.Count > 0);
        return string.Join(' ', largest.Select(p => $"{p.Count} {p.Unit}"));
    }

    public static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";

    /// <summary><c>3 experiments</c>, <c>1 experiment</c>.</summary>
    public static string Count(int n, string noun) => $"{n} {noun}{(n == 1 ? "" : "s")}";

    [GeneratedRegex(@"[A-Za-z][A-Za-z0-9]*")]
    private static partial Regex Word();

    /// <summary>Decimals that show two significant digits of an uncertainty.</summary>
    private static int Decimals(double deviation) =>
        Math.Clamp(1 - (int)Math.Floor(Math.Log10(deviation)), 0, 9);
}
