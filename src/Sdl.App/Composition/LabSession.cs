using System.Reflection;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Drivers.Pumps;
using Sdl.Runtime.Analysis;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Time;
using Sdl.Simulators.Hosting;
using Sdl.Transport;
using Sdl.Transport.Channels;

namespace Sdl.App.Composition;

/// <summary>The instruments of a lab, constructed and led to their lines, on one clock.</summary>
public sealed class LabSession : IAsyncDisposable
{
    private readonly SessionLines _lines;
    private readonly Dictionary<InstrumentId, InstrumentHost> _hosts;
    private readonly Leases _leases;

    private LabSession(
        Lab lab, TimeProvider clock, SessionLines lines, IReadOnlyList<IInstrument> instruments,
        SimulatedLab? simulated)
    {
        Lab = lab;
        Clock = clock;
        _lines = lines;
        Simulated = simulated;
        Instruments = instruments;
        _hosts = instruments.ToDictionary(i => i.Id, i => new InstrumentHost(i, WireClock(clock)));
        _leases = new Leases(instruments.Select(i => i.Id), clock);
    }

    /// <summary>The drivers that come with the program.</summary>
    public static DriverCatalogue Drivers { get; } = new(typeof(Ne1000).Assembly);

    /// <summary>The analyses that protocols can name.</summary>
    public static IReadOnlyList<IAnalysis> Analyses { get; } = [new ConductivityAnalysis()];

    public Lab Lab { get; }

    public TimeProvider Clock { get; }

    /// <summary>Null when no address is simulated.</summary>
    public SimulatedLab? Simulated { get; }

    public IReadOnlyList<IInstrument> Instruments { get; }

    /// <summary>Constructs everything and opens nothing.</summary>
    /// <param name="tape">Where what is said to simulated devices is written down, if they are to
    /// outlive the program.</param>
    /// <exception cref="FindingsException">A driver is unknown or a setting cannot be used.</exception>
    public static LabSession Open(
        Lab lab, ulong seed, TimeProvider clock, DeviceTape? tape = null, Action<string>? trace = null)
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
                        WireClock = WireClock(clock),
                    }));
            }
            catch (SettingException e)
            {
                findings.Add(new Finding(i.SettingsAt.GetValueOrDefault(e.Setting, i.At), $"{i.Id}: {e.Message}"));
            }
            catch (FormatException e)
            {
                findings.Add(new Finding(i.At, $"{i.Id}: {e.Message}"));
            }
        return findings.Count == 0
            ? new LabSession(lab, clock, lines, instruments, simulated)
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
        Instruments.ToDictionary(i => i.Id, i => i.Capabilities), Analyses);

    /// <summary>A run over the instruments that its protocol is bound to.</summary>
    public Run NewRun(RunRequest request, RunHistory history, IJournal journal)
    {
        var bound = request.Protocol.Bindings.Values.ToHashSet();
        return new Run(
            request,
            Instruments.Where(i => bound.Contains(i.Id)).Select(i => _hosts[i.Id]).ToList(),
            journal, history, Clock, _leases);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instrument in Instruments)
            await instrument.DisposeAsync();
        await _lines.DisposeAsync();
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
