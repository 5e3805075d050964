using System.CommandLine;
using System.Globalization;
using Sdl.App.Composition;
using Sdl.App.Reports.Cells;
using Sdl.Core.Cells;
using Sdl.Store;
using Sdl.Store.Exports;

namespace Sdl.App.Commands;

/// <summary><c>sdl cells export FOLDER</c>: the cell tests of a result folder in the formats of the field.</summary>
internal static class CellsExportCommand
{
    private const string Target = "cells";

    public static Command Build()
    {
        var folder = Options.ResultFolder();
        var cells = new Option<string[]>("--cell")
        {
            Description = "cell record (JSON, keys as in aurora) of what is known of a cell beforehand; for one test "
                + "of several INSTRUMENT=FILE, CELL=FILE, RUN/INSTRUMENT=FILE or RUN/INSTRUMENT/CELL=FILE",
            AllowMultipleArgumentsPerToken = true,
        };
        var institution = new Option<string>("--institution")
        {
            Description = "first part of the files' names", DefaultValueFactory = _ => "sdl",
        };
        var json = Options.Json();
        var command = new Command("export",
            "write each cell test of a result folder as BDF (csv and Parquet), table of cycles, impedance with fit, "
            + "cell record of what was built, BattINFO JSON-LD and a report into its folder cells/, and an RO-Crate with "
            + "the SHA-256 of every file around all")
        {
            folder, cells, institution, json,
        };
        command.SetAction((r, ct) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => ExportAsync(
                shell, r.GetValue(folder)!, r.GetValue(cells) ?? [], r.GetValue(institution)!, ct));
        });
        return command;
    }

    private static async Task<int> ExportAsync(
        Shell shell, string folder, string[] cells, string institution, CancellationToken ct)
    {
        using var journal = SqliteJournal.OpenForReading(folder);
        var sources = CellSources.Of(new ResultFolder(folder), journal);
        var tests = CellTest.In(journal, sources.Plan);
        if (tests.Count == 0 && sources.Builds.Count == 0)
            throw new KeyNotFoundException($"'{folder}' holds no cell: none was built, and no step of "
                + $"{CellTechniques.ConstantCurrent} or the like has ended");
        var given = Records(cells, tests);
        foreach (var note in sources.Notes)
            shell.Line(note);
        var target = Directory.CreateDirectory(Path.Combine(folder, Target)).FullName;
        var export = new CellExport(target, institution) { Fit = SpectrumFits.WriteAsync };
        var files = new List<string>();
        var numbers = new Dictionary<string, int>();
        foreach (var test in tests)
        {
            var cell = sources.RecordOf(test, given.GetValueOrDefault(test.Name));
            var name = Tell(shell, cell, cell.Id ?? $"{test.Run}-{test.Instrument}");
            numbers[name] = numbers.GetValueOrDefault(name) + 1;
            var written = await export.WriteAsync(journal, test, name, cell, numbers[name], ct);
            var page = written[0].Replace(BdfFile.Csv, ".html", StringComparison.Ordinal);
            await CellReport.WriteAsync(page, CellReportData.Of(
                name, CellDerivation.Complete(cell), test, () => test.Steps(journal, export.LeastCharge(cell)),
                sources.Dry), ct);
            files.AddRange([.. written, page]);
        }
        foreach (var build in sources.Untested(tests))
        {
            var cell = sources.RecordOf(build);
            files.Add(await export.WriteCellAsync(Tell(shell, cell, cell.Id ?? build.Id), cell, ct));
        }
        var count = await RoCrate.WriteAsync(
            folder, Path.GetFileName(Path.GetFullPath(folder)), $"{tests.Count} battery cell tests recorded by Sdl",
            journal.Last!.At,
            f => f.EndsWith(".lock", StringComparison.Ordinal) || f.EndsWith("-wal", StringComparison.Ordinal)
                || f.EndsWith("-shm", StringComparison.Ordinal), ct);
        shell.Line(string.Create(CultureInfo.InvariantCulture,
            $"{tests.Count} cell tests, {files.Count} files written to {target}; ")
            + $"{RoCrate.FileName} lists {count} files");
        shell.Document(new
        {
            tests = tests.Count, cells = sources.Builds.Count, files, crate = Path.Combine(folder, RoCrate.FileName),
        });
        return ExitCode.Ok;
    }

    private static string Tell(Shell shell, CellRecord cell, string name)
    {
        foreach (var value in CellDerivation.Of(cell).Where(d => d.Disagrees))
            shell.Line($"{name}: {value}; the computed value was written");
        return name;
    }

    /// <summary>By the name of the test.</summary>
    private static Dictionary<string, CellRecord> Records(string[] given, IReadOnlyList<CellTest> tests)
    {
        var records = new Dictionary<string, CellRecord>();
        foreach (var text in given)
        {
            var split = text.IndexOf('=', StringComparison.Ordinal);
            var (key, file) = split < 0 ? ("", text) : (text[..split], text[(split + 1)..]);
            if (CellRecordReader.Read(file) is not [var cell])
                throw new ArgumentException($"'{file}' should hold one cell record");
            var meant = tests.Where(t => key.Length == 0 || key == t.Name || key == t.Cell
                || key == t.Instrument.Value).ToList();
            if (meant is not [var test])
                throw new ArgumentException($"--cell {text} could be any of {meant.Count} tests; name one: "
                    + string.Join(", ", tests.Select(t => $"{t.Name}={file}")));
            records[test.Name] = cell;
        }
        return records;
    }
}
