using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Sdl.Core.Records;
using Sdl.Runtime.Analysis;

namespace Sdl.Tests.Runtime.Analysis;

public class DifferentialCapacityTests
{
    [Property]
    public void Slope_of_a_parabola_is_exact(sbyte a, sbyte b, sbyte c)
    {
        var volts = Enumerable.Range(0, 500).Select(i => 3 + i * 0.002).ToArray();
        var curve = DifferentialCapacity.Of(volts, [.. volts.Select(v => a + b * v + c * v * v)]);
        Assert.All(curve.Voltage.Zip(curve.Slope), p =>
            Assert.Equal(b + 2 * c * p.First, p.Second, 1e-6 * (1 + Math.Abs((double)b) + Math.Abs((double)c))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Steps_of_the_charge_are_peaks_at_their_voltages(bool falling)
    {
        // 1 and 2 mAh around 3.6 and 3.9 V, 20 mV wide: peaks of Q / (2 w).
        var volts = Enumerable.Range(0, 4000).Select(i => 3.2 + i * 0.00025).ToArray();
        if (falling)
            Array.Reverse(volts);
        var charge = volts.Select(v => 5e-4 * Math.Tanh((v - 3.6) / 0.02) + 1e-3 * Math.Tanh((v - 3.9) / 0.02));
        var peaks = DifferentialCapacity.Of(volts, [.. charge], smoothing: 0.003).Peaks();
        Assert.Equal([3.6, 3.9], peaks.Select(p => Math.Round(p.Voltage, 2)));
        Assert.Equal(0.025, peaks[0].Slope, 0.025 * 0.05);
        Assert.Equal(0.050, peaks[1].Slope, 0.050 * 0.05);
    }

    [Fact]
    public void Noise_of_the_voltage_does_not_make_peaks()
    {
        var random = new Random(5);
        var time = Enumerable.Range(0, 20_000).Select(i => i / 20_000.0).ToArray();
        var curve = DifferentialCapacity.Of(
            [.. time.Select(t => 3 + t + 0.0005 * (random.NextDouble() - 0.5))], [.. time.Select(t => 2 * t)]);
        var inner = curve.Slope.Skip(10).SkipLast(10);
        Assert.All(inner, s => Assert.Equal(2, s, 0.02));
    }

    [Fact]
    public void Charge_that_nobody_measured_has_no_slope()
    {
        double[] volts = [.. Enumerable.Range(0, 50).Select(i => 3 + i * 0.001),
            .. Enumerable.Range(0, 50).Select(i => 4 + i * 0.001)];
        var curve = DifferentialCapacity.Of(volts, volts);
        Assert.True(double.IsNaN(curve.Slope[curve.Slope.Count / 2]));
        Assert.Equal(1, curve.Slope[10], 1e-6);
    }

    [Fact]
    public void Constant_voltage_is_refused() => Assert.Throws<AnalysisException>(
        () => DifferentialCapacity.Of([4.2, 4.2, 4.2, 4.2, 4.2, 4.2], [1, 2, 3, 4, 5, 6]));
}
