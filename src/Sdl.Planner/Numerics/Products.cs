using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sdl.Planner.Numerics;

/// <summary>C ← C + sign A Bᵀ for parts of row-major matrices: the work of every blocked algorithm here.</summary>
internal static class Products
{
    private const int Width = 4;

    // So many columns of eight rows stay in the first cache while they are used.
    private const int Depth = 256;

    /// <param name="a">Rows × depth, <paramref name="ra"/> apart.</param>
    /// <param name="b">Columns × depth, <paramref name="rb"/> apart.</param>
    /// <param name="c">Rows × columns, <paramref name="rc"/> apart.</param>
    public static void Add(
        double sign, int rows, int columns, int depth, ReadOnlySpan<double> a, int ra, ReadOnlySpan<double> b, int rb,
        Span<double> c, int rc)
    {
        if (rows == 0 || columns == 0) return;
        for (var from = 0; from < depth; from += Depth)
        {
            var part = Math.Min(Depth, depth - from);
            for (var j = 0; j < columns; j += 4)
            {
                for (var i = 0; i < rows; i += 2)
                {
                    if (i + 2 <= rows && j + 4 <= columns)
                    {
                        Tile(sign, part, a[(i * ra + from)..], ra, b[(j * rb + from)..], rb, c[(i * rc + j)..], rc);
                        continue;
                    }
                    for (var ii = i; ii < Math.Min(i + 2, rows); ii++)
                        for (var jj = j; jj < Math.Min(j + 4, columns); jj++)
                            c[ii * rc + jj] +=
                                sign * Rows.Dot(a.Slice(ii * ra + from, part), b.Slice(jj * rb + from, part));
                }
            }
        }
    }

    /// <summary>Two rows by four columns: eight sums that stay in registers.</summary>
    private static void Tile(
        double sign, int depth, ReadOnlySpan<double> a, int ra, ReadOnlySpan<double> b, int rb, Span<double> c, int rc)
    {
        // Slicing checks once what the loop below reads.
        ref var a0 = ref MemoryMarshal.GetReference(a[..depth]);
        ref var a1 = ref MemoryMarshal.GetReference(a.Slice(ra, depth));
        ref var b0 = ref MemoryMarshal.GetReference(b[..depth]);
        ref var b1 = ref MemoryMarshal.GetReference(b.Slice(rb, depth));
        ref var b2 = ref MemoryMarshal.GetReference(b.Slice(2 * rb, depth));
        ref var b3 = ref MemoryMarshal.GetReference(b.Slice(3 * rb, depth));
        Vector256<double> c00 = default, c01 = default, c02 = default, c03 = default;
        Vector256<double> c10 = default, c11 = default, c12 = default, c13 = default;
        nuint k = 0, n = (nuint)depth;
        for (; k + Width <= n; k += Width)
        {
            var (x, y) = (Vector256.LoadUnsafe(ref a0, k), Vector256.LoadUnsafe(ref a1, k));
            var z = Vector256.LoadUnsafe(ref b0, k);
            (c00, c10) = (Vector256.FusedMultiplyAdd(x, z, c00), Vector256.FusedMultiplyAdd(y, z, c10));
            z = Vector256.LoadUnsafe(ref b1, k);
            (c01, c11) = (Vector256.FusedMultiplyAdd(x, z, c01), Vector256.FusedMultiplyAdd(y, z, c11));
            z = Vector256.LoadUnsafe(ref b2, k);
            (c02, c12) = (Vector256.FusedMultiplyAdd(x, z, c02), Vector256.FusedMultiplyAdd(y, z, c12));
            z = Vector256.LoadUnsafe(ref b3, k);
            (c03, c13) = (Vector256.FusedMultiplyAdd(x, z, c03), Vector256.FusedMultiplyAdd(y, z, c13));
        }
        var (top, bottom) = (Sums(c00, c01, c02, c03), Sums(c10, c11, c12, c13));
        for (; k < n; k++)
        {
            var at = (int)k;
            var column = Vector256.Create(b[at], b[rb + at], b[2 * rb + at], b[3 * rb + at]);
            top = Vector256.FusedMultiplyAdd(Vector256.Create(a[at]), column, top);
            bottom = Vector256.FusedMultiplyAdd(Vector256.Create(a[ra + at]), column, bottom);
        }
        ref var first = ref MemoryMarshal.GetReference(c[..Width]);
        ref var second = ref MemoryMarshal.GetReference(c.Slice(rc, Width));
        var signs = Vector256.Create(sign);
        Vector256.FusedMultiplyAdd(signs, top, Vector256.LoadUnsafe(ref first)).StoreUnsafe(ref first);
        Vector256.FusedMultiplyAdd(signs, bottom, Vector256.LoadUnsafe(ref second)).StoreUnsafe(ref second);
    }

    private static Vector256<double> Sums(
        Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d) =>
        Vector256.Create(Rows.Sum(a), Rows.Sum(b), Rows.Sum(c), Rows.Sum(d));
}
