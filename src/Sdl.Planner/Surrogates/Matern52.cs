using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Sdl.Planner.Numerics;

namespace Sdl.Planner.Surrogates;

/// <summary>The Matérn kernel with ν = 5/2 (Rasmussen and Williams 2006, eq. 4.17), with one length scale per
/// axis.</summary>
internal static class Matern52
{
    private const int Width = 4;

    /// <summary>Values times <paramref name="variance"/> and e^−<paramref name="extra"/>.</summary>
    /// <param name="row">Σ ((xₖ − x'ₖ)/lₖ)²; on return the values.</param>
    /// <param name="fall">−2 d value / d squared: the factor in all derivatives. d value/d xₖ = −fall (xₖ − x'ₖ)/lₖ²,
    /// d value/d ln lₖ = fall ((xₖ − x'ₖ)/lₖ)².</param>
    /// <param name="extra">Empty: 0.</param>
    public static void Fill(double variance, Span<double> row, Span<double> fall, ReadOnlySpan<double> extra)
    {
        ref var values = ref MemoryMarshal.GetReference(row);
        ref var falls = ref MemoryMarshal.GetReference(fall[..row.Length]);
        nuint i = 0, n = (nuint)row.Length;
        for (; i + Width <= n; i += Width)
        {
            var more = extra.IsEmpty ? default : Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(extra), i);
            var (value, steepness) = Of(variance, Vector256.LoadUnsafe(ref values, i), more);
            value.StoreUnsafe(ref values, i);
            steepness.StoreUnsafe(ref falls, i);
        }
        for (var rest = (int)i; rest < row.Length; rest++)
        {
            // By the same formulas, so that a value does not depend on its place in the row.
            var more = Vector256.Create(extra.IsEmpty ? 0 : extra[rest]);
            var (value, steepness) = Of(variance, Vector256.Create(row[rest]), more);
            (row[rest], fall[rest]) = (value[0], steepness[0]);
        }
    }

    private static (Vector256<double> Value, Vector256<double> Fall) Of(
        double variance, Vector256<double> squared, Vector256<double> extra)
    {
        var r = Vector256.Sqrt(5 * squared);
        var e = variance * Exponential.Of(-(r + extra));
        return ((Vector256<double>.One + r * (Vector256<double>.One + r * (1.0 / 3))) * e,
            5.0 / 3 * (Vector256<double>.One + r) * e);
    }
}
