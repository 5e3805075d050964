using Sdl.Core.Planning;
using Sdl.Planner;
using Sdl.Planner.Surrogates;

namespace Sdl.Tests.Planner.Surrogates;

public sealed class LikelihoodTests
{
    private static readonly double[] Theta =
        [Math.Log(0.3), Math.Log(0.7), Math.Log(1.5), Math.Log(1.7), Math.Log(0.01)];

    [Fact]
    public void Value_equals_the_density_of_the_outputs_at_the_profiled_mean()
    {
        var process = new GaussianProcess(
            Reference.X, Reference.Y, Reference.Noise, Reference.LengthScales, Reference.Variance);
        var value = new Likelihood(Data(Reference.Noise), null).Evaluate(Theta, []);

        // GPyTorch gives it at a mean of 0.2; it is a parabola in the mean with its top at the profiled one.
        const double atGivenMean = -10.229579975415046, slopeAtGivenMean = 0.16798392172357504;
        var expected = atGivenMean + 0.5 * slopeAtGivenMean * (process.Mean - Reference.Mean);
        Assert.Equal(expected, value, 1e-7);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Gradient_is_that_of_the_value(bool declared, bool withPriors)
    {
        var noise = Reference.Noise.Select((v, i) => declared && i % 3 > 0 ? v : double.NaN).ToArray();
        var priors = withPriors ? Priors.For(new PlannerOptions(), UndeclaredNoise.Learned, 3, false) : null;
        var likelihood = new Likelihood(Data(noise), priors);
        var gradient = new double[5];
        likelihood.Evaluate(Theta, gradient);

        for (var k = 0; k < 5; k++)
        {
            double[] up = [.. Theta], down = [.. Theta];
            up[k] += 1e-5;
            down[k] -= 1e-5;
            var slope = (likelihood.Evaluate(up, []) - likelihood.Evaluate(down, [])) / 2e-5;
            Assert.Equal(slope, gradient[k], 1e-6 * Math.Max(1, Math.Abs(slope)));
        }
    }

    [Fact]
    public void Fit_finds_a_point_where_no_single_hyper_parameter_improves_the_posterior()
    {
        var noise = new double[12];
        noise.AsSpan().Fill(0.01);
        var priors = Priors.For(new PlannerOptions(), UndeclaredNoise.Learned, 3, false);
        var likelihood = new Likelihood(Data(noise), priors);
        var process = Fit.To(Data(noise), priors);
        double[] best = [.. process.LengthScales.Select(l => Math.Log(l)), Math.Log(process.Variance), Math.Log(1e-7)];
        var value = likelihood.Evaluate(best, []);

        for (var k = 0; k < 4; k++)
        {
            foreach (var step in (double[])[-0.5, -0.05, 0.05, 0.5])
            {
                double[] other = [.. best];
                other[k] += step;
                Assert.True(likelihood.Evaluate(other, []) < value);
            }
        }
    }

    [Fact]
    public void Fit_learns_a_noise_that_nobody_declared()
    {
        var x = Enumerable.Range(0, 60).Select(i => i / 59.0).ToArray();
        var random = new Random(3);
        double Noise() => 0.3 * Math.Sqrt(6) * (random.NextDouble() + random.NextDouble() - 1);
        var y = x.Select(v => Math.Sin(6 * v) + Noise()).ToArray();
        var noise = new double[60];
        noise.AsSpan().Fill(double.NaN);

        var process = Fit.To(
            new TrainingSet(Encoding.Numbers(1), x, y, noise, 0, 1),
            Priors.For(new PlannerOptions(), UndeclaredNoise.Learned, 1, false));

        Assert.InRange(Math.Sqrt(process.Noise[0]), 0.2, 0.4);
    }

    private static TrainingSet Data(double[] noise) => new(Encoding.Numbers(3), Reference.X, Reference.Y, noise, 0, 1);
}
