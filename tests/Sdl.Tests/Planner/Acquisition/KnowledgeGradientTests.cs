using FsCheck.Xunit;
using Sdl.Planner.Acquisition;
using Sdl.Planner.Numerics;

namespace Sdl.Tests.Planner.Acquisition;

/// <summary>Reference values: 14 digits by quadrature (shared fixtures).</summary>
public sealed class KnowledgeGradientTests
{
    [Theory]
    [InlineData(new double[] { 0, 0.1, -0.3 }, new double[] { 0.2, -0.1, 0.9 }, 0.2307912682212727)]
    [InlineData(new double[] { 1, 1, 1, 1 }, new double[] { 0, 0.5, -0.5, 0.1 }, 0.3989422804014327)]
    [InlineData(new double[] { 2, 0, 0 }, new double[] { 0, 0.1, 3 }, 0.4533589414732108)]
    [InlineData(new double[] { 1, 2 }, new double[] { 0.3, 0.3 }, 0)]
    public void Gain_agrees_with_the_reference(double[] means, double[] changes, double expected) =>
        Assert.Equal(expected, new KnowledgeGradient(means.Length).Of(means, changes, [], []), 1e-14);

    [Property(MaxTest = 100)]
    public void Gradient_agrees_with_differences_and_order_does_not_matter(ulong seed)
    {
        var draws = new Draws(seed);
        var n = 2 + draws.Below(8);
        double[] at = [.. Enumerable.Range(0, 2 * n).Select(_ => draws.Normal())];
        var knowledge = new KnowledgeGradient(n);
        double Gain(double[] x) => knowledge.Of(x.AsSpan(0, n), x.AsSpan(n), [], []);

        var slopes = new double[2 * n];
        var gain = knowledge.Of(at.AsSpan(0, n), at.AsSpan(n), slopes.AsSpan(0, n), slopes.AsSpan(n));

        Assert.True(gain >= 0);
        Assert.Equal(0, slopes[..n].Sum(), 1e-12);
        Slopes.Near(Slopes.Of(Gain, at), slopes);
        double[] turned = [.. at[..n].Reverse(), .. at[n..].Reverse()];
        Assert.Equal(gain, knowledge.Of(turned.AsSpan(0, n), turned.AsSpan(n), [], []), 1e-12);
    }
}
