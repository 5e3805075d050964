using System.Reflection;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Drivers.Pumps;
using Sdl.Runtime.Analysis;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Interlocks;
using Sdl.Runtime.Materials;
using Sdl.Runtime.Runs;
using Sdl.Runtime.Time;
using Sdl.Simulators.Hosting;
using Sdl.Transport;
using Sdl.Transport.Channels;

namespace Sdl.App.Composition;

/// <summary>The instruments of a lab, constructed and led to their lines, on one clock.</summary>
public sealed class LabSession : IAsyncDisposable
{
    private readonly LabClaims _claims;
    private readonly SessionLines _lines;
    private readonly Dictionary<InstrumentId, InstrumentHost> _hosts;
    private readonly Heartbeat _heartbeat;
    private readonly Leases _leases;
    private InterlockWatch? _watch;

    private LabSession(
        Lab lab, TimeProvider clock, SessionLines lines, IReadOnlyList<IInstrument> instruments,
        SimulatedLab? simulated, LabClaims claims)
    {
        _claims = claims;
        Lab = lab;
        Clock = clock;
        _lines = lines;
        Simulated = simulated;
        Instruments = instruments;
        _hosts = instruments.Zip(lab.Instruments).ToDictionary(
            i => i.First.Id,
            i => new InstrumentHost(i.First, WireClock(clock), i.Second.Patience) { LabClock = clock });
        _leases = new Leases(instruments.Select(i => i.Id), clock);
        Safety = new SafeStates([.. lab.InSafeOrder.Select(i => _hosts[i])], WireClock(clock));
        _heartbeat = new Heartbeat(
            from i in lab.Instruments where i.Deadman is not null select (_hosts[i.Id], i.Deadman!.Value), clock);
    }

    /// <summary>The drivers that come with the program.</summary>
    public static DriverCatalogue Drivers { get; } = new(typeof(Ne1000).Assembly);

    /// <summary>The analyses that protocols can name.</summary>
    public static IReadOnlyList<IAnalysis> Analyses { get; } =
        [new ConductivityAnalysis(), new CyclingAnalysis(), new EarlyLifeAnalysis(), new CellLifeAnalysis()];

    public Lab Lab { get; }

    public TimeProvider Clock { get; }

    /// <summary>Null when no address is simulated.</summary>
    public SimulatedLab? Simulated { get; }

    public IReadOnlyList<IInstrument> Instruments { get; }

    /// <summary>The way into the safe states, for all who use the lab.</summary>
    public SafeStates Safety { get; }

    /// <summary>Refuses what is not there; null when nobody keeps account (see <see cref="Stockroom"/>).</summary>
    public StockAccount? Stock { get; set; }

    /// <summary>Of those who give commands: whoever asks twice does so in real time, however quick the laboratory's
    /// is, unless they are simulated, too.</summary>
    public TimeProvider PeopleClock { get; set; } = TimeProvider.System;

    /// <summary>Constructs everything and opens nothing.</summary>
    /// <param name="tape">Where what is said to simulated devices is written down, if they are to
    /// outlive the program.</param>
    /// <param name="folder">Where the results go, to tell another process that wants the same instruments.</param>
    /// <exception cref="FindingsException">A driver is unknown or a setting cannot be used.</exception>
    /// <exception cref="IOException">Another process uses one of the instruments.</exception>
    public static LabSession Open(
        Lab lab, ulong seed, TimeProvider clock, DeviceTape? tape = null, Action<string>? trace = null,
        string? folder = null)
    {
        CheckKinds(lab);
        var simulated = Simulate(lab, seed, clock);
        var lines = new SessionLines(
            simulated is null
                ? null
                : new SimulatedLines(simulated.Instruments, simulated.Devices, clock) { Tape = tape },
            new TransportLines(WireClock(clock), trace));
        var findings = new List<Finding>();
        var instruments = new List<IInstrument>();
        foreach (var i in lab.Instruments)
            try
            {
                instruments.Add(Drivers.Create(
                    i.Driver,
                    new DriverContext(i.Id, i.Address, new Settings(i.Settings), lines, clock)
                    {
                        WireClock = WireClock(clock), Deadman = i.Deadman, Request = i.Patience.Usual.Request,
                    }));
                findings.AddRange(UnfitPatience(i, instruments[^1]));
            }
            catch (SettingException e)
            {
                findings.Add(new Finding(i.SettingsAt.GetValueOrDefault(e.Setting, i.At), $"{i.Id}: {e.Message}"));
            }
            catch (FormatException e)
            {
                findings.Add(new Finding(i.At, $"{i.Id}: {e.Message}"));
            }
        if (findings.Count == 0)
            findings.AddRange(InterlockChecker.Check(
                lab.Interlocks, instruments.ToDictionary(i => i.Id, i => i.Readings)));
        return findings.Count == 0
            ? new LabSession(lab, clock, lines, instruments, simulated, LabClaims.Take(lab, folder))
            : throw new FindingsException(findings);
    }

    /// <summary>A lab that is only asked what it declares: nothing can move.</summary>
    /// <exception cref="FindingsException">As for <see cref="Open"/>.</exception>
    public static LabSession Declared(Lab lab) => Open(lab.ToSimulated(), 1, new VirtualTime(LabRunner.DryStart));

    /// <summary>Tells simulated devices again what the tape of an earlier process told them.</summary>
    public void Replay(IEnumerable<TapeEntry> entries, Func<bool> fireNext, Action<DateTimeOffset> moveTo) =>
        _lines.Simulated!.Replay(entries, fireNext, moveTo);

    /// <summary>Binds the roles of a protocol: by <paramref name="binds"/>, else as the lab file says.</summary>
    public BoundProtocol Bind(Protocol protocol, IReadOnlyDictionary<string, InstrumentId> binds) => new(
        protocol, Lab.Digest,
        protocol.Roles.Keys
            .Select(r => (Role: r,
                Id: binds.TryGetValue(r, out var id) || Lab.Roles.TryGetValue(r, out id) ? id : default))
            .Where(b => b.Id.Value is not null).ToDictionary(b => b.Role, b => b.Id),
        Instruments.ToDictionary(i => i.Id, i => i.Capabilities), Analyses)
    {
        Inventory = Lab.Inventory,
    };

    /// <exception cref="KeyNotFoundException">The lab has no such instrument.</exception>
    public InstrumentHost Host(InstrumentId id) => _hosts.TryGetValue(id, out var host) ? host
        : throw new KeyNotFoundException($"lab '{Lab.Name}' has no instrument '{id}'");

    /// <summary>A run over the instruments that its protocol is bound to.</summary>
    public Run NewRun(RunRequest request, RunHistory history, IJournal journal)
    {
        var bound = request.Protocol.Bindings.Values.ToHashSet();
        return new Run(
            request with { Stock = Stock },
            Instruments.Where(i => bound.Contains(i.Id)).Select(i => _hosts[i.Id]).ToList(),
            journal, history, Clock, Safety, _leases)
        {
            PeopleClock = PeopleClock,
            Interlocks = Watch(journal, request.Protocol.Protocol),
        };
    }

    /// <summary>The one door to the runs of this lab. Made on the loop of the virtual clock if there is one.</summary>
    public RunService RunsOver(IJournal journal) => new(
        journal, Clock, order => Bind(order.Protocol, order.Bindings),
        (request, history, watched) => NewRun(request, history, watched))
    {
        StandStill = Clock is VirtualTime time ? time.Hold : null,
    };

    /// <summary>What watches the interlocks of the lab; null when it has none. All runs of a session write into one
    /// journal, which also knows what had tripped before.</summary>
    /// <param name="protocol">What is run: a dry run that cycles cells is watched as one of weeks.</param>
    public InterlockWatch? Watch(IJournal journal, Protocol protocol) => Watch(
        journal, Clock is not VirtualTime ? new InterlockWatchOptions()
            : protocol.Tests.Count > 0 ? InterlockWatchOptions.DryWeeks
            : InterlockWatchOptions.Dry);

    /// <inheritdoc cref="Watch(IJournal, Protocol)"/>
    public InterlockWatch? Watch(IJournal journal, InterlockWatchOptions options) =>
        Lab.Interlocks.Count == 0 ? null : _watch ??= new InterlockWatch(
            Lab.Interlocks, _hosts.Values, journal, Clock, WireClock(Clock),
            options);

    /// <summary>Begins nothing any more, makes safe what is not, and closes the lines.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts.Values)
            host.Close();
        await Safety.MakeAllSafeAsync((_, _) => ValueTask.CompletedTask);
        await _heartbeat.DisposeAsync();
        foreach (var instrument in Instruments)
            await instrument.DisposeAsync();
        await _lines.DisposeAsync();
        _claims.Dispose();
    }

    // However quick the laboratory's time, a real port and this computer take theirs.
    private static TimeProvider WireClock(TimeProvider clock) => clock is ScaledTime scaled ? scaled.Inner : clock;

    private static SimulatedLab? Simulate(Lab lab, ulong seed, TimeProvider clock)
    {
        var instruments = lab.Instruments.Where(i => i.Address.Simulated).ToList();
        if (instruments.Count == 0)
            return null;
        try
        {
            return SimulatedLab.Build(lab with { Instruments = instruments }, seed, clock, SimulatorAssembly);
        }
        catch (SimulatedLabException e)
        {
            throw new FindingsException([new Finding(instruments.First(i => i.Id == e.Id).At, e.Message)]);
        }
    }

    private static IEnumerable<Finding> UnfitPatience(LabInstrument entry, IInstrument instrument) =>
        from named in entry.Patience.At
        where instrument.Capabilities.All(c => c.Name != named.Key)
        select new Finding(named.Value, $"{entry.Id}: there is no capability '{named.Key}' to be patient with; there "
            + $"are {string.Join(", ", instrument.Capabilities.Select(c => c.Name))}");

    private static void CheckKinds(Lab lab)
    {
        var findings = lab.Instruments.Where(i => Drivers.Find(i.Driver) is null).Select(i => new Finding(
            i.At, $"{i.Id}: there is no driver '{i.Driver}'; "
                + $"there are {string.Join(", ", Drivers.Entries.Select(e => e.Attribute.Kind))}")).ToList();
        if (findings.Count > 0)
            throw new FindingsException(findings);
    }

    public static Assembly SimulatorAssembly => typeof(SimulatedLab).Assembly;

    /// <summary>Simulated addresses lead to simulators, all others to real lines.</summary>
    private sealed class SessionLines(SimulatedLines? simulated, TransportLines real) : ILines, IAsyncDisposable
    {
        public SimulatedLines? Simulated => simulated;

        public Line Get(InstrumentId id, Address address) =>
            address.Simulated ? simulated!.Get(id, address) : real.Get(id, address);

        public async ValueTask DisposeAsync()
        {
            if (simulated is not null)
                await simulated.DisposeAsync();
            await real.DisposeAsync();
        }
    }
}
