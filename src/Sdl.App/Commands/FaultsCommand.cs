using System.CommandLine;
using Sdl.App.Composition;
using Sdl.Core.Simulation;
using Sdl.Runtime.Reading;

namespace Sdl.App.Commands;

/// <summary><c>sdl faults [LAB]</c>: what a fault scenario can name, generated from the simulators.</summary>
internal static class FaultsCommand
{
    public static Command Build()
    {
        var lab = new Argument<string?>("lab")
        {
            Description = "lab file: adds what each of its simulators can have", Arity = ArgumentArity.ZeroOrOne,
        };
        var json = Options.Json();
        var command = new Command("faults", "list the faults that a scenario for --faults can name") { lab, json };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => Task.FromResult(Show(shell, r.GetValue(lab))));
        });
        return command;
    }

    private static int Show(Shell shell, string? lab)
    {
        shell.Line("Every instrument can have the faults of its wire:");
        foreach (var kind in FaultKind.OfTheWire)
            Describe(shell, kind);
        shell.Line();
        shell.Line("What an instrument itself can have depends on the device (sdl faults LAB lists it):");
        foreach (var kind in FaultKind.OfDevices)
            Describe(shell, kind);
        var instruments = lab is null ? []
            : LabSession.Declared(LabReader.Read(lab)).Simulated!.Instruments.Select(i => (
                i.Id, Kinds: i.Simulator.Faults.Kinds.Except(FaultKind.OfTheWire).ToList())).ToList();
        foreach (var (id, kinds) in instruments)
        {
            shell.Line();
            shell.Line($"{id}:");
            kinds.ForEach(k => Describe(shell, k));
        }
        shell.Document(new
        {
            ofTheWire = FaultKind.OfTheWire.Select(Document), ofDevices = FaultKind.OfDevices.Select(Document),
            instruments = instruments.Select(i => new { instrument = i.Id.Value, faults = i.Kinds.Select(Document) }),
        });
        return ExitCode.Ok;
    }

    private static void Describe(Shell shell, FaultKind kind) =>
        shell.Line($"  {kind.Name,-16} {kind.What}; counted by {Counted(kind)}"
            + (kind.Duration > TimeSpan.Zero ? $", lasts {kind.Duration.TotalSeconds:0} s unless told otherwise" : ""));

    private static object Document(FaultKind kind) => new
    {
        kind = kind.Name, what = kind.What, countedBy = Counted(kind), seconds = kind.Duration.TotalSeconds,
    };

    private static string Counted(FaultKind kind) => kind.Counted.ToString().ToLowerInvariant();
}
