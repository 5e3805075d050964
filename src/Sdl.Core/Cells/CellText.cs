using System.Globalization;

namespace Sdl.Core.Cells;

/// <summary>Numbers of cell protocols as text.</summary>
internal static class CellText
{
    /// <summary>Number and unit; small and large ones with a prefix, such as <c>350 uA</c>.</summary>
    public static string Of(double value, string unit)
    {
        var (scale, prefix) = unit is not ("A" or "Ah" or "W") ? (1.0, "") : Math.Abs(value) switch
        {
            0 or >= 1 => (1.0, ""),
            >= 1e-3 => (1e3, "m"),
            >= 1e-6 => (1e6, "u"),
            _ => (1e9, "n"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{value * scale:G6} {prefix}{unit}");
    }
}
