using System.Text.Json.Nodes;
using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Store;
using Sdl.Store.Exports;
using Sdl.Tests.Support;

namespace Sdl.Tests.Store.Exports;

public sealed class CellExportTests : IDisposable
{
    private static readonly CellRecord Cell = CellRecord.Empty.With(CellKeys.SampleId, "cell-017")
        .With("Cathode mass (mg)", 13.0).With("Cathode current collector mass (mg)", 3.0)
        .With("Cathode active material mass fraction", 0.6).With("Cathode type", "NMC811")
        .With("Cathode balancing specific capacity (mAh/g)", 180).With(CellKeys.ElectrolyteName, "LP57")
        .With(CellKeys.ElectrolyteAmount, 35).With("Separator type", "Celgard 2400");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Test_in_a_journal_becomes_valid_files()
    {
        var files = await ExportAsync();
        string[] expected =
        [
            "KIT__cell-017__20260301_001.bdf.csv", "KIT__cell-017__20260301_001.bdf.parquet",
            "KIT__cell-017__20260301_001_eis.bdf.csv", "KIT__cell-017__20260301_001_eis.bdf.parquet",
            "KIT__cell-017__20260301_001.cycles.csv", "KIT__cell-017__20260301_001.cell.json",
            "KIT__cell-017__20260301_001.jsonld",
        ];
        Assert.Equal(expected, files.Select(f => Path.GetFileName(f)));
        foreach (var file in files.Where(f => f.Contains(".bdf.")))
        {
            var verdict = await BdfValidator.ValidateAsync(file, CancellationToken.None);
            Assert.True(verdict.IsValid, string.Join('\n', verdict.Faults));
        }
    }

    [Fact]
    public async Task Table_of_cycles_and_description_look_as_the_golden_files_do()
    {
        var files = await ExportAsync();
        Golden.Check("cell-test.cycles.csv", Text(files, ".cycles.csv").Replace("\r\n", "\n"));
        // The Parquet library writes its version into the file.
        var description = JsonNode.Parse(Text(files, ".jsonld"))!;
        foreach (var distribution in description["@graph"]![0]!["hasOutput"]!["dcat:distribution"]!.AsArray())
            if (distribution!["dcat:downloadURL"]!.GetValue<string>().EndsWith("parquet"))
                distribution["spdx:checksum"]!["spdx:checksumValue"] = "…";
        Golden.Check("cell-test.jsonld", description.ToJsonString(new()
        {
            WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }) + "\n");
    }

    [Fact]
    public async Task Crate_lists_every_file_with_its_digest()
    {
        var files = await ExportAsync();
        var count = await RoCrate.WriteAsync(_folder.Path, "results", "a test", SampleCellTest.Start,
            f => f.StartsWith("journal", StringComparison.Ordinal), CancellationToken.None);
        Assert.Equal(files.Count, count);
        var crate = JsonNode.Parse(await File.ReadAllTextAsync(
            Path.Combine(_folder.Path, RoCrate.FileName), CancellationToken.None))!;
        var graph = crate["@graph"]!.AsArray();
        Assert.Equal("https://w3id.org/ro/crate/1.1", graph[0]!["conformsTo"]!["@id"]!.GetValue<string>());
        Assert.Equal(graph[1]!["hasPart"]!.AsArray().Select(p => p!["@id"]!.GetValue<string>()),
            graph.Skip(2).Select(f => f!["@id"]!.GetValue<string>()));
        foreach (var file in graph.Skip(2))
        {
            var path = Path.Combine(_folder.Path, file!["@id"]!.GetValue<string>());
            Assert.Equal(await RoCrate.Sha256Async(path, CancellationToken.None), file["sha256"]!.GetValue<string>());
            Assert.Equal(new FileInfo(path).Length, file["contentSize"]!.GetValue<long>());
        }
    }

    [Fact]
    public void Identifier_is_the_same_for_the_same_thing()
    {
        var id = BattInfo.Identifier("cell", "cell-017");
        Assert.Matches("^https://w3id.org/battinfo/cell(/|-)[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$", id);
        Assert.Equal(id, BattInfo.Identifier("cell", "cell-017"));
        Assert.NotEqual(id[^19..], BattInfo.Identifier("test", "cell-017")[^19..]);
    }

    private static string Text(IReadOnlyList<string> files, string end) =>
        File.ReadAllText(files.Single(f => f.EndsWith(end, StringComparison.Ordinal)));

    private async Task<IReadOnlyList<string>> ExportAsync()
    {
        using var journal = SqliteJournal.Open(_folder.Path, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(
            SampleCellTest.Start));
        var run = new RunId("e001");
        await journal.AppendAsync(new RunStarted(run, "life", new string('a', 64), "", Arguments.None,
            new Dictionary<string, InstrumentId>(), "ann"), CancellationToken.None);
        foreach (var (technique, record) in SampleCellTest.Records())
        {
            await journal.AppendAsync(new StepIntended(
                run, record.Call, record.Instrument, technique, Arguments.None, 1), CancellationToken.None);
            await journal.AddSamplesAsync(record.Call, 1, record.Samples, CancellationToken.None);
            await journal.SealAsync(new StepDone(
                run, record.Call, 1, record.Samples.Count, record.Sha256), record, CancellationToken.None);
        }
        var test = Assert.Single(CellTest.In(journal));
        Assert.Equal("e001/channel_1", test.Name);
        var target = Directory.CreateDirectory(Path.Combine(_folder.Path, "cells")).FullName;
        return await new CellExport(target, "KIT").WriteAsync(
            journal, test, Cell.Id!, Cell, 1, CancellationToken.None);
    }
}
