using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Materials;
using Sdl.Runtime.Reading;
using Sdl.Runtime.Runs;
using Sdl.Runtime.Time;

namespace Sdl.Tests.Support;

/// <summary>Runs protocols on fake devices in virtual time, process after process.</summary>
internal sealed class TestRun
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);
    public static readonly RunId Id = new("run");

    private readonly Protocol _protocol;
    private StockAccount? _stock;

    public TestRun(string steps)
    {
        using var folder = new TempFolder();
        var text = "protocol: test\nroles: {a: '', b: '', c: '', d: ''}\n" + steps;
        _protocol = ProtocolReader.Read(folder.Write("test.yaml", text));
        foreach (var id in new[] { "a", "b", "c", "d" })
            Devices[id] = new FakeDevice(Time);
    }

    public VirtualTime Time { get; } = new(Start);

    public Disk Disk { get; } = new();

    public Dictionary<string, FakeDevice> Devices { get; } = [];

    public FakeDevice A => Devices["a"];
    public FakeDevice B => Devices["b"];
    public FakeDevice C => Devices["c"];

    /// <summary>Puts something between the engine and each instrument.</summary>
    public Func<FakeInstrument, IInstrument> Decorate { get; init; } = i => i;

    public InstrumentPatience? Patience { get; init; }

    /// <summary>What the lab says is there; the ledger starts from what is on the disk.</summary>
    public Inventory Inventory { get; init; } = Inventory.None;

    public Ledger Ledger => Ledger.Of(new MemoryJournal(Disk, Time).Read());

    public IReadOnlyList<RunEvent> Events => Disk.All;

    public TimeSpan Elapsed => Time.GetUtcNow() - Start;

    public IEnumerable<RunState> States => Events.OfType<Moved>().Select(m => m.To);

    /// <summary>One process: from where the journal ends until the run ends or the process dies (then null).</summary>
    public RunOutcome? Process(
        int die = 0, int breakAt = 0, Func<Run, Task>? meanwhile = null, Action? atDeath = null,
        Action<Run>? before = null)
    {
        var process = new Mortal();
        var journal = new MemoryJournal(Disk, Time, process, die, breakAt) { Seen = e => _stock?.See(e) };
        return ProcessWith(journal, process, meanwhile, atDeath, before);
    }

    public RunOutcome? ProcessWith(
        IJournal journal, Mortal? process = null, Func<Run, Task>? meanwhile = null, Action? atDeath = null,
        Action<Run>? before = null)
    {
        process ??= new Mortal();
        var instruments = Devices.ToDictionary(
            d => new InstrumentId(d.Key), d => Decorate(new FakeInstrument(d.Key, d.Value, Time, process)));
        var bound = Bound(_protocol, instruments) with { Inventory = Inventory };
        _stock = Inventory.IsNone ? null : new StockAccount(Inventory, Ledger);
        Assert.Empty(ProtocolChecker.Check(bound));
        return Time.Run(async () =>
        {
            using var run = new Run(
                new RunRequest(Id, bound, ProtocolChecker.Complete(_protocol, Arguments.None), "tester")
                {
                    Stock = _stock,
                },
                instruments.Values.Select(i => new InstrumentHost(i, Time, Patience)).ToList(), journal,
                RunHistory.Of(Id, journal), Time);
            before?.Invoke(run);
            var execution = run.ExecuteAsync();
            var other = meanwhile is null ? Task.CompletedTask : meanwhile(run);
            await Task.WhenAny(execution, process.Died);
            if (process.IsDead)
            {
                atDeath?.Invoke();
                return null;
            }
            await other;
            return await execution;
        });
    }

    public RunOrder Order => new(Id, _protocol, Arguments.None, new Dictionary<string, InstrumentId>(), "tester");

    /// <summary>The door to runs on the fake devices; to be made on the loop.</summary>
    public RunService Service(Func<IDisposable>? standStill = null)
    {
        var instruments = Devices.ToDictionary(
            d => new InstrumentId(d.Key), d => (IInstrument)new FakeInstrument(d.Key, d.Value, Time));
        var hosts = instruments.Values.Select(i => new InstrumentHost(i, Time)).ToList();
        return new RunService(
            new MemoryJournal(Disk, Time), Time, order => Bound(order.Protocol, instruments),
            (request, history, journal) => new Run(request, hosts, journal, history, Time))
        {
            StandStill = standStill,
        };
    }

    /// <summary>A person's word on a call.</summary>
    public void Say(string call, CallProgress progress) => Time.Run(() => new MemoryJournal(Disk, Time).AppendAsync(
        new StepReconciled(Id, new CallId(call), progress, "I looked", "ann"), CancellationToken.None).AsTask());

    public Task After(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), Time);

    public static BoundProtocol Bound(
        Protocol protocol, IReadOnlyDictionary<InstrumentId, IInstrument> instruments) => new(
        protocol, "lab", protocol.Roles.Keys.ToDictionary(r => r, r => new InstrumentId(r)),
        instruments.ToDictionary(i => i.Key, i => i.Value.Capabilities), [new MeanAnalysis()]);
}
