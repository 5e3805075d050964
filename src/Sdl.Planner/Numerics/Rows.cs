using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sdl.Planner.Numerics;

/// <summary>Inner loops on rows of flat row-major arrays.</summary>
/// <remarks>The vectors have a fixed width and products are fused everywhere, so that every machine rounds alike:
/// <c>Vector&lt;double&gt;</c> is as wide as the processor likes, and a proposal would depend on who computes
/// it.</remarks>
internal static class Rows
{
    private const int Width = 4;

    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b[..a.Length]);
        Vector256<double> first = default, second = default, third = default, fourth = default;
        nuint i = 0, n = (nuint)a.Length;
        for (; i + 4 * Width <= n; i += 4 * Width)
        {
            first = Fused(ref x, ref y, i, first);
            second = Fused(ref x, ref y, i + Width, second);
            third = Fused(ref x, ref y, i + 2 * Width, third);
            fourth = Fused(ref x, ref y, i + 3 * Width, fourth);
        }
        for (; i + Width <= n; i += Width) first = Fused(ref x, ref y, i, first);
        var sum = Sum((first + second) + (third + fourth));
        for (; i < n; i++) sum = Math.FusedMultiplyAdd(a[(int)i], b[(int)i], sum);
        return sum;
    }

    public static double Sum(Vector256<double> v) => v[0] + v[1] + (v[2] + v[3]);

    /// <summary><paramref name="y"/> += <paramref name="factor"/> × <paramref name="x"/>.</summary>
    public static void AddScaled(Span<double> y, double factor, ReadOnlySpan<double> x)
    {
        ref var to = ref MemoryMarshal.GetReference(y);
        ref var from = ref MemoryMarshal.GetReference(x[..y.Length]);
        var factors = Vector256.Create(factor);
        nuint i = 0, n = (nuint)y.Length;
        for (; i + Width <= n; i += Width)
        {
            Vector256.FusedMultiplyAdd(factors, Vector256.LoadUnsafe(ref from, i), Vector256.LoadUnsafe(ref to, i))
                .StoreUnsafe(ref to, i);
        }
        for (; i < n; i++) y[(int)i] = Math.FusedMultiplyAdd(factor, x[(int)i], y[(int)i]);
    }

    /// <summary>sumᵢ += (a − bᵢ)².</summary>
    public static void AddSquares(Span<double> sum, double a, ReadOnlySpan<double> b)
    {
        ref var to = ref MemoryMarshal.GetReference(sum);
        ref var from = ref MemoryMarshal.GetReference(b[..sum.Length]);
        var fixedPart = Vector256.Create(a);
        nuint i = 0, n = (nuint)sum.Length;
        for (; i + Width <= n; i += Width)
        {
            var away = fixedPart - Vector256.LoadUnsafe(ref from, i);
            Vector256.FusedMultiplyAdd(away, away, Vector256.LoadUnsafe(ref to, i)).StoreUnsafe(ref to, i);
        }
        for (; i < n; i++) sum[(int)i] = Math.FusedMultiplyAdd(a - b[(int)i], a - b[(int)i], sum[(int)i]);
    }

    /// <summary>Σ wᵢ (a − bᵢ).</summary>
    public static double Lean(ReadOnlySpan<double> w, double a, ReadOnlySpan<double> b)
    {
        ref var weights = ref MemoryMarshal.GetReference(w);
        ref var from = ref MemoryMarshal.GetReference(b[..w.Length]);
        var fixedPart = Vector256.Create(a);
        Vector256<double> total = default;
        nuint i = 0, n = (nuint)w.Length;
        for (; i + Width <= n; i += Width)
        {
            total = Vector256.FusedMultiplyAdd(
                Vector256.LoadUnsafe(ref weights, i), fixedPart - Vector256.LoadUnsafe(ref from, i), total);
        }
        var sum = Sum(total);
        for (; i < n; i++) sum = Math.FusedMultiplyAdd(w[(int)i], a - b[(int)i], sum);
        return sum;
    }

    /// <summary>Σ wᵢ (a − bᵢ)².</summary>
    public static double Spread(ReadOnlySpan<double> w, double a, ReadOnlySpan<double> b)
    {
        ref var weights = ref MemoryMarshal.GetReference(w);
        ref var from = ref MemoryMarshal.GetReference(b[..w.Length]);
        var fixedPart = Vector256.Create(a);
        Vector256<double> total = default;
        nuint i = 0, n = (nuint)w.Length;
        for (; i + Width <= n; i += Width)
        {
            var away = fixedPart - Vector256.LoadUnsafe(ref from, i);
            total = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref weights, i) * away, away, total);
        }
        var sum = Sum(total);
        for (; i < n; i++)
        {
            var away = a - b[(int)i];
            sum = Math.FusedMultiplyAdd(w[(int)i] * away, away, sum);
        }
        return sum;
    }

    private static Vector256<double> Fused(ref double x, ref double y, nuint i, Vector256<double> sum) =>
        Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref x, i), Vector256.LoadUnsafe(ref y, i), sum);
}
