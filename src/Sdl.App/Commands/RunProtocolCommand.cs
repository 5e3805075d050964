using System.CommandLine;
using System.Globalization;
using System.Xml;
using Sdl.App.Composition;
using Sdl.App.Composition.Control;
using Sdl.App.Reports;
using Sdl.Core.Runs;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Forecasts;
using Sdl.Runtime.Reading;
using Sdl.Runtime.Runs;
using Sdl.Store;

namespace Sdl.App.Commands;

/// <summary><c>sdl run PROTOCOL --lab LAB</c>: one execution of a protocol; <c>sdl run --resume FOLDER</c> takes one up
/// again that was interrupted.</summary>
internal static class RunProtocolCommand
{
    private sealed record Given(
        string Protocol, string Lab, RunMode Mode, string? Folder, string[] Set, string[] Bind,
        string[] Address, string? Addresses, string? Inventory, bool Plan, string? Svg, string? Faults);

    public static Command Build()
    {
        var protocol = new Argument<string?>("protocol")
        {
            Description = "protocol file", Arity = ArgumentArity.ZeroOrOne,
        };
        var lab = new Option<string?>("--lab") { Description = "lab file" };
        var resume = new Option<string?>("--resume")
        {
            Description = "take up again the interrupted run in this result folder", HelpName = "folder",
        };
        var set = new Option<string[]>("--set")
        {
            Description = "a parameter of the protocol, such as volume=0.5mL", AllowMultipleArgumentsPerToken = true,
        };
        var (dry, seed, speed, folder) = (Options.Dry(), Options.Seed(), Options.Speed(), Options.Folder());
        var (bind, address, addresses, json) = (Options.Bind(), Options.Address(), Options.Addresses(), Options.Json());
        var (inventory, plan, svg) = (Options.Inventory(), PlanCommand.Asked(), PlanCommand.Svg());
        var faults = Options.Faults();
        var command = new Command("run", "run a protocol on the instruments of a lab")
        {
            protocol, lab, dry, faults, plan, svg, seed, speed, set, bind, inventory, address, addresses, folder,
            resume, json,
        };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            if (r.GetValue(resume) is { } interrupted)
                return shell.GuardAsync(() => ResumeAsync(
                    shell, new ResultFolder(interrupted), r.GetValue(address) ?? [], r.GetValue(addresses)));
            return shell.GuardAsync(() => RunAsync(shell, new Given(
                r.GetValue(protocol) ?? throw Missing("a protocol file"), r.GetValue(lab) ?? throw Missing("--lab"),
                new RunMode(r.GetValue(dry), r.GetValue(speed), r.GetValue(seed) ?? 1),
                r.GetValue(folder), r.GetValue(set) ?? [], r.GetValue(bind) ?? [], r.GetValue(address) ?? [],
                r.GetValue(addresses), r.GetValue(inventory), r.GetValue(plan), r.GetValue(svg),
                r.GetValue(faults))));
        });
        return command;
    }

    private static FormatException Missing(string what) =>
        new($"{what} is missing: sdl run PROTOCOL --lab LAB, or sdl run --resume FOLDER");

    private static async Task<int> ResumeAsync(
        Shell shell, ResultFolder folder, string[] address, string? addresses)
    {
        var watch = TimeProvider.System.GetTimestamp();
        var (outcome, labTime) = await ResumedRun.ExecuteAsync(
            folder, address, addresses,
            (session, journal, order) => FollowAsync(shell, folder, session, journal, order));
        return Report(shell, folder, outcome, labTime, TimeProvider.System.GetElapsedTime(watch));
    }

    private static async Task<int> RunAsync(Shell shell, Given given)
    {
        var protocol = ProtocolReader.Read(given.Protocol);
        var asRead = LabReader.Read(given.Lab);
        var lab = Inputs.Readdress(Stockroom.Supply(asRead, given.Inventory), given.Address, given.Addresses);
        var arguments = ProtocolChecker.Complete(protocol, Inputs.Arguments(protocol.Parameters, given.Set));
        var binds = Inputs.Pairs(given.Bind);
        // Before there is a folder, so that the same command works once the input is mended.
        Inputs.ThrowIfUnfit(LabSession.Declared(lab).Bind(protocol, Inputs.Binds(binds)), arguments);
        FaultInjection.ThrowIfUnfit(given.Faults, given.Mode, lab);
        // A dry run is its own prediction.
        var forecast = given.Mode.Dry && !given.Plan ? null : await Rehearsal.OfRunAsync(
            protocol, lab, arguments, Inputs.Binds(binds), given.Mode.Seed);
        if (forecast is not null)
        {
            var supplies = Supply.Of(forecast, lab.Inventory, 1, PlanView.AsPredicted);
            if (given.Plan)
                return PlanView.Show(shell, forecast, lab, supplies, 1, given.Svg);
            PlanView.Judge(shell, supplies);
            shell.Line(ForecastText.Head(forecast));
        }
        var folder = ResultFolder.Create(
            given.Folder, protocol.Name,
            new SessionFile(given.Mode.Dry, given.Mode.Speed, given.Mode.Seed, null, binds),
            Stockroom.WithInventory(asRead, lab, [
                (given.Protocol, "protocol.yaml"), (given.Lab, "lab.yaml"), .. ResultFolder.Tests(protocol),
                .. FaultInjection.Input(given.Faults),
            ]));
        if (forecast is not null)
            PlanFile.Write(folder.Path, forecast);
        var watch = TimeProvider.System.GetTimestamp();
        var (outcome, labTime) = await LabRunner.RunAsync(given.Mode, lab, folder.Path, async (session, journal) =>
        {
            await Stockroom.OpenAsync(session, journal, Environment.UserName);
            var start = session.Clock.GetUtcNow();
            var order = new RunOrder(
                ResumedRun.Id, protocol, arguments, Inputs.Binds(binds), Environment.UserName);
            return (await FollowAsync(shell, folder, session, journal, order), session.Clock.GetUtcNow() - start);
        });
        if (PlanView.Compare(folder.Path, lab) is { } comparison)
            PlanView.Show(shell, comparison);
        return Report(shell, folder, outcome, labTime, TimeProvider.System.GetElapsedTime(watch));
    }

    private static async Task<RunOutcome> FollowAsync(
        Shell shell, ResultFolder folder, LabSession session, SqliteJournal journal, RunOrder order)
    {
        var runs = session.RunsOver(journal);
        await using var control = ControlServer.Open(
            new ControlledRuns(order.Protocol.Name, folder.Path, runs, session.Watch(journal, order.Protocol)),
            Console.Error.WriteLine, TimeProvider.System);
        using var interrupts = new Interrupts((command, by) => runs.TrySend(order.Id, command, by), shell.Line);
        journal.Appended += e => Show(shell, session.Clock.GetUtcNow(), e);
        return await runs.SubmitAsync(order);
    }

    private static void Show(Shell shell, DateTimeOffset at, RunEvent happened)
    {
        var text = happened switch
        {
            Moved { To: var to, Why: var why } =>
                $"{to.ToString().ToLowerInvariant()}{(why.Length > 0 ? $": {why}" : "")}",
            StepIntended e => $"{e.Call}: {e.Instrument} {$"{e.Capability} {e.Arguments}".TrimEnd()}",
            StepFailed e => $"{e.Call}: {e.Message}",
            StepSuspended e => $"{e.Call}: suspended",
            Analysed e => $"{e.Step}: {string.Join(", ", e.Values.Select(v => $"{v.Key} = {v.Value}"))}",
            SafeEntered { Error: { } error } => error,
            _ => TroubleText.Of(happened),
        };
        if (text is not null)
            shell.Line(string.Create(CultureInfo.InvariantCulture, $"{at:HH:mm:ss} {text}"));
    }

    private static int Report(Shell shell, ResultFolder folder, RunOutcome outcome, TimeSpan labTime, TimeSpan wallTime)
    {
        using var journal = SqliteJournal.OpenForReading(folder.Path);
        var hash = journal.Hash();
        foreach (var (name, value) in outcome.Results)
            shell.Line($"{name} = {value}");
        foreach (var givenUp in outcome.GivenUp)
            shell.Line($"without {givenUp.Name}: {givenUp.Why}");
        shell.Line(
            $"{outcome.State.ToString().ToLowerInvariant()} after {labTime:g} of lab time; "
            + $"the journal is in {folder.Path}, its hash is {hash}");
        if (outcome.State == RunState.Interrupted)
            shell.Line(outcome.Why + Environment.NewLine + $"to see what is open: sdl recover {folder.Path}");
        shell.Document(new
        {
            run = outcome.Id.Value, state = outcome.State.ToString().ToLowerInvariant(), why = outcome.Why,
            results = outcome.Results.ToDictionary(
                r => r.Key,
                r => new { value = r.Value.Value.ToExactString(), uncertainty = r.Value.Uncertainty.ToExactString() }),
            givenUp = outcome.GivenUp.Select(g => new { branch = g.Name, why = g.Why }),
            labTime = XmlConvert.ToString(labTime), wallTime = XmlConvert.ToString(wallTime), folder = folder.Path,
            journalHash = hash,
        });
        return outcome.State == RunState.Completed ? ExitCode.Ok : ExitCode.Failed;
    }
}
