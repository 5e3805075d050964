using System.CommandLine;
using System.Globalization;
using Sdl.App.Composition;
using Sdl.App.Finales;
using Sdl.App.Reports;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Campaigns;
using Sdl.Store;

namespace Sdl.App.Commands;

/// <summary><c>sdl campaign run|resume|status|suggest|veto</c>: a closed loop over runs.</summary>
internal static class CampaignCommand
{
    public static Command Build() => new("campaign", "optimise: propose, run, observe, repeat")
    {
        Run(), Resume(), Status(), AdviceCommands.Suggest(), AdviceCommands.Veto(),
    };

    private static Command Run()
    {
        var file = new Argument<string>("campaign") { Description = "campaign file" };
        var experiments = new Option<int?>("--experiments") { Description = "how many (default: as the file says)" };
        var lanes = Lanes();
        var (dry, seed, speed, folder) = (Options.Dry(), Options.Seed(), Options.Speed(), Options.Folder());
        var (address, addresses, json) = (Options.Address(), Options.Addresses(), Options.Json());
        var (inventory, plan, svg) = (Options.Inventory(), PlanCommand.Asked(), PlanCommand.Svg());
        var faults = Options.Faults();
        var command = new Command("run", "run a campaign from its beginning")
        {
            file, dry, faults, plan, svg, seed, experiments, lanes, inventory, speed, address, addresses, folder, json,
        };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            Lab Readdress(Lab lab) => Inputs.Readdress(
                Stockroom.Supply(lab, r.GetValue(inventory)), r.GetValue(address) ?? [], r.GetValue(addresses));
            return shell.GuardAsync(() => r.GetValue(plan)
                ? PlanCommand.CampaignAsync(
                    shell, r.GetValue(file)!, r.GetValue(experiments), r.GetValue(lanes), r.GetValue(seed),
                    r.GetValue(svg), Readdress)
                : BeginAsync(
                    shell, r.GetValue(file)!,
                    new RunMode(r.GetValue(dry), r.GetValue(speed), r.GetValue(seed) ?? 0), r.GetValue(experiments),
                    r.GetValue(lanes), r.GetValue(folder), Readdress, r.GetValue(faults)));
        });
        return command;
    }

    private static async Task<int> BeginAsync(
        Shell shell, string file, RunMode mode, int? experiments, int? lanes, string? folder,
        Func<Lab, Lab> readdress, string? faults)
    {
        // A dry campaign is its own prediction; what others do cannot be predicted.
        var forecast = mode.Dry || OutsideSource.Read(file) is not null ? null : await PlanCommand.BeforeCampaignAsync(
            shell, file, experiments, lanes, mode.Seed == 0 ? null : mode.Seed, readdress);
        var campaign = CampaignSession.Create(file, mode, experiments, folder, readdress, lanes, faults);
        if (forecast is not null)
            PlanFile.Write(campaign.Folder.Path, forecast);
        return await RunAsync(shell, campaign);
    }

    private static Option<int?> Lanes()
    {
        var lanes = new Option<int?>("--lanes")
        {
            Description = "how many experiments are in flight at once (default: as the file says)",
        };
        lanes.Validators.Add(r =>
        {
            if (r.Tokens.Count > 0 && r.GetValueOrDefault<int?>() is not >= 1)
                r.AddError("--lanes should be a whole number from 1");
        });
        return lanes;
    }

    private static Command Resume()
    {
        var folder = Options.ResultFolder();
        var (address, addresses, json) = (Options.Address(), Options.Addresses(), Options.Json());
        var command = new Command("resume", "take a campaign up again, whatever ended it")
        {
            folder, address, addresses, json,
        };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => RunAsync(shell, CampaignSession.Open(
                r.GetValue(folder)!, lab => Inputs.Readdress(lab, r.GetValue(address) ?? [], r.GetValue(addresses)))));
        });
        return command;
    }

    private static async Task<int> RunAsync(Shell shell, CampaignSession campaign)
    {
        var author = Environment.UserName;
        var summary = await campaign.RunAsync(async (lab, journal, runner, work) =>
        {
            var progress = new CampaignProgress(shell, campaign.Plan, lab.Clock);
            progress.Start(CampaignHistory.Of(journal).Observed);
            journal.Appended += progress.See;
            using var interrupts = new Interrupts(runner.Send, progress.Say);
            return await progress.ShowAsync(work);
        }, author);
        Report(shell, summary);
        if (PlanView.Compare(summary.Folder, campaign.Lab) is { } comparison)
            PlanView.Show(shell, comparison);
        return summary.State == RunState.Completed ? ExitCode.Ok : ExitCode.Failed;
    }

    private static void Report(Shell shell, CampaignSummary summary)
    {
        shell.Line();
        if (summary.State != RunState.Completed)
            shell.Line($"{summary.State.ToString()!.ToLowerInvariant()}: {summary.Why}");
        var unit = Unit.Parse(summary.Unit).Suffix;
        if (summary.Best is { } best)
            shell.Line(string.Create(CultureInfo.InvariantCulture,
                $"best: {best.Formulation} (mole fractions), "
                + $"{best.Value:0.000} ± {best.Uncertainty:0.000}{unit}"));
        if (summary.Reference is { } reference)
            shell.Line(string.Create(CultureInfo.InvariantCulture,
                $"known optimum {reference.Optimum:0.000}{unit}; "
                + $"the recommendation falls {reference.Regret / reference.Optimum:0.00%} short of it"));
        shell.Line(
            $"{summary.Experiments} of {summary.Planned} experiments, {summary.LabTime:d\\.hh\\:mm} of lab time "
            + $"in {summary.WallTime.TotalSeconds:0.0} s");
        shell.Line($"journal hash: {summary.JournalHash}");
        shell.Line($"report: {Path.Combine(summary.Folder, CampaignReport.PageName)}");
        if (summary.State != RunState.Completed)
            shell.Line($"to go on: sdl campaign resume {summary.Folder}");
        if (summary.State == RunState.Interrupted)
            shell.Line($"to see what is open: sdl recover {summary.Folder}");
        if (shell.IsJson)
            Console.Out.WriteLine(summary.ToJson());
    }

    private static Command Status()
    {
        var (folder, json) = (Options.ResultFolder(), Options.Json());
        var command = new Command("status", "say how far a campaign is, also while it runs") { folder, json };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => Task.FromResult(Show(shell, r.GetValue(folder)!)));
        });
        return command;
    }

    private static int Show(Shell shell, string folder)
    {
        using var journal = SqliteJournal.OpenForReading(folder);
        var history = CampaignHistory.Of(journal);
        if (history.Started is not { } started)
            throw new IOException($"'{folder}' holds no campaign");
        var state = history.Ended?.State.ToString().ToLowerInvariant() ?? "running, or interrupted";
        var last = history.Experiments.LastOrDefault();
        var inFlight = history.Experiments.Where(e => e is { Observed: null, Attempts: > 0 }).ToList();
        shell.Line($"{started.Name}, seed {started.Seed}{(started.Dry ? ", dry run" : "")}: {state}");
        shell.Line(
            $"{history.Observed.Count} experiments observed; the latest is {last?.Number ?? 0}, "
            + $"its run {last?.State.ToString().ToLowerInvariant() ?? "-"}");
        var troubled = journal.Read().Select(e => e.Event).OfType<TroubleChanged>()
            .GroupBy(t => t.Instrument.Value, (_, changes) => changes.Last())
            .Where(t => t.To != TroubleState.Ok).ToList();
        foreach (var trouble in troubled)
            shell.Line($"{trouble.Instrument}: {TroubleText.Word(trouble.To)}: {trouble.Why}");
        var givenUp = history.Experiments.SelectMany(e => e.GivenUp).ToList();
        foreach (var branch in givenUp)
            shell.Line($"given up: {branch.Branch}: {branch.Why}");
        if (inFlight.Count > 1)
            shell.Line("in flight: " + string.Join(
                ", ", inFlight.Select(e => $"{e.Number} ({e.State.ToString().ToLowerInvariant()})")));
        shell.Document(new
        {
            campaign = started.Name, seed = started.Seed, dry = started.Dry, state, why = history.Ended?.Why ?? "",
            experiments = history.Observed.Count, latest = last?.Number,
            latestRun = last?.State.ToString().ToLowerInvariant(),
            trouble = troubled.Select(
                t => new { instrument = t.Instrument.Value, state = TroubleText.Word(t.To), why = t.Why }),
            givenUp = givenUp.Select(g => new { run = g.Run.Value, branch = g.Name, why = g.Why }),
            inFlight = inFlight.Select(e => e.Number),
        });
        return ExitCode.Ok;
    }
}
