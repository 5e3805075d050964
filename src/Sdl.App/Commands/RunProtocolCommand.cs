using System.CommandLine;
using System.Globalization;
using System.Xml;
using Sdl.App.Composition;
using Sdl.Core.Runs;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Reading;

namespace Sdl.App.Commands;

/// <summary><c>sdl run PROTOCOL --lab LAB</c>: one execution of a protocol.</summary>
internal static class RunProtocolCommand
{
    private sealed record Given(
        string Protocol, string Lab, RunMode Mode, string? Folder, string[] Set, string[] Bind,
        string[] Address, string? Addresses, string? Faults);

    public static Command Build()
    {
        var protocol = new Argument<string>("protocol") { Description = "protocol file" };
        var lab = new Option<string>("--lab") { Description = "lab file", Required = true };
        var set = new Option<string[]>("--set")
        {
            Description = "a parameter of the protocol, such as volume=0.5mL", AllowMultipleArgumentsPerToken = true,
        };
        var (dry, seed, speed, folder) = (Options.Dry(), Options.Seed(), Options.Speed(), Options.Folder());
        var (bind, address, addresses, json) = (Options.Bind(), Options.Address(), Options.Addresses(), Options.Json());
        var faults = Options.Faults();
        var command = new Command("run", "run a protocol on the instruments of a lab")
        {
            protocol, lab, dry, faults, seed, speed, set, bind, address, addresses, folder, json,
        };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => RunAsync(shell, new Given(
                r.GetValue(protocol)!, r.GetValue(lab)!,
                new RunMode(r.GetValue(dry), r.GetValue(speed), r.GetValue(seed) ?? 1),
                r.GetValue(folder), r.GetValue(set) ?? [], r.GetValue(bind) ?? [], r.GetValue(address) ?? [],
                r.GetValue(addresses), r.GetValue(faults))));
        });
        return command;
    }

    private static async Task<int> RunAsync(Shell shell, Given given)
    {
        var protocol = ProtocolReader.Read(given.Protocol);
        var lab = Inputs.Readdress(LabReader.Read(given.Lab), given.Address, given.Addresses);
        var arguments = ProtocolChecker.Complete(protocol, Inputs.Arguments(protocol.Parameters, given.Set));
        var binds = Inputs.Pairs(given.Bind);
        // Before there is a folder, so that the same command works once the input is mended.
        Inputs.ThrowIfUnfit(LabSession.Declared(lab).Bind(protocol, Inputs.Binds(binds)), arguments);
        FaultInjection.ThrowIfUnfit(given.Faults, given.Mode, lab);
        var folder = ResultFolder.Create(
            given.Folder, protocol.Name,
            new SessionFile(given.Mode.Dry, given.Mode.Speed, given.Mode.Seed, null, binds),
            [(given.Protocol, "protocol.yaml"), (given.Lab, "lab.yaml"), .. FaultInjection.Input(given.Faults)]);
        var watch = TimeProvider.System.GetTimestamp();
        var (outcome, labTime) = await LabRunner.RunAsync(given.Mode, lab, folder.Path, async (session, journal) =>
        {
            var bound = session.Bind(protocol, Inputs.Binds(binds));
            var start = session.Clock.GetUtcNow();
            var request = new RunRequest(new RunId("run"), bound, arguments, Environment.UserName);
            using var run = session.NewRun(request, RunHistory.Of(request.Id, []), journal);
            using var interrupts = new Interrupts(run.Send, shell.Line);
            journal.Appended += e => Show(shell, session.Clock.GetUtcNow(), e);
            return (await run.ExecuteAsync(), session.Clock.GetUtcNow() - start);
        });
        return Report(shell, folder, outcome, labTime, TimeProvider.System.GetElapsedTime(watch));
    }

    private static void Show(Shell shell, DateTimeOffset at, RunEvent happened)
    {
        var text = happened switch
        {
            Moved { To: var to, Why: var why } =>
                $"{to.ToString().ToLowerInvariant()}{(why.Length > 0 ? $": {why}" : "")}",
            StepIntended e => $"{e.Call}: {e.Instrument} {e.Capability} {e.Arguments}",
            StepFailed e => $"{e.Call}: {e.Message}",
            Analysed e => $"{e.Step}: {string.Join(", ", e.Values.Select(v => $"{v.Key} = {v.Value}"))}",
            SafeEntered { Error: { } error } => error,
            _ => null,
        };
        if (text is not null)
            shell.Line(string.Create(CultureInfo.InvariantCulture, $"{at:HH:mm:ss} {text}"));
    }

    private static int Report(Shell shell, ResultFolder folder, RunOutcome outcome, TimeSpan labTime, TimeSpan wallTime)
    {
        foreach (var (name, value) in outcome.Results)
            shell.Line($"{name} = {value}");
        shell.Line(
            $"{outcome.State.ToString().ToLowerInvariant()} after {labTime:g} of lab time; "
            + $"the journal is in {folder.Path}");
        shell.Document(new
        {
            run = outcome.Id.Value, state = outcome.State.ToString().ToLowerInvariant(), why = outcome.Why,
            results = outcome.Results.ToDictionary(
                r => r.Key,
                r => new { value = r.Value.Value.ToExactString(), uncertainty = r.Value.Uncertainty.ToExactString() }),
            labTime = XmlConvert.ToString(labTime), wallTime = XmlConvert.ToString(wallTime), folder = folder.Path,
        });
        return outcome.State == RunState.Completed ? ExitCode.Ok : ExitCode.Failed;
    }
}
