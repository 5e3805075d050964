using FsCheck.Xunit;
using Sdl.Planner.Acquisition;
using Sdl.Planner.Numerics;

namespace Sdl.Tests.Planner.Acquisition;

/// <summary>Reference values: shared fixtures; the exact information by quadrature bounds it from above.</summary>
public sealed class MaximumInformationTests
{
    [Theory]
    [InlineData(0, 1, 1, 1, 0.23126677135205548, 0.31655376449303907)]
    [InlineData(0, 1, 0.9, 1, 0.1783046934159301, 0.19232610891300592)]
    [InlineData(0.5, 0.4, 0.5, 1.2, 0.021109931352075537, 0.021191780653101094)]
    [InlineData(-2, 0.3, 0.95, 1, 3.472187630301259e-22, 3.4731028590382336e-22)]
    [InlineData(1, 0.2, 0.8, 1.05, 0.2312429670162331, 0.2365420530346478)]
    [InlineData(0, 1, 0.7, 6, 8.931547886869037e-09, 8.931711138055662e-09)]
    public void Information_agrees_with_the_reference(
        double mean, double deviation, double correlation, double height, double expected, double exact)
    {
        var information = Math.Exp(MaximumInformation.Log(mean, deviation, correlation * correlation, [height], out _));

        Assert.Equal(1, information / expected, 1e-9);
        Assert.True(information <= exact);
    }

    [Property(MaxTest = 100)]
    public void Gradient_agrees_with_differences(ulong seed)
    {
        var draws = new Draws(seed);
        double[] heights = [.. Enumerable.Range(0, 4).Select(_ => 0.5 + draws.Uniform())];
        double[] at = [draws.Normal(), 0.2 + draws.Uniform(), 0.1 + 0.8 * draws.Uniform()];

        MaximumInformation.Log(at[0], at[1], at[2], heights, out var slopes);

        Slopes.Near(
            Slopes.Of(x => MaximumInformation.Log(x[0], x[1], x[2], heights, out _), at),
            [slopes.Mean, slopes.Deviation, slopes.SquaredCorrelation]);
    }

    [Fact]
    public void Heights_of_one_normal_value_have_its_median()
    {
        var heights = MaximumInformation.Heights([0, -9], [1, 1e-6], 15);

        Assert.Equal(Math.Max(0, 1e-6), heights[7], 1e-3);
        Assert.Equal(heights.Order(), heights);
    }
}
