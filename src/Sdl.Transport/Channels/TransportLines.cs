using System.Globalization;
using Sdl.Core.Instruments;

namespace Sdl.Transport.Channels;

/// <summary>The real lines of a lab: one for each endpoint, opened at its first use, all closed at the end.</summary>
/// <param name="trace">Gets what goes over every line, as <see cref="TracingTransport"/> writes it, behind the line's
/// name. </param>
public sealed class TransportLines(TimeProvider clock, Action<string>? trace = null) : ILines, IAsyncDisposable
{
    // Less than an instrument gets to connect, so that it is this that says what is wrong.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(4);
    private static readonly string[] PortOptions = ["baud", "parity", "data", "stop", "flow", "dtr", "rts"];

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Line Line, InstrumentId First, Address Address)> _lines = [];

    /// <exception cref="FormatException">The address cannot be used, or asks another speed or the like of a port that a
    /// neighbour uses too.</exception>
    public Line Get(InstrumentId id, Address address)
    {
        lock (_gate)
        {
            var endpoint = address.Endpoint(id);
            if (!_lines.TryGetValue(endpoint, out var known))
                _lines[endpoint] = known = (new Line(Traced(Open(address, clock))), id, address);
            foreach (var option in PortOptions)
                if (known.Address.Options.GetValueOrDefault(option) != address.Options.GetValueOrDefault(option))
                    throw new FormatException($"'{address}' of {id} and '{known.Address}' of {known.First} are the "
                        + $"same port, so their {option} must be the same");
            return known.Line;
        }
    }

    /// <summary>The transport of an address, not yet open.</summary>
    /// <exception cref="FormatException">The address cannot be used.</exception>
    public static ITransport Open(Address address, TimeProvider clock) => address switch
    {
        { Simulated: true } => throw new FormatException($"'{address}' names a simulator, not a line"),
        { Scheme: "serial" or "modbus-rtu" } => TerminalTransport.IsPossible
            ? new TerminalTransport(address)
            : new SerialTransport(address),
        { Scheme: "modbus-tcp" } => Tcp(address, 502, clock),
        { Scheme: "tcp" } => Tcp(address, null, clock),
        _ => throw new FormatException($"'{address}' names no line"),
    };

    public async ValueTask DisposeAsync()
    {
        List<Line> lines;
        lock (_gate)
        {
            lines = [.. _lines.Values.Select(l => l.Line)];
            _lines.Clear();
        }
        foreach (var line in lines)
            await line.DisposeAsync();
    }

    private static TcpTransport Tcp(Address address, int? usual, TimeProvider clock)
    {
        // An IPv6 host stands in brackets, so that its colons are none of the port's.
        var colon = address.Target.LastIndexOf(':');
        var named = colon > address.Target.LastIndexOf(']');
        var host = (named ? address.Target[..colon] : address.Target).Trim('[', ']');
        var text = address.Target[(colon + 1)..];
        var port = !named ? usual
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : null;
        return host.Length > 0 && port is > 0 and <= 65535
            ? new TcpTransport(host, port.Value, clock, ConnectTimeout)
            : throw new FormatException(
                $"'{address}' should name a host and a port of 1 to 65535, such as tcp:10.0.0.5:4000");
    }

    private ITransport Traced(ITransport transport) => trace is null
        ? transport
        : new TracingTransport(transport, clock, text => trace($"{transport.Name} {text}"));
}
