using Sdl.Core.Cells;
using Sdl.Core.Safety;
using Sdl.Simulators.Physics;
using Sdl.Simulators.Physics.Cells;

namespace Sdl.Tests.Simulators.Physics.Cells;

public class CellProgramTests
{
    private static readonly CellCurrent OneC = CellCurrent.Rate(1), Discharge = CellCurrent.Rate(-1);

    private readonly List<ProgramRow> _rows = [];
    private readonly List<ProgramSpectrumRow> _spectrum = [];

    [Fact]
    public void Step_ends_at_the_voltage_to_a_tenth_of_a_millivolt()
    {
        Run(0.5, new CellStep.ConstantCurrent(Discharge) { Ends = [CellEnd.VoltageBelow(3.2)] });
        Assert.Equal(StepEnd.Voltage, _rows[^1].End);
        Assert.Equal(3.2, _rows[^1].Voltage, 4);
        Assert.All(_rows.SkipLast(1), r => Assert.Equal(StepEnd.None, r.End));
    }

    [Fact]
    public void Step_ends_at_its_time_and_its_charge_exactly()
    {
        Run(0.5, new CellStep.ConstantCurrent(Discharge) { Ends = [CellEnd.AfterTime(123.4)] });
        Assert.Equal((123.4, StepEnd.Time), (Math.Round(_rows[^1].Time, 9), _rows[^1].End));
        Run(0.5, new CellStep.ConstantCurrent(Discharge)
        {
            Ends = [CellEnd.AfterCharge(CellCharge.Fraction(0.1))],
        });
        Assert.Equal(StepEnd.Charge, _rows[^1].End);
        Assert.Equal(-0.1 * 3.08e-3, _rows[^1].Charge, 8);
        // A charge in a time: an hour for all of it, and a millisecond to find the end.
        Assert.Equal(360, _rows[^1].Time, 2);
    }

    [Fact]
    public void Time_of_zero_is_an_end_and_not_none()
    {
        Run(0.5, new CellStep.Rest { Ends = [CellEnd.AfterTime(0)] });
        Assert.Equal((0, StepEnd.Time), (_rows[^1].Time, _rows[^1].End));
    }

    [Fact]
    public void Charge_goes_over_into_a_constant_voltage_and_ends_at_its_current()
    {
        Run(0.5, new CellStep.ConstantCurrentConstantVoltage(OneC, 4.2)
        {
            Ends = [CellEnd.CurrentBelow(CellCurrent.Rate(0.05))],
        });
        Assert.Equal(StepEnd.Current, _rows[^1].End);
        Assert.Equal(0.05 * 3.08e-3, _rows[^1].Current, 7);
        Assert.All(_rows, r => Assert.InRange(r.Current, 0, 3.08e-3 + 1e-9));
        Assert.All(_rows, r => Assert.InRange(r.Voltage, 3, 4.2 + 1e-6));
        Assert.Contains(_rows, r => r.Voltage < 4.1 && Math.Abs(r.Current - 3.08e-3) < 1e-9);
    }

    [Fact]
    public void Points_are_recorded_after_a_time_and_after_a_change()
    {
        Run(0.5, new CellStep.ConstantCurrent(Discharge)
        {
            Ends = [CellEnd.AfterTime(600)], Record = new RecordConditions(60, Voltage: 0.005),
        });
        var gaps = _rows.Zip(_rows.Skip(1)).ToList();
        Assert.All(gaps, g => Assert.InRange(g.Second.Time - g.First.Time, 0, 60 + 1e-6));
        Assert.All(gaps.SkipLast(1), g => Assert.True(
            g.Second.Time - g.First.Time > 59.9 || Math.Abs(g.Second.Voltage - g.First.Voltage) >= 0.005));
        Assert.Contains(gaps, g => g.Second.Time - g.First.Time < 30);
    }

    [Fact]
    public void Safety_limit_stops_the_protocol_where_it_is_passed()
    {
        var end = Run(0.5, [new CellStep.ConstantCurrent(Discharge) { Ends = [CellEnd.VoltageBelow(2.5)] },
            new CellStep.Rest { Ends = [CellEnd.AfterTime(60)] }], new CellSafety { MinVoltage = 3 });
        Assert.Contains("min_voltage of 3 V", end.Broken, StringComparison.Ordinal);
        Assert.Equal(3, _rows[^1].Voltage, 3);
        Assert.Equal(1, end.Steps);
    }

    [Fact]
    public void Safety_limit_may_be_passed_for_its_delay()
    {
        var step = new CellStep.ConstantCurrent(Discharge) { Ends = [CellEnd.AfterTime(5)] };
        var safety = new CellSafety { MinCurrent = CellCurrent.Amperes(-1e-3), Delay = 10 };
        Assert.Null(Run(0.5, [step], safety).Broken);
        var end = Run(0.5, [step with { Ends = [CellEnd.AfterTime(50)] }], safety);
        Assert.Contains("min_current", end.Broken, StringComparison.Ordinal);
        Assert.Equal(10, end.Seconds, 2);
    }

    [Fact]
    public void Cycles_are_counted_by_the_direction_in_which_charge_first_flows()
    {
        CellStep[] steps = [new CellStep.ConstantCurrent(Discharge) { Ends = [CellEnd.AfterTime(60)] },
            new CellStep.Rest { Ends = [CellEnd.AfterTime(60)] },
            new CellStep.ConstantCurrent(OneC) { Ends = [CellEnd.AfterTime(60)] }];
        Run(0.5, new CellStep.Loop(3, steps));
        Assert.Equal([1, 1, 1, 2, 2, 2, 3, 3, 3], _rows.GroupBy(r => r.Step).Select(g => g.Last().Cycle));
    }

    [Fact]
    public void Loop_ends_on_what_was_measured_and_a_branch_looks_at_it()
    {
        Run(0.5, new CellStep.Loop(
            100, [new CellStep.ConstantCurrent(Discharge) { Name = "down", Ends = [CellEnd.AfterTime(100)] }])
        {
            Until = [new CellCondition("down", CellQuantity.Voltage, Comparator.Less, 3.5)],
        },
            new CellStep.When(
                new CellCondition("down", CellQuantity.Charge, Comparator.Less, -0.02, IsRelative: true),
                [new CellStep.Rest { Name = "yes", Ends = [CellEnd.AfterTime(1)] }],
                [new CellStep.Rest { Name = "no", Ends = [CellEnd.AfterTime(1)] }]));
        var last = _rows.Where(r => r.Name == "down").GroupBy(r => r.Step).Select(g => g.Last()).ToList();
        Assert.True(last[^1].Voltage < 3.5 && last[^2].Voltage >= 3.5);
        Assert.Equal("yes", _rows[^1].Name);
    }

    [Fact]
    public void State_of_charge_is_counted_from_where_it_was_set()
    {
        Run(1, new CellStep.StateOfCharge(1),
            new CellStep.ConstantCurrent(Discharge) { Ends = [CellEnd.AtStateOfCharge(0.8, above: false)] },
            new CellStep.ConstantCurrent(OneC) { Ends = [CellEnd.AtStateOfCharge(0.9, above: true)] });
        var charges = _rows.GroupBy(r => r.Step).Select(g => g.Last().Charge / 3.08e-3).ToList();
        Assert.Equal(-0.2, charges[0], 5);
        Assert.Equal(0.1, charges[1], 5);
        Assert.Throws<CellProtocolException>(() => Run(
            1, new CellStep.ConstantCurrent(Discharge) { Ends = [CellEnd.AtStateOfCharge(0.8, above: false)] }));
    }

    [Fact]
    public void Pulses_power_load_and_scan_do_as_they_say()
    {
        Run(0.5,
            new CellStep.PulseTrain(2, [new CellPulse(Discharge, 10, 40)], null),
            new CellStep.ConstantPower(-5e-3) { Ends = [CellEnd.AfterTime(100)] },
            new CellStep.ConstantResistance(2000) { Ends = [CellEnd.AfterTime(100)] },
            new CellStep.VoltageScan(3.7, 3.8, 1e-3, Sweeps: 2));
        var steps = _rows.GroupBy(r => r.Step).Select(g => g.ToList()).ToList();
        Assert.Equal(7, steps.Count);
        Assert.All(steps[4], r => Assert.Equal(-5e-3, r.Voltage * r.Current, 8));
        Assert.All(steps[5], r => Assert.Equal(2000, -r.Voltage / r.Current, 1));
        Assert.Equal(200, steps[6][^1].StepTime, 6);
        Assert.Equal(3.7, steps[6][^1].Voltage, 5);
        Assert.Equal(3.8, steps[6].Max(r => r.Voltage), 2);
    }

    [Fact]
    public void Energy_is_what_the_points_give()
    {
        Run(0.5, new CellStep.ConstantCurrent(Discharge)
        {
            Ends = [CellEnd.AfterTime(1000)], Record = new RecordConditions(1),
        });
        var sum = _rows.Zip(_rows.Skip(1)).Sum(
            p => (p.Second.Charge - p.First.Charge) * 0.5 * (p.First.Voltage + p.Second.Voltage));
        Assert.Equal(sum, _rows[^1].Energy, 8);
    }

    [Fact]
    public void Chamber_takes_its_time_and_the_cell_is_there_at_the_end()
    {
        Run(0.5, new CellStep.Temperature(35, Hold: 300), new CellStep.Rest { Ends = [CellEnd.AfterTime(10)] });
        // Ten kelvin at one a minute, the hold, the rest.
        Assert.Equal(600 + 300 + 10, _rows[^1].Time, 6);
        Assert.Equal(35, _rows[^1].Celsius, 9);
    }

    [Fact]
    public void Spectrum_has_the_frequencies_and_takes_the_time_of_a_measured_one()
    {
        var end = Run(0.5, new CellStep.Impedance(false, 0.01, null, 1000, 0.1, PointsPerDecade: 5));
        Assert.Equal(21, _spectrum.Count);
        Assert.Equal((1000, 0.1), (_spectrum[0].Hertz, Math.Round(_spectrum[^1].Hertz, 12)));
        Assert.Equal(_spectrum.Sum(s => Math.Max(0.15, 4 / s.Hertz)), end.Seconds, 9);
        Assert.True(_spectrum[^1].Impedance.Real > 10 * _spectrum[0].Impedance.Real / 5);
    }

    private ProgramEnd Run(double stateOfCharge, params CellStep[] steps) => Run(stateOfCharge, steps, CellSafety.None);

    private ProgramEnd Run(double stateOfCharge, CellStep[] steps, CellSafety safety)
    {
        _rows.Clear();
        var protocol = new CellProtocol(
            "test", "", CellSample.Any, new RecordConditions(10), safety, steps, default);
        var cell = CellMaker.Make(new CellBuild { StateOfCharge = stateOfCharge }, new Noise(1), "cell");
        return CellProgram.Run(cell, protocol, 3.08e-3, 10, _rows.Add, _spectrum.Add, CancellationToken.None);
    }
}
