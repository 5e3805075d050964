using System.CommandLine;
using Sdl.App.Composition;
using Sdl.App.Reports;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Runtime.Campaigns;
using Sdl.Runtime.Forecasts;
using Sdl.Runtime.Reading;

namespace Sdl.App.Commands;

/// <summary><c>sdl plan propose|serve|compare</c>, and what <c>--plan</c> does behind
/// <c>sdl campaign run</c>.</summary>
internal static class PlanCommand
{
    public static Command Build() => new(
        "plan", "what to try next; and predictions (sdl run --plan makes one) against what happened")
    {
        ProposeCommand.Build(), ServeCommand.Build(), CompareCommand(),
    };

    public static Option<bool> Asked() => new("--plan")
    {
        Description = "predict time, instruments, consumables and cost by a dry run; begin nothing",
    };

    public static Option<string?> Svg() => new("--svg") { Description = "with --plan: write the chart to this file" };

    /// <summary>Predicts the first experiments of a campaign, and the whole by them.</summary>
    /// <param name="experiments">How many are played; as many as there are lanes when null.</param>
    /// <param name="lanes">As the file says when null.</param>
    public static async Task<int> CampaignAsync(
        Shell shell, string file, int? experiments, int? lanes, ulong? seed, string? svg, Func<Lab, Lab> readdress)
    {
        var (plan, lab, forecast) = await PlayAsync(file, experiments, lanes, seed, readdress);
        var supplies = Supply.Of(forecast, lab.Inventory, plan.Experiments, Rehearsal.Worst(plan));
        return PlanView.Show(shell, forecast, lab, supplies, plan.Experiments, svg);
    }

    /// <summary>Predicts the first experiment of a campaign that is about to begin, and judges the supplies for all of
    /// them.</summary>
    /// <exception cref="FindingsException">A file cannot be used, or there is not enough for the first.</exception>
    public static async Task<Forecast> BeforeCampaignAsync(
        Shell shell, string file, int? experiments, int? lanes, ulong? seed, Func<Lab, Lab> readdress)
    {
        var (plan, lab, forecast) = await PlayAsync(file, 1, lanes, seed, readdress);
        PlanView.Judge(shell, Supply.Of(
            forecast, lab.Inventory, experiments ?? plan.Experiments, Rehearsal.Worst(plan)));
        shell.Line(ForecastText.Head(forecast) + " for one experiment");
        return forecast;
    }

    private static async Task<(CampaignPlan Plan, Lab Lab, Forecast Forecast)> PlayAsync(
        string file, int? experiments, int? lanes, ulong? seed, Func<Lab, Lab> readdress)
    {
        var plan = CampaignReader.Read(file);
        plan = plan with { Lanes = lanes ?? plan.Lanes };
        var lab = readdress(LabReader.Read(plan.LabPath));
        var protocol = ProtocolReader.Read(plan.ProtocolPath);
        var bound = LabSession.Declared(lab).Bind(protocol, new Dictionary<string, InstrumentId>());
        Inputs.ThrowIfUnfit(bound, null);
        CampaignChecker.Check(plan, lab, bound);
        return (plan, lab, await Rehearsal.OfCampaignAsync(
            plan, protocol, lab, Math.Clamp(experiments ?? plan.Lanes, 1, plan.Experiments), seed ?? plan.Seed));
    }

    private static Command CompareCommand()
    {
        var (folder, json) = (Options.ResultFolder(), Options.Json());
        var command = new Command("compare", "what was predicted against what happened, step by step") { folder, json };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => Task.FromResult(Compare(shell, r.GetValue(folder)!)));
        });
        return command;
    }

    private static int Compare(Shell shell, string path)
    {
        var comparison = PlanView.Compare(path, LabReader.Read(new ResultFolder(path).Lab))
            ?? throw new FileNotFoundException(
                $"'{path}' holds no {PlanFile.Name}: a dry run is its own prediction, others have one");
        PlanView.Show(shell, comparison);
        shell.Document(PlanFile.ToJson(comparison));
        return ExitCode.Ok;
    }
}
