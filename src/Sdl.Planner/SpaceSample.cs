using Sdl.Core.Planning;
using Sdl.Planner.Numerics;
using Sdl.Planner.Spaces;

namespace Sdl.Planner;

/// <summary>Points all over a space, for looking at what a model says of it.</summary>
public static class SpaceSample
{
    /// <summary>Evenly drawn points; the same seed gives the same ones.</summary>
    /// <exception cref="ArgumentException">The space is malformed or empty.</exception>
    public static IReadOnlyList<DesignPoint> Even(SearchSpace space, int count, ulong seed)
    {
        var domain = Domain.Of(space);
        var points = new Sampler(domain, new Draws(seed)).Even(count);
        return [.. points.Select(x => domain.ToPoint(x)).OfType<DesignPoint>()];
    }
}
