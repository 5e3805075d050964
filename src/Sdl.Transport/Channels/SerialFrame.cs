using System.IO.Ports;
using Sdl.Core.Instruments;

namespace Sdl.Transport.Channels;

/// <summary>How a serial port is set, as the options of its address say: <c>baud</c> (9600), <c>parity</c> none, even,
/// odd, mark, space (none), <c>data</c> (8), <c>stop</c> 1, 1.5, 2 (1), <c>flow</c> none, rtscts, xonxoff (none),
/// <c>dtr</c> and <c>rts</c> on, off (off where the port has them). Adapters that draw their power from these lines
/// want <c>dtr=on&amp;rts=on</c>.</summary>
internal sealed record SerialFrame(
    int Baud, Parity Parity, int Data, StopBits Stop, Handshake Flow, bool? Dtr, bool? Rts)
{
    public const string NoControlLines =
        "it has no DTR and RTS lines, as a pseudo-terminal; take dtr and rts out of the address";

    /// <exception cref="FormatException">An option makes no sense.</exception>
    public static SerialFrame Of(Address address) => new(
        Number(address, "baud", 9600, 50, 4_000_000),
        Choice(address, "parity", Parity.None, ("none", Parity.None), ("even", Parity.Even), ("odd", Parity.Odd),
            ("mark", Parity.Mark), ("space", Parity.Space)),
        Number(address, "data", 8, 5, 8),
        Choice(address, "stop", StopBits.One, ("1", StopBits.One), ("1.5", StopBits.OnePointFive),
            ("2", StopBits.Two)),
        Choice(address, "flow", Handshake.None, ("none", Handshake.None), ("rtscts", Handshake.RequestToSend),
            ("xonxoff", Handshake.XOnXOff)),
        Choice<bool?>(address, "dtr", null, ("on", true), ("off", false)),
        Choice<bool?>(address, "rts", null, ("on", true), ("off", false)));

    /// <summary>Why the port at an address could not be opened, and what to do.</summary>
    /// <param name="refused">The system did not let us.</param>
    public string Explain(Address address, Exception e, bool refused)
    {
        var there = SerialPort.GetPortNames();
        // A missing port also shows up as a refused one.
        var missing = OperatingSystem.IsWindows() ? !there.Contains(address.Target) : !Path.Exists(address.Target);
        return missing
            ? "no such port; " + (there.Length > 0 ? $"these exist: {string.Join(", ", there)}" : "none exists")
            : refused
                ? "may not be opened; another program holds it, or this user is not in its group (dialout on Linux)"
                : $"cannot be opened with {Baud} baud, parity {Parity}, {Data} data bits, "
                    + $"stop bits {Stop}: {e.Message}";
    }

    private static int Number(Address address, string option, int otherwise, int least, int most)
    {
        var number = address.Integer(option, otherwise);
        return number >= least && number <= most
            ? number
            : throw new FormatException($"{option}={number} in address '{address}' should be {least} to {most}");
    }

    private static T Choice<T>(Address address, string option, T otherwise, params (string Text, T Value)[] choices)
    {
        if (!address.Options.TryGetValue(option, out var text))
            return otherwise;
        foreach (var choice in choices)
            if (choice.Text == text)
                return choice.Value;
        throw new FormatException($"{option}={text} in address '{address}' should be one of "
            + string.Join(", ", choices.Select(c => c.Text)));
    }
}
