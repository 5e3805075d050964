namespace Sdl.Planner.Spaces;

/// <summary>Sobol's low-discrepancy points in the unit cube, up to <see cref="MaxDimension"/> dimensions, in Gray-code
/// order, plain or with Owen's nested uniform scrambling.</summary>
/// <remarks>Direction numbers: S. Joe and F. Y. Kuo 2008, doi 10.1137/070709359, set new-joe-kuo-6. Scrambling by
/// hashing the reversed bits: B. Burley 2020, "Practical Hash-based Owen Scrambling", JCGT 9(4).</remarks>
internal sealed class Sobol
{
    public const int MaxDimension = 40;
    private const int Bits = 32;

    // Per dimension: the primitive polynomial (all its coefficients as bits), then the initial direction numbers.
    private static readonly int[][] Table =
    [
        [1, 1], [3, 1], [7, 1, 3], [11, 1, 3, 1], [13, 1, 1, 1], [19, 1, 1, 3, 3], [25, 1, 3, 5, 13],
        [37, 1, 1, 5, 5, 17], [41, 1, 1, 5, 5, 5], [47, 1, 1, 7, 11, 19], [55, 1, 1, 5, 1, 1], [59, 1, 1, 1, 3, 11],
        [61, 1, 3, 5, 5, 31], [67, 1, 3, 3, 9, 7, 49], [91, 1, 1, 1, 15, 21, 21], [97, 1, 3, 1, 13, 27, 49],
        [103, 1, 1, 1, 15, 7, 5], [109, 1, 3, 1, 15, 13, 25], [115, 1, 1, 5, 5, 19, 61],
        [131, 1, 3, 7, 11, 23, 15, 103], [137, 1, 3, 7, 13, 13, 15, 69], [143, 1, 1, 3, 13, 7, 35, 63],
        [145, 1, 3, 5, 9, 1, 25, 53], [157, 1, 3, 1, 13, 9, 35, 107], [167, 1, 3, 1, 5, 27, 61, 31],
        [171, 1, 1, 5, 11, 19, 41, 61], [185, 1, 3, 5, 3, 3, 13, 69], [191, 1, 1, 7, 13, 1, 19, 1],
        [193, 1, 3, 7, 5, 13, 19, 59], [203, 1, 1, 3, 9, 25, 29, 41], [211, 1, 3, 5, 13, 23, 1, 55],
        [213, 1, 3, 7, 3, 13, 59, 17], [229, 1, 3, 1, 3, 5, 53, 69], [239, 1, 1, 5, 5, 23, 33, 13],
        [241, 1, 1, 7, 7, 1, 61, 123], [247, 1, 1, 7, 9, 13, 61, 49], [253, 1, 3, 3, 5, 3, 55, 33],
        [285, 1, 3, 1, 15, 31, 13, 49, 245], [299, 1, 3, 5, 15, 31, 59, 63, 97],
        [301, 1, 3, 1, 11, 11, 11, 77, 249],
    ];

    private readonly uint[] _directions;
    private readonly uint[]? _scrambles;

    /// <param name="seed">Null: not scrambled, the first point is the origin.</param>
    public Sobol(int dimension, ulong? seed)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, MaxDimension);
        Dimension = dimension;
        _directions = new uint[dimension * Bits];
        for (var k = 0; k < dimension; k++) Directions(Table[k], _directions.AsSpan(k * Bits, Bits));
        if (seed is not { } s) return;
        var draws = new Numerics.Draws(s);
        _scrambles = [.. Enumerable.Range(0, dimension).Select(_ => (uint)(draws.Next() >> 32))];
    }

    public int Dimension { get; }

    /// <summary>Point <paramref name="index"/> of the sequence, each coordinate in [0, 1).</summary>
    public void Point(uint index, Span<double> x)
    {
        var gray = index ^ (index >> 1);
        for (var k = 0; k < Dimension; k++)
        {
            var bits = 0u;
            for (int b = 0; b < Bits; b++)
                if ((gray >> b & 1) != 0) bits ^= _directions[k * Bits + b];
            x[k] = (_scrambles is null ? bits : Scramble(bits, _scrambles[k])) * (1.0 / (1UL << Bits));
        }
    }

    private static void Directions(int[] row, Span<uint> v)
    {
        var polynomial = row[0];
        var degree = polynomial == 1 ? 0 : int.Log2(polynomial);
        for (var b = 0; b < Bits; b++)
        {
            if (degree == 0) v[b] = 1u << (Bits - 1 - b);
            else if (b < degree) v[b] = (uint)row[1 + b] << (Bits - 1 - b);
            else
            {
                v[b] = v[b - degree] ^ (v[b - degree] >> degree);
                for (var k = 1; k < degree; k++)
                    if ((polynomial >> (degree - k) & 1) != 0) v[b] ^= v[b - k];
            }
        }
    }

    private static uint Scramble(uint bits, uint seed)
    {
        var x = Reverse(bits) + seed;
        x ^= x * 0x6c50b47c;
        x ^= x * 0xb82f1e52;
        x ^= x * 0xc7afe638;
        x ^= x * 0x8d22f6e6;
        return Reverse(x);
    }

    private static uint Reverse(uint x)
    {
        x = (x >> 1 & 0x55555555) | (x & 0x55555555) << 1;
        x = (x >> 2 & 0x33333333) | (x & 0x33333333) << 2;
        x = (x >> 4 & 0x0f0f0f0f) | (x & 0x0f0f0f0f) << 4;
        return System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(x);
    }
}
