using Sdl.Core.Planning;

namespace Sdl.Tests.Planner;

internal static class Exactly
{
    /// <summary>Bounds, levels and resolutions without any tolerance, sums and linear constraints to 1e-12 of their
    /// size.</summary>
    public static void Inside(SearchSpace space, DesignPoint x)
    {
        Assert.True(space.Contains(x, 1e-9), $"{x} is not in the space");
        foreach (var name in x.Numbers.Keys) Assert.Contains(space.Parameters, p => p.Name == name);
        foreach (var part in space.Parameters.OfType<ContinuousParameter>().Where(p => x.Has(p.Name)))
        {
            var value = x.Numbers[part.Name];
            Assert.InRange(value, part.Min, part.Max);
            if (part.LeastUnlessZero is { } least && value != 0) Assert.InRange(value, least, part.Max);
            if (part.Resolution is { } step) Assert.Equal(Math.Round(value / step), value / step, 1e-9);
        }
        var numbers = x.Numbers.Values.Select(Math.Abs).DefaultIfEmpty(0).Max();
        foreach (var m in space.Mixtures)
        {
            Assert.Equal(m.Sum, m.Parameters.Sum(p => x.Numbers[p]), 1e-12);
            Assert.InRange(
                m.Parameters.Count(p => x.Numbers[p] != 0), m.LeastPresent, m.MostPresent ?? m.Parameters.Count);
        }
        foreach (var c in space.Constraints)
            Assert.InRange(c.Excess(x), double.NegativeInfinity, 1e-12 * Math.Max(1, numbers));
    }
}
