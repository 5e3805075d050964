using System.IO.Ports;
using Sdl.Core.Instruments;

namespace Sdl.Transport.Channels;

/// <summary>A serial port as System.IO.Ports opens it: for Windows and macOS. On Linux it costs two milliseconds an
/// exchange, see <see cref="TerminalTransport"/>.</summary>
public sealed class SerialTransport(Address address) : ITransport
{
    private readonly SerialFrame _frame = SerialFrame.Of(address);
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
            throw new IOException($"{Name}: {_frame.Explain(address, e, e is UnauthorizedAccessException)}", e);
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
            throw new IOException(SerialFrame.NoControlLines, e);
        }
    }
}
