using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Sdl.App.Composition;
using Sdl.Core.Runs;
using Sdl.Store;

namespace Sdl.App.Commands;

/// <summary><c>sdl journal hash|show|verify FOLDER</c>.</summary>
internal static class JournalCommand
{
    public static Command Build() => new("journal", "read and check the journal of a result folder")
    {
        Hash(), Show(), Verify(),
    };

    private static Command Hash()
    {
        var (folder, json) = (Options.ResultFolder(), Options.Json());
        var command = new Command("hash",
            "one number over all events, their times and samples: equal journals, equal numbers; note it where the "
            + "journal is not, and verify --noted shows later whether the end was cut off")
        {
            folder, json,
        };
        command.SetAction((r, _) => Read(r.GetValue(folder)!, r.GetValue(json), (shell, journal) =>
        {
            var hash = journal.Hash();
            shell.Line(hash);
            shell.Document(new { sha256 = hash });
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Show()
    {
        var (folder, json) = (Options.ResultFolder(), Options.Json());
        var run = new Option<string?>("--run") { Description = "only the events of this run, such as e007" };
        var command = new Command("show", "print the events: number, time, event") { folder, run, json };
        command.SetAction((r, _) => Read(r.GetValue(folder)!, r.GetValue(json), (shell, journal) =>
        {
            var entries = r.GetValue(run) is { } name ? OfRun(journal, new RunId(name)) : journal.Read();
            if (!shell.IsJson)
                foreach (var entry in entries)
                    shell.Line(string.Create(CultureInfo.InvariantCulture,
                        $"{entry.Seq}\t{entry.At:O}\t{JournalJson.Write(entry.Event)}"));
            else
                shell.Document(entries.Select(e => new
                {
                    seq = e.Seq, at = e.At, happened = JsonSerializer.SerializeToElement(e.Event, JournalJson.Options),
                }));
            return ExitCode.Ok;
        }));
        return command;
    }

    private static IReadOnlyList<JournalEntry> OfRun(SqliteJournal journal, RunId run) =>
        journal.Find(new JournalQuery { Run = run }) is { Count: > 0 } entries
            ? entries
            : throw new KeyNotFoundException($"the journal knows no run '{run}'");

    private static Command Verify()
    {
        var (folder, json) = (Options.ResultFolder(), Options.Json());
        var noted = new Option<string?>("--noted")
        {
            Description = "a hash that 'journal hash' or a report gave earlier: it must still be a link of the chain",
        };
        var command = new Command("verify",
            "compute the hash chain and every record's digest anew: finds what was changed, removed, added or moved "
            + "since it was written. A chain cannot show that its end was cut off, nor that somebody has computed all "
            + "of it anew: for both, note its hash elsewhere and give it with --noted")
        {
            folder, noted, json,
        };
        command.SetAction((r, _) => Read(r.GetValue(folder)!, r.GetValue(json), (shell, journal) =>
            Report(shell, journal.Verify(r.GetValue(noted)?.Trim().ToLowerInvariant()))));
        return command;
    }

    private static int Report(Shell shell, JournalVerdict verdict)
    {
        var counted = string.Create(
            CultureInfo.InvariantCulture, $"{verdict.Events} events and {verdict.Records} records");
        shell.Document(new
        {
            asWritten = verdict.Wrong is null, events = verdict.Events, records = verdict.Records,
            sha256 = verdict.Hash, chained = verdict.IsChained, seq = verdict.Seq, wrong = verdict.Wrong,
        });
        if (verdict.Wrong is { } wrong)
        {
            shell.Line($"{(verdict.Seq is { } seq ? $"event {seq}: " : "")}{wrong}");
            shell.Line($"{counted} before that are in order. The journal was changed after it was written: what it "
                + "says from there on proves nothing. Keep the folder as it is, and take the results from a copy, or "
                + "do the runs again");
            return ExitCode.Failed;
        }
        shell.Line(verdict.IsChained
            ? $"{counted} are as they were written"
            : $"{counted} fit together; version 1 of the journal kept no chain, so a changed event would not show");
        return ExitCode.Ok;
    }

    private static Task<int> Read(string folder, bool json, Func<Shell, SqliteJournal, int> read)
    {
        var shell = new Shell(json);
        return shell.GuardAsync(() =>
        {
            using var journal = SqliteJournal.OpenForReading(folder);
            return Task.FromResult(read(shell, journal));
        });
    }
}
