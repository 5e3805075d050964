using Sdl.Core.Cells;
using Sdl.Tests.Support;

namespace Sdl.Tests.Core.Cells;

public class CycleTotalsTests
{
    [Fact]
    public void Cycle_is_a_charge_and_the_discharge_that_follows()
    {
        var cycles = CycleTotals.Of(SampleCellTest.Steps(cycles: 3)).ToList();
        Assert.Equal([1, 2, 3], cycles.Select(c => c.Cycle));
        var second = cycles[1];
        Assert.Equal(0.99e-3, second.Capacity.Charge, 1e-15);
        Assert.Equal(0.98e-3, second.Capacity.Discharge, 1e-15);
        Assert.Equal(0.98 / 0.99, second.CoulombicEfficiency, 1e-12);
        Assert.Equal(3.635, second.Voltage.Charge, 1e-12);
        Assert.Equal(3.365, second.Voltage.Discharge, 1e-12);
        Assert.Equal(0.27, second.VoltageGap, 1e-12);
        Assert.Equal(0.98 / 0.99 * 3.365 / 3.635, second.EnergyEfficiency, 1e-12);
        Assert.Equal(1e-3, second.Current.Charge, 1e-12);
        Assert.Equal(1e-3, second.Current.Discharge, 1e-12);
    }

    [Fact]
    public void Resistance_is_that_of_the_voltage_step() =>
        Assert.All(CycleTotals.Of(SampleCellTest.Steps()), c =>
        {
            Assert.Equal(10, c.Resistance, 1e-9);
            Assert.Equal(0, c.ResistanceDelay);
        });

    [Fact]
    public void Half_cell_that_begins_with_a_discharge_has_its_efficiency_the_other_way()
    {
        var records = SampleCellTest.Records(cycles: 2).Skip(3).ToList();
        var cycles = CycleTotals.Of(new CycleCount().Of(records)).ToList();
        Assert.Equal([1, 2], cycles.Select(c => c.Cycle));
        Assert.Equal((0.99e-3, 0.99e-3),
            (Math.Round(cycles[0].Capacity.Discharge, 12), Math.Round(cycles[0].Capacity.Charge, 12)));
        Assert.Equal(1, cycles[0].CoulombicEfficiency, 1e-12);
        Assert.False(cycles[1].IsWhole);
        Assert.True(double.IsNaN(cycles[1].CoulombicEfficiency));
    }

    [Fact]
    public void Pulses_begin_no_cycle()
    {
        var records = SampleCellTest.Records(cycles: 1, spectrum: false);
        var pulse = SampleCellTest.Records(cycles: 1, loss: 0.97).Single(
            r => r.Record.Call.Value.EndsWith("discharge"));
        // Discharge, pulse, and the same charge again: with a threshold the pulse is part of the first cycle.
        var test = records.Append(records[1]).Append(pulse).Append(records[1]).ToList();
        Assert.Equal(3, new CycleCount().Of(test).Last().Cycle);
        Assert.Equal(2, new CycleCount(5e-5).Of(test).Last().Cycle);
    }

    [Fact]
    public void Step_is_named_after_its_place_in_the_protocol() => Assert.Equal(
        ["rest", "life/charge", "life/rest", "life/discharge", "spectrum"],
        SampleCellTest.Steps(cycles: 2).Select(s => s.Id).Distinct());
}
