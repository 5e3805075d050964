using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Units;
using Sdl.Runtime.Analysis;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Analysis;

public class CyclingAnalysisTests
{
    [Fact]
    public void Linear_fade_of_a_cell_gives_its_end()
    {
        // Discharge n holds 1 - 0.01 n mAh: the first one 0.99, and 80 % of that is reached at n = 20.8.
        var values = Analyse(10);
        Assert.Equal(0.90, values["capacity"].Value.In(Unit.Parse("mAh")), 1e-9);
        Assert.Equal(90 / 91.0 * 100, values["coulombic_efficiency"].Value.In(Unit.Parse("%")), 1e-9);
        Assert.Equal(90 / 0.99, values["retention"].Value.In(Unit.Parse("%")), 1e-9);
        Assert.Equal(1 / 0.99, values["fade"].Value.In(Unit.Parse("%")), 1e-9);
        Assert.Equal(20.8, values["end_of_life"].Value.Si, 1e-6);
        Assert.Equal(0.27, values["voltage_gap"].Value.Si, 1e-9);
        Assert.Equal(10, values["cycles"].Value.Si);
    }

    [Fact]
    public void Every_output_is_declared_with_its_dimension() => Assert.All(Analyse(5), value => Assert.Equal(
        new CyclingAnalysis().Outputs.Single(o => o.Name == value.Key).Unit.Dimension, value.Value.Value.Dimension));

    [Fact]
    public void Three_cycles_are_too_few() => Assert.Throws<AnalysisException>(() => Analyse(3));

    [Fact]
    public void Early_life_scales_with_the_capacity_of_the_cell()
    {
        var discharges = SampleCellTest.Records(cycles: 2).Select(r => r.Record)
            .Where(r => r.Call.Value.EndsWith("/discharge")).ToList();
        double Variance(double capacity) => new EarlyLifeAnalysis().Analyse(
            discharges, Arguments.Of(("capacity", Quantity.Of(capacity, "mAh"))))["log_variance"].Value.Si;
        Assert.Equal(2, Variance(0.1) - Variance(1), 1e-9);
    }

    private static IReadOnlyDictionary<string, Measured> Analyse(int cycles) => new CyclingAnalysis().Analyse(
        [.. SampleCellTest.Records(cycles, spectrum: false).Select(r => r.Record)],
        Arguments.Of(
            ("least_charge", Quantity.Of(0, "mAh")), ("reference", Quantity.Of(1, "1")),
            ("threshold", Quantity.Of(80, "%"))));
}
