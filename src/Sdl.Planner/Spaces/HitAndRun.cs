using Sdl.Planner.Numerics;

namespace Sdl.Planner.Spaces;

/// <summary>Points uniform in a polytope (Smith 1984, doi 10.1287/opre.32.6.1296): from each point a random chord, on
/// it a random point.</summary>
internal static class HitAndRun
{
    /// <param name="points">count × dimension, row-major; filled.</param>
    /// <param name="thinning">Chords between two points that are kept.</param>
    public static void Sample(Polytope polytope, Draws draws, Span<double> points, int thinning)
    {
        var d = polytope.Dimension;
        Span<double> direction = new double[d], back = new double[d];
        var x = (double[])polytope.Centre.Clone();
        for (var i = 0; i < points.Length / d; i++)
        {
            for (var step = 0; step < thinning && polytope.Freedom > 0; step++)
            {
                for (var k = 0; k < d; k++) direction[k] = draws.Normal();
                polytope.Project(direction);
                for (var k = 0; k < d; k++) back[k] = -direction[k];
                var ahead = polytope.Reach(x, direction, [], out _);
                var behind = polytope.Reach(x, back, [], out _);
                Rows.AddScaled(x, -behind + (ahead + behind) * draws.Uniform(), direction);
            }
            x.CopyTo(points.Slice(i * d, d));
        }
    }
}
