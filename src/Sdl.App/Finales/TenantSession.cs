using Sdl.App.Composition;
using Sdl.App.Composition.Control;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Finales.Client;
using Sdl.Finales.Tenants;
using Sdl.Runtime.Reading;
using Sdl.Runtime.Runs;
using Sdl.Runtime.Time;

namespace Sdl.App.Finales;

/// <summary>A tenant with its laboratory and its result folder, which it always takes up again.</summary>
internal sealed record TenantSession(TenantFile File, Lab Lab, ResultFolder Folder, RunMode Mode)
{
    /// <param name="folder">Null for <c>results/tenant-NAME</c>.</param>
    /// <exception cref="FindingsException">A file cannot be used.</exception>
    /// <exception cref="IOException">The folder is of something else.</exception>
    public static TenantSession Open(string path, RunMode mode, string? folder, Func<Lab, Lab> readdress)
    {
        var file = TenantReader.Read(path);
        if (file.Uuid.Length == 0)
            throw new FindingsException([new Finding(file.At,
                "'uuid' is missing: sdl finales register writes what the server's administrator needs to give it")]);
        var lab = readdress(LabReader.Read(file.LabPath));
        // Before there is a folder, so that the same command works once the files are mended.
        Offers.Build(file, LabSession.Declared(lab));
        var where = folder ?? Path.Combine("results", $"tenant-{file.Name}");
        var results = System.IO.File.Exists(Path.Combine(where, "session.json"))
            ? new ResultFolder(where)
            : ResultFolder.Create(
                where, file.Name, new SessionFile(mode.Dry, mode.Speed, mode.Seed, null,
                    new Dictionary<string, string>()),
                (path, "tenant.yaml"), (file.LabPath, "lab.yaml"));
        var before = results.ReadSession();
        if (before.Dry != mode.Dry)
            throw new IOException($"'{where}' is the folder of a tenant that is {(before.Dry ? "" : "not ")}dry: name "
                + "another --folder");
        return new TenantSession(file, lab, results, mode with { Seed = before.Seed });
    }

    /// <summary>Serves until it is interrupted.</summary>
    public Task<int> ServeAsync(Shell shell) => LabRunner.RunAsync(Mode, Lab, Folder.Path, async (lab, journal) =>
    {
        await Stockroom.OpenAsync(lab, journal, Environment.UserName);
        var runs = lab.RunsOver(journal);
        using var still = lab.Clock is VirtualTime time ? new StillBetweenRuns(runs, time) : null;
        await using var control = ControlServer.Open(
            new ControlledRuns(File.Name, Folder.Path, runs, null), Console.Error.WriteLine, TimeProvider.System);
        using var client = ServerAccess.Client(File.Server);
        using var stop = new CancellationTokenSource();
        var offers = Offers.Build(File, lab);
        await LookAsync(shell, client, offers);
        var tenant = new Tenant(
            client, Settings(), offers,
            new Laboratory(
                (IRunService?)still ?? runs, new SettledJournal(journal), new Judgement(lab, journal).OfAsync),
            TimeProvider.System, shell.Line, (int)(TimeProvider.System.GetTimestamp() & int.MaxValue));
        using var interrupts = new Interrupts((command, by) => Obey(command, by, runs, stop), shell.Line);
        shell.Line($"serves {string.Join(", ", File.Offers.Select(o => $"{o.Quantity}/{o.Method}"))} as {File.Name} at "
            + $"{client.Access.Server}; Ctrl-C ends it after what is under way");
        await tenant.FreeAsync();
        await tenant.RunAsync(stop.Token, CancellationToken.None);
        Report(shell, tenant, client);
        return ExitCode.Ok;
    });

    // A server that is away is waited for later; one that does not let us in is told at once.
    private async Task LookAsync(Shell shell, FinalesClient client, IReadOnlyList<Offer> offers)
    {
        try
        {
            var lines = await Checkup.OfAsync(client, File.Uuid, offers, TimeProvider.System, CancellationToken.None);
            foreach (var line in lines.Where(l => l.IsGood != true))
                shell.Line($"{(line.IsGood is null ? "note" : "BAD")}: {line.Text}");
        }
        catch (FinalesException e) when (e.Fault != FinalesFault.NotAllowed)
        {
            shell.Line(e.Message);
        }
    }

    /// <summary>This program, for the provenance of results.</summary>
    public static string Software => $"sdl {typeof(TenantSession).Assembly.GetName().Version}";

    private TenantSettings Settings() => new(File.Uuid, File.Name, Environment.MachineName)
    {
        Poll = File.Poll, RawData = File.RawData,
        Software = Software,
    };

    private static void Obey(RunCommand command, string by, RunService runs, CancellationTokenSource stop)
    {
        stop.Cancel();
        // Once, what is under way is finished; a second time it is aborted, and given back to the server.
        if (command == RunCommand.Abort)
            foreach (var run in runs.Runs)
                runs.TrySend(run.Id, command, by);
    }

    private static void Report(Shell shell, Tenant tenant, FinalesClient client)
    {
        var cases = tenant.Book.Cases;
        shell.Line(FormattableString.Invariant(
            $"{cases.Count(c => c.Posted is not null)} requests answered, {cases.Count} taken, ")
            + FormattableString.Invariant($"{client.Exchanges} exchanges, {client.Logins} logins"));
        shell.Document(new
        {
            taken = cases.Count, answered = cases.Count(c => c.Posted is not null),
            exchanges = client.Exchanges, logins = client.Logins,
        });
    }
}
