using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sdl.Planner.Numerics;

/// <summary>Inner loops on rows of flat row-major arrays.</summary>
/// <remarks>The vectors have a fixed width, so that every machine adds in the same order: <c>Vector&lt;double&gt;</c>
/// is as wide as the processor likes, and a proposal would depend on who computes it.</remarks>
internal static class Rows
{
    private const int Width = 4;

    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b[..a.Length]);
        Vector256<double> even = Vector256<double>.Zero, odd = Vector256<double>.Zero;
        var i = 0;
        for (; i <= a.Length - 2 * Width; i += 2 * Width)
        {
            even += Vector256.LoadUnsafe(ref x, (nuint)i) * Vector256.LoadUnsafe(ref y, (nuint)i);
            odd += Vector256.LoadUnsafe(ref x, (nuint)(i + Width)) * Vector256.LoadUnsafe(ref y, (nuint)(i + Width));
        }
        even += odd;
        var sum = even[0] + even[1] + (even[2] + even[3]);
        for (; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    /// <summary><paramref name="y"/> += <paramref name="factor"/> × <paramref name="x"/>.</summary>
    public static void AddScaled(Span<double> y, double factor, ReadOnlySpan<double> x)
    {
        ref var to = ref MemoryMarshal.GetReference(y);
        ref var from = ref MemoryMarshal.GetReference(x[..y.Length]);
        var factors = Vector256.Create(factor);
        var i = 0;
        for (; i <= y.Length - Width; i += Width)
        {
            var sum = Vector256.LoadUnsafe(ref to, (nuint)i) + factors * Vector256.LoadUnsafe(ref from, (nuint)i);
            sum.StoreUnsafe(ref to, (nuint)i);
        }
        for (; i < y.Length; i++) y[i] += factor * x[i];
    }
}
