using System.Numerics;
using Sdl.Core.Materials;
using Sdl.Simulators.Physics;

namespace Sdl.Tests.Simulators.Physics;

public class ConductivityCellTests
{
    private readonly Bench _bench = new(new Dictionary<string, Stock>(), new Noise(7));

    [Fact]
    public void Spectrum_shows_the_solution_resistance_and_a_steep_capacitive_tail()
    {
        Fill(1);
        var cell = Cell();
        var kappa = Electrolyte.Conductivity(_bench.At("cell")!.Content, 298.15);
        Assert.Equal(1, cell.SolutionResistance * kappa / 100, 0.035);
        var (high, low) = (cell.Impedance(50e3, "a"), cell.Impedance(1, "a"));
        Assert.Equal(cell.SolutionResistance, high.Real, cell.SolutionResistance * 0.12);
        Assert.True(Math.Abs(high.Imaginary) < 0.05 * high.Real, $"{high} at 50 kHz");
        Assert.True(-low.Imaginary > 5 * (low.Real - high.Real), $"{low} at 1 Hz is no steep tail");
    }

    [Fact]
    public void Same_measurement_gives_the_same_value_and_another_one_a_value_that_scatters_by_its_share()
    {
        Fill(1);
        Assert.Equal(Cell().Impedance(1e4, "call 1"), Cell().Impedance(1e4, "call 1"));
        var logs = Enumerable.Range(0, 400).Select(i => Math.Log(Cell().Impedance(5e4, $"call {i}").Real)).ToList();
        var mean = logs.Average();
        var spread = Math.Sqrt(logs.Sum(l => (l - mean) * (l - mean)) / (logs.Count - 1));
        // 400 draws know a standard deviation to 3.5 %.
        Assert.InRange(spread, 0.0235, 0.0305);
    }

    [Fact]
    public void Calibrations_differ_by_a_percent_and_samples_of_one_calibration_share_its_error()
    {
        Fill(1);
        var errors = Enumerable.Range(0, 300).Select(i => Cell($"{i}").SolutionResistance).ToList();
        var mean = errors.Average();
        var spread = Math.Sqrt(errors.Sum(e => (e - mean) * (e - mean)) / errors.Count) / mean;
        // 1 % of the cell constant and 0.15 K at 1.75 %/K.
        Assert.InRange(spread, 0.0085, 0.012);
        var first = Cell().SolutionResistance;
        Fill(2);
        Assert.Equal(first, Cell().SolutionResistance, first * 1e-12);
    }

    [Fact]
    public void Resistance_follows_content_and_temperature_of_the_place()
    {
        Fill(1);
        var warm = Cell().SolutionResistance;
        _bench.SetTemperature("cell", 288.15);
        Assert.InRange(Cell().SolutionResistance / warm, 1.15, 1.30);
        _bench.At("cell")!.Add(ElectrolyteTests.OfMoles(0, 0.5, 0, 0));
        Assert.True(Cell().SolutionResistance > 2 * warm);
    }

    [Fact]
    public void Without_a_vial_or_with_pure_solvent_the_circuit_is_open()
    {
        Assert.All(new[] { 1.0, 1e3, 1e5 }, f => Assert.True(Complex.Abs(Cell().Impedance(f, "a")) > 1e5));
        _bench.PutNew("cell", 1).Add(ElectrolyteTests.OfMoles(1, 1, 0, 0));
        Assert.All(new[] { 1.0, 1e3, 1e5 }, f => Assert.True(Complex.Abs(Cell().Impedance(f, "a")) > 1e5));
    }

    [Fact]
    public void Bench_cell_is_the_randles_circuit_of_its_components()
    {
        // reference: eis_elements_reference.json, Randles_R0_5_Rct_40_C_4em4
        var cell = new BenchCell(new SlowResponse(5, 40, 4e-4, 3.7));
        Assert.Equal(5.391908081542251, cell.Impedance(100, "").Real, 1e-9);
        Assert.Equal(-3.981004672766107, cell.Impedance(1, "").Imaginary, 1e-9);
    }

    private ConductivityCell Cell(string calibration = "1") => new(_bench, new Noise(7), "cell", 100, calibration);

    private void Fill(int number) =>
        _bench.PutNew("cell", number).Add(ElectrolyteTests.OfMoles(0.0440, 0.0485, 0, 0.0075));
}
