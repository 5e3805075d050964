using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Planner;
using Sdl.Runtime.Campaigns;
using Sdl.Runtime.Forecasts;
using Sdl.Store;

namespace Sdl.App.Composition;

/// <summary>Predicts by doing: the real engine and drivers with simulators on a virtual clock, in a folder that goes
/// afterwards. What is not there is not refused, so that all that is needed is seen.</summary>
public static class Rehearsal
{
    /// <summary>Of one run.</summary>
    /// <param name="arguments">Complete.</param>
    /// <exception cref="FindingsException">The lab cannot be used.</exception>
    public static async Task<Forecast> OfRunAsync(
        Protocol protocol, Lab lab, Arguments arguments, IReadOnlyDictionary<string, InstrumentId> binds, ulong seed)
    {
        var forecast = await PlayAsync(protocol.Name, lab, seed, async (session, journal) =>
        {
            await session.RunsOver(journal).SubmitAsync(
                new RunOrder(new RunId("run"), protocol, arguments, binds, Environment.UserName));
        });
        return forecast with { Assumptions = Assumed(protocol, forecast) };
    }

    /// <summary>Of the first experiments of a campaign.</summary>
    /// <exception cref="FindingsException">The files do not fit together.</exception>
    public static async Task<Forecast> OfCampaignAsync(
        CampaignPlan plan, Protocol protocol, Lab lab, int experiments, ulong seed)
    {
        var forecast = await PlayAsync(plan.Name, lab, seed, async (session, journal) =>
        {
            var bound = session.Bind(protocol, new Dictionary<string, InstrumentId>());
            var runner = new CampaignRunner(
                plan with { Experiments = experiments }, lab, bound, new GaussianProcessPlanner(), journal,
                session.RunsOver(journal));
            await runner.RunAsync(new CampaignStarted(
                plan.Name, seed, plan.Digest, protocol.Digest, lab.Digest, true, Environment.UserName));
        });
        return forecast with
        {
            Assumptions =
                [.. Assumed(protocol, forecast), "what the planner proposes follows from what the simulators measure"],
        };
    }

    /// <summary>What the experiments of a campaign can take of each stock at most: a whole batch.</summary>
    public static IReadOnlyDictionary<string, Quantity> Worst(CampaignPlan plan) =>
        plan.Mixture.StockArguments.Keys.ToDictionary(s => s, _ => plan.Mixture.Volume);

    private static IReadOnlyList<string> Assumed(Protocol protocol, Forecast forecast) =>
    [
        "devices take as long as their simulators, and measure what those do", .. Assumptions.Of(protocol),
        .. forecast.GivenUp.Select(g => $"{g.Branch} fails here and is left behind: {g.Why}"),
    ];

    private static async Task<Forecast> PlayAsync(
        string title, Lab lab, ulong seed, Func<LabSession, SqliteJournal, Task> work)
    {
        var folder = Directory.CreateTempSubdirectory("sdl-plan-").FullName;
        try
        {
            var entries = await LabRunner.RunAsync(
                new RunMode(true, 1, seed), lab, folder, async (session, journal) =>
                {
                    await work(session, journal);
                    return journal.Read().ToList();
                });
            return Forecast.Of(title, entries, lab);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}
