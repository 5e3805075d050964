using System.CommandLine;
using System.Text.Json;
using Sdl.App.Composition;
using Sdl.App.Finales;
using Sdl.Finales.Methods;
using Sdl.Runtime.Reading;

namespace Sdl.App.Commands;

/// <summary><c>sdl finales register TENANT</c>: writes what the administrator of a server needs.</summary>
internal static class FinalesRegisterCommand
{
    public static Command Build()
    {
        var file = new Argument<string>("tenant") { Description = "tenant file" };
        var folder = new Option<string>("--out")
        {
            Description = "folder for the files (default: here)", DefaultValueFactory = _ => ".",
        };
        var json = Options.Json();
        var command = new Command(
            "register", "write the files that the administrator of a server needs to register a tenant")
        {
            file, folder, json,
        };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => Task.FromResult(Write(shell, r.GetValue(file)!, r.GetValue(folder)!)));
        });
        return command;
    }

    private static int Write(Shell shell, string path, string folder)
    {
        var tenant = TenantReader.Read(path);
        var lab = LabSession.Declared(LabReader.Read(tenant.LabPath));
        var offers = Offers.Build(tenant, lab);
        Directory.CreateDirectory(folder);
        var files = new List<string>();
        void Save(string name, object content)
        {
            files.Add(Path.Combine(folder, name));
            File.WriteAllText(files[^1], JsonSerializer.Serialize(content, Shell.JsonOptions) + "\n");
        }
        Save($"{tenant.Name}-tenant.json", Registration.TenantOf(tenant, offers));
        foreach (var offer in tenant.Offers)
            if (Registration.CapabilityOf(offer) is { } capability)
                Save($"{offer.Quantity}-{offer.Method}-capability.json", capability);
        foreach (var file in files)
            shell.Line(file);
        var notes = tenant.Offers.Where(o => o.Mixture is not null)
            .Select(o => Chemicals.Unreadable(new StockFormulator(o.Mixture!, lab.Lab).Components) is { } why
                ? $"{o.Quantity}/{o.Method}: the optimiser F2Opt cannot search within this: {why}" : null)
            .OfType<string>().ToList();
        notes.ForEach(shell.Line);
        shell.Line($"send them to the administrator with the user name '{tenant.Server.User}', and the password on "
            + "another way; the uuid that comes back goes into the tenant file. Whoever changes a limitation registers "
            + "again: the server has no other way");
        shell.Document(new { files, notes });
        return ExitCode.Ok;
    }
}
