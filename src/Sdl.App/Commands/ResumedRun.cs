using Sdl.App.Composition;
using Sdl.Core.Runs;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Reading;
using Sdl.Store;

namespace Sdl.App.Commands;

/// <summary>A single run that is taken up again from its result folder alone.</summary>
internal static class ResumedRun
{
    public static readonly RunId Id = new("run");

    /// <param name="execute">Runs it to its end, under a display.</param>
    /// <exception cref="IOException">The folder holds no run that could go on.</exception>
    public static async Task<(RunOutcome Outcome, TimeSpan LabTime)> ExecuteAsync(
        ResultFolder folder, string[] address, string? addresses,
        Func<LabSession, SqliteJournal, RunOrder, Task<RunOutcome>> execute)
    {
        var session = folder.ReadSession();
        if (File.Exists(folder.Campaign))
            throw new IOException($"'{folder.Path}' is the folder of a campaign: sdl campaign resume {folder.Path}");
        var protocol = ProtocolReader.Read(folder.Protocol);
        var lab = Inputs.Readdress(
            Stockroom.Supply(LabReader.Read(folder.Lab), File.Exists(folder.Inventory) ? folder.Inventory : null),
            address, addresses);
        return await LabRunner.RunAsync(
            new RunMode(session.Dry, session.Speed, session.Seed), lab, folder.Path, async (lab, journal) =>
            {
                var history = RunHistory.Of(Id, journal);
                if (history.Started is not { } started)
                    throw new IOException($"nothing has begun in '{folder.Path}': start the run anew");
                if (RunStates.IsFinal(history.State))
                    throw new IOException(
                        $"the run in '{folder.Path}' has ended ({history.State.ToString().ToLowerInvariant()})");
                await Stockroom.OpenAsync(lab, journal, started.Author);
                var start = lab.Clock.GetUtcNow();
                var order = new RunOrder(Id, protocol, started.Arguments, started.Bindings, started.Author);
                return (await execute(lab, journal, order), lab.Clock.GetUtcNow() - start);
            });
    }
}
