using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Planning;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Campaigns;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Reading;
using Sdl.Runtime.Runs;
using Sdl.Runtime.Time;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Campaigns;

public class CampaignRunnerTests
{
    private const string ProtocolText = """
        protocol: mix
        roles: {a: ''}
        parameters:
          ec: {unit: mL}
          emc: {unit: mL}
        steps:
          - do: a.set
            with: {value: 7}
          - do: a.dispense
            with: {volume: ec / 10}
          - do: a.read
            save: seen
        results: {value: seen.value, mass: 1 g * seen.value}
        """;

    private static readonly string[] Names = ["EC", "EMC"];

    [Fact]
    public void Five_experiments_give_the_same_observations_however_often_the_process_is_killed()
    {
        var (all, writes, _) = Campaign(0);
        Assert.Equal(5, all.Count);
        for (var k = 1; k <= writes; k += 2)
        {
            var (observed, _, delivered) = Campaign(k);
            Assert.Equal(all, observed);
            Assert.Equal(delivered, Campaign(0).Delivered, 9);
        }
    }

    [Fact]
    public void A_failed_run_fails_the_campaign_and_its_experiment_is_done_anew()
    {
        var bench = new Bench();
        bench.Device.IsUnplugged = true;
        Assert.Equal((RunState.Failed, "a: nobody answers; check the cable"), Ended(bench.Process()));
        bench.Device.IsUnplugged = false;
        Assert.Equal((RunState.Completed, ""), Ended(bench.Process()));
        Assert.Equal(["e001", "e001~2", "e002", "e003", "e004", "e005"],
            bench.Disk.All.OfType<RunStarted>().Select(r => r.Run.Value));
        Assert.Equal(5, bench.Disk.All.OfType<Proposed>().Count());
        Assert.Equal("e001~2", bench.Disk.All.OfType<Observed>().First().Run.Value);
    }

    [Fact]
    public void A_stop_between_two_runs_ends_the_campaign_and_a_broken_journal_fails_it()
    {
        var bench = new Bench();
        Assert.Equal(
            (RunState.Stopped, "stopped by ann before experiment 1"),
            Ended(bench.Process(before: r => r.Send(RunCommand.Stop, "ann"))));
        var broken = new Bench();
        Assert.Equal((RunState.Failed, "the journal cannot be written: the disk is full"),
            Ended(broken.Process(breakAt: 1)));
        Assert.Equal((RunState.Completed, ""), Ended(broken.Process()));
    }

    private static (RunState, string) Ended(CampaignEnded? ended) => (ended!.State, ended.Why);

    private static (List<string> Observed, int Writes, double Delivered) Campaign(int die)
    {
        var bench = new Bench();
        if (die > 0)
            Assert.Null(bench.Process(die));
        Assert.Equal(RunState.Completed, bench.Process()!.State);
        return (
            bench.Disk.All.OfType<Observed>()
                .Select(o => $"{o.Experiment} {o.Run} {o.Observation.At} {o.Value}").ToList(),
            bench.Writes, bench.Device.Delivered);
    }

    private sealed class Bench
    {
        private readonly Protocol _protocol;
        private readonly Lab _lab;
        private readonly CampaignPlan _plan;

        public Bench()
        {
            using var folder = new TempFolder();
            _protocol = ProtocolReader.Read(folder.Write("mix.yaml", ProtocolText));
            Device = new FakeDevice(Time);
            var stocks = Names.ToDictionary(
                n => n, n => new Stock(n, new Dictionary<string, double> { [n] = 1 }, 1200, 1, 298.15));
            _lab = new Lab("lab", "", [], new Dictionary<string, InstrumentId>(), stocks);
            var mL = Quantity.Of(1, "mL");
            _plan = new CampaignPlan("c", "", "", "", "", 5, 1,
                new Objective("value", Goal.Maximise, Unit.One),
                new MixturePlan(
                    Names.Select(n => new Axis(n, 0, 1)).ToList(), mL * 10, mL * 0, mL * 1e-3, 0.01,
                    new Dictionary<string, string> { ["EC"] = "ec", ["EMC"] = "emc" }, null, "mass"),
                null, new Mark("c.yaml", 1, 1));
        }

        public VirtualTime Time { get; } = new(TestRun.Start);
        public Disk Disk { get; } = new();
        public FakeDevice Device { get; }
        public int Writes { get; private set; }

        public CampaignEnded? Process(int die = 0, int breakAt = 0, Action<CampaignRunner>? before = null)
        {
            var process = new Mortal();
            var journal = new MemoryJournal(Disk, Time, process, die, breakAt);
            var instrument = new FakeInstrument("a", Device, Time, process);
            var bound = TestRun.Bound(
                _protocol, new Dictionary<InstrumentId, IInstrument> { [instrument.Id] = instrument });
            var host = new InstrumentHost(instrument, Time);
            return Time.Run(async () =>
            {
                var runs = new RunService(journal, Time, _ => bound,
                    (request, history, watched) => new Run(request, [host], watched, history, Time));
                var runner = new CampaignRunner(_plan, _lab, bound, new Walking(), journal, runs);
                before?.Invoke(runner);
                var work = runner.RunAsync(new CampaignStarted("c", 1, "", "", "", true, "ann"));
                await Task.WhenAny(work, process.Died);
                Writes = journal.Writes;
                return process.IsDead ? null : await work;
            });
        }
    }

    /// <summary>Proposes a place that follows from what was seen and from the seed.</summary>
    private sealed class Walking : IPlanner
    {
        public IReadOnlyList<Proposal> Propose(
            SearchSpace space, Goal goal, IReadOnlyList<Observation> seen, IReadOnlyList<Formulation> pending,
            int count, ulong seed)
        {
            var x = (seen.Count + 1) / 10.0 + seed % 7 / 100.0;
            var at = new Formulation(new Dictionary<string, double> { ["EC"] = x, ["EMC"] = 1 - x });
            return [new Proposal(at, null, "next", new Dictionary<string, double>())];
        }

        public Proposal? Recommend(SearchSpace space, Goal goal, IReadOnlyList<Observation> seen, ulong seed) => null;

        public IReadOnlyList<Prediction> Predict(
            SearchSpace space, Goal goal, IReadOnlyList<Observation> seen, IReadOnlyList<Formulation> at,
            ulong seed) => [];
    }
}
