using System.Numerics;
using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Records;
using Sdl.Core.Units;
using Sdl.Runtime.Analysis;
using Sdl.Simulators.Physics;
using Record = Sdl.Core.Records.Record;

namespace Sdl.Tests.Runtime.Analysis;

public class ConductivityAnalysisTests
{
    private static readonly double[] Hertz = Enumerable.Range(0, 36).Select(i =>
        Math.Pow(10, 5.3 - i / 10.0)).ToArray();
    private static readonly Column[] Columns =
        [new("frequency", Unit.Parse("Hz")), new("z_real", Unit.Parse("Ohm")), new("z_imaginary", Unit.Parse("Ohm"))];

    private readonly ConductivityAnalysis _analysis = new();

    [Fact]
    public void Conductivity_is_the_cell_constant_over_the_series_resistance()
    {
        var circuit = Circuit.Parse("L0-R0-CPE0");
        var result = Analyse(Spectrum(f => circuit.Impedance(f, [2e-7, 120, 2e-5, 0.9])));
        Assert.Equal(80 / 120.0, result["conductivity"].Value.In("S/m"), 1e-6);
        Assert.Equal(120, result["resistance"].Value.In("Ohm"), 1e-4);
        Assert.Equal(0.6 / 120.0, result["systematic"].Value.In("S/m"), 1e-8);
        Assert.True(result["chi"].Value.Si < 1e-6);
        // One spectrum: its scatter is what repeated spectra are known to have.
        Assert.Equal(0.027 * 80 / 120, result["conductivity"].Uncertainty.In("S/m"), 1e-4);
    }

    [Fact]
    public void Outputs_are_those_declared_in_their_dimensions()
    {
        var result = Analyse(Spectrum(f => Circuit.Parse("R0-C0").Impedance(f, [50, 1e-5])));
        Assert.Equal(_analysis.Outputs.Select(o => o.Name).Order(), result.Keys.Order());
        Assert.All(_analysis.Outputs, o => Assert.Equal(o.Unit.Dimension, result[o.Name].Value.Dimension));
    }

    [Fact]
    public void Three_repeats_of_simulated_samples_hold_the_truth_as_often_as_they_say()
    {
        var errors = Enumerable.Range(1, 60).Select(sample =>
        {
            var bench = new Bench(new Dictionary<string, Stock>(), new Noise(11));
            var moles = new Dictionary<string, double> { ["EC"] = 0.04, ["EMC"] = 0.05, ["LiPF6"] = 0.008 };
            bench.PutNew("cell", sample).Add(new Liquid(moles));
            var cell = new ConductivityCell(bench, new Noise(11), "cell", 80, "1");
            var result = Analyse(
                [.. Enumerable.Range(0, 3).Select(r => Spectrum(f => cell.Impedance(f, $"call {r}")))]);
            var truth = Math.Log(80 / cell.SolutionResistance);
            var relative = result["conductivity"].Uncertainty.Si / result["conductivity"].Value.Si;
            Assert.InRange(relative, 0.009, 0.035);
            Assert.InRange(result["chi"].Value.Si, 0.001, 0.004);
            return (Math.Log(result["conductivity"].Value.Si) - truth) / relative;
        }).ToList();
        // Standard deviation of 60 draws of about unit width: 1 ± 0.1, three of these either way.
        Assert.InRange(Math.Sqrt(errors.Average(e => e * e)), 0.7, 1.3);
        Assert.InRange(errors.Average(), -0.4, 0.4);
    }

    [Fact]
    public void Repeats_that_disagree_make_the_uncertainty_grow()
    {
        var circuit = Circuit.Parse("R0-CPE0");
        Record[] Repeats(params double[] ohms) =>
            [.. ohms.Select(r => Spectrum(f => circuit.Impedance(f, [r, 2e-5, 0.9])))];
        var calm = Analyse(Repeats(100, 101, 99))["conductivity"];
        var wild = Analyse(Repeats(100, 130, 75))["conductivity"];
        Assert.True(wild.Uncertainty.Si > 4 * calm.Uncertainty.Si);
        Assert.Equal(0.8, calm.Value.In("S/m"), 1e-3);
    }

    [Fact]
    public void Open_circuit_is_refused()
    {
        var cell = new ConductivityCell(new Bench(new Dictionary<string, Stock>(), new Noise(1)), new Noise(1),
            "cell", 80, "1");
        var error = Assert.Throws<AnalysisException>(() => Analyse(Spectrum(f => cell.Impedance(f, "a"))));
        Assert.Contains("open", error.Message);
    }

    [Fact]
    public void Negative_resistance_short_spectra_and_other_circuits_are_refused()
    {
        Assert.Contains("nowhere resistive", Refusal(Spectrum(f => new Complex(-50, -1 / f))));
        Assert.Contains("too few", Refusal(Spectrum(f => new Complex(50, -1 / f), [1e5, 1e4, 1e3])));
        Assert.Contains("misses", Refusal(Spectrum(f =>
            Circuit.Parse("R0-p(R1,C1)-C0").Impedance(f, [100, 400, 1e-7, 1e-5]))));
        var noise = new Noise(3);
        Assert.Contains("uncertain", Refusal(Spectrum(f =>
            Circuit.Parse("R0-CPE0").Impedance(f, [0.1, 1e-4, 0.45]) * (1 + 0.02 * noise.Normal($"{f}")))));
        Assert.Contains("no spectrum", Assert.Throws<AnalysisException>(() => Analyse()).Message);
    }

    private string Refusal(Record record) => Assert.Throws<AnalysisException>(() => Analyse(record)).Message;

    private IReadOnlyDictionary<string, Measured> Analyse(params Record[] records) =>
        _analysis.Analyse(records, Arguments.Of(
        ("cell_constant", Quantity.Of(0.8, "1/cm")), ("cell_constant_uncertainty", Quantity.Of(0.006, "1/cm")),
        ("repeatability", Quantity.Of(2.7, "%"))));

    private static Record Spectrum(Func<double, Complex> impedance, double[]? hertz = null) => new(
        new CallId("run/1"), new InstrumentId("pico"), Columns,
        [.. (hertz ?? Hertz).Select(f =>
        {
            var z = impedance(f);
            return new Sample(DateTimeOffset.UnixEpoch, new[] { f, z.Real, z.Imaginary });
        })], "");
}
