using System.CommandLine;
using Sdl.App.Composition;
using Sdl.App.Finales;
using Sdl.Finales.Client;
using Sdl.Finales.Requests;

namespace Sdl.App.Commands;

/// <summary><c>sdl finales serve TENANT</c>: answers requests of others.</summary>
internal static class FinalesServeCommand
{
    public static Command Build()
    {
        var file = new Argument<string>("tenant") { Description = "tenant file" };
        var (dry, seed, speed, folder) = (Options.Dry(), Options.Seed(), Options.Speed(), Options.Folder());
        var (address, addresses, json) = (Options.Address(), Options.Addresses(), Options.Json());
        var inventory = Options.Inventory();
        var command = new Command(
            "serve", "answer the requests of others for weeks; started again, it goes on where it was")
        {
            file, dry, seed, speed, inventory, address, addresses, folder, json,
        };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            return FinalesTrouble.GuardAsync(shell, () => TenantSession.Open(
                r.GetValue(file)!, new RunMode(r.GetValue(dry), r.GetValue(speed), r.GetValue(seed) ?? 1),
                r.GetValue(folder), lab => Inputs.Readdress(
                    Stockroom.Supply(lab, r.GetValue(inventory)), r.GetValue(address) ?? [], r.GetValue(addresses)))
                .ServeAsync(shell));
        });
        return command;
    }
}

/// <summary>What can go wrong between this program and a FINALES server, as messages and exit codes.</summary>
internal static class FinalesTrouble
{
    public static Task<int> GuardAsync(Shell shell, Func<Task<int>> command) => shell.GuardAsync(async () =>
    {
        try
        {
            return await command();
        }
        catch (FinalesException e)
        {
            return shell.Error(
                e.Message, e.Fault is FinalesFault.Refused ? ExitCode.BadInput : ExitCode.Failed);
        }
        catch (Exception e) when (e is InvalidOperationException or UnansweredException)
        {
            return shell.Error(e.Message, ExitCode.Failed);
        }
    });
}
