using System.IO.Ports;
using Sdl.Core.Instruments;

namespace Sdl.Transport.Channels;

/// <summary>A serial port. Its address options: <c>baud</c> (9600), <c>parity</c> none, even, odd, mark, space (none),
/// <c>data</c> (8), <c>stop</c> 1, 1.5, 2 (1), <c>flow</c> none, rtscts, xonxoff (none), <c>dtr</c> and <c>rts</c> on,
/// off (off where the port has them). Adapters that draw their power from these lines want
/// <c>dtr=on&amp;rts=on</c>.</summary>
public sealed class SerialTransport(Address address) : ITransport
{
    private readonly Frame _frame = Frame.Of(address);
    private SerialPort? _port;
    private PendingRead? _reading;

    public string Name => "serial:" + address.Target;

    public ValueTask OpenAsync(CancellationToken ct)
    {
        var port = new SerialPort(address.Target, _frame.Baud, _frame.Parity, _frame.Data, _frame.Stop)
        {
            Handshake = _frame.Flow,
        };
        try
        {
            port.Open();
            SetControlLines(port);
            _reading = new PendingRead(port.BaseStream);
            _port = port;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException or ArgumentException)
        {
            throw new IOException($"{Name}: {Explain(e)}", e);
        }
        finally
        {
            if (_port != port)
                port.Dispose();
        }
        return ValueTask.CompletedTask;
    }

    public bool IsLost
    {
        get
        {
            try
            {
                // A port whose adapter was pulled can no longer say how much has come.
                return _port is { BytesToRead: < 0 };
            }
            catch (Exception e) when (IsLoss(e, CancellationToken.None))
            {
                return true;
            }
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var port = _port ?? throw new IOException($"{Name}: is not open");
        try
        {
            await port.BaseStream.WriteAsync(bytes, CancellationToken.None).AsTask().WaitAsync(ct);
        }
        catch (Exception e) when (IsLoss(e, ct))
        {
            throw Lost(e);
        }
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        var reading = _reading ?? throw new IOException($"{Name}: is not open");
        try
        {
            var count = await reading.ReadAsync(buffer, ct);
            // A serial line never ends by itself: the adapter was pulled.
            return count > 0 ? count : throw new EndOfStreamException("the port has ended");
        }
        catch (Exception e) when (IsLoss(e, ct))
        {
            throw Lost(e);
        }
    }

    public void DiscardInput()
    {
        _reading?.Discard();
        try
        {
            _port?.DiscardInBuffer();
        }
        catch (Exception e) when (IsLoss(e, CancellationToken.None))
        {
            // A lost port has nothing to drop; the next read or write tells.
        }
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private void Close()
    {
        _reading?.Abandon();
        _port?.Dispose();
        (_port, _reading) = (null, null);
    }

    // What System.IO.Ports throws when the adapter is pulled depends on the moment.
    private static bool IsLoss(Exception e, CancellationToken ct) =>
        e is IOException or InvalidOperationException or UnauthorizedAccessException
        || (e is OperationCanceledException && !ct.IsCancellationRequested);

    private IOException Lost(Exception e)
    {
        // System.IO.Ports lets reads wait for ever after it has once reported the loss.
        Close();
        return new IOException($"{Name}: the port is gone ({e.Message}); check the cable", e);
    }

    // Only when asked for: a pseudo-terminal has none and refuses.
    private void SetControlLines(SerialPort port)
    {
        try
        {
            if (_frame.Dtr is { } dtr)
                port.DtrEnable = dtr;
            if (_frame.Rts is { } rts)
                port.RtsEnable = rts;
        }
        catch (IOException e)
        {
            throw new IOException(
                "it has no DTR and RTS lines, as a pseudo-terminal; take dtr and rts out of the address", e);
        }
    }

    private string Explain(Exception e)
    {
        var there = SerialPort.GetPortNames();
        // A missing port also shows up as a refused one.
        var missing = OperatingSystem.IsWindows() ? !there.Contains(address.Target) : !Path.Exists(address.Target);
        return missing
            ? "no such port; " + (there.Length > 0 ? $"these exist: {string.Join(", ", there)}" : "none exists")
            : e is UnauthorizedAccessException
                ? "may not be opened; another program holds it, or this user is not in its group (dialout on Linux)"
                : $"cannot be opened with {_frame.Baud} baud, parity {_frame.Parity}, {_frame.Data} data bits, "
                    + $"stop bits {_frame.Stop}: {e.Message}";
    }

    private sealed record Frame(
        int Baud, Parity Parity, int Data, StopBits Stop, Handshake Flow, bool? Dtr, bool? Rts)
    {
        /// <exception cref="FormatException">An option makes no sense.</exception>
        public static Frame Of(Address address) => new(
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
}
