using Sdl.App.Composition.Control;
using Sdl.App.Finales;
using Sdl.App.Reports;
using Sdl.Core.Instruments;
using Sdl.Core.Planning;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Planner;
using Sdl.Runtime.Campaigns;
using Sdl.Runtime.Reading;
using Sdl.Store;

namespace Sdl.App.Composition;

/// <summary>A campaign with everything it needs, in its result folder; the same whether it starts or is
/// taken up again.</summary>
public sealed record CampaignSession(
    ResultFolder Folder, SessionFile Session, CampaignPlan Plan, Lab Lab, Protocol Protocol)
{
    /// <summary>Starts anew: reads the campaign with its protocol and lab, and keeps copies.</summary>
    /// <param name="faults">File of a fault scenario, for a dry run.</param>
    /// <exception cref="FindingsException">A file cannot be used.</exception>
    public static CampaignSession Create(
        string file, RunMode mode, int? experiments, string? folder, Func<Lab, Lab> readdress, int? lanes = null,
        string? faults = null)
    {
        var plan = CampaignReader.Read(file);
        var session = new SessionFile(
            mode.Dry, mode.Speed, mode.Seed == 0 ? plan.Seed : mode.Seed, experiments,
            new Dictionary<string, string>(), lanes);
        var asRead = LabReader.Read(plan.LabPath);
        var lab = readdress(asRead);
        var protocol = ProtocolReader.Read(plan.ProtocolPath);
        HandOverEntry.Read(file, mode.Dry);
        if (mode.Dry && OutsideSource.Read(file) is not null)
            throw new FormatException("others measure in real time: a campaign that asks them cannot be dry");
        // Before there is a folder, so that the same command works once the files are mended.
        var bound = LabSession.Declared(lab).Bind(protocol, new Dictionary<string, InstrumentId>());
        Inputs.ThrowIfUnfit(bound, null);
        CampaignChecker.Check(Sized(plan, session), lab, bound);
        FaultInjection.ThrowIfUnfit(faults, mode, lab);
        var results = ResultFolder.Create(
            folder, plan.Name, session, Stockroom.WithInventory(asRead, lab, [
                (file, "campaign.yaml"), (plan.ProtocolPath, "protocol.yaml"), (plan.LabPath, "lab.yaml"),
                .. ResultFolder.Tests(protocol), .. FaultInjection.Input(faults),
            ]));
        return new CampaignSession(results, session, Sized(plan, session), lab, protocol);
    }

    /// <summary>Takes up what the folder holds.</summary>
    /// <exception cref="IOException">It is no result folder of a campaign.</exception>
    public static CampaignSession Open(string path, Func<Lab, Lab> readdress)
    {
        var folder = new ResultFolder(path);
        var session = folder.ReadSession();
        if (!File.Exists(folder.Campaign))
            throw new IOException($"'{path}' is the folder of a single run, not of a campaign");
        return new CampaignSession(
            folder, session, Sized(CampaignReader.Read(folder.Campaign), session),
            readdress(Stockroom.Supply(
                LabReader.Read(folder.Lab), File.Exists(folder.Inventory) ? folder.Inventory : null)),
            ProtocolReader.Read(folder.Protocol));
    }

    public RunMode Mode => new(Session.Dry, Session.Speed, Session.Seed);

    private static CampaignPlan Sized(CampaignPlan plan, SessionFile session) =>
        plan with { Experiments = session.Experiments ?? plan.Experiments, Lanes = session.Lanes ?? plan.Lanes };

    /// <summary>Runs to the end, a stop or a failure, and writes the report.</summary>
    /// <param name="around">Runs the work, under a display and with a hand on the brake.</param>
    /// <param name="maxPages">Largest size of the journal, see <see cref="SqliteJournal"/>.</param>
    public async Task<CampaignSummary> RunAsync(
        Func<LabSession, SqliteJournal, CampaignRunner, Func<Task<CampaignEnded>>, Task<CampaignEnded>> around,
        string author, int? maxPages = null)
    {
        var wall = TimeProvider.System.GetTimestamp();
        var planner = new GaussianProcessPlanner();
        var source = OutsideSource.Read(Folder.Campaign);
        var handOver = HandOverEntry.Read(Folder.Campaign, Session.Dry);
        using var client = source is null ? null : ServerAccess.Client(source.Server);
        // Where others do the work, this laboratory's instruments stay free.
        var used = source is null ? Lab : Lab.ToSimulated();
        var ended = await LabRunner.RunAsync(Mode, used, Folder.Path, async (lab, journal) =>
        {
            await Stockroom.OpenAsync(lab, journal, author);
            var bound = lab.Bind(Protocol, new Dictionary<string, InstrumentId>());
            Inputs.ThrowIfUnfit(bound, null);
            var runs = lab.RunsOver(journal);
            var outside = source?.Runs(client!, Plan, Lab, journal, runs, Console.Error.WriteLine);
            var runner = new CampaignRunner(Plan, Lab, bound, planner, journal, (IRunService?)outside ?? runs);
            await using var control = ControlServer.Open(
                new ControlledCampaign(Plan.Name, Folder.Path, runs, lab.Watch(journal, Protocol), runner),
                Console.Error.WriteLine, TimeProvider.System);
            var identity = new CampaignStarted(
                Plan.Name, Session.Seed, Plan.Digest, Protocol.Digest, Lab.Digest, Session.Dry, author);
            Task<CampaignEnded> Work() => around(lab, journal, runner, () => runner.RunAsync(identity));
            return handOver is null ? await Work() : await handOver.DuringAsync(
                Protocol, journal, lab.Clock, Work, Console.Error.WriteLine);
        }, maxPages);
        return await ReportAsync(planner, ended, TimeProvider.System.GetElapsedTime(wall));
    }

    /// <summary>Writes report and table from the journal alone.</summary>
    private async Task<CampaignSummary> ReportAsync(
        GaussianProcessPlanner planner, CampaignEnded ended, TimeSpan wallTime)
    {
        using var journal = SqliteJournal.OpenForReading(Folder.Path);
        var mixer = CampaignChecker.Mixer(Plan, Lab);
        var problem = CampaignChecker.Problem(Plan, mixer);
        var entries = journal.Read().ToList();
        var labTime = entries.Count == 0 ? TimeSpan.Zero : entries[^1].At - entries[0].At;
        // In a dry run the truth about the recommendation is known, so the regret needs no estimate.
        Func<Formulation, double>? truth =
            Session.Dry && DryTruth.Knows(Plan) ? at => DryTruth.Conductivity(Plan, at) : null;
        var summary = CampaignSummary.Of(
            Plan, CampaignHistory.Of(entries), problem, planner, labTime, wallTime, Folder.Path, truth) with
        {
            State = ended.State,
            Why = ended.Why,
            JournalHash = journal.Hash(),
        };
        await CampaignReport.Write(
            Folder.Path, new CampaignReportInput(Plan, problem, planner, journal, summary, mixer),
            CancellationToken.None);
        return summary;
    }
}
