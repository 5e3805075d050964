using Sdl.Core.Planning;
using Sdl.Planner.Numerics;
using Sdl.Planner.Spaces;

namespace Sdl.Planner;

/// <summary>Points all over a space, for looking at what a model says of it.</summary>
public static class SpaceSample
{
    // Chords between two points, for a box or a simplex cut by anything.
    private const int Thinning = 8;

    /// <summary>Evenly drawn points; the same seed gives the same ones.</summary>
    /// <exception cref="ArgumentException">The space is malformed or empty.</exception>
    public static IReadOnlyList<DesignPoint> Even(SearchSpace space, int count, ulong seed)
    {
        var domain = Domain.Of(space);
        var points = new double[count * domain.Polytope.Dimension];
        HitAndRun.Sample(domain.Polytope, new Draws(seed), points, Thinning);
        return [.. points.Chunk(domain.Polytope.Dimension).Select(x => domain.ToPoint(x))];
    }
}
