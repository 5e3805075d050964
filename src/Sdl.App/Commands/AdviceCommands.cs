using System.CommandLine;
using System.Globalization;
using Sdl.App.Composition;
using Sdl.App.Composition.Control;
using Sdl.Core.Planning;
using Sdl.Core.Runs;
using Sdl.Runtime.Campaigns;
using Sdl.Runtime.Time;
using Sdl.Store;

namespace Sdl.App.Commands;

/// <summary><c>sdl campaign suggest|veto FOLDER NAME=VALUE…</c>: a person's word on where a campaign looks next, also
/// while it runs.</summary>
internal static class AdviceCommands
{
    public static Command Suggest() => Build(
        "suggest",
        "do this experiment next: a value of each component and parameter, such as EC=0.4 EMC=0.54 LiPF6=0.06",
        (problem, given, by, why) => new Suggested(Point(problem, given), by, why));

    public static Command Veto() => Build(
        "veto", "never look there again: ranges and levels that hold together, such as LiPF6=0.1..0.2 additive=VC,FEC",
        (problem, given, by, why) => new Vetoed(
            new Veto([.. given.Select(g => Range(problem, g.Key, g.Value))], why), by));

    private static Command Build(
        string name, string says,
        Func<Problem, IReadOnlyDictionary<string, string>, string, string, RunEvent> word)
    {
        var folder = Options.ResultFolder();
        var values = new Argument<string[]>("values")
        {
            Description = "NAME=VALUE, one or more", Arity = ArgumentArity.OneOrMore,
        };
        var by = new Option<string>("--by") { Description = "the person who says so", Required = true };
        var why = new Option<string>("--why") { Description = "the reason", DefaultValueFactory = _ => "" };
        var json = Options.Json();
        var command = new Command(name, says) { folder, values, by, why, json };
        command.SetAction((r, ct) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() =>
            {
                ArgumentException.ThrowIfNullOrWhiteSpace(r.GetValue(by), "--by");
                var campaign = CampaignSession.Open(r.GetValue(folder)!, lab => lab);
                var problem = CampaignChecker.Problem(
                    campaign.Plan, CampaignChecker.Mixer(campaign.Plan, campaign.Lab));
                var said = word(problem, Inputs.Pairs(r.GetValue(values)!), r.GetValue(by)!, r.GetValue(why)!);
                Advice.Check(problem, said);
                return TellAsync(shell, campaign, said, r.GetValue(by)!, ct);
            });
        });
        return command;
    }

    /// <summary>Tells the process that runs the campaign, or writes it into the journal of one that is at
    /// rest.</summary>
    private static async Task<int> TellAsync(
        Shell shell, CampaignSession campaign, RunEvent word, string by, CancellationToken ct)
    {
        var client = new ControlClient(TimeProvider.System);
        var path = Path.GetFullPath(campaign.Folder.Path);
        var process = (await client.FindAsync(Console.Error.WriteLine, ct))
            .FirstOrDefault(p => p.Process.Folder == path);
        var said = process is not null
            ? (await client.AskAsync(process, new ControlRequest(ControlRequest.Advise, By: by, Word: word), ct)).Said
            : await NoteAsync(campaign, word);
        foreach (var line in said ?? []) shell.Line(line);
        shell.Document(new { folder = path, said });
        return ExitCode.Ok;
    }

    private static async Task<IReadOnlyList<string>> NoteAsync(CampaignSession campaign, RunEvent word)
    {
        DateTimeOffset? last;
        using (var past = SqliteJournal.OpenForReading(campaign.Folder.Path))
            last = past.Last?.At;
        // The journal of a dry run has a time of its own, which stands still while nobody runs it.
        var clock = campaign.Session.Dry && last is { } at ? new VirtualTime(at) : TimeProvider.System;
        using var journal = SqliteJournal.Open(campaign.Folder.Path, clock);
        await journal.AppendAsync(word, CancellationToken.None);
        return [$"campaign {campaign.Plan.Name} takes it into account when it is taken up again"];
    }

    private static DesignPoint Point(Problem problem, IReadOnlyDictionary<string, string> given)
    {
        var (numbers, levels) = (new Dictionary<string, double>(), new Dictionary<string, string>());
        foreach (var (name, value) in given)
            if (Find(problem, name) is CategoricalParameter)
                levels[name] = value;
            else
                numbers[name] = Number(name, value);
        return new DesignPoint(numbers, levels);
    }

    private static VetoRange Range(Problem problem, string name, string value)
    {
        if (Find(problem, name) is CategoricalParameter parameter)
        {
            var levels = value.Split(',', StringSplitOptions.TrimEntries);
            return levels.FirstOrDefault(l => !parameter.Levels.Contains(l)) is { } unknown
                ? throw new ArgumentException(
                    $"{name}: there is no '{unknown}'; it may be {string.Join(", ", parameter.Levels)}")
                : new VetoRange(name, Levels: levels);
        }
        var ends = value.Split("..");
        if (ends.Length > 2 || ends.All(e => e.Length == 0))
            throw new ArgumentException($"{name}: '{value}' should be a range such as 0.1..0.2, 0.1.. or ..0.2");
        return new VetoRange(name,
            ends[0].Length > 0 ? Number(name, ends[0]) : double.NegativeInfinity,
            ends[^1].Length > 0 ? Number(name, ends[^1]) : double.PositiveInfinity);
    }

    private static Parameter Find(Problem problem, string name) =>
        problem.Space.Parameters.FirstOrDefault(p => p.Name == name)
        ?? throw new ArgumentException($"there is no parameter '{name}'; there are "
            + string.Join(", ", problem.Space.Parameters.Select(p => p.Name)));

    private static double Number(string name, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw new ArgumentException($"{name}: '{text}' should be a number with a point, such as 0.25");
}
