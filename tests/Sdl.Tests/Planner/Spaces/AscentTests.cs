using FsCheck.Xunit;
using Sdl.Planner.Numerics;
using Sdl.Planner.Spaces;

namespace Sdl.Tests.Planner.Spaces;

public sealed class AscentTests
{
    [Fact]
    public void Climb_ends_at_the_top_of_a_curved_valley()
    {
        // Rosenbrock's function, negated: 0 at (1, 1).
        static double Banana(ReadOnlySpan<double> x, Span<double> gradient)
        {
            var (a, b) = (1 - x[0], x[1] - x[0] * x[0]);
            if (!gradient.IsEmpty) (gradient[0], gradient[1]) = (2 * a + 400 * x[0] * b, -200 * b);
            return -a * a - 100 * b * b;
        }
        double[] x = [-1.2, 1];

        var value = new Ascent(Polytope.Box([-2, -2], [2, 2])).Climb(Banana, x, 0.1, 200, 1e-8);

        Assert.Equal(0, value, 1e-10);
        Assert.Equal(1, x[0], 1e-4);
    }

    [Property(MaxTest = 100)]
    public void Climb_ends_where_no_point_of_the_polytope_is_higher(int seed)
    {
        var random = new Random(seed);
        var domain = Domain.Of(RandomSpace.Of(random));
        var d = domain.Dimension;
        var target = Enumerable.Range(0, d).Select(_ => 3 * random.NextDouble() - 1).ToArray();
        var weights = Enumerable.Range(0, d).Select(_ => 0.1 + 3 * random.NextDouble()).ToArray();
        double Bowl(ReadOnlySpan<double> x, Span<double> gradient)
        {
            var value = 0.0;
            for (var k = 0; k < d; k++)
            {
                value -= weights[k] * (x[k] - target[k]) * (x[k] - target[k]);
                if (!gradient.IsEmpty) gradient[k] = -2 * weights[k] * (x[k] - target[k]);
            }
            return value;
        }
        double[] top = [.. domain.Sole.Polytope.Centre], slope = new double[d];

        new Ascent(domain.Sole.Polytope).Climb(Bowl, top, 0.1, 200, 1e-9);

        // A concave function is highest where no direction into the polytope goes up.
        Assert.True(domain.Sole.Polytope.Contains(top, 1e-9));
        Bowl(top, slope);
        var points = new double[200 * d];
        HitAndRun.Sample(domain.Sole.Polytope, new Draws((ulong)random.Next()), points, 3);
        foreach (var other in points.Chunk(d))
            Assert.True(Enumerable.Range(0, d).Sum(k => slope[k] * (other[k] - top[k])) < 1e-5);
    }
}
