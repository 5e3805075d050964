using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Core.Safety;
using Sdl.Core.Units;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Interlocks;
using Sdl.Runtime.Reading;
using Sdl.Runtime.Time;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Interlocks;

/// <summary>Two fake devices, a and b, watched while runs are under way, in virtual time.</summary>
internal sealed class WatchBench
{
    public WatchBench() => (A, B) = (new FakeDevice(Time), new FakeDevice(Time));

    public VirtualTime Time { get; } = new(TestRun.Start);
    public FakeDevice A { get; }
    public FakeDevice B { get; }
    public Disk Disk { get; } = new();

    /// <summary>From this write on the disk is full.</summary>
    public int BreakAt { get; init; }

    public InterlockWatchOptions Options { get; init; } = new();

    public TimeSpan Elapsed => Time.GetUtcNow() - TestRun.Start;

    public IEnumerable<T> Seen<T>()
        where T : RunEvent => Disk.All.OfType<T>();

    /// <summary>Does it with a process that watches these rules.</summary>
    public void Watch(Func<Session, Task> work, params Interlock[] rules) => Time.Run(async () =>
    {
        var journal = new MemoryJournal(Disk, Time, breakAt: BreakAt);
        var hosts = new[] { ("a", A), ("b", B) }
            .Select(d => new InstrumentHost(new FakeInstrument(d.Item1, d.Item2, Time), Time)).ToList();
        await work(new Session(this, journal, hosts, new InterlockWatch(rules, hosts, journal, Time, Time, Options)));
    });

    public Task After(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), Time);

    public static void Show(FakeDevice device, double? value) =>
        device.Shown = value is { } number ? Quantity.Of(number, Unit.One) : null;

    public sealed record Session(
        WatchBench Bench, IJournal Journal, IReadOnlyList<InstrumentHost> Hosts, InterlockWatch Watch)
    {
        public InterlockState State => Watch.States[0].State;

        /// <summary>A run over the named instruments.</summary>
        public Run Run(string steps, string name = "run", string roles = "ab")
        {
            using var folder = new TempFolder();
            var names = string.Join(", ", roles.Select(r => $"{r}: ''"));
            var protocol = ProtocolReader.Read(
                folder.Write("test.yaml", $"protocol: test\nroles: {{{names}}}\n{steps}"));
            var used = Hosts.Where(h => roles.Contains(h.Id.Value, StringComparison.Ordinal)).ToList();
            var bound = TestRun.Bound(protocol, used.ToDictionary(h => h.Id, h => h.Instrument));
            Assert.Empty(ProtocolChecker.Check(bound));
            var id = new RunId(name);
            return new Run(
                new RunRequest(id, bound, Arguments.None, "tester"), used, Journal,
                RunHistory.Of(id, Journal), Bench.Time) { Interlocks = Watch };
        }
    }
}
