using Sdl.Planner.Numerics;

namespace Sdl.Tests.Planner.Numerics;

public sealed class NormalTailTests
{
    // ln(phi + z Phi) and its derivative, from a computation with many digits.
    [Theory]
    [InlineData(-100000000.0, -5000000000000038.0, 100000000.00000001)]
    [InlineData(-1000000.0, -500000000028.55, 1000000.000002)]
    [InlineData(-10000.0, -50000019.33961931, 10000.000199999993)]
    [InlineData(-1000, -500014.73445209116, 1000.001999994)]
    [InlineData(-300, -45012.32653681455, 300.0066664444617)]
    [InlineData(-100, -5010.12957880025, 100.01999400419587)]
    [InlineData(-50, -1258.744182868461, 50.03995213387265)]
    [InlineData(-38, -730.1961834021138, 38.05252276004133)]
    [InlineData(-30, -457.724653760598, 30.06644615416242)]
    [InlineData(-20, -206.9178385094251, 20.099262811101283)]
    [InlineData(-10, -55.55312203612235, 10.194383033412553)]
    [InlineData(-7, -29.368107183141277, 7.270315472389873)]
    [InlineData(-5, -16.74430116266099, 5.361816241288088)]
    [InlineData(-3, -7.869686059603029, 3.5323375176251606)]
    [InlineData(-2, -4.768783523917114, 2.679416883955586)]
    [InlineData(-1, -2.4851210257126413, 1.9042712333296918)]
    [InlineData(-0.5, -1.6205162643873199, 1.5598731483480797)]
    [InlineData(-1e-08, -0.9189385457378142, 1.2533141430234636)]
    [InlineData(0, -0.9189385332046728, 1.2533141373155003)]
    [InlineData(0.5, -0.3598276837450638, 0.9909227180041099)]
    [InlineData(1, 0.08002621884930694, 0.7766387252017393)]
    [InlineData(2, 0.6973835457882284, 0.48655931878528386)]
    [InlineData(3, 1.0987396653277077, 0.3328409684517952)]
    [InlineData(5, 1.6094379231264313, 0.19999994053122006)]
    [InlineData(10, 2.302585092994046, 0.1)]
    [InlineData(40, 3.6888794541139363, 0.025)]
    [InlineData(1000, 6.907755278982137, 0.001)]
    public void Log_improvement_and_its_slope_are_exact_from_one_tail_to_the_other(
        double z, double expected, double slope)
    {
        var value = NormalTail.LogH(z, out var got);

        Assert.Equal(expected, value, 2e-13 * Math.Max(1, Math.Abs(expected)));
        Assert.Equal(slope, got, 2e-12 * slope);
    }

    [Fact]
    public void Log_improvement_is_smooth_where_the_formulas_meet()
    {
        var left = NormalTail.LogH(-5 - 1e-9, out var slopeLeft);
        var right = NormalTail.LogH(-5 + 1e-9, out var slopeRight);

        Assert.Equal(2e-9 * slopeLeft, right - left, 1e-12);
        Assert.Equal(slopeLeft, slopeRight, 1e-8);
    }
}
