using System.Globalization;
using System.Runtime.CompilerServices;

namespace Sdl.Tests.Simulators.Physics.Cells;

/// <summary>Numbers of others that lie beside these tests.</summary>
internal static class ReferenceTable
{
    /// <summary>The fields of each line but the first, which says where they come from.</summary>
    public static IReadOnlyList<string[]> Rows(string name, [CallerFilePath] string here = "") =>
        File.ReadAllLines(Path.Combine(Path.GetDirectoryName(here)!, "Reference", name))
            .Skip(1).Select(l => l.Split(',')).ToList();

    public static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    public static void AssertNear(double expected, double actual, double relative, string what) => Assert.True(
        Math.Abs(actual - expected) <= relative * Math.Abs(expected), $"{what}: {actual:R} instead of {expected:R}");
}
