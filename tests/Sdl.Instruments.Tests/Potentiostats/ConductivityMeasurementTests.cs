using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Runtime.Analysis;
using Sdl.Simulators.Physics;
using Record = Sdl.Core.Records.Record;

namespace Sdl.Instruments.Tests.Potentiostats;

/// <summary>From the vial through potentiostat and analysis to the conductivity.</summary>
public class ConductivityMeasurementTests
{
    [Theory]
    [InlineData(0.044, 0.0481, 0.0075)]
    [InlineData(0.001, 0.089, 0.002)]
    public void Three_spectra_of_a_vial_give_its_conductivity(double ec, double emc, double salt)
    {
        var bench = new PicoBench(("cell_constant", "0.8 1/cm"));
        bench.Bench.SetTemperature("cell", 299.65);
        var moles = new Dictionary<string, double> { ["EC"] = ec, ["EMC"] = emc, ["LiPF6"] = salt };
        bench.Bench.PutNew("cell", 3).Add(new Liquid(moles));
        bench.Time.Run(async () =>
        {
            await bench.Driver.ConnectAsync(CancellationToken.None);
            var records = new List<Record>();
            foreach (var id in new[] { "run/1", "run/2", "run/3" })
                records.Add(await Spectrum(bench, id));
            var result = new ConductivityAnalysis().Analyse(records, Arguments.Of(
                ("cell_constant", Quantity.Of(0.8, "1/cm")), ("cell_constant_uncertainty", Quantity.Of(0.008, "1/cm")),
                ("repeatability", Quantity.Of(2.7, "%"))));
            var truth = Electrolyte.Conductivity(new Liquid(moles), 299.65);
            var (value, random) = (result["conductivity"].Value.In("S/m"),
                result["conductivity"].Uncertainty.In("S/m"));
            var systematic = result["systematic"].Value.In("S/m");
            Assert.InRange(random / value, 0.009, 0.03);
            Assert.Equal(0.01, systematic / value, 1e-9);
            Assert.InRange(Math.Abs(value - truth) / Math.Sqrt(random * random + systematic * systematic), 0, 3);
        });
    }

    private static async Task<Record> Spectrum(PicoBench bench, string id)
    {
        var call = bench.Call("eis", id, ("start_frequency", "200 kHz"), ("end_frequency", "100 Hz"), ("points", "34"));
        var samples = new List<Sample>();
        await foreach (var sample in bench.Driver.InvokeAsync(call, CancellationToken.None))
            samples.Add(sample);
        return new Record(call.Id, bench.Driver.Id, bench.Driver.Capabilities[0].Columns, samples, "");
    }
}
