using Sdl.Planner.Surrogates;

namespace Sdl.Tests.Planner.Surrogates;

public sealed class GaussianProcessTests
{
    private const double Close = 1e-8;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Posterior_and_its_gradients_equal_the_reference(bool even)
    {
        var expected = even ? Reference.Even : Reference.Uneven;
        var process = Make(even ? [.. Enumerable.Repeat(0.01, 12)] : Reference.Noise, Reference.Mean);

        for (var i = 0; i < 12; i++) Assert.Equal(expected.Weights[i], process.Weights[i], Close);
        for (var i = 0; i < 5; i++)
        {
            var (mean, variance) = process.Predict(Reference.At.AsSpan(3 * i, 3));
            Assert.Equal(expected.Means[i], mean, Close);
            Assert.Equal(expected.Variances[i], variance, Close);
        }
        for (var i = 0; i < 4; i++)
        {
            double[] meanSlope = new double[3], varianceSlope = new double[3];
            var (mean, variance) = process.Predict(Reference.At.AsSpan(3 * i, 3), meanSlope, varianceSlope);
            Assert.Equal(expected.Means[i], mean, Close);
            Assert.Equal(expected.Variances[i], variance, Close);
            for (var k = 0; k < 3; k++)
            {
                Assert.Equal(expected.MeanSlopes[3 * i + k], meanSlope[k], 1e-7);
                Assert.Equal(expected.VarianceSlopes[3 * i + k], varianceSlope[k], 1e-7);
            }
        }
    }

    [Fact]
    public void Predictions_of_what_is_left_out_equal_the_reference()
    {
        double[] means =
        [
            0.19820425690467836, -0.4770020997941922, 0.8854288392009241, 0.9163217112884848, -0.5249559980438027,
            -0.4960774909377914, 1.2514250417902821, 1.0827183059321377, -0.48643492263396565, -0.8530217557707159,
            0.49779306984036575, 0.6372204757445289,
        ];
        double[] variances =
        [
            0.09770574784429509, 0.39600512979512326, 0.32323153644518665, 0.10612059309467878, 0.6627427259300421,
            0.4353219181311726, 0.4045878589871272, 0.382820793126357, 0.3976278210077329, 0.8479203599373815,
            0.14932512447078158, 0.24354845618413867,
        ];
        var left = Make([.. Enumerable.Repeat(0.01, 12)], Reference.Mean).LeaveOneOut(Reference.Y);

        for (var i = 0; i < 12; i++)
        {
            Assert.Equal(means[i], left[i].Mean, Close);
            Assert.Equal(variances[i], left[i].Variance, Close);
        }
    }

    [Fact]
    public void One_observation_more_gives_what_all_of_them_give_at_once()
    {
        var whole = Make(Reference.Noise, Reference.Mean);
        var part = new GaussianProcess(
            Reference.X[..33], Reference.Y[..11], Reference.Noise[..11], Reference.LengthScales, Reference.Variance,
            Reference.Mean);
        var longer = part.Extended(Reference.X[33..], Reference.Y[11], Reference.Noise[11]);

        for (var i = 0; i < 12; i++) Assert.Equal(whole.Weights[i], longer.Weights[i], Close);
        for (var i = 0; i < 5; i++)
        {
            var (mean, variance) = longer.Predict(Reference.At.AsSpan(3 * i, 3));
            Assert.Equal(whole.Predict(Reference.At.AsSpan(3 * i, 3)).Mean, mean, Close);
            Assert.Equal(whole.Predict(Reference.At.AsSpan(3 * i, 3)).Variance, variance, Close);
        }
    }

    [Fact]
    public void Mean_is_estimated_by_generalised_least_squares_when_none_is_given()
    {
        // At the estimate the weights, K⁻¹(y − mean), add up to 0.
        Assert.Equal(0, Make(Reference.Noise, null).Weights.ToArray().Sum(), 1e-10);
    }

    [Fact]
    public void Exact_repeats_are_no_trouble()
    {
        var process = new GaussianProcess([0.5, 0.5, 0.5, 0.1], [1, 1, 1, 0], [0, 0, 0, 0], [0.3], 1);

        Assert.Equal(1, process.Predict([0.5]).Mean, 1e-4);
        Assert.Equal(0, process.Predict([0.5]).Variance, 1e-6);
    }

    private static GaussianProcess Make(double[] noise, double? mean) =>
        new(Reference.X, Reference.Y, noise, Reference.LengthScales, Reference.Variance, mean);
}
