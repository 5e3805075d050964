using System.CommandLine;
using System.Globalization;
using System.Xml;
using Sdl.App.Composition;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Runtime.Interlocks;
using Sdl.Runtime.Reading;
using Sdl.Runtime.Time;
using Sdl.Store;

namespace Sdl.App.Commands;

/// <summary><c>sdl interlocks show|test|acknowledge</c>.</summary>
internal static class InterlocksCommand
{
    public static Command Build() => new("interlocks", "conditions of a lab file that forbid: show, test, acknowledge")
    {
        Show(), Test(), Acknowledge(),
    };

    private static Command Show()
    {
        var (lab, json) = (LabFile(), Options.Json());
        var command = new Command("show", "say in words what each interlock of a lab does") { lab, json };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => Task.FromResult(Show(shell, Checked(r.GetValue(lab)!))));
        });
        return command;
    }

    private static int Show(Shell shell, Lab lab)
    {
        foreach (var rule in lab.Interlocks)
            shell.Line($"{rule.Name}: {InterlockWords.Of(rule)}");
        if (lab.Interlocks.Count == 0)
            shell.Line($"lab '{lab.Name}' has no interlocks");
        shell.Document(lab.Interlocks.Select(rule => new
        {
            name = rule.Name, when = rule.When.ToString(), reset = rule.Reset.ToString(),
            settle = XmlConvert.ToString(rule.Settle), sample = XmlConvert.ToString(rule.Sample),
            stale = XmlConvert.ToString(rule.Stale), latch = rule.Latch, onLoss = Word(rule.OnLoss),
            action = Word(rule.Action), instrument = rule.Instrument?.Value, scope = Word(rule.Scope),
            message = rule.Message, words = InterlockWords.Of(rule),
        }));
        return ExitCode.Ok;
    }

    private static Command Test()
    {
        var (lab, dry, json) = (LabFile(), Options.Dry(), Options.Json());
        var command = new Command(
            "test", "trip every interlock of a lab in the simulator, acknowledge and clear it, and say how it behaved")
        {
            lab, dry, json,
        };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => Task.FromResult(r.GetValue(dry)
                ? Test(shell, Checked(r.GetValue(lab)!))
                : throw new ArgumentException(
                    "interlocks are tripped in the simulator only, say --dry: real devices are not brought into "
                    + "danger")));
        });
        return command;
    }

    private static int Test(Shell shell, Lab lab)
    {
        var reports = lab.Interlocks.Select(rule => InterlockTrial.Of(lab, rule)).ToList();
        var width = reports.Select(r => r.Rule.Name.Length).Append("interlock".Length).Max();
        shell.Line($"{"interlock".PadRight(width)}  {"action",-6}  {"settle",9}  {"seen",9}  {"tripped",9}  "
            + $"{"acted",9}  {"reset",9}  {"cleared",9}");
        foreach (var r in reports)
        {
            shell.Line($"{r.Rule.Name.PadRight(width)}  {Word(r.Rule.Action),-6}  {Time(r.Rule.Settle)}  "
                + $"{Time(r.Seen)}  {Time(r.Tripped)}  {Time(r.Acted)}  {Time(r.Reset)}  {Time(r.Cleared)}");
            foreach (var fault in r.Faults)
                shell.Line($"  FAIL: {fault}");
        }
        var failed = reports.Count(r => r.Faults.Count > 0);
        shell.Line(failed == 0
            ? $"{reports.Count} of {reports.Count} interlocks behaved; times are lab times, each from the phase before"
            : $"{failed} of {reports.Count} interlocks did not behave");
        shell.Document(reports.Select(r => new
        {
            name = r.Rule.Name, action = Word(r.Rule.Action), ok = r.Faults.Count == 0, faults = r.Faults,
            settle = Iso(r.Rule.Settle), seen = Iso(r.Seen), tripped = Iso(r.Tripped), acted = Iso(r.Acted),
            reset = Iso(r.Reset), cleared = Iso(r.Cleared),
        }));
        return failed == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static Command Acknowledge()
    {
        var name = new Argument<string>("name") { Description = "the interlock" };
        var by = new Option<string>("--by") { Description = "the person who takes note of it", Required = true };
        var note = new Option<string>("--note")
        {
            Description = "what was found and done", DefaultValueFactory = _ => "",
        };
        var folder = new Option<string>("--folder") { Description = "result folder of the run", Required = true };
        var json = Options.Json();
        var command = new Command(
            "acknowledge", "take note of an interlock that has tripped, so that its run can be taken up again")
        {
            name, by, note, folder, json,
        };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => AcknowledgeAsync(shell, new ResultFolder(r.GetValue(folder)!),
                new InterlockAcknowledged(r.GetValue(name)!, r.GetValue(by)!, r.GetValue(note)!)));
        });
        return command;
    }

    private static async Task<int> AcknowledgeAsync(Shell shell, ResultFolder folder, InterlockAcknowledged word)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(word.By, "--by");
        DateTimeOffset? last;
        IReadOnlyList<string> waiting;
        using (var past = SqliteJournal.OpenForReading(folder.Path))
        {
            last = past.Read().LastOrDefault()?.At;
            waiting = InterlockHistory.Of(past.Read()).Unacknowledged;
        }
        if (!waiting.Contains(word.Interlock))
            throw new KeyNotFoundException($"the journal in '{folder.Path}' knows of no unacknowledged trip of "
                + $"'{word.Interlock}'; it waits for {(waiting.Count == 0 ? "none" : string.Join(", ", waiting))}");
        // The journal of a dry run has a time of its own, which stands still while nobody runs it.
        var clock = folder.ReadSession().Dry && last is { } at ? new VirtualTime(at) : TimeProvider.System;
        using var journal = SqliteJournal.Open(folder.Path, clock);
        await journal.AppendAsync(word, CancellationToken.None);
        shell.Line($"{word.Interlock} is acknowledged by {word.By}; it clears when its danger is seen to be over");
        shell.Document(new { interlock = word.Interlock, by = word.By, note = word.Note });
        return ExitCode.Ok;
    }

    private static Argument<string> LabFile() => new("lab") { Description = "lab file" };

    private static Lab Checked(string path) => LabSession.Declared(LabReader.Read(path)).Lab;

    private static string Word(Enum value) => value.ToString().ToLowerInvariant();

    private static string Time(TimeSpan? time) => time is { } t
        ? string.Create(CultureInfo.InvariantCulture, $"{t.TotalSeconds,7:0.00} s")
        : $"{"-",9}";

    private static string? Iso(TimeSpan? time) => time is { } t ? XmlConvert.ToString(t) : null;
}
