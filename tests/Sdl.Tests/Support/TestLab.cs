using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Reading;
using Sdl.Runtime.Time;

namespace Sdl.Tests.Support;

/// <summary>Several runs at once on the same fake devices a to e in virtual time, process after process.</summary>
internal sealed class TestLab
{
    public static readonly string[] Names = ["a", "b", "c", "d", "e"];

    private readonly List<(RunId Id, Protocol Protocol, int Priority, double Begin)> _runs = [];

    public TestLab() => Devices = Names.ToDictionary(n => n, _ => new FakeDevice(Time));

    public VirtualTime Time { get; } = new(TestRun.Start);

    public Disk Disk { get; } = new();

    public IReadOnlyDictionary<string, FakeDevice> Devices { get; }

    public IReadOnlyList<RunEvent> Events => Disk.All;

    public int Writes { get; private set; }

    /// <summary>The findings of the checker are not waited for.</summary>
    public bool IsReckless { get; init; }

    public double Elapsed => (Time.GetUtcNow() - TestRun.Start).TotalSeconds;

    public static Protocol Read(string steps)
    {
        using var folder = new TempFolder();
        return ProtocolReader.Read(
            folder.Write("test.yaml", "protocol: test\nroles: {a: '', b: '', c: '', d: '', e: ''}\n" + steps));
    }

    /// <param name="begin">Seconds after the start of the process.</param>
    public TestLab With(string id, string steps, int priority = 0, double begin = 0) =>
        With(id, Read(steps), priority, begin);

    public TestLab With(string id, Protocol protocol, int priority = 0, double begin = 0)
    {
        _runs.Add((new RunId(id), protocol, priority, begin));
        return this;
    }

    public static IReadOnlyList<Finding> Check(Protocol protocol) =>
        ProtocolChecker.Check(TestRun.Bound(protocol, Instruments(new VirtualTime(TestRun.Start))));

    /// <summary>One process: until all runs have ended or it dies (then null).</summary>
    /// <returns>The outcomes of the runs that had not ended before; null also when nothing goes on for a day.</returns>
    public Dictionary<string, RunOutcome>? Process(int die = 0, Func<IReadOnlyList<Run>, Task>? meanwhile = null)
    {
        var process = new Mortal();
        var journal = new MemoryJournal(Disk, Time, process, die);
        var instruments = Instruments(Time, process, Devices);
        var hosts = instruments.Values.Select(i => new InstrumentHost(i, Time)).ToList();
        return Time.Run(async () =>
        {
            var leases = new Leases(hosts.Select(h => h.Id), Time);
            var runs = new List<Run>();
            var work = new List<Task<RunOutcome>>();
            var begins = new List<double>();
            foreach (var (id, protocol, priority, begin) in _runs)
            {
                var history = RunHistory.Of(id, journal);
                if (RunStates.IsFinal(history.State))
                    continue;
                var bound = TestRun.Bound(protocol, instruments);
                if (!IsReckless)
                    Assert.Empty(ProtocolChecker.Check(bound));
                runs.Add(new Run(
                    new RunRequest(id, bound, Arguments.None, "tester", priority), hosts, journal, history, Time,
                    leases: leases));
                begins.Add(history.Started is null ? begin : 0);
            }
            foreach (var (run, begin) in runs.Zip(begins))
                work.Add(BeginAsync(run, begin));
            var other = meanwhile is null ? Task.CompletedTask : meanwhile(runs);
            var all = Task.WhenAll(work);
            var end = await Task.WhenAny(all, process.Died, Task.Delay(TimeSpan.FromDays(1), Time));
            Writes = journal.Writes;
            if (end != all)
                return null;
            await other;
            foreach (var run in runs)
                run.Dispose();
            return (await all).ToDictionary(o => o.Id.Value);
        });
    }

    public Task After(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), Time);

    /// <summary>Who used the instrument, in order.</summary>
    public IEnumerable<string> Users(string instrument) =>
        Events.OfType<StepIntended>().Where(i => i.Instrument.Value == instrument).Select(i => i.Run.Value);

    private async Task<RunOutcome> BeginAsync(Run run, double begin)
    {
        if (begin > 0)
            await After(begin);
        return await run.ExecuteAsync();
    }

    private static Dictionary<InstrumentId, IInstrument> Instruments(
        TimeProvider time, Mortal? process = null, IReadOnlyDictionary<string, FakeDevice>? devices = null) =>
        Names.ToDictionary(n => new InstrumentId(n), n => (IInstrument)new FakeInstrument(
            n, devices?[n] ?? new FakeDevice(time), time, process));
}
