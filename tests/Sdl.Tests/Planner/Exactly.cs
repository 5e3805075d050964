using Sdl.Core.Planning;

namespace Sdl.Tests.Planner;

internal static class Exactly
{
    /// <summary>Bounds without any tolerance, sum and linear constraints to 1e-12 of their size.</summary>
    public static void Inside(SearchSpace space, DesignPoint x)
    {
        var parts = space.Parameters.Cast<ContinuousParameter>().ToList();
        Assert.Equal(parts.Select(a => a.Name).Order(StringComparer.Ordinal), x.Numbers.Keys);
        foreach (var part in parts) Assert.InRange(x.Numbers[part.Name], part.Min, part.Max);
        var size = Math.Max(1, parts.Max(a => Math.Max(Math.Abs(a.Min), Math.Abs(a.Max))));
        foreach (var m in space.Mixtures) Assert.Equal(m.Sum, m.Parameters.Sum(p => x.Numbers[p]), 1e-12);
        foreach (var c in space.Constraints)
            Assert.InRange(c.Excess(x), double.NegativeInfinity, 1e-12 * size);
    }
}
