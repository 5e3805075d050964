using System.CommandLine;
using Sdl.App.Composition;
using Sdl.App.Finales;
using Sdl.Simulators.Finales;

namespace Sdl.App.Commands;

/// <summary><c>sdl finales broker</c>: a simulated FINALES server for demonstration and tests.</summary>
internal static class FinalesBrokerCommand
{
    public static Command Build()
    {
        var port = new Option<int>("--port")
        {
            Description = "loopback port to serve on; 0 takes any that is free", DefaultValueFactory = _ => 13371,
        };
        var data = new Option<string?>("--data")
        {
            Description = "file that keeps what the server knows, so that it goes on when started again",
        };
        var generation = new Option<int>("--pydantic")
        {
            Description = "generation of the libraries below the server that is simulated: 1 or 2",
            DefaultValueFactory = _ => 1,
        };
        generation.AcceptOnlyFromAmong("1", "2");
        var capabilities = Files("--capability", "capability file to register, as the server's administrator does");
        var tenants = Files("--tenant", "tenant file to register; its user has the tenant's name");
        var passwords = new Option<string?>("--passwords")
        {
            Description = "folder for the passwords of new users, a file for each (default: they are printed)",
        };
        var zone = new Option<string?>("--zone")
        {
            Description = "time zone of the server, such as America/New_York: it shifts the end of tokens",
        };
        var faults = new Option<double>("--faults")
        {
            Description =
                "share of calls, from 0 to 1, that are refused, cut, delayed, answered 502 or met by a restart",
        };
        var (seed, json) = (Options.Seed(), Options.Json());
        var command = new Command("broker",
            "serve a simulated FINALES server on this computer: it behaves as the real one, and is none")
        {
            port, data, generation, capabilities, tenants, passwords, zone, faults, seed, json,
        };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            var setup = new BrokerSetup(
                r.GetValue(capabilities) ?? [], r.GetValue(tenants) ?? [], r.GetValue(passwords));
            return shell.GuardAsync(() => ServeAsync(shell, setup, r.GetValue(port), new BrokerOptions
            {
                Generation = r.GetValue(generation) == 1 ? ServerGeneration.Pydantic1 : ServerGeneration.Pydantic2,
                File = r.GetValue(data), Zone = Zone(r.GetValue(zone)),
            }, r.GetValue(faults), (int)(r.GetValue(seed) ?? 1)));
        });
        return command;
    }

    private static async Task<int> ServeAsync(
        Shell shell, BrokerSetup setup, int port, BrokerOptions options, double faults, int seed)
    {
        var weather = faults == 0 ? NetworkWeather.Fair : NetworkWeather.Foul(faults, seed);
        await using var server = new BrokerServer(
            new Broker(options, TimeProvider.System), weather, TimeProvider.System);
        var users = setup.Equip(server.Broker);
        await server.StartAsync(port, CancellationToken.None);
        var ended = new TaskCompletionSource();
        using var interrupts = new Interrupts((_, _) => ended.TrySetResult(), _ => { });
        shell.Line($"a simulated FINALES server answers at {server.Address}; Ctrl-C ends it");
        foreach (var (name, uuid, isActive) in server.Broker.Office.Tenants.Where(t => t.IsActive))
            shell.Line($"tenant {name}: uuid {uuid}");
        foreach (var user in users)
            shell.Line($"user {user.Name}: password {(user.File is null ? user.Password : $"in {user.File}")}");
        shell.Document(new
        {
            address = server.Address,
            tenants = server.Broker.Office.Tenants.Select(t => new { t.Name, t.Uuid, t.IsActive }),
            users = users.Select(u => new { u.Name, password = u.File is null ? u.Password : null, u.File }),
        });
        await Console.Out.FlushAsync();
        await ended.Task;
        return ExitCode.Ok;
    }

    private static TimeZoneInfo? Zone(string? name) => name is null ? null
        : TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone
        : throw new ArgumentException($"'{name}' is no time zone of this computer; Europe/Berlin would be one");

    private static Option<string[]> Files(string name, string description) => new(name)
    {
        Description = description, AllowMultipleArgumentsPerToken = true,
    };
}
