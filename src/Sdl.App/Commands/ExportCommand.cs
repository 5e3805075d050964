using System.CommandLine;
using System.Globalization;
using Sdl.App.Composition;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Store;

namespace Sdl.App.Commands;

/// <summary><c>sdl export FOLDER --format csv</c>: every sealed record as one file.</summary>
internal static class ExportCommand
{
    public static Command Build()
    {
        var folder = Options.ResultFolder();
        var format = new Option<string>("--format") { Description = "csv", DefaultValueFactory = _ => "csv" };
        format.AcceptOnlyFromAmong("csv");
        var to = new Option<string?>("--to") { Description = "where the files go (default: records/ in the folder)" };
        var json = Options.Json();
        var command = new Command("export", "write the records of a result folder as files")
        {
            folder, format, to, json,
        };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => Task.FromResult(Export(shell, r.GetValue(folder)!, r.GetValue(to))));
        });
        return command;
    }

    private static int Export(Shell shell, string folder, string? to)
    {
        using var journal = SqliteJournal.OpenForReading(folder);
        var target = Directory.CreateDirectory(to ?? Path.Combine(folder, "records")).FullName;
        var files = new List<string>();
        foreach (var done in journal.Read().Select(e => e.Event).OfType<StepDone>().DistinctBy(d => d.Call))
        {
            var record = journal.ReadRecord(done.Call);
            if (record.Samples.Count == 0)
                continue;
            var path = Path.Combine(target, FileName(done.Call.Value));
            Write(path, record);
            files.Add(path);
        }
        shell.Line($"{files.Count} records written to {target}");
        shell.Document(new { files });
        return ExitCode.Ok;
    }

    private static string FileName(string call) =>
        string.Concat(call.Select(c => char.IsLetterOrDigit(c) || c is '-' or '~' ? c : '_')) + ".csv";

    private static void Write(string path, Record record)
    {
        using var file = new StreamWriter(path) { NewLine = "\r\n" };
        file.WriteLine(string.Join(',', record.Columns.Select(c => Quoted($"{c.Name}/{c.Unit}")).Prepend("time")));
        foreach (var sample in record.Samples)
        {
            file.Write(sample.At.ToString("O", CultureInfo.InvariantCulture));
            foreach (var value in sample.Values.Span)
                file.Write("," + value.ToString("R", CultureInfo.InvariantCulture));
            file.WriteLine();
        }
    }

    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
