using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Sdl.Core.Instruments;

/// <summary>Where an instrument is: <c>serial:/dev/ttyUSB0?baud=9600</c>, <c>serial:COM3</c>, <c>tcp:10.0.0.5:4000</c>,
/// <c>modbus-tcp:host:502?unit=3</c>, <c>modbus-rtu:/dev/ttyUSB1?baud=19200&amp;unit=9</c>, or <c>sim:</c> before any
/// of these (or alone): the simulator that stands in for the device at that address.</summary>
/// <param name="Scheme">serial, tcp, modbus-tcp, modbus-rtu; empty for a bare <c>sim:</c>.</param>
/// <param name="Target">Device name, or host and port.</param>
public sealed record Address(bool Simulated, string Scheme, string Target, IReadOnlyDictionary<string, string> Options)
{
    private static readonly string[] Schemes = ["serial", "tcp", "modbus-tcp", "modbus-rtu"];

    /// <exception cref="FormatException">The text is no address.</exception>
    public static Address Parse(string text) =>
        TryParse(text, out var address, out var error) ? address : throw new FormatException(error);

    public static bool TryParse(
        string text, [NotNullWhen(true)] out Address? address, [NotNullWhen(false)] out string? error)
    {
        address = null;
        error = null;
        var rest = text.Trim();
        var simulated = rest.StartsWith("sim:", StringComparison.Ordinal);
        if (simulated)
            rest = rest[4..];
        var query = rest.IndexOf('?');
        var options = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query < 0 ? [] : rest[(query + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=');
            if (equals <= 0)
            {
                error = $"'{pair}' in address '{text}' should be name=value";
                return false;
            }
            options[pair[..equals]] = pair[(equals + 1)..];
        }
        rest = query < 0 ? rest : rest[..query];
        var colon = rest.IndexOf(':');
        var scheme = colon < 0 ? "" : rest[..colon];
        var target = colon < 0 ? rest : rest[(colon + 1)..];
        if (rest.Length > 0 ? !Schemes.Contains(scheme) || target.Length == 0 : !simulated)
        {
            error = $"'{text}' is not an address; write serial:/dev/ttyUSB0?baud=9600, serial:COM3, tcp:host:port, "
                + "modbus-tcp:host:502?unit=1, modbus-rtu:/dev/ttyUSB0?baud=19200&unit=1, or sim:";
            return false;
        }
        address = new Address(simulated, scheme, target, options);
        return true;
    }

    /// <summary>The same address, answered by a simulator.</summary>
    public Address ToSimulated() => this with { Simulated = true };

    /// <summary>What must be opened only once: two instruments with the same endpoint share a line.
    /// A bare <c>sim:</c> has none of its own and stands for <paramref name="id"/>.</summary>
    public string Endpoint(InstrumentId id) =>
        (Simulated ? "sim:" : "") + (Scheme.Length == 0 ? id.Value + Target : Wire + ":" + Target);

    /// <summary>An integer option such as <c>unit</c> or <c>baud</c>.</summary>
    /// <exception cref="FormatException">It is there and no integer.</exception>
    public int Integer(string option, int otherwise) =>
        !Options.TryGetValue(option, out var text) ? otherwise
        : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value
        : throw new FormatException($"{option}={text} in address '{this}' should be a whole number");

    /// <summary>The address of another TCP port of the same device, for instruments that listen on several.
    /// The option named <paramref name="name"/> overrides <paramref name="port"/>.</summary>
    public Address Port(string name, int port) =>
        this with { Target = Target.Split(':')[0] + ":" + Integer(name, port).ToString(CultureInfo.InvariantCulture) };

    public override string ToString()
    {
        var head = (Simulated ? "sim:" : "") + (Scheme.Length == 0 ? "" : Scheme + ":" + Target);
        return Options.Count == 0 ? head : head + "?" + string.Join('&', Options.Select(o => $"{o.Key}={o.Value}"));
    }

    // modbus-rtu and serial name the same port, modbus-tcp and tcp the same socket.
    private string Wire => Scheme is "modbus-rtu" ? "serial" : Scheme is "modbus-tcp" ? "tcp" : Scheme;
}
