using System.CommandLine;
using Sdl.App.Composition;
using Sdl.App.Finales;
using Sdl.Finales.Tenants;
using Sdl.Runtime.Reading;

namespace Sdl.App.Commands;

/// <summary><c>sdl finales doctor TENANT</c>: looks whether server, tenant and laboratory fit together.</summary>
internal static class FinalesDoctorCommand
{
    public static Command Build()
    {
        var file = new Argument<string>("tenant") { Description = "tenant file" };
        var json = Options.Json();
        var command = new Command("doctor", "look whether server, tenant and laboratory fit together") { file, json };
        command.SetAction((r, ct) =>
        {
            var shell = new Shell(r.GetValue(json));
            return FinalesTrouble.GuardAsync(shell, () => LookAsync(shell, r.GetValue(file)!, ct));
        });
        return command;
    }

    private static async Task<int> LookAsync(Shell shell, string path, CancellationToken ct)
    {
        var tenant = TenantReader.Read(path);
        var offers = Offers.Build(tenant, LabSession.Declared(LabReader.Read(tenant.LabPath)));
        using var client = ServerAccess.Client(tenant.Server);
        var lines = await Checkup.OfAsync(client, tenant.Uuid, offers, TimeProvider.System, ct);
        foreach (var line in lines)
            shell.Line($"{line.IsGood switch { true => "good", false => "BAD ", null => "note" }}  {line.Text}");
        shell.Document(lines.Select(l => new { good = l.IsGood, text = l.Text }));
        return lines.Any(l => l.IsGood == false) ? ExitCode.Failed : ExitCode.Ok;
    }
}
