namespace Sdl.Tests.Planner;

/// <summary>Central differences, to check gradients with.</summary>
internal static class Slopes
{
    public static double[] Of(Func<double[], double> function, double[] at, double step = 1e-6)
    {
        var slopes = new double[at.Length];
        for (var k = 0; k < at.Length; k++)
        {
            var (above, below) = ((double[])at.Clone(), (double[])at.Clone());
            above[k] += step;
            below[k] -= step;
            slopes[k] = (function(above) - function(below)) / (2 * step);
        }
        return slopes;
    }

    public static void Near(double[] expected, double[] actual, double relative = 1e-5)
    {
        for (var k = 0; k < expected.Length; k++)
            Assert.True(Math.Abs(expected[k] - actual[k]) <= relative * Math.Max(1, Math.Abs(expected[k])),
                FormattableString.Invariant($"slope {k}: {actual[k]:R}, by differences {expected[k]:R}"));
    }
}
