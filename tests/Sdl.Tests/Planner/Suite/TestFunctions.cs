namespace Sdl.Tests.Planner.Suite;

/// <summary>Functions of the literature, for minimisation.</summary>
internal static class TestFunctions
{
    private static readonly double[][] Widths =
    [
        [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14],
    ];

    private static readonly double[][] Centres =
    [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ];

    /// <summary>Branin's function on [-5, 10] x [0, 15].</summary>
    /// <param name="fidelity">Below 1 a distorted one (the augmented Branin function of BoTorch).</param>
    public static double Branin(ReadOnlySpan<double> x, double fidelity = 1)
    {
        var curve = 5.1 / (4 * Math.PI * Math.PI) - 0.1 * (1 - fidelity);
        var away = x[1] - curve * x[0] * x[0] + 5 / Math.PI * x[0] - 6;
        return away * away + 10 * (1 - 1 / (8 * Math.PI)) * Math.Cos(x[0]) + 10;
    }

    /// <summary>Hartmann's function of six parameters in the unit cube; further ones do nothing. Its second-best
    /// minimum is 0.119 worse.</summary>
    /// <param name="fidelity">Below 1 a distorted one (the augmented Hartmann function of BoTorch).</param>
    public static double Hartmann6(ReadOnlySpan<double> x, double fidelity = 1)
    {
        double[] heights = [1 - 0.1 * (1 - fidelity), 1.2, 3, 3.2];
        var sum = 0.0;
        for (var i = 0; i < 4; i++)
        {
            var away = 0.0;
            for (var k = 0; k < 6; k++)
                away += Widths[i][k] * (x[k] - Centres[i][k]) * (x[k] - Centres[i][k]);
            sum -= heights[i] * Math.Exp(-away);
        }
        return sum;
    }

    public static double Ackley(double[] x) =>
        20 - 20 * Math.Exp(-0.2 * Math.Sqrt(x.Average(v => v * v)))
        + Math.E - Math.Exp(x.Average(v => Math.Cos(2 * Math.PI * v)));

    /// <summary>Gramacy et al. 2016, doi 10.1080/00401706.2015.1014065: x1 + x2 under two constraints, which follow it.
    /// </summary>
    public static double[] Gramacy(double[] x) =>
    [
        x[0] + x[1],
        1.5 - x[0] - 2 * x[1] - 0.5 * Math.Sin(2 * Math.PI * (x[0] * x[0] - 2 * x[1])),
        x[0] * x[0] + x[1] * x[1] - 1.5,
    ];

    /// <summary>Branin's function on the unit square and Currin's.</summary>
    public static double[] BraninCurrin(double[] x)
    {
        var (a, b) = (x[0], Math.Max(x[1], 1e-12));
        var ratio = (2300 * a * a * a + 1900 * a * a + 2092 * a + 60) / (100 * a * a * a + 500 * a * a + 4 * a + 20);
        return [Branin([15 * a - 5, 15 * x[1]]), (1 - Math.Exp(-1 / (2 * b))) * ratio];
    }

    /// <summary>DTLZ2 with two objectives: the front is the quarter of a circle around the origin.</summary>
    public static double[] Dtlz2(double[] x)
    {
        var radius = 1 + x.Skip(1).Sum(v => (v - 0.5) * (v - 0.5));
        return [radius * Math.Cos(x[0] * Math.PI / 2), radius * Math.Sin(x[0] * Math.PI / 2)];
    }
}
