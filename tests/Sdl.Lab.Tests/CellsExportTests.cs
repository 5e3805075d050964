using System.Globalization;
using System.Text.Json.Nodes;
using Sdl.Lab.Tests.Support;
using Sdl.Store.Exports;

namespace Sdl.Lab.Tests;

/// <summary><c>sdl cells export</c> and <c>sdl validate</c> as processes.</summary>
public sealed class CellsExportTests
{
    private const string Lab = """
        lab: bench
        instruments:
          pico:
            driver: potentiostat.emstat-pico
            address: serial:/dev/ttyUSB0?baud=230400
            simulation: {cell: randles, series_resistance: 200 Ohm, parallel_resistance: 1 kOhm, capacitance: 1 uF}
        """;

    private const string Protocol = """
        protocol: spectra
        roles: {pico: measures}
        steps:
          - {test: spectrum.yaml, name: test, on: pico, cell: C017, parts: C017.json}
        """;

    private const string Spectrum = """
        cell-protocol: spectrum
        record: {time: 1 s}
        method:
          - {rest: 10 s}
          - {name: eis, impedance: 10 mV, from: 10 kHz, to: 1 Hz, points_per_decade: 8}
          - {rest: 10 s}
        """;

    [Fact]
    public async Task Run_with_a_spectrum_gives_it_and_its_fit_with_valid_files_and_their_digests()
    {
        using var scratch = new Scratch();
        var folder = await RunAsync(scratch);
        var done = (await SdlProcess.RunAsync("cells", "export", folder, "--institution", "KIT", "--json"))
            .Expect(0).Json();
        var files = done.GetProperty("files").EnumerateArray().Select(f => f.GetString()!).ToList();
        Assert.Contains(files, f => f.EndsWith("_eis.bdf.parquet", StringComparison.Ordinal));
        Assert.All(files, f => Assert.StartsWith("KIT__C017__", Path.GetFileName(f), StringComparison.Ordinal));
        (await SdlProcess.RunAsync(["validate", .. files.Where(f => f.Contains(".bdf."))])).Expect(0);

        var fit = (await ReadAsync(files.Single(f => f.EndsWith("_eis.fit.csv", StringComparison.Ordinal))))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(',')).ToList();
        Assert.Equal("test/eis", fit[1][2]);
        Near(200, Value("R0"));
        Near(1000, Value("R1"));

        var crate = JsonNode.Parse(await ReadAsync(done.GetProperty("crate").GetString()!))!["@graph"]!.AsArray();
        foreach (var file in files)
            Assert.Equal(await RoCrate.Sha256Async(file, TestContext.Current.CancellationToken),
                crate.Single(n => n!["@id"]!.GetValue<string>() == $"cells/{Path.GetFileName(file)}")!["sha256"]!
                    .GetValue<string>());
        var described = await ReadAsync(files.Single(f => f.EndsWith(".jsonld", StringComparison.Ordinal)));
        Assert.Contains("_eis.fit.csv", described, StringComparison.Ordinal);
        Assert.Contains("LP57", described, StringComparison.Ordinal);

        // "R0-p(R1,CPE1)" has a comma of its own: the parameter's place is counted from the end.
        double Value(string name) => double.Parse(
            fit.Single(l => l[^5] == name)[^4], CultureInfo.InvariantCulture);
        static void Near(double expected, double value) => Assert.InRange(value, 0.97 * expected, 1.03 * expected);
    }

    [Fact]
    public async Task Damaged_file_is_refused_with_the_row_named()
    {
        using var scratch = new Scratch();
        var folder = await RunAsync(scratch);
        var files = (await SdlProcess.RunAsync("cells", "export", folder, "--json")).Expect(0).Json()
            .GetProperty("files").EnumerateArray().Select(f => f.GetString()!).ToList();
        var good = files.Single(f => f.EndsWith("001.bdf.csv", StringComparison.Ordinal));
        var rows = await File.ReadAllLinesAsync(good, TestContext.Current.CancellationToken);
        // The time of its fifth row goes back to the beginning.
        rows[5] = "0" + rows[5][rows[5].IndexOf(',', StringComparison.Ordinal)..];
        var bad = scratch.Write("bad.bdf.csv", string.Join("\r\n", rows) + "\r\n");
        var said = (await SdlProcess.RunAsync("validate", good, bad)).Expect(1);
        Assert.Contains($"{good}: valid", said.Output, StringComparison.Ordinal);
        Assert.Contains($"{bad}: row 5", said.Output, StringComparison.Ordinal);
        var document = (await SdlProcess.RunAsync("validate", bad, "--json")).Expect(1).Json()[0];
        Assert.False(document.GetProperty("valid").GetBoolean());
        Assert.Equal(5, document.GetProperty("faults")[0].GetProperty("row").GetInt64());
        Assert.Contains("there is no file", (await SdlProcess.RunAsync("validate", scratch.Path("none.bdf.csv")))
            .Expect(2).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_without_cells_and_a_record_for_no_test_are_refused()
    {
        using var scratch = new Scratch();
        Assert.NotEqual(0, (await SdlProcess.RunAsync("cells", "export", scratch.Path("nothing"))).Code);
        var folder = await RunAsync(scratch);
        var said = (await SdlProcess.RunAsync(
            "cells", "export", folder, "--cell", $"channel_9={scratch.Path("C017.json")}")).Expect(2);
        Assert.Contains("name one: run/pico/C017=", said.Errors, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(Scratch scratch)
    {
        scratch.Write("spectrum.yaml", Spectrum);
        scratch.Write("C017.json", """{"Electrolyte name": "LP57", "Cathode type": "NMC811"}""");
        var folder = scratch.Path("result");
        (await SdlProcess.RunAsync(
            "run", scratch.Write("spectra.yaml", Protocol), "--lab", scratch.Write("lab.yaml", Lab), "--dry",
            "--folder", folder)).Expect(0);
        return folder;
    }

    private static Task<string> ReadAsync(string path) =>
        File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
}
