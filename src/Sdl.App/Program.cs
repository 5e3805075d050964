using System.CommandLine;
using System.Text;
using Sdl.App.Commands;
using Sdl.App.Composition;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
var root = new RootCommand("Sdl runs a battery laboratory by itself: instruments, protocols, campaigns.")
{
    CheckCommand.Build(), RunProtocolCommand.Build(), CampaignCommand.Build(), InstrumentsCommand.Build(),
    ProbeCommand.Build(), InvokeCommand.Build(), SimulateCommand.Build(), ExportCommand.Build(), JournalCommand.Build(),
};
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
        Console.Error.WriteLine(error.Message);
    Console.Error.WriteLine("sdl --help, or --help behind a command, says what it takes");
    return ExitCode.BadInput;
}
// Ctrl-C is ours (see Interrupts): the library would end the process in the middle of a dispense.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
