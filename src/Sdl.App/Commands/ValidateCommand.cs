using System.CommandLine;
using System.Globalization;
using Sdl.App.Composition;
using Sdl.Store.Exports;

namespace Sdl.App.Commands;

/// <summary><c>sdl validate FILE...</c>: judges files of the Battery Data Format.</summary>
internal static class ValidateCommand
{
    public static Command Build()
    {
        var files = new Argument<string[]>("files")
        {
            Description = "files of the Battery Data Format: .bdf.csv, .bdf.parquet, .bdf.gz",
            Arity = ArgumentArity.OneOrMore,
        };
        var json = Options.Json();
        var command = new Command(
            "validate", "check files of the Battery Data Format (BDF 1.3.0) and name the rows that break its rules")
        {
            files, json,
        };
        command.SetAction((r, ct) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => ValidateAsync(shell, r.GetValue(files)!, ct));
        });
        return command;
    }

    private static async Task<int> ValidateAsync(Shell shell, string[] files, CancellationToken ct)
    {
        var verdicts = new List<(string File, BdfVerdict Verdict)>();
        foreach (var file in files)
            verdicts.Add((file, await BdfValidator.ValidateAsync(file, ct)));
        foreach (var (file, verdict) in verdicts)
        {
            foreach (var fault in verdict.Faults)
                shell.Line($"{file}: {fault}");
            var listed = verdict.Count > verdict.Faults.Count ? $"; the first {verdict.Faults.Count} are listed" : "";
            shell.Line(verdict.IsValid
                ? string.Create(CultureInfo.InvariantCulture, $"{file}: valid, {verdict.Rows:#,0} rows")
                : string.Create(CultureInfo.InvariantCulture,
                    $"{file}: {verdict.Count:#,0} faults in {verdict.Rows:#,0} rows{listed}"));
        }
        shell.Document(verdicts.Select(v => new
        {
            file = v.File, valid = v.Verdict.IsValid, rows = v.Verdict.Rows, count = v.Verdict.Count,
            faults = v.Verdict.Faults.Select(f => new { row = f.Row, column = f.Column, text = f.Text }),
        }));
        return verdicts.TrueForAll(v => v.Verdict.IsValid) ? ExitCode.Ok : ExitCode.Failed;
    }
}
