using System.CommandLine;
using System.Globalization;
using Sdl.App.Composition;
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
            Description = "cell record (JSON, keys as in aurora); for one test of several INSTRUMENT=FILE or "
                + "RUN/INSTRUMENT=FILE",
            AllowMultipleArgumentsPerToken = true,
        };
        var institution = new Option<string>("--institution")
        {
            Description = "first part of the files' names", DefaultValueFactory = _ => "sdl",
        };
        var json = Options.Json();
        var command = new Command("export",
            "write each cell test of a result folder as BDF (csv and Parquet), table of cycles, cell record and "
            + "BattINFO JSON-LD into its folder cells/, and an RO-Crate with the SHA-256 of every file around all")
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
        Shell shell, string folder, string[] given, string institution, CancellationToken ct)
    {
        using var journal = SqliteJournal.OpenForReading(folder);
        var tests = CellTest.In(journal);
        if (tests.Count == 0)
            throw new KeyNotFoundException(
                $"'{folder}' holds no cell test: no step of {CellTechniques.ConstantCurrent} or the like has ended");
        var records = Records(given, tests);
        var target = Directory.CreateDirectory(Path.Combine(folder, Target)).FullName;
        var export = new CellExport(target, institution);
        var files = new List<string>();
        var numbers = new Dictionary<string, int>();
        foreach (var test in tests)
        {
            var cell = records.GetValueOrDefault(test.Name, CellRecord.Empty);
            var name = cell.Id ?? $"{test.Run}-{test.Instrument}";
            foreach (var value in CellDerivation.Of(cell).Where(d => d.Disagrees))
                shell.Line($"{name}: {value}; the computed value was written");
            numbers[name] = numbers.GetValueOrDefault(name) + 1;
            var written = await export.WriteAsync(journal, test, name, cell, numbers[name], ct);
            files.AddRange(written);
            var fits = written[0].Replace(BdfFile.Csv, "_eis.fit.csv", StringComparison.Ordinal);
            if (await SpectrumFits.WriteAsync(fits, test.Steps(journal), ct))
                files.Add(fits);
        }
        var count = await RoCrate.WriteAsync(
            folder, Path.GetFileName(Path.GetFullPath(folder)), $"{tests.Count} battery cell tests recorded by Sdl",
            journal.Last!.At,
            f => f.EndsWith(".lock", StringComparison.Ordinal) || f.EndsWith("-wal", StringComparison.Ordinal)
                || f.EndsWith("-shm", StringComparison.Ordinal), ct);
        shell.Line(string.Create(CultureInfo.InvariantCulture,
            $"{tests.Count} cell tests, {files.Count} files written to {target}; ")
            + $"{RoCrate.FileName} lists {count} files");
        shell.Document(new { tests = tests.Count, files, crate = Path.Combine(folder, RoCrate.FileName) });
        return ExitCode.Ok;
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
            var meant = tests.Where(t => key.Length == 0 || key == t.Name || key == t.Instrument.Value).ToList();
            if (meant is not [var test])
                throw new ArgumentException($"--cell {text} could be any of {meant.Count} tests; name one: "
                    + string.Join(", ", tests.Select(t => $"{t.Name}={file}")));
            records[test.Name] = cell;
        }
        return records;
    }
}
