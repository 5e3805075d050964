using System.Globalization;

namespace Sdl.Simulators.Potentiostats;

/// <summary>A value of a MethodSCRIPT variable.</summary>
/// <param name="Status">Status bits, where the device has any for it.</param>
/// <param name="Range">Index of the current range.</param>
internal readonly record struct PicoValue(string Type, double Value, int? Status = null, int? Range = null)
{
    private const string Prefixes = "afpnum kMGTPE";

    /// <summary>As in a data package: type, offset binary in hex with the smallest prefix that holds it, meta
    /// data.</summary>
    public string ToPackage()
    {
        var meta = (Status is { } s ? $",1{s:X1}" : "") + (Range is { } r ? $",2{r:X2}" : "");
        if (!double.IsFinite(Value))
            return Type + "     nan" + meta;
        // A zero has no size from which a prefix would follow.
        var index = Value == 0 ? Prefixes.IndexOf(' ') : 0;
        while (index < Prefixes.Length - 1 && Math.Abs(Math.Round(Scaled(index))) > 0x7FFFFFF)
            index++;
        var raw = (long)Math.Round(Math.Clamp(Scaled(index), -0x8000000, 0x7FFFFFF));
        return string.Create(CultureInfo.InvariantCulture, $"{Type}{raw + 0x8000000:X7}{Prefixes[index]}{meta}");
    }

    private double Scaled(int prefix) => Value / Math.Pow(10, 3 * prefix - 18);
}
