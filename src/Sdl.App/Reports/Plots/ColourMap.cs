using System.Globalization;

namespace Sdl.App.Reports.Plots;

/// <summary>Colours that stand for numbers: steps that look equal are equal, also in grey and to the
/// colour-blind.</summary>
/// <remarks>Viridis and magma by Stéfan van der Walt and Nathaniel Smith (2015, CC0), at every tenth of their length,
/// straight lines in sRGB between them.</remarks>
public sealed class ColourMap
{
    public static readonly ColourMap Viridis = new(
        0x440154, 0x482475, 0x414487, 0x355f8d, 0x2a788e, 0x21918c, 0x22a884, 0x44bf70, 0x7ad151, 0xbddf26, 0xfde725);

    /// <summary>Without its darkest tenth, which swallows lines.</summary>
    public static readonly ColourMap Magma = new(
        0x140e36, 0x3b0f70, 0x641a80, 0x8c2981, 0xb73779, 0xde4968, 0xf7705c, 0xfe9f6d, 0xfecf92, 0xfcfdbf);

    private readonly int[] _anchors;

    private ColourMap(params int[] anchors) => _anchors = anchors;

    /// <param name="t">From 0 to 1; outside, the colour of the nearer end.</param>
    /// <returns><c>#rrggbb</c>.</returns>
    public string At(double t)
    {
        var place = Math.Clamp(t, 0, 1) * (_anchors.Length - 1);
        var i = Math.Min((int)place, _anchors.Length - 2);
        int Mix(int shift)
        {
            var (a, b) = (_anchors[i] >> shift & 255, _anchors[i + 1] >> shift & 255);
            return (int)Math.Round(a + (place - i) * (b - a));
        }
        return string.Create(CultureInfo.InvariantCulture, $"#{Mix(16):x2}{Mix(8):x2}{Mix(0):x2}");
    }
}
