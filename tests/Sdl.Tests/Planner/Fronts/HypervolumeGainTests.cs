using FsCheck.Xunit;
using Sdl.Planner.Fronts;
using Sdl.Planner.Numerics;

namespace Sdl.Tests.Planner.Fronts;

/// <summary>Reference values: 14 digits by quadrature, and BoTorch's analytic form (shared fixtures).</summary>
public sealed class HypervolumeGainTests
{
    private static readonly double[][] Four = [[1, 5], [2, 4], [4, 2], [5, 1]];

    public static TheoryData<double[][], double[], double[], double[], double> References => new()
    {
        { Four, [0, 0], [3, 3.5], [1, 0.7], 1.8151016451171587 },
        { Four, [0, 0], [0, 0], [0.5, 0.5], 1.2763679836731638e-11 },
        { Four, [0, 0], [6, 6], [0.1, 2], 22.600959449437656 },
        { [[0.5, 0.5]], [0, 0], [0.4, 0.4], [0.05, 0.05], 0.00033944787459586745 },
        { [], [0, 0], [1, 1], [0.3, 0.3], 1.0000672478619117 },
        {
            [[0.2, 0.9], [0.5, 0.7], [0.6, 0.4], [0.8, 0.1]], [0.1, 0.05], [0.55, 0.6], [0.2, 0.25],
            0.05629446699219442
        },
    };

    [Theory]
    [MemberData(nameof(References))]
    public void Gain_in_two_dimensions_agrees_with_the_reference(
        double[][] front, double[] reference, double[] means, double[] deviations, double expected)
    {
        var gain = Math.Exp(new HypervolumeGain(new FreeBoxes(front, reference)).Log(means, deviations, [], []));

        Assert.Equal(1, gain / expected, 1e-11);
    }

    [Fact]
    public void Gain_in_three_dimensions_agrees_with_draws()
    {
        double[][] front = [[0.2, 0.9, 0.5], [0.5, 0.7, 0.6], [0.9, 0.4, 0.3], [0.4, 0.1, 0.95]];
        var boxes = new FreeBoxes(front, [0.05, 0.05, 0.05]);
        double[] means = [0.5, 0.6, 0.55], deviations = [0.2, 0.1, 0.3];
        var sobol = new Sdl.Planner.Spaces.Sobol(3, 5);
        double[] u = new double[3];
        var total = 0.0;
        for (var i = 0u; i < 1 << 16; i++)
        {
            sobol.Point(i, u);
            total += boxes.Gain([.. u.Select((v, k) => means[k] + deviations[k]
                * MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, Math.Max(v, 1e-12)))]);
        }

        var gain = Math.Exp(new HypervolumeGain(boxes).Log(means, deviations, [], []));

        Assert.Equal(1, total / (1 << 16) / gain, 1e-3);
    }

    [Fact]
    public void Gain_stays_finite_and_ordered_far_from_the_front()
    {
        var gain = new HypervolumeGain(new FreeBoxes(Four, [0, 0]));
        double At(double mean) => gain.Log([mean, mean], [0.01, 0.01], [], []);

        Assert.InRange(At(-5), -1e6, -1e3);
        Assert.True(At(-5) < At(-1) && At(-1) < At(1) && At(1) < At(5));
    }

    [Property(MaxTest = 60)]
    public void Gradient_agrees_with_differences(ulong seed)
    {
        var draws = new Draws(seed);
        var m = 2 + draws.Below(3);
        var front = Enumerable.Range(0, draws.Below(6))
            .Select(_ => Enumerable.Range(0, m).Select(_ => draws.Uniform()).ToArray());
        var gain = new HypervolumeGain(new FreeBoxes(front, Enumerable.Repeat(0.05, m).ToArray()));
        double[] at = [.. Enumerable.Range(0, 2 * m).Select(k => k < m ? draws.Uniform() : 0.1 + draws.Uniform())];

        var slopes = new double[2 * m];
        gain.Log(at.AsSpan(0, m), at.AsSpan(m), slopes.AsSpan(0, m), slopes.AsSpan(m));

        Slopes.Near(Slopes.Of(x => gain.Log(x.AsSpan(0, m), x.AsSpan(m), [], []), at), slopes);
    }
}
