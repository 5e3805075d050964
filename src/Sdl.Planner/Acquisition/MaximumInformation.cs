using Sdl.Planner.Numerics;

namespace Sdl.Planner.Acquisition;

/// <summary>How much a measurement tells about the height of the maximum, in nats: a lower bound of the mutual
/// information, averaged over draws of that height (GIBBON: Moss, Leslie, Gonzalez and Rayson 2021, arXiv
/// 2102.03324).</summary>
internal static class MaximumInformation
{
    /// <summary>ln of the information, so that gradients stay alive where it is tiny.</summary>
    /// <param name="mean">Of the target at the point.</param>
    /// <param name="deviation">Of the target at the point.</param>
    /// <param name="squaredCorrelation">Of the measured value, with its noise, and the target at the point.</param>
    /// <param name="heights">Draws of the maximum.</param>
    /// <param name="slopes">d/d mean, d/d deviation and d/d (correlation²).</param>
    public static double Log(
        double mean, double deviation, double squaredCorrelation, ReadOnlySpan<double> heights,
        out (double Mean, double Deviation, double SquaredCorrelation) slopes)
    {
        double sum = 0, slopeZ = 0, slopeDeviation = 0, slopeCorrelation = 0;
        foreach (var height in heights)
        {
            var z = (height - mean) / deviation;
            NormalTail.LogCumulative(z, out var ratio);
            // Of the variance of a normal value that is known to lie below the height, the part that is gone.
            var gone = ratio * (z + ratio);
            var left = 1 - squaredCorrelation * gone;
            sum -= 0.5 * NearOne.Log(-squaredCorrelation * gone);
            // d gone/dz = ratio' (z + ratio) + ratio (1 + ratio') with ratio' = −gone.
            var goneSlope = -gone * (z + ratio) + ratio * (1 - gone);
            var outer = 0.5 * squaredCorrelation / left * goneSlope;
            slopeZ += outer;
            slopeDeviation += outer * z;
            slopeCorrelation += 0.5 * gone / left;
        }
        if (!(sum > 1e-300))
        {
            // Too far below every height for the information to be told from nothing: what counts is how far.
            var lowest = heights[0];
            foreach (var height in heights) lowest = Math.Min(lowest, height);
            var away = (lowest - mean) / deviation;
            slopes = (away / deviation, away * away / deviation, 0);
            return -0.5 * away * away;
        }
        slopes = (-slopeZ / (deviation * sum), -slopeDeviation / (deviation * sum), slopeCorrelation / sum);
        return Math.Log(sum / heights.Length);
    }

    /// <summary>Draws of the maximum of independent normal values, from the Gumbel distribution with the same quartiles
    /// and median (Wang and Jegelka 2017, arXiv 1703.01968): evenly over its quantiles.</summary>
    public static double[] Heights(ReadOnlySpan<double> means, ReadOnlySpan<double> deviations, int count)
    {
        var (a, m) = (means.ToArray(), deviations.ToArray());
        double lower = Quantile(a, m, 0.25), middle = Quantile(a, m, 0.5), upper = Quantile(a, m, 0.75);
        var scale = Math.Max(
            (upper - lower) / (Math.Log(Math.Log(4)) - Math.Log(Math.Log(4.0 / 3))), 1e-9 * (1 + Math.Abs(middle)));
        var mode = middle + scale * Math.Log(Math.Log(2));
        var least = a.Max();
        var heights = new double[count];
        for (var i = 0; i < count; i++)
            heights[i] = Math.Max(mode - scale * Math.Log(-Math.Log((i + 0.5) / count)), least + 1e-6 * m.Max());
        return heights;
    }

    private static double Quantile(double[] means, double[] deviations, double probability)
    {
        var (low, high) = (means.Zip(deviations, (m, s) => m - 8 * s).Max(), means.Zip(deviations, (m, s) => m + 8 * s)
            .Max());
        for (var i = 0; i < 60; i++)
        {
            var t = 0.5 * (low + high);
            var log = 0.0;
            for (var k = 0; k < means.Length && log > -50; k++)
            {
                var z = (t - means[k]) / Math.Max(deviations[k], 1e-12);
                if (z > 8) continue;
                log += NormalTail.LogCumulative(z, out _);
            }
            if (log < Math.Log(probability)) low = t;
            else high = t;
        }
        return 0.5 * (low + high);
    }
}
