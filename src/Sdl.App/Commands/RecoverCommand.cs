using System.CommandLine;
using System.Globalization;
using Sdl.App.Composition;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Reading;
using Sdl.Store;

namespace Sdl.App.Commands;

/// <summary><c>sdl recover FOLDER</c>: what is unknown after a crash, what the devices say about it, and what a person
/// decides.</summary>
internal static class RecoverCommand
{
    private sealed record Given(
        string Folder, string? Call, string? Word, string[] Remaining, string By, string Note, string[] Address,
        string? Addresses);

    public static Command Build()
    {
        var folder = Options.ResultFolder();
        var call = new Option<string?>("--call")
        {
            Description = "the invocation that you decide about, as the list shows it",
        };
        var word = new Option<string?>("--as")
        {
            Description = "how far it got: done, not-started, or partial with --remaining", HelpName = "progress",
        };
        word.CompletionSources.Add(Decision.Done, Decision.NotStarted, Decision.Partial);
        var remaining = new Option<string[]>("--remaining")
        {
            Description = "what is still to be done, such as volume=0.3mL", AllowMultipleArgumentsPerToken = true,
        };
        var by = new Option<string?>("--by") { Description = "who decides (default: who is logged in)" };
        var note = new Option<string?>("--note") { Description = "what you saw" };
        var (address, addresses, json) = (Options.Address(), Options.Addresses(), Options.Json());
        var command = new Command("recover", "after a crash: what is unknown, what the devices say, what you decide")
        {
            folder, call, word, remaining, by, note, address, addresses, json,
        };
        command.SetAction((r, ct) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => RecoverAsync(shell, new Given(
                r.GetValue(folder)!, r.GetValue(call), r.GetValue(word), r.GetValue(remaining) ?? [],
                r.GetValue(by) ?? Environment.UserName, r.GetValue(note) ?? "", r.GetValue(address) ?? [],
                r.GetValue(addresses)), ct));
        });
        return command;
    }

    private static Task<int> RecoverAsync(Shell shell, Given given, CancellationToken ct)
    {
        if (given.Call is null != given.Word is null)
            throw new FormatException("a decision needs both: --call CALL, and --as done, not-started or partial");
        var folder = new ResultFolder(given.Folder);
        var session = folder.ReadSession();
        var lab = Inputs.Readdress(LabReader.Read(folder.Lab), given.Address, given.Addresses);
        return LabRunner.RunAsync(
            new RunMode(session.Dry, session.Speed, session.Seed), lab, folder.Path, async (lab, journal) =>
            {
                if (given.Call is { } call)
                    await DecideAsync(lab, journal, new CallId(call), new Decision(
                        given.Word!, given.Remaining, given.By, given.Note));
                var cases = new List<OpenCase>();
                foreach (var open in OpenCalls.In(journal))
                {
                    cases.Add(await OpenCase.AskAsync(lab, open, ct));
                    Show(shell, cases[^1]);
                }
                if (IsTalk(shell) && given.Call is null)
                    await TalkAsync(shell, journal, cases, given.By);
                return Report(shell, folder, journal, cases);
            });
    }

    private static async Task DecideAsync(LabSession lab, SqliteJournal journal, CallId call, Decision decision)
    {
        var open = OpenCalls.In(journal).FirstOrDefault(o => o.Past.Intended.Call == call)
            ?? throw new KeyNotFoundException(journal.Read().Any(e => e.Event is StepIntended i && i.Call == call)
                ? $"--call {call}: its end was seen, there is nothing to decide"
                : $"--call {call}: the journal knows no such invocation");
        var capability = lab.Host(open.Past.Intended.Instrument).Instrument.Capabilities
            .First(c => c.Name == open.Past.Intended.Capability);
        await journal.AppendAsync(decision.For(open, capability), CancellationToken.None);
    }

    private static async Task TalkAsync(Shell shell, SqliteJournal journal, List<OpenCase> cases, string name)
    {
        var dialogue = new RecoverDialogue(shell.Console, name);
        for (var i = 0; i < cases.Count; i++)
            if (cases[i] is { NeedsAPerson: true } open && dialogue.Ask(open) is { } decision)
            {
                var decided = decision.For(open.Call, open.Capability);
                await journal.AppendAsync(decided, CancellationToken.None);
                cases[i] = open with
                {
                    Outcome = new InvocationOutcome(decided.Progress, decided.Evidence, decided.Remaining),
                    By = decided.By,
                };
                Show(shell, cases[i]);
            }
    }

    private static bool IsTalk(Shell shell) =>
        !shell.IsJson && !Console.IsInputRedirected && !Console.IsOutputRedirected
        && shell.Console.Profile.Capabilities.Interactive;

    private static void Show(Shell shell, OpenCase open)
    {
        shell.Line(string.Create(CultureInfo.InvariantCulture,
            $"{open.Id}: {open.Instrument} {open.Capability.Name} {open.Arguments}, attempt "
            + $"{open.Call.Past.Intended.Attempt} of {open.Call.At:yyyy-MM-dd HH:mm:ss} UTC "
            + $"({Rule(open.Capability)})"));
        var rest = open.Outcome.Remaining is { } remaining ? $", left to do: {remaining}" : "";
        shell.Line($"    {Word(open.Outcome.Progress)}, says {open.By}: {open.Outcome.Evidence}{rest}");
    }

    private static int Report(Shell shell, ResultFolder folder, SqliteJournal journal, List<OpenCase> cases)
    {
        var left = cases.Where(c => c.NeedsAPerson).ToList();
        var next = File.Exists(folder.Campaign) ? $"sdl campaign resume {folder.Path}"
            : HasEnded(journal) ? null
            : $"sdl run --resume {folder.Path}";
        if (cases.Count == 0)
            shell.Line("nothing is open: the end of every invocation was seen");
        foreach (var open in left)
            shell.Line($"look at {open.Instrument}, then: sdl recover {folder.Path} --call \"{open.Id}\" --as done "
                + "(or not-started, or partial --remaining NAME=VALUE)");
        if (left.Count == 0 && next is not null)
            shell.Line($"to go on: {next}");
        shell.Document(new
        {
            open = cases.Select(c => new
            {
                call = c.Id.Value, run = c.Call.Run.Value, instrument = c.Instrument.Value,
                capability = c.Capability.Name, arguments = Texts(c.Arguments),
                attempt = c.Call.Past.Intended.Attempt, at = c.Call.At, replay = Rule(c.Capability),
                progress = Word(c.Outcome.Progress), evidence = c.Outcome.Evidence, by = c.By,
                remaining = c.Outcome.Remaining is { } rest ? Texts(rest) : null, needsAPerson = c.NeedsAPerson,
            }),
            next = left.Count == 0 ? next : null,
        });
        return left.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static bool HasEnded(SqliteJournal journal) =>
        journal.Read().Select(e => e.Event).OfType<Moved>().LastOrDefault() is { } last && RunStates.IsFinal(last.To);

    private static Dictionary<string, string> Texts(Arguments arguments) =>
        arguments.Names.ToDictionary(n => n, n => arguments.Find(n)!.ToString());

    private static string Rule(Capability capability) => capability.Replay switch
    {
        Replay.Safe => "safe to repeat",
        Replay.AskDevice => "the device is asked",
        _ => "a person decides",
    };

    private static string Word(CallProgress progress) => progress switch
    {
        CallProgress.NotStarted => Decision.NotStarted,
        _ => progress.ToString().ToLowerInvariant(),
    };
}
