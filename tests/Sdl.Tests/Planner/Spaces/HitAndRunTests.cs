using Sdl.Planner.Numerics;
using Sdl.Planner.Spaces;

namespace Sdl.Tests.Planner.Spaces;

public sealed class HitAndRunTests
{
    // By rejection from 4,000,000 uniform points of the simplex.
    private static readonly double[] Means = [0.32805, 0.22793, 0.22796, 0.21606];
    private static readonly double[] Variances = [0.017947, 0.017952, 0.017911, 0.009636];

    [Fact]
    public void Points_are_uniform_in_a_cut_simplex()
    {
        var domain = Domain.Of(OneObjective.Mixture(
            new("a", 0.1, 0.6), new("b", 0, 0.5), new("c", 0, 0.5), new("d", 0.05, 0.4)));
        const int count = 40_000;
        var flat = new double[4 * count];
        HitAndRun.Sample(domain.Sole.Polytope, new Draws(7), flat, 8);

        for (var k = 0; k < 4; k++)
        {
            var name = "abcd"[k].ToString();
            var values = flat.Chunk(4).Select(x => domain.ToPoint(x)!.Numbers[name]).ToArray();
            var mean = values.Average();
            Assert.Equal(Means[k], mean, 0.003);
            Assert.Equal(Variances[k], values.Average(v => (v - mean) * (v - mean)), 0.0005);
        }
    }
}
