using Sdl.Planner.Numerics;

namespace Sdl.Tests.Planner.Numerics;

public sealed class YeoJohnsonTests
{
    private static readonly double[] Values = [-3.0, -0.5, 0.0, 0.2, 1.5, 7.0, 40.0];

    [Fact]
    public void Power_and_transformed_values_equal_the_reference()
    {
        double[] expected =
        [
            -1.8321623167845762, -0.3549063471769807, -0.1852788565350492, -0.13101545899663522, 0.1187578833425928,
            0.640734212615793, 1.7438708835348558,
        ];
        var power = YeoJohnson.Fit(Values);
        var transformed = Values.Select(v => YeoJohnson.Of(v, power)).ToArray();
        var mean = transformed.Average();
        var deviation = Math.Sqrt(transformed.Average(t => (t - mean) * (t - mean)));

        // The reference stopped its search at about 1e-8.
        Assert.Equal(0.28867357226552665, power, 1e-6);
        for (var i = 0; i < 7; i++) Assert.Equal(expected[i], (transformed[i] - mean) / deviation, 1e-6);
    }

    [Theory]
    [InlineData(-1.5)]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(2)]
    [InlineData(3.1)]
    public void Inverse_gives_the_value_back_and_the_slope_is_that_of_the_transform(double power)
    {
        foreach (var v in Values)
        {
            Assert.Equal(v, YeoJohnson.Inverse(YeoJohnson.Of(v, power), power), 1e-6 * Math.Max(1, Math.Abs(v)));
            var slope = (YeoJohnson.Of(v + 1e-6, power) - YeoJohnson.Of(v - 1e-6, power)) / 2e-6;
            Assert.Equal(Math.Log(slope), YeoJohnson.LogSlope(v, power), 1e-3);
        }
    }
}
