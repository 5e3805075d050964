using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Sdl.Core.Instruments;
using Sdl.Simulators.Physics;
using Sdl.Simulators.Physics.Cells;

namespace Sdl.Tests.Simulators.Physics.Cells;

public class CellUnderTestTests
{
    private static readonly CellBuild Half = new() { StateOfCharge = 0.5, Fades = false };

    [Property(MaxTest = 40)]
    public void Load_is_met_whatever_the_cell_has_been_through(int seed)
    {
        var random = new Random(seed);
        var cell = Make(Half with { Set = ParameterSets.Names[random.Next(3)] });
        var one = cell.RatedCurrent;
        for (var i = 0; i < 20; i++)
        {
            var load = random.Next(4) switch
            {
                0 => Load.Current(one * (2 * random.NextDouble() - 1)),
                1 => Load.Voltage(cell.OpenCircuitVoltage + 0.1 * (random.NextDouble() - 0.5)),
                2 => Load.Power(cell.OpenCircuitVoltage * one * (random.NextDouble() - 0.5)),
                _ => Load.Resistance(cell.OpenCircuitVoltage / one * (1 + 5 * random.NextDouble())),
            };
            AssertMet(load, cell.At(load), one);
            AssertMet(load, cell.Advance(1 + 30 * random.NextDouble(), load), one);
        }
    }

    [Property(MaxTest = 40)]
    public void Looking_ahead_changes_nothing(int seed)
    {
        var random = new Random(seed);
        var (looked, other) = (Make(Half), Make(Half));
        for (var i = 0; i < 20; i++)
        {
            var (seconds, current) = (
                random.NextDouble() * 60 + 0.01, looked.RatedCurrent * (random.NextDouble() - 0.5));
            looked.After(seconds / 3, Load.Voltage(3.9));
            looked.At(Load.Power(1e-3));
            looked.Impedance(1);
            Assert.Equal(other.Advance(seconds, current), looked.Advance(seconds, current));
        }
        Assert.Equal(other.OpenCircuitVoltage, looked.OpenCircuitVoltage);
    }

    [Fact]
    public void Voltage_goes_on_where_the_last_step_left_it()
    {
        var cell = Make(Half);
        var point = cell.Advance(17, -cell.RatedCurrent);
        Assert.Equal(point.Voltage, cell.Voltage(point.Current), 12);
        Assert.Equal(point.Current, cell.CurrentAt(point.Voltage), 8);
        Assert.Equal(-17 * cell.RatedCurrent, cell.Charge, 12);
    }

    [Fact]
    public void Many_short_steps_and_one_long_one_end_at_the_same_voltage()
    {
        var (many, one) = (Make(Half), Make(Half));
        for (var i = 0; i < 600; i++)
            many.Advance(1, -many.RatedCurrent);
        one.Advance(600, -one.RatedCurrent);
        Assert.Equal(many.Voltage(many.Current), one.Voltage(one.Current), 4);
    }

    [Fact]
    public void Cell_relaxes_to_its_open_circuit_voltage()
    {
        var cell = Make(Half);
        cell.Advance(900, -cell.RatedCurrent);
        Assert.True(cell.OpenCircuitVoltage - cell.Voltage(0) > 0.01);
        cell.Advance(200_000, 0);
        Assert.Equal(cell.OpenCircuitVoltage, cell.Voltage(0), 6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void State_of_charge_lies_between_the_limits_of_the_cell(double part)
    {
        foreach (var set in ParameterSets.Names)
        {
            var cell = Make(new CellBuild { Set = set, StateOfCharge = part });
            var (least, most) = cell.Parameters.VoltageWindow;
            var expected = part == 0 ? least : part == 1 ? most : cell.OpenCircuitVoltage;
            Assert.Equal(expected, cell.OpenCircuitVoltage, 6);
            Assert.InRange(cell.OpenCircuitVoltage, least - 1e-6, most + 1e-6);
        }
    }

    [Fact]
    public void Power_that_the_cell_cannot_give_is_the_most_it_can()
    {
        var cell = Make(Half);
        var point = cell.At(Load.Power(-1000));
        var most = Enumerable.Range(1, 4000).Max(i => cell.Voltage(-i * 2e-4) * i * 2e-4);
        Assert.InRange(-point.Voltage * point.Current, 0.9999 * most, 1.0001 * most);
    }

    [Fact]
    public void Cold_cell_gives_less_and_resists_more()
    {
        double Capacity(double kelvin)
        {
            var cell = Make(new CellBuild { Set = ParameterSets.Chen, Fades = false, Temperature = kelvin });
            cell.AdvanceUntil(Load.Current(-cell.RatedCurrent), 1e5, 10, p => p.Voltage <= 2.5);
            return -cell.Charge;
        }
        Assert.InRange(Capacity(263.15) / Capacity(298.15), 0.5, 0.95);
        Assert.InRange(Make(Half with { Temperature = 263.15 }).Impedance(0.1).Real
            / Make(Half).Impedance(0.1).Real, 3, 10);
    }

    [Fact]
    public void Same_seed_makes_the_same_cell_and_another_name_another()
    {
        CellUnderTest Drawn(ulong seed, string name) =>
            CellMaker.Make(Half with { Scatters = true }, new Noise(seed), name);
        Assert.Equal(Drawn(1, "a").Impedance(10), Drawn(1, "a").Impedance(10));
        Assert.NotEqual(Drawn(1, "a").Impedance(10), Drawn(1, "b").Impedance(10));
        Assert.NotEqual(Drawn(1, "a").Impedance(10), Drawn(2, "a").Impedance(10));
    }

    [Fact]
    public void Cells_scatter_as_much_as_those_of_real_laboratories()
    {
        var areas = Enumerable.Range(0, 400).Select(i => CellMaker.Make(
            Half with { Scatters = true }, new Noise(7), $"c{i}").Parameters.Area / 1.5386e-4).ToList();
        var mean = areas.Average();
        Assert.InRange(mean, 0.996, 1.004);
        Assert.InRange(Math.Sqrt(areas.Average(a => (a - mean) * (a - mean))), 0.017, 0.023);
    }

    [Fact]
    public void One_drawn_cell_in_twenty_is_bad_and_in_every_way()
    {
        var faults = Enumerable.Range(0, 2000).Select(
            i => CellMaker.Make(Half with { Fault = null }, new Noise(3), $"c{i}").Fault).ToList();
        Assert.InRange(faults.Count(f => f != CellFault.None), 75, 125);
        Assert.Equal(4, faults.Distinct().Count());
    }

    [Fact]
    public void Leaking_cell_discharges_itself_in_about_thirty_hours()
    {
        var cell = Make(new CellBuild { StateOfCharge = 1, Fault = CellFault.SoftShort });
        for (var hour = 0; hour < 40; hour++)
            cell.Advance(3600, 0);
        Assert.True(cell.OpenCircuitVoltage < 2.7, $"{cell.OpenCircuitVoltage}");
        Assert.Equal(0, cell.Charge);
    }

    [Fact]
    public void Dead_cell_has_no_voltage_and_takes_no_current()
    {
        var cell = Make(new CellBuild { Fault = CellFault.Dead });
        Assert.Equal(0, cell.Voltage(0));
        Assert.InRange(cell.CurrentAt(4.2), 0, 5e-6);
    }

    [Fact]
    public void Bad_contact_is_seen_in_the_impedance()
    {
        var (good, bad) = (Make(Half), Make(Half with { Fault = CellFault.HighContactResistance }));
        Assert.Equal(48, (bad.Impedance(1e3) - good.Impedance(1e3)).Real, 6);
    }

    [Fact]
    public void Ageing_step_by_step_agrees_with_the_ageing_of_a_whole_life()
    {
        var mix = CellLifeTests.Mix(0.33, 0.1);
        var cell = CellMaker.Make(
            new CellBuild { Mix = mix, StateOfCharge = 0, Formed = true, Temperature = 299.65 }, new Noise(1), "a");
        var capacity = 0.0;
        for (var cycle = 0; cycle <= 40; cycle++)
        {
            cell.AdvanceUntil(Load.Current(cell.RatedCurrent), 1e5, 30, p => p.Voltage >= 4.2);
            cell.AdvanceUntil(Load.Voltage(4.2), 1e5, 30, p => p.Current <= 0.05 * cell.RatedCurrent);
            var full = cell.Charge;
            cell.AdvanceUntil(Load.Current(-cell.RatedCurrent), 1e5, 30, p => p.Voltage <= 2.5);
            capacity = full - cell.Charge;
            cell.Advance(1200, 0);
        }
        var life = CellLife.Run(
            CellMaker.Parameters(ParameterSets.Coin, mix, 299.65),
            FadeLaw.Coin(CellMaker.Parameters(ParameterSets.Coin, mix, 299.65), mix, 35e-9), 299.65);
        var lost = life.Points[0].Capacity - life.Points[2].Capacity;
        Assert.InRange(capacity, life.Points[2].Capacity - 0.05 * lost, life.Points[2].Capacity + 0.05 * lost);
    }

    [Fact]
    public void First_charge_of_a_fresh_cell_forms_its_film()
    {
        var cell = Make(new CellBuild());
        cell.AdvanceUntil(Load.Current(0.1 * cell.RatedCurrent), 1e6, 30, p => p.Voltage >= 4.2);
        var charged = cell.Charge;
        cell.AdvanceUntil(Load.Current(-0.1 * cell.RatedCurrent), 1e6, 30, p => p.Voltage <= 2.5);
        Assert.InRange((charged - cell.Charge) / charged, 0.9, 0.96);
        Assert.True(cell.LostLithium > 0);
    }

    [Theory]
    [InlineData("cell", "cr2032", "is none of")]
    [InlineData("formulation", "EC=0.3,EMC=0.6", "sum to 0.9")]
    [InlineData("formulation", "EC=0.3,XC=0.6,LiPF6=0.1", "'XC' is none of")]
    [InlineData("formulation", "EC=0.5,EC=0.4,LiPF6=0.1", "twice")]
    [InlineData("formulation", "EC=half", "mole fraction")]
    [InlineData("formulation", "EC=0.8,EMC=0.12,LiPF6=0.08", "of EC in the solvent")]
    [InlineData("state_of_charge", "1.2", "from 0 to 1")]
    [InlineData("electrolyte_volume", "0 uL", "above zero")]
    [InlineData("cell_fault", "bent", "is none of")]
    public void Setting_that_cannot_be_used_is_refused_with_the_reason(string name, string value, string reason)
    {
        var error = Assert.Throws<SettingException>(
            () => CellBuild.FromSettings(new Settings(new Dictionary<string, string> { [name] = value })));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_name_the_cell_to_make()
    {
        var build = CellBuild.FromSettings(new Settings(new Dictionary<string, string>
        {
            ["formulation"] = "EC=0.3,EMC=0.6,LiPF6=0.1", ["electrolyte_volume"] = "30 uL",
            ["temperature"] = "40 degC", ["state_of_charge"] = "0.5", ["cell_fault"] = "soft_short",
        }));
        Assert.Equal(ParameterSets.Coin, build.Set);
        Assert.Equal(30e-9, build.ElectrolyteVolume, 15);
        Assert.Equal(313.15, build.Temperature, 9);
        Assert.Equal(0.5, build.StateOfCharge);
        Assert.Equal(CellFault.SoftShort, build.Fault);
        Assert.Equal(CellLifeTests.Mix(0.3, 0.1), build.Mix);
    }

    [Fact]
    public void Readings_scatter_by_the_noise_of_the_channel_and_stay_in_its_range()
    {
        var errors = new CyclerErrors(new Noise(5), "ch1", 5, 0.01);
        var readings = Enumerable.Range(0, 4000).Select(i => errors.Read(new CellPoint(3.7, 1e-3), i)).ToList();
        var mean = readings.Average(r => r.Voltage);
        Assert.InRange(Math.Abs(mean - 3.7), 1e-6, 5e-3);
        // Noise of 0.2 mV, and the uniform error of a code of 0.15 mV.
        Assert.InRange(
            Math.Sqrt(readings.Average(r => (r.Voltage - mean) * (r.Voltage - mean))), 1.9e-4, 2.2e-4);
        Assert.Equal(readings[17], errors.Read(new CellPoint(3.7, 1e-3), 17));
        Assert.Equal(5 - 10.0 / 65536, errors.Read(new CellPoint(9, 0), 0).Voltage, 12);
    }

    private static CellUnderTest Make(CellBuild build) => CellMaker.Make(build, new Noise(1), "cell");

    private static void AssertMet(Load load, CellPoint point, double scale)
    {
        var (met, tolerance) = load.Kind switch
        {
            LoadKind.Current => (point.Current, 1e-12),
            LoadKind.Voltage => (point.Voltage, 1e-7),
            LoadKind.Power => (point.Voltage * point.Current, 1e-6 * scale),
            _ => (-point.Voltage / point.Current, 1e-5 * load.Value),
        };
        Assert.True(Math.Abs(met - load.Value) <= tolerance, $"{load}: {point}");
    }
}
