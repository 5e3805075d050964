using FsCheck.Xunit;
using Sdl.Planner.Fronts;
using Sdl.Planner.Numerics;

namespace Sdl.Tests.Planner.Fronts;

/// <summary>Reference values: computed with 14 digits by inclusion and exclusion (shared fixtures).</summary>
public sealed class HypervolumeTests
{
    [Fact]
    public void Hypervolume_in_two_dimensions_agrees_with_the_reference()
    {
        double[][] points =
        [
            [0.849, 0.965], [0.708, 0.214], [0.545, 0.706], [0.052, 0.68], [0.368, 0.59], [0.67, 0.669],
            [0.523, 0.555], [0.198, 0.495], [0.125, 0.481], [0.536, 0.774], [0.394, 0.02], [0.528, 0.205],
            [0.741, 0.389], [0.38, 0.909], [0.393, 0.349],
        ];

        Assert.Equal(0.8192849999999999, Hypervolume.Of(points, [0, 0]), 1e-14);
    }

    [Fact]
    public void Hypervolume_in_three_dimensions_agrees_with_the_reference()
    {
        double[][] five =
        [
            [0.086, 0.237, 0.801], [0.582, 0.094, 0.433], [0.479, 0.16, 0.735], [0.114, 0.391, 0.517],
            [0.431, 0.587, 0.738],
        ];
        double[][] twelve =
        [
            [0.956, 0.284, 0.649], [0.696, 0.293, 0.001], [0.973, 0.298, 0.314], [0.892, 0.585, 0.471],
            [0.773, 0.03, 0.707], [0.374, 0.091, 0.661], [0.931, 0.207, 0.63], [0.298, 0.742, 0.722],
            [0.219, 0.83, 0.658], [0.683, 0.82, 0.429], [0.759, 0.878, 0.102], [0.85, 0.394, 0.48],
        ];

        Assert.Equal(0.19783295799999998, Hypervolume.Of(five, [0, 0, 0]), 1e-14);
        Assert.Equal(0.428665167, Hypervolume.Of(twelve, [0, 0, 0]), 1e-14);
    }

    [Fact]
    public void Hypervolume_in_four_dimensions_agrees_with_the_reference()
    {
        double[][] points =
        [
            [0.146, 0.698, 0.292, 0.871], [0.275, 0.562, 0.4, 0.613], [0.197, 0.18, 0.747, 0.752],
            [0.567, 0.921, 0.206, 0.851], [0.169, 0.964, 0.624, 0.607], [0.971, 0.787, 0.79, 0.054],
            [0.369, 0.085, 0.194, 0.214], [0.859, 0.127, 0.297, 0.493],
        ];

        Assert.Equal(0.17946575579199997, Hypervolume.Of(points, [0, 0, 0, 0]), 1e-14);
    }

    [Fact]
    public void Points_that_do_not_exceed_the_reference_dominate_nothing()
    {
        Assert.Equal(0, Hypervolume.Of([], [0, 0]));
        Assert.Equal(0, Hypervolume.Of([[1, 0], [-1, 5]], [0, 0]));
    }

    [Property(MaxTest = 60)]
    public void Hypervolume_grows_with_every_point_and_ignores_their_order(ulong seed)
    {
        var draws = new Draws(seed);
        var m = 2 + draws.Below(4);
        var points = Enumerable.Range(0, 3 + draws.Below(8)).Select(_ => Point(draws, m)).ToList();
        var reference = new double[m];
        var all = Hypervolume.Of(points, reference);

        Assert.True(Hypervolume.Of(points[1..], reference) <= all + 1e-12);
        Assert.Equal(all, Hypervolume.Of([.. points.OrderBy(_ => draws.Next()), points[0]], reference), 1e-12);
        Assert.InRange(all, points.Max(p => p.Aggregate(1.0, (v, c) => v * c)) - 1e-12, 1);
    }

    [Property(MaxTest = 60)]
    public void Free_boxes_gain_what_the_hypervolume_gains(ulong seed)
    {
        var draws = new Draws(seed);
        var m = 2 + draws.Below(4);
        var points = Enumerable.Range(0, draws.Below(9)).Select(_ => Point(draws, m)).ToList();
        var reference = Enumerable.Repeat(0.1, m).ToArray();
        var boxes = new FreeBoxes(points, reference);
        var one = Point(draws, m);

        var gained = Hypervolume.Of([.. points, one], reference) - Hypervolume.Of(points, reference);

        Assert.Equal(gained, boxes.Gain(one), 1e-12);
    }

    [Property(MaxTest = 60)]
    public void The_front_covers_every_point_and_none_of_its_own(ulong seed)
    {
        var draws = new Draws(seed);
        var points = Enumerable.Range(0, 1 + draws.Below(30))
            .Select(_ => new double[] { draws.Below(6), draws.Below(6), draws.Below(6) }).ToList();
        var front = ParetoFront.Of(points).Select(i => points[i]).ToList();

        Assert.All(points, p => Assert.Contains(front, f => ParetoFront.Covers(f, p)));
        Assert.All(front, f => Assert.DoesNotContain(front, g => g != f && ParetoFront.Covers(g, f)));
    }

    private static double[] Point(Draws draws, int m) =>
        [.. Enumerable.Range(0, m).Select(_ => draws.Uniform())];
}
