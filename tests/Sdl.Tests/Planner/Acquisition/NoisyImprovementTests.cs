using Sdl.Planner.Acquisition;
using Sdl.Planner.Surrogates;

namespace Sdl.Tests.Planner.Acquisition;

public sealed class NoisyImprovementTests
{
    [Fact]
    public void Value_equals_brute_force_when_data_are_noisy()
    {
        var improvement = new NoisyImprovement(Noisy(0.2), [], 32768, 1);

        for (var i = 0; i < 3; i++)
        {
            var got = Math.Exp(improvement.Evaluate(Reference.ImprovementAt.AsSpan(3 * i, 3), []));
            var expected = Reference.Improvements[i];
            Assert.Equal(expected, got, 4 * Reference.ImprovementErrors[i] + 0.02 * expected);
        }
    }

    [Theory]
    [InlineData(0.2, false)]
    [InlineData(0.2, true)]
    [InlineData(1e-8, false)]
    [InlineData(1e-8, true)]
    public void Gradient_is_that_of_the_value(double noise, bool withPending)
    {
        double[] pending = withPending ? [0.2, 0.7, 0.9] : [];
        var improvement = new NoisyImprovement(Noisy(noise), pending, 64, 1);
        double[] gradient = new double[3], x = [0.33, 0.6, 0.8];
        improvement.Evaluate(x, gradient);

        for (var k = 0; k < 3; k++)
        {
            double[] up = [.. x], down = [.. x];
            up[k] += 1e-6;
            down[k] -= 1e-6;
            var slope = (improvement.Evaluate(up, []) - improvement.Evaluate(down, [])) / 2e-6;
            Assert.Equal(slope, gradient[k], 1e-4 * Math.Max(1, Math.Abs(slope)));
        }
    }

    [Fact]
    public void Exact_data_give_the_classical_expected_improvement()
    {
        // E max(f − best, 0) with mean 0.3 and deviation 0.5 over a best of 0.1 is 0.3152194184737265.
        var process = new GaussianProcess([0.0], [0.1], [0], [1], 0.25, 0.3);
        var far = new NoisyImprovement(process, [], 64, 1).Evaluate([50], []);

        Assert.Equal(Math.Log(0.3152194184737265), far, 1e-6);
    }

    [Fact]
    public void Pending_point_takes_the_value_from_its_surroundings()
    {
        var model = Noisy(0.01);
        double[] x = [0.2, 0.7, 0.9];
        var alone = new NoisyImprovement(model, [], 256, 1).Evaluate(x, []);
        var beside = new NoisyImprovement(model, [0.2, 0.71, 0.9], 256, 1).Evaluate(x, []);

        Assert.True(beside < alone - 1);
    }

    [Fact]
    public void Batch_gain_equals_the_reference_when_two_points_are_independent()
    {
        // E max(f1, f2, 0) of two independent standard normals is 0.681037072175311, E max(f1, 0) is φ(0): the
        // difference is what the second point adds. Two far points of a process with unit variance, over a third where
        // f is 0.
        var process = new GaussianProcess([0.0], [0.0], [1e-12], [1], 1, 0);
        var second = new NoisyImprovement(process, [100], 4096, 3).Evaluate([200], []);

        Assert.Equal(0.681037072175311 - 0.3989422804014327, Math.Exp(second), 0.002);
    }

    [Theory]
    [InlineData(1e-8)]
    [InlineData(0.1)]
    public void Point_added_later_counts_like_one_that_was_known_at_once(double noise)
    {
        double[] first = [0.2, 0.7, 0.9], second = [0.6, 0.2, 0.5], x = [0.33, 0.6, 0.8];
        var model = Noisy(noise);
        var atOnce = new NoisyImprovement(model, [.. first, .. second], 8192, 1);
        var later = new NoisyImprovement(model, [], 8192, 2).With(first).With(second);
        double[] gradient = new double[3], expected = new double[3];

        Assert.Equal(atOnce.Evaluate(x, expected), later.Evaluate(x, gradient), 0.02);
        for (var k = 0; k < 3; k++) Assert.Equal(expected[k], gradient[k], 0.05 * Math.Max(1, Math.Abs(expected[k])));
        Assert.Same(later, later.With(second));
    }

    private static GaussianProcess Noisy(double noise) => new(
        Reference.X, Reference.Y, [.. Enumerable.Repeat(noise, 12)], Reference.LengthScales, Reference.Variance,
        Reference.Mean);
}
