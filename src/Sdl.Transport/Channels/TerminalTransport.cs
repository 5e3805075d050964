using System.IO.Ports;
using System.Runtime.InteropServices;
using Sdl.Core.Instruments;

namespace Sdl.Transport.Channels;

/// <summary>A serial port of Linux, opened and waited for without System.IO.Ports, which looks for bytes only every few
/// milliseconds. Options of the address: see <see cref="SerialFrame"/>.</summary>
public sealed class TerminalTransport : ITransport
{
    private const int MostUnread = 1 << 20;

    private readonly Address _address;
    private readonly SerialFrame _frame;
    private PolledTerminal? _port;

    /// <exception cref="FormatException">An option of the address makes no sense.</exception>
    public TerminalTransport(Address address)
    {
        (_address, _frame) = (address, SerialFrame.Of(address));
        if (_frame is { Stop: StopBits.OnePointFive, Data: not 5 })
            throw new FormatException($"stop=1.5 in address '{address}' goes with data=5 only; take stop=2");
    }

    /// <summary>Whether this system's terminals are known.</summary>
    public static bool IsPossible => OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 or Architecture.Arm64
            or Architecture.Arm;

    public string Name => "serial:" + _address.Target;

    public bool IsLost => _port is { IsLost: true };

    public ValueTask OpenAsync(CancellationToken ct)
    {
        var flags = Libc.ReadWrite | Libc.NoTerminal | Libc.Private | Libc.NonBlocking;
        var file = Libc.Open(_address.Target, flags);
        if (file < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            var e = new IOException(Marshal.GetPInvokeErrorMessage(error));
            throw new IOException($"{Name}: {_frame.Explain(_address, e, error is Libc.Refused or Libc.Busy)}", e);
        }
        var handle = Libc.Handle(file, "open");
        try
        {
            LinuxTerminal.Prepare(handle, _frame);
            _port = new PolledTerminal(handle, Name, MostUnread);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{Name}: {_frame.Explain(_address, e, e is UnauthorizedAccessException)}", e);
        }
        finally
        {
            if (_port is null)
                handle.Dispose();
        }
        return ValueTask.CompletedTask;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        while (true)
        {
            bytes = bytes[Opened.Write(bytes.Span)..];
            if (bytes.IsEmpty)
                return;
            await Opened.HasRoomAsync(ct);
        }
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        var count = await Opened.Inbox.TakeAsync(buffer, ct);
        return count > 0 ? count : throw new IOException($"{Name}: was closed");
    }

    public void DiscardInput() => _port?.Discard(LinuxTerminal.DropInput);

    public ValueTask DisposeAsync()
    {
        if (_port is not { } port)
            return ValueTask.CompletedTask;
        _port = null;
        LinuxTerminal.Release(port.Handle);
        port.Dispose();
        port.Inbox.Close();
        return ValueTask.CompletedTask;
    }

    private PolledTerminal Opened => _port ?? throw new IOException($"{Name}: is not open");
}
