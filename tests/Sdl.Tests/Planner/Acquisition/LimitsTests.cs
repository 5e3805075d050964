using Sdl.Planner.Acquisition;
using Sdl.Planner.Numerics;
using Sdl.Planner.Surrogates;

namespace Sdl.Tests.Planner.Acquisition;

public sealed class LimitsTests
{
    private static readonly double[] At = [0.33, 0.6, 0.8];

    [Theory]
    [InlineData(0.0, 1.0, 0.0, -0.9189385332046728)]
    [InlineData(0.3, 0.5, 0.1, -1.1544863160631473)]
    [InlineData(-1.0, 0.2, 1.0, -57.16255994855645)]
    [InlineData(2.0, 0.01, 1.0, 0.0)]
    [InlineData(0.0, 1e-06, 0.001, -500028.5499626492)]
    [InlineData(-50.0, 1.0, 0.0, -1258.744182868461)]
    [InlineData(0.001, 0.001, 0.0, -6.82772906013283)]
    [InlineData(1.0, 3.0, 4.0, -1.3865087370445317)]
    public void Improvement_over_an_exact_value_equals_the_reference(
        double mean, double deviation, double best, double expected)
    {
        // Far from its only datum a process has its prior's mean and deviation.
        var process = new GaussianProcess([0.0], [0.1], [0], [1], deviation * deviation, mean);

        Assert.Equal(
            expected, new ExpectedImprovement(process, best).Evaluate([900], []), 1e-10 * Math.Max(1, -expected));
    }

    [Fact]
    public void Gradient_of_the_improvement_is_that_of_its_value() =>
        CheckGradient(new ExpectedImprovement(Process(), 1.2).Evaluate);

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Gradient_of_a_limit_is_that_of_its_value(int sign)
    {
        var limit = new WithinLimit(Process(), 0.4, sign);
        CheckGradient((x, gradient) =>
        {
            gradient.Clear();
            return limit.Add(x, gradient);
        });
    }

    [Theory]
    [InlineData(-1000, -500007.82669481216)]
    [InlineData(-38, -726.5572160188201)]
    [InlineData(-10, -53.23128515051247)]
    [InlineData(-1, -1.8410216450092634)]
    [InlineData(0, -0.6931471805599453)]
    [InlineData(2, -0.023012909328963486)]
    [InlineData(10, -7.61985302416047e-24)]
    public void Log_probability_is_exact_from_one_tail_to_the_other(double z, double expected)
    {
        var value = NormalTail.LogCumulative(z, out var slope);
        var rise = (NormalTail.LogCumulative(z + 1e-6, out _) - NormalTail.LogCumulative(z - 1e-6, out _)) / 2e-6;

        Assert.Equal(1, value / expected, 1e-12);
        Assert.Equal(rise, slope, 1e-6 * Math.Max(1, Math.Abs(rise)));
    }

    private static void CheckGradient(SmoothFunction function)
    {
        var gradient = new double[3];
        function(At, gradient);
        for (var k = 0; k < 3; k++)
        {
            double[] up = [.. At], down = [.. At];
            (up[k], down[k]) = (up[k] + 1e-6, down[k] - 1e-6);
            var slope = (function(up, []) - function(down, [])) / 2e-6;
            Assert.Equal(slope, gradient[k], 1e-5 * Math.Max(1, Math.Abs(slope)));
        }
    }

    private static GaussianProcess Process() => new(
        Reference.X, Reference.Y, Reference.Noise, Reference.LengthScales, Reference.Variance, Reference.Mean);
}
