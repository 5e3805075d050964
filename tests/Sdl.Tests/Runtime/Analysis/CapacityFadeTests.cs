using FsCheck.Xunit;
using Sdl.Core.Records;
using Sdl.Runtime.Analysis;

namespace Sdl.Tests.Runtime.Analysis;

public class CapacityFadeTests
{
    [Fact]
    public void End_of_life_lies_on_the_line_between_the_cycles_around_it()
    {
        var fade = CapacityFade.Of([(1, 3.0), (20, 2.9), (40, 2.7), (60, 2.5), (80, 2.3), (100, 2.2)]);
        Assert.Equal(70, fade.EndOfLife!.Cycle, 1e-9);
        Assert.False(fade.EndOfLife.IsExtrapolated);
        Assert.InRange(fade.EndOfLife.Uncertainty, 0.1, 20);
        Assert.Equal(2.2 / 3.0, fade.Retention, 1e-12);
    }

    [Theory]
    [InlineData(1.0, 0.0004, 501)]
    [InlineData(0.5, 0.01, 401)]
    public void Fade_of_a_known_law_is_extrapolated_to_its_end(double power, double loss, double life)
    {
        var fade = CapacityFade.Of(
            [.. Enumerable.Range(0, 60).Select(n => (n + 1.0, 2.5 * (1 - loss * Math.Pow(n, power))))]);
        Assert.Equal(power, fade.Power);
        Assert.Equal(life, fade.EndOfLife!.Cycle, 1e-6);
        Assert.True(fade.EndOfLife.IsExtrapolated);
        Assert.Equal(power * loss * Math.Pow(59, power - 1), fade.Rate, 1e-9);
    }

    [Fact]
    public void Uncertainty_is_about_what_repetitions_scatter()
    {
        var (ends, told) = (new List<double>(), new List<double>());
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var fade = CapacityFade.Of([.. Enumerable.Range(0, 100).Select(n =>
                (n + 1.0, 1 - 0.001 * n + 0.004 * (random.NextDouble() - 0.5)))], reference: 1);
            if (fade.Power != 1)
                continue;
            ends.Add(fade.EndOfLife!.Cycle);
            told.Add(fade.EndOfLife.Uncertainty);
        }
        Assert.True(ends.Count > 150);
        var spread = Math.Sqrt(ends.Sum(e => Math.Pow(e - ends.Average(), 2)) / ends.Count);
        Assert.InRange(told.Average() / spread, 0.4, 2.5);
    }

    [Property]
    public void Cell_that_does_not_fade_has_no_end(byte cycles, byte gain)
    {
        var fade = CapacityFade.Of([.. Enumerable.Range(1, 4 + cycles).Select(n => (n, 1 + gain * 1e-6 * n))
            .Select(c => ((double)c.n, c.Item2))]);
        Assert.Null(fade.EndOfLife);
    }

    [Fact]
    public void Reference_cycle_counts_as_whole()
    {
        (double, double)[] rows = [(1, 9), (2, 4), (3, 3.9), (4, 3.8), (5, 3.7), (6, 3.1)];
        Assert.Equal(3.1 / 4, CapacityFade.Of(rows, reference: 2).Retention, 1e-12);
        Assert.Throws<AnalysisException>(() => CapacityFade.Of(rows, reference: 7));
        Assert.Throws<AnalysisException>(() => CapacityFade.Of(rows, reference: 5));
    }
}
