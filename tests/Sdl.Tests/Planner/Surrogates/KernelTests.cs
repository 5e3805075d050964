using Sdl.Planner.Surrogates;

namespace Sdl.Tests.Planner.Surrogates;

public sealed class KernelTests
{
    // Three categories, two, three and three levels.
    private static readonly Encoding Categories = new(0, [new(2), new(3), new(3)]);

    [Fact]
    public void Categories_equal_the_reference()
    {
        // The reference takes the mean over three categories where this takes the sum.
        double[] points = [0, 1, 2, 0, 2, 2, 1, 1, 0];
        var kernel = new Kernel(Categories, 3);
        kernel.Set(points, [1.5, 3, 6], 1);
        double[] row = new double[3], fall = new double[3];

        kernel.Row([0, 1, 2], row, fall);
        Assert.Equal([1.0, 0.7165313105737893, 0.4345982085070782], row, (a, b) => Math.Abs(a - b) < 1e-14);
        kernel.Row([0, 2, 2], row, fall);
        Assert.Equal(0.3114032239145977, row[2], 1e-14);
    }

    [Fact]
    public void Levels_with_near_descriptors_are_nearer_than_others()
    {
        // Distances 0.1, 1 and 1.1 of three levels on a line.
        var kernel = new Kernel(new Encoding(0, [new(3, [0, 0.1, 1.1, 0.1, 0, 1, 1.1, 1, 0])]), 3);
        kernel.Set([0, 1, 2], [4, 0.5], 2);
        double[] row = new double[3], fall = new double[3];
        kernel.Row([0], row, fall);

        Assert.Equal(2, row[0], 1e-14);
        Assert.Equal(2 * Math.Exp(-0.25 - 0.2), row[1], 1e-14);
        Assert.Equal(2 * Math.Exp(-0.25 - 2.2), row[2], 1e-14);
    }

    [Fact]
    public void Slopes_of_the_likelihood_by_all_length_scales_are_those_of_its_value()
    {
        var random = new Random(4);
        var encoding = new Encoding(2, [new(3), new(3, [0, 0.1, 1.1, 0.1, 0, 1, 1.1, 1, 0])]);
        double[] x = [.. Enumerable.Range(0, 15).SelectMany(_ => new[]
        {
            random.NextDouble(), random.NextDouble(), random.Next(-1, 3), random.Next(3),
        })];
        double[] y = [.. Enumerable.Range(0, 15).Select(_ => random.NextDouble())];
        var noise = Enumerable.Repeat(double.NaN, 15).ToArray();
        var likelihood = new Likelihood(new TrainingSet(encoding, x, y, noise, 0, 1), null);
        double[] theta = [-1, -0.5, 0.3, 0.7, -0.4, 0.2, -3], gradient = new double[7];
        likelihood.Evaluate(theta, gradient);

        for (var k = 0; k < 7; k++)
        {
            double[] up = [.. theta], down = [.. theta];
            (up[k], down[k]) = (up[k] + 1e-5, down[k] - 1e-5);
            var slope = (likelihood.Evaluate(up, []) - likelihood.Evaluate(down, [])) / 2e-5;
            Assert.Equal(slope, gradient[k], 1e-6 * Math.Max(1, Math.Abs(slope)));
        }
    }
}
