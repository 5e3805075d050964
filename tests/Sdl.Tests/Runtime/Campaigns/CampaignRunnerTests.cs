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

public partial class CampaignRunnerTests
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

    private const string HoldText = """
        protocol: mix
        roles: {a: ''}
        parameters:
          ec: {unit: mL}
          emc: {unit: mL}
        steps:
          - hold: [a]
            steps:
              - do: a.set
                with: {value: 7}
              - do: a.dispense
                with: {volume: ec / 10}
              - do: a.read
                save: seen
        results: {value: seen.value, mass: 1 g * seen.value}
        """;

    private static readonly string LanesText = HoldText.Replace(
        "parameters:", "parameters:\n  place: {unit: 1, default: 0}", StringComparison.Ordinal);

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
    public void Each_lane_has_its_instruments_and_arguments_to_itself()
    {
        var bench = new Bench(LanesText)
        {
            Lanes = 2, Roles = new() { ["a"] = ["a", "b"] },
            Places = new() { ["place"] = [3, 8] },
        };
        Assert.Equal((RunState.Completed, ""), Ended(bench.Process()));
        var begun = bench.Disk.All.OfType<RunStarted>().ToList();
        Assert.Equal(["a", "b", "a", "b", "a"], begun.Select(r => r.Bindings["a"].Value));
        Assert.Equal([3, 8, 3, 8, 3], begun.Select(r => r.Arguments.Quantity("place").Si));
    }

    [Fact]
    public void Lanes_that_do_not_fit_the_lab_or_the_protocol_are_refused_with_all_that_is_wrong()
    {
        var bench = new Bench(LanesText)
        {
            Lanes = 2, Roles = new() { ["a"] = ["a"], ["z"] = ["b", "b"], ["other"] = ["nobody", "b"] },
            Places = new() { ["place"] = [3], ["height"] = [1, 2] },
        };
        var e = Assert.Throws<FindingsException>(() => bench.Process());
        foreach (var wrong in new[]
        {
            "'a' names 1 instruments for 2 lanes", "has no role 'z'", "has no instrument 'nobody'",
            "'b' is there twice",
            "'place' names 1 values for 2 lanes", "has no parameter 'height'",
        })
            Assert.Contains(e.Findings, f => f.Text.Contains(wrong, StringComparison.Ordinal));
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

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(3, 1, 1)]
    [InlineData(2, 2, 2)]
    [InlineData(3, 2, 2)]
    public void Lanes_give_the_same_observations_however_often_the_process_is_killed(int lanes, int batch, int step)
    {
        var (all, writes, delivered) = Campaign(0, lanes, batch);
        Assert.Equal(5, all.Count);
        for (var k = 1; k <= writes; k += step)
            foreach (var die in new[] { k, -k })
            {
                var (observed, _, given) = Campaign(die, lanes, batch);
                Assert.Equal(all.Order(), observed.Order());
                Assert.Equal(delivered, given, 9);
            }
    }

    [Fact]
    public void Each_proposal_sees_what_was_observed_a_lane_width_before_and_knows_what_is_pending()
    {
        var bench = new Bench { Lanes = 3, Batch = 2 };
        Assert.Equal(RunState.Completed, bench.Process()!.State);
        Assert.Equal(["seen 0, pending 0, count 2", "seen 0, pending 2, count 2", "seen 2, pending 2, count 1"],
            bench.Asked);
        Assert.Equal([1, 2, 3, 4, 5], bench.Disk.All.OfType<Proposed>().Select(p => p.Experiment));
        var one = new Bench();
        one.Process();
        Assert.Equal(
            Enumerable.Range(0, 5).Select(n => $"seen {n}, pending 0, count 1"), one.Asked);
    }

    [Fact]
    public void A_run_that_fails_lets_the_others_end_and_nothing_new_is_begun()
    {
        var bench = new Bench { Lanes = 3 };
        var ended = bench.Process(before: _ => bench.FailAt = "e002/hold/a.dispense");
        Assert.Equal((RunState.Failed, "a: it stalled"), Ended(ended));
        // The fourth had begun when the first ended.
        Assert.Equal([1, 3, 4], bench.Disk.All.OfType<Observed>().Select(o => o.Experiment).Order());
        Assert.Equal(["e001", "e002", "e003", "e004"], bench.Disk.All.OfType<RunStarted>().Select(r => r.Run.Value));
        bench.FailAt = null;
        Assert.Equal((RunState.Completed, ""), Ended(bench.Process()));
        Assert.Equal(5, bench.Disk.All.OfType<Observed>().Count());
    }

    [Theory]
    [InlineData(RunCommand.Stop, RunState.Stopped)]
    [InlineData(RunCommand.Abort, RunState.Aborted)]
    public void A_stop_or_abort_reaches_all_lanes_and_begins_nothing_new(RunCommand command, RunState state)
    {
        var bench = new Bench { Lanes = 3 };
        var ended = bench.Process(meanwhile: async runner =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1.5), bench.Time);
            runner.Send(command, "ann");
        });
        Assert.Equal((state, $"{(state == RunState.Stopped ? "stopped" : "aborted")} by ann"), Ended(ended));
        Assert.Equal(3, bench.Disk.All.OfType<Moved>().Count(m => m.To == state));
        Assert.Equal(RunState.Completed, bench.Process()!.State);
    }

    [Fact]
    public void A_pause_reaches_all_lanes_and_so_does_going_on()
    {
        var bench = new Bench { Lanes = 3 };
        var ended = bench.Process(meanwhile: async runner =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1.5), bench.Time);
            runner.Send(RunCommand.Pause, "ann");
            await Task.Delay(TimeSpan.FromSeconds(60), bench.Time);
            Assert.Equal(3, bench.Disk.All.OfType<Moved>().Count(m => m.To == RunState.Paused));
            runner.Send(RunCommand.Resume, "ann");
        });
        Assert.Equal(RunState.Completed, ended!.State);
    }

    [Fact]
    public void Several_lanes_are_refused_where_one_could_undo_the_state_that_another_relies_on()
    {
        var bench = new Bench(ProtocolText) { Lanes = 2 };
        var findings = Assert.Throws<FindingsException>(() => bench.Process()).Findings;
        Assert.Equal("another of the 2 lanes could undo 'set' before this one has used it: put this step, and the "
            + "steps that rely on it, into a hold of [a]", Assert.Single(findings).Text);
    }

    private static (RunState, string) Ended(CampaignEnded? ended) => (ended!.State, ended.Why);

    private static (List<string> Observed, int Writes, double Delivered) Campaign(
        int die, int lanes = 1, int batch = 1)
    {
        var bench = new Bench { Lanes = lanes, Batch = batch };
        if (die != 0)
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

        public Bench(string? text = null)
        {
            using var folder = new TempFolder();
            _protocol = ProtocolReader.Read(folder.Write("mix.yaml", text ?? HoldText));
            Device = new FakeDevice(Time);
            var stocks = Names.ToDictionary(
                n => n, n => new Stock(n, new Dictionary<string, double> { [n] = 1 }, 1200, 1, 298.15));
            _lab = new Lab("lab", "", [Named("a"), Named("b")], new Dictionary<string, InstrumentId>(), stocks);
            var mL = Quantity.Of(1, "mL");
            _plan = new CampaignPlan("c", "", "", "", "", 5, 1,
                new ObjectivePlan("value", Goal.Maximise, Unit.One),
                new MixturePlan(
                    Names.Select(n => new ContinuousParameter(n, 0, 1)).ToList(), mL * 10, mL * 0, mL * 1e-3, 0.01,
                    new Dictionary<string, string> { ["EC"] = "ec", ["EMC"] = "emc" }, null, "mass"),
                null, new Mark("c.yaml", 1, 1));
        }

        private static LabInstrument Named(string id) => new(
            new InstrumentId(id), "fake", Address.Parse("sim:"), new Dictionary<string, string>(),
            new Dictionary<string, string>(), new Mark("lab.yaml", 1, 1), new Dictionary<string, Mark>());

        public VirtualTime Time { get; } = new(TestRun.Start);
        public Disk Disk { get; } = new();
        public FakeDevice Device { get; }
        public int Writes { get; private set; }
        public int Lanes { get; init; } = 1;
        public int Batch { get; init; } = 1;
        public Dictionary<string, string[]> Roles { get; init; } = [];
        public Dictionary<string, double[]> Places { get; init; } = [];
        public List<string> Asked { get; } = [];
        public Func<CampaignPlan, CampaignPlan> Change { get; init; } = p => p;

        /// <summary>The calls at which the device stalls, with a space between them.</summary>
        public string? FailAt { get; set; }

        public CampaignEnded? Process(
            int die = 0, int breakAt = 0, Action<CampaignRunner>? before = null,
            Func<CampaignRunner, Task>? meanwhile = null)
        {
            var process = new Mortal();
            var journal = new MemoryJournal(Disk, Time, process, die, breakAt);
            var instrument = new FakeInstrument("a", Device, Time, process)
            {
                StallsAt = c => FailAt?.Split(' ').Contains(c) == true,
            };
            var second = new FakeInstrument("b", new FakeDevice(Time), Time, process);
            var bound = TestRun.Bound(
                _protocol, new Dictionary<InstrumentId, IInstrument> { [instrument.Id] = instrument });
            var hosts = new[] { instrument, second }.ToDictionary(i => i.Id, i => new InstrumentHost(i, Time));
            return Time.Run(async () =>
            {
                var leases = new Leases(hosts.Keys, Time);
                var runs = new RunService(journal, Time,
                    order => bound with
                    {
                        Bindings = order.Bindings,
                        Capabilities = order.Bindings.Values.ToDictionary(i => i, _ => instrument.Capabilities),
                    },
                    (request, history, watched) => new Run(
                        request, [.. request.Protocol.Bindings.Values.Select(i => hosts[i])], watched, history, Time,
                        leases: leases));
                var runner = new CampaignRunner(
                    Change(_plan) with
                    {
                        Lanes = Lanes,
                        Batch = Batch,
                        LaneRoles = Roles.ToDictionary(r => r.Key, r => (IReadOnlyList<InstrumentId>)
                            [.. r.Value.Select(i => new InstrumentId(i))]),
                        LaneArguments = Places.ToDictionary(p => p.Key, p => (IReadOnlyList<Argument>)
                            [.. p.Value.Select(v => new Argument(Quantity.Of(v, Unit.One)))]),
                    }, _lab, bound, new Walking(Asked), journal, runs);
                before?.Invoke(runner);
                var work = runner.RunAsync(new CampaignStarted("c", 1, "", "", "", true, "ann"));
                var other = meanwhile?.Invoke(runner) ?? Task.CompletedTask;
                await Task.WhenAny(work, process.Died);
                if (!process.IsDead)
                    await other;
                Writes = journal.Writes;
                return process.IsDead ? null : await work;
            });
        }
    }

    /// <summary>Proposes a place that follows from what was seen and from the seed.</summary>
    private sealed class Walking(List<string> asked) : IPlanner
    {
        public IReadOnlyList<Proposal> Propose(
            Problem problem, Evidence evidence, int count, ulong seed)
        {
            var (seen, pending) = (evidence.Seen, evidence.Pending);
            asked.Add($"seen {seen.Count}, pending {pending.Count}, count {count}"
                + string.Concat(evidence.Suggested.Select(s => $", wants {s}"))
                + string.Concat(evidence.Vetoes.Select(v => $", not {v.Why}"))
                + (seen.Any(s => s.Failed) ? $", failed {seen.Count(s => s.Failed)}" : ""));
            return Enumerable.Range(1, count).Select(i => i <= evidence.Suggested.Count
                ? At(evidence.Suggested[i - 1]) : Next(problem, seen.Count + pending.Count + i, seed)).ToList();
        }

        private static Proposal Next(Problem problem, int n, ulong seed)
        {
            var x = n / 10.0 + seed % 7 / 100.0;
            var numbers = new Dictionary<string, double> { ["EC"] = x, ["EMC"] = 1 - x };
            foreach (var more in problem.Space.Parameters.OfType<ContinuousParameter>().Skip(2))
                numbers[more.Name] = more.Min + n;
            return At(new DesignPoint(numbers, problem.Space.Parameters.OfType<CategoricalParameter>()
                .ToDictionary(p => p.Name, p => p.Levels[n % 2])));
        }

        private static Proposal At(DesignPoint at) =>
            new(at, new Dictionary<string, Prediction>(), "next", new Dictionary<string, double>());

        public IReadOnlyList<Proposal> Recommend(Problem problem, Evidence evidence, ulong seed) => [];

        public IReadOnlyList<Prediction> Predict(
            Problem problem, Evidence evidence, string outcome, IReadOnlyList<DesignPoint> at, ulong seed) => [];
    }
}
