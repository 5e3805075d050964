using Sdl.Core.Instruments;
using Sdl.Transport;

namespace Sdl.Simulators.Hosting;

/// <summary>Leads every address to the simulators that answer there, in memory, at the speed of
/// the real line.</summary>
public sealed class SimulatedLines(
    IReadOnlyList<SimulatedInstrument> instruments, DeviceClock devices, TimeProvider clock)
    : ILines, IAsyncDisposable
{
    private readonly SortedDictionary<string, Line> _lines = new(StringComparer.Ordinal);

    /// <summary>Writes down what reaches the devices, if there is one.</summary>
    public DeviceTape? Tape { get; init; }

    /// <summary>Puts something between the host and each line, such as a bad cable; nothing when left out.</summary>
    public Func<ITransport, ITransport> Decorate { get; init; } = wire => wire;

    /// <exception cref="InvalidOperationException">No simulated device is there.</exception>
    public Line Get(InstrumentId id, Address address)
    {
        var endpoint = address.Endpoint(id);
        if (_lines.TryGetValue(endpoint, out var line))
            return line;
        var ports = PortsAt(endpoint);
        if (ports.Count == 0)
            throw new InvalidOperationException($"no simulated device answers at '{endpoint}'");
        return _lines[endpoint] = new Line(
            Decorate(new WireTransport(endpoint, ports, BytesPerSecond(address), devices, clock, Tape)));
    }

    /// <summary>Rebuilds the devices: tells them again everything that the tape says they were told, at
    /// the same times.</summary>
    /// <param name="fireNext">Fires the next timer of the virtual clock.</param>
    /// <param name="moveTo">Sets the virtual clock.</param>
    public void Replay(IEnumerable<TapeEntry> entries, Func<bool> fireNext, Action<DateTimeOffset> moveTo)
    {
        var sessions = new SortedDictionary<string, List<IDeviceSession>>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            while (devices.Fired < entry.Fired && fireNext())
            {
            }
            moveTo(entry.At);
            if (entry.Kind == TapeKind.Open)
                sessions[entry.Endpoint] = PortsAt(entry.Endpoint).ConvertAll(p => p.Connect(Nowhere.Wire));
            else
                foreach (var session in sessions[entry.Endpoint])
                    if (entry.Kind == TapeKind.Bytes)
                        session.Receive(entry.Bytes);
                    else
                        session.Closed();
            if (entry.Kind == TapeKind.Close)
                sessions.Remove(entry.Endpoint);
        }
        // The program that held the connections is dead, and its operating system has closed them. The tape says so,
        // too, for the next time that it is told again.
        foreach (var (endpoint, open) in sessions.Where(s => !s.Key.Contains("serial:", StringComparison.Ordinal)))
        {
            Tape?.Append(new TapeEntry(devices.GetUtcNow(), devices.Fired, TapeKind.Close, endpoint, []));
            open.ForEach(s => s.Closed());
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var line in _lines.Values)
            await line.DisposeAsync();
    }

    private List<DevicePort> PortsAt(string endpoint) => (
        from i in instruments
        from port in i.FaultyPorts(devices)
        let address = port.Name.Length == 0 ? i.Address : i.Address.Port(port.Name, port.Number)
        where address.ToSimulated().Endpoint(i.Id) == endpoint
        select port).ToList();

    // Start, eight data and stop bit; a network needs no such pause, its latency is in the wire.
    private static double BytesPerSecond(Address address) => address.Scheme switch
    {
        "serial" or "modbus-rtu" => address.Integer("baud", 9600) / 10.0,
        _ => double.PositiveInfinity,
    };

    private sealed class Nowhere : IDeviceWire
    {
        public static readonly Nowhere Wire = new();

        public void Send(ReadOnlySpan<byte> bytes)
        {
        }

        public void Close()
        {
        }
    }
}

/// <summary>A simulator at the address where its driver looks for the device.</summary>
/// <param name="Deadman">After how long a silence of its line the device goes safe by itself; null for
/// never.</param>
/// <param name="Clock">Of the devices; wanted where there is a dead-man.</param>
public sealed record SimulatedInstrument(
    InstrumentId Id, Address Address, ISimulator Simulator, TimeSpan? Deadman = null, DeviceClock? Clock = null)
{
    /// <summary>The watchdog relay in the device's supply; null when it has none.</summary>
    public WatchdogRelay? Relay { get; } = Deadman is { } limit && Simulator.Watchdog is { } act
        ? new WatchdogRelay(limit, act, Clock!)
        : null;

    /// <summary>The ports of the device, at which the relay listens as well.</summary>
    public IReadOnlyList<DevicePort> Ports => Relay is null
        ? Simulator.Ports
        : [.. Simulator.Ports.Select(Relay.At)];
}
