using System.CommandLine;
using System.Globalization;
using Sdl.App.Composition;
using Sdl.Store;

namespace Sdl.App.Commands;

/// <summary><c>sdl journal hash|show FOLDER</c>.</summary>
internal static class JournalCommand
{
    public static Command Build() => new("journal", "read the journal of a result folder") { Hash(), Show() };

    private static Command Hash()
    {
        var (folder, json) = (Options.ResultFolder(), Options.Json());
        var command = new Command("hash", "one number over all events and their times: equal journals, equal numbers")
        {
            folder, json,
        };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() =>
            {
                using var journal = SqliteJournal.OpenForReading(r.GetValue(folder)!);
                var hash = journal.Hash();
                shell.Line(hash);
                shell.Document(new { sha256 = hash });
                return Task.FromResult(ExitCode.Ok);
            });
        });
        return command;
    }

    private static Command Show()
    {
        var (folder, json) = (Options.ResultFolder(), Options.Json());
        var command = new Command("show", "print the events: number, time, event") { folder, json };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() =>
            {
                using var journal = SqliteJournal.OpenForReading(r.GetValue(folder)!);
                foreach (var entry in journal.Read())
                    shell.Line(string.Create(CultureInfo.InvariantCulture,
                        $"{entry.Seq}\t{entry.At:O}\t{JournalJson.Write(entry.Event)}"));
                shell.Document(journal.Read().Select(e => new
                {
                    seq = e.Seq, at = e.At,
                    happened = System.Text.Json.JsonSerializer.SerializeToElement(e.Event, JournalJson.Options),
                }));
                return Task.FromResult(ExitCode.Ok);
            });
        });
        return command;
    }
}
