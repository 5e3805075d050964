using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Time;
using Sdl.Store;

namespace Sdl.Bench;

/// <summary>What the run engine itself costs: steps per second of a dry run on a detector that answers at once, beside
/// Bluesky and OpenTAP doing the same, and how quickly a run gets in and out of a wait.</summary>
public static class EngineSpeed
{
    // Measured on two shared cores of the machine that the project was made on: Bluesky 1.14.6 on CPython 3.11, and
    // OpenTAP 0abbd58 on .NET 10.
    private const double KnownBluesky = 1197, KnownOpenTap = 5600;

    private const string Bluesky = """
        import sys, time
        from bluesky import RunEngine
        from bluesky.plans import count
        class Status:
            done = success = True
            def add_callback(self, call): call(self)
            def exception(self, timeout=0): return None
        class Detector:
            name, parent, n = 'detector', None, 0
            def trigger(self):
                self.n += 1
                return Status()
            def read(self): return {'value': {'value': self.n, 'timestamp': time.time()}}
            def describe(self): return {'value': {'source': 'none', 'dtype': 'number', 'shape': []}}
            def read_configuration(self): return {}
            def describe_configuration(self): return {}
        engine, detector, total = RunEngine({}), Detector(), int(sys.argv[1])
        engine(count([detector], num=50))
        start = time.perf_counter()
        engine(count([detector], num=total))
        print(total / (time.perf_counter() - start))
        """;

    public static async Task<int> RunAsync()
    {
        var hasBluesky = Peer.Python(Bluesky, "100") is not null;
        var hasOpenTap = Peer.Command("SDL_OPENTAP", "100") is not null;
        const int steps = 20_000;
        Steps(2000, onDisk: true);
        Steps(2000, onDisk: false);
        var rates = Rounds.Medians(
            5, () => Steps(steps, onDisk: false), () => Steps(steps / 5, onDisk: true),
            () => hasBluesky ? Peer.Python(Bluesky, "2000")!.Value : KnownBluesky,
            () => hasOpenTap ? Peer.Command("SDL_OPENTAP", "5000")!.Value : KnownOpenTap);
        var isMet = true;
        foreach (var (what, rate) in new[] { ("no disk, as the peers", rates[0]), ("journal on disk", rates[1]) })
        {
            isMet &= Against(what, rate, "Bluesky", rates[2], 10, hasBluesky);
            isMet &= Against(what, rate, "OpenTAP", rates[3], 2, hasOpenTap);
        }
        return await WaitsAsync() && isMet ? 0 : 1;
    }

    private static bool Against(string what, double rate, string peer, double theirs, double least, bool isHere)
    {
        var isMet = rate >= least * theirs;
        Rounds.Print($"dry-run steps, {what}", string.Create(CultureInfo.InvariantCulture, $"{rate:0,0} steps/s"),
            string.Create(
                CultureInfo.InvariantCulture,
                $">= {least} x {peer}: {rate / theirs:0.0} x its {theirs:0,0}/s")
            + (isHere ? "" : " (not here; as known)"), isMet);
        return isMet;
    }

    private static double Steps(int count, bool onDisk)
    {
        var folder = Directory.CreateTempSubdirectory("sdl-bench-").FullName;
        try
        {
            var time = new VirtualTime(DateTimeOffset.UnixEpoch);
            using var disk = onDisk ? SqliteJournal.Open(folder, time, Durability.ProcessDeath) : null;
            var start = Stopwatch.GetTimestamp();
            using var run = NewRun(Repeat(count), time, disk ?? (IJournal)new NoJournal());
            var outcome = time.Run(run.ExecuteAsync);
            return outcome.State == RunState.Completed
                ? count / Stopwatch.GetElapsedTime(start).TotalSeconds
                : throw new InvalidOperationException(outcome.Why);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>On the real clock: from the command in the middle of a wait to the state that it leads to.</summary>
    private static async Task<bool> WaitsAsync()
    {
        var isMet = true;
        foreach (var command in new[] { RunCommand.Pause, RunCommand.Stop, RunCommand.Abort })
        {
            var times = new List<double>();
            for (var round = 0; round < 60; round++)
                times.Add(await ReactionAsync(command));
            // The first ones compile.
            var (median, worst) = (Rounds.Median(times[10..]), times[10..].Max());
            isMet &= median <= 2;
            Rounds.Print($"{command} in a wait".ToLowerInvariant(),
                string.Create(CultureInfo.InvariantCulture, $"{median:0.00} ms, worst {worst:0.00}"), "<= 2 ms",
                median <= 2);
        }
        return isMet;
    }

    private static async Task<double> ReactionAsync(RunCommand command)
    {
        var journal = new NoJournal();
        using var run = NewRun(
            [new Step.Wait("wait", Nowhere, new Scalar("1 h", Nowhere))], TimeProvider.System, journal);
        var waits = journal.Until(e => e is WaitStarted);
        var execution = run.ExecuteAsync();
        await waits;
        var state = command switch
        {
            RunCommand.Pause => RunState.Paused,
            RunCommand.Stop => RunState.Stopped,
            _ => RunState.Aborted,
        };
        var reached = journal.Until(e => e is Moved m && m.To == state);
        var start = Stopwatch.GetTimestamp();
        run.Send(command, "benchmark");
        await reached;
        var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        run.Send(RunCommand.Abort, "benchmark");
        await execution;
        return milliseconds;
    }

    private static Mark Nowhere { get; } = new("benchmark", 1, 1);

    private static IReadOnlyList<Step> Repeat(int count) =>
    [
        new Step.Repeat("repeat", Nowhere, new Scalar(count.ToString(CultureInfo.InvariantCulture), Nowhere),
            [new Step.Invoke("read", Nowhere, "detector", "read", new Dictionary<string, Scalar>(), null)]),
    ];

    private static Run NewRun(IReadOnlyList<Step> steps, TimeProvider clock, IJournal journal)
    {
        var detector = new Detector(clock);
        var protocol = new Protocol(
            "benchmark", "", "", [], new Dictionary<string, string> { ["detector"] = "" }, steps, [],
            new Dictionary<string, Scalar>(), Nowhere);
        var bound = new BoundProtocol(
            protocol, "", new Dictionary<string, InstrumentId> { ["detector"] = detector.Id },
            new Dictionary<InstrumentId, IReadOnlyList<Capability>> { [detector.Id] = detector.Capabilities }, []);
        var id = new RunId("run");
        return new Run(
            new RunRequest(id, bound, Arguments.None, "benchmark"), [new InstrumentHost(detector, clock)], journal,
            RunHistory.Of(id, journal), clock);
    }

    /// <summary>Answers at once.</summary>
    private sealed class Detector(TimeProvider clock) : IInstrument
    {
        private double _count;

        public InstrumentId Id { get; } = new("detector");

        public string SafeState => "always safe";

        public IReadOnlyList<Capability> Capabilities { get; } =
            [new("read", "counts", [], [new Column("value", Unit.One)], Replay.Safe)];

        public ValueTask ConnectAsync(CancellationToken ct) => ValueTask.CompletedTask;

        public IReadOnlyList<Reading> Readings => [];

        public ValueTask<InstrumentStatus> ReadStatusAsync(CancellationToken ct) => new(new InstrumentStatus(
            "detector", "idle", false, new Dictionary<string, Quantity>(), clock.GetUtcNow()));

        public async IAsyncEnumerable<Sample> InvokeAsync(
            Invocation call, [EnumeratorCancellation] CancellationToken ct)
        {
            await ValueTask.CompletedTask;
            yield return new Sample(clock.GetUtcNow(), new[] { ++_count });
        }

        public ValueTask MakeSafeAsync(TimeSpan limit) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
