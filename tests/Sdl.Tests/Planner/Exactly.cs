using Sdl.Core.Planning;

namespace Sdl.Tests.Planner;

internal static class Exactly
{
    /// <summary>Bounds without any tolerance, sum and linear constraints to 1e-12 of their size.</summary>
    public static void Inside(SearchSpace space, Formulation x)
    {
        Assert.Equal(space.Axes.Select(a => a.Name).Order(StringComparer.Ordinal), x.Fractions.Keys);
        foreach (var axis in space.Axes) Assert.InRange(x[axis.Name], axis.Min, axis.Max);
        var size = Math.Max(1, space.Axes.Max(a => Math.Max(Math.Abs(a.Min), Math.Abs(a.Max))));
        if (space.Sum is { } sum) Assert.Equal(sum, space.Axes.Sum(a => x[a.Name]), 1e-12);
        foreach (var c in space.Constraints)
            Assert.InRange(c.Coefficients.Sum(k => k.Value * x[k.Key]) - c.Max, double.NegativeInfinity, 1e-12 * size);
    }
}
