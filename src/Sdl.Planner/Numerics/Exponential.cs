using System.Runtime.Intrinsics;

namespace Sdl.Planner.Numerics;

/// <summary>eˣ of four numbers at once, the same on every machine; relative error below 3e-16.</summary>
internal static class Exponential
{
    // Below it eˣ is less than the least normal number.
    private const double Least = -708;
    private const double Log2E = 1.4426950408889634;
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    // The coefficients of Taylor's series, 1/13! first.
    private static readonly double[] Series =
    [
        1.6059043836821613e-10, 2.08767569878681e-09, 2.505210838544172e-08, 2.755731922398589e-07,
        2.7557319223985893e-06, 2.48015873015873e-05, 0.0001984126984126984, 0.001388888888888889,
        0.008333333333333333, 0.041666666666666664, 0.16666666666666666, 0.5, 1, 1,
    ];

    /// <param name="x">At most 700; what is below −708 counts as −708.</param>
    public static Vector256<double> Of(Vector256<double> x)
    {
        x = Vector256.Max(x, Vector256.Create(Least));
        // x = k ln 2 + r with |r| ≤ ln 2 / 2.
        var k = Vector256.Round(x * Log2E);
        var r = Vector256.FusedMultiplyAdd(k, Vector256.Create(-Ln2High), x);
        r = Vector256.FusedMultiplyAdd(k, Vector256.Create(-Ln2Low), r);
        var sum = Vector256.Create(Series[0]);
        for (var i = 1; i < Series.Length; i++)
            sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(Series[i]));
        // 1.5 × 2⁵² puts the integer k into the low bits; moved up by 52 they are added to the exponent.
        var shifted = (k + Vector256.Create(6755399441055744.0)).AsInt64();
        return (sum.AsInt64() + Vector256.ShiftLeft(shifted, 52)).AsDouble();
    }
}
