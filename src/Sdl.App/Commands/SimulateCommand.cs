using System.CommandLine;
using Sdl.App.Composition;
using Sdl.Core.Instruments;
using Sdl.Runtime.Reading;
using Sdl.Simulators.Hosting;

namespace Sdl.App.Commands;

/// <summary><c>sdl simulate LAB</c>: the simulators of a lab on real ports, for foreign clients and for
/// <c>sdl run</c>.</summary>
internal static class SimulateCommand
{
    public static Command Build()
    {
        var lab = new Argument<string>("lab") { Description = "lab file" };
        var faults = Options.Faults();
        var (speed, seed, json) = (Options.Speed(), Options.Seed(), Options.Json());
        var command = new Command(
            "simulate",
            "serve the simulators of a lab on pseudo-terminals and loopback ports; "
            + "prints 'instrument address' lines")
        {
            lab, faults, speed, seed, json,
        };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => ServeAsync(
                shell, LabReader.Read(r.GetValue(lab)!), r.GetValue(speed), r.GetValue(seed) ?? 1, r.GetValue(faults)));
        });
        return command;
    }

    private static async Task<int> ServeAsync(Shell shell, Lab lab, double speed, ulong seed, string? faults)
    {
        var simulated = SimulatedLab.Build(lab, seed, LabRunner.Clock(speed), LabSession.SimulatorAssembly);
        if (faults is not null)
        {
            var scenario = FaultScenarioReader.Read(faults);
            FaultInjection.ThrowIfUnfit(scenario, simulated);
            simulated.Misbehave(scenario, seed, Console.Error.WriteLine);
        }
        await using var server = SimulatorServer.Start(simulated);
        var ended = new TaskCompletionSource();
        using var interrupts = new Interrupts((_, _) => ended.TrySetResult(), _ => { });
        foreach (var (id, address) in server.Addresses)
            shell.Line($"{id} {address}");
        shell.Document(server.Addresses.Select(a => new { instrument = a.Id.Value, address = a.Address.ToString() }));
        await Console.Out.FlushAsync();
        await Console.Error.WriteLineAsync(
            $"the simulators of '{lab.Name}' answer at {speed} times real speed; "
            + "save the lines above to a file for sdl run --addresses FILE; Ctrl-C ends them");
        await ended.Task;
        return ExitCode.Ok;
    }
}
