using System.CommandLine;
using System.Text;
using Sdl.App.Commands;
using Sdl.App.Composition;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
var root = new RootCommand("Sdl runs a battery laboratory by itself: instruments, protocols, campaigns.")
{
    CheckCommand.Build(), RunProtocolCommand.Build(), CampaignCommand.Build(), InstrumentsCommand.Build(),
    RunsCommand.Build(), RunControlCommands.Pause(), RunControlCommands.Resume(), RunControlCommands.Stop(),
    RunControlCommands.Abort(),
    FaultsCommand.Build(),
    ProbeCommand.Build(), InvokeCommand.Build(), SimulateCommand.Build(), ExportCommand.Build(), JournalCommand.Build(),
    InterlocksCommand.Build(), RecoverCommand.Build(),
    PlanCommand.Build(), LedgerCommand.Build(), ValidateCommand.Build(), CellsCommand.Build(),
    FinalesCommand.Build(), OpcUaCommand.Build(),
};
var parsed = root.Parse(args);
// A command that takes files takes everything for a file, so a misspelt option is looked for here.
var known = parsed.CommandResult.Command.Options.Concat(root.Options)
    .SelectMany(o => o.Aliases.Prepend(o.Name)).ToHashSet();
var errors = args.TakeWhile(a => a != "--")
    .Where(a => a.StartsWith("--", StringComparison.Ordinal) && !known.Contains(a.Split('=', ':')[0]))
    .Select(a => $"Unrecognized option '{a}'.").Concat(parsed.Errors.Select(e => e.Message)).Distinct().ToList();
if (errors.Count > 0)
    return new Shell(args.Contains("--json")).Error(string.Join(
        Environment.NewLine, errors.Append("sdl --help, or --help behind a command, says what it takes")),
        ExitCode.BadInput);
// Ctrl-C is ours (see Interrupts): the library would end the process in the middle of a dispense.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
