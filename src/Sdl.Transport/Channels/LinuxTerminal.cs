using System.IO.Ports;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sdl.Transport.Channels;

/// <summary>The settings of a terminal as Linux' <c>termios2</c> has them on x86 and ARM, which takes any baud rate
/// (asm-generic/termbits.h, ioctl_tty(2)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LinuxTerminal
{
    private const nuint Get = 0x802C542A, Set = 0x402C542B, Exclusive = 0x540C, Shared = 0x540D, Flush = 0x540B,
        LinesOn = 0x5416, LinesOff = 0x5417;

    private const uint CheckParity = 0x10, XOn = 0x400, XOff = 0x1000;
    private const uint OtherSpeed = 0x1000, DataShift = 4, TwoStops = 0x40, Receive = 0x80, ParityOn = 0x100,
        ParityOdd = 0x200, IgnoreModem = 0x800, StickParity = 0x4000_0000, HardwareFlow = 0x8000_0000;

    private const int Dtr = 2, Rts = 4, InputQueue = 0, LockNow = 6;

    // A UART divides its clock; it may be off by what the frame's last bit bears.
    private const double SpeedTolerance = 0.03;

    private uint _input, _output, _control, _local;
    private byte _line;
    private Characters _characters;
    private uint _speedIn, _speedOut;

    [InlineArray(19)]
    private struct Characters
    {
        private byte _first;
    }

    /// <summary>Takes the port for this program alone and sets it.</summary>
    /// <exception cref="IOException">It is no serial port, or cannot do that.</exception>
    /// <exception cref="UnauthorizedAccessException">Another program holds it.</exception>
    public static void Prepare(SafeFileHandle port, SerialFrame frame)
    {
        if (Libc.Lock(port, LockNow) < 0)
            throw new UnauthorizedAccessException("another program holds it");
        _ = Libc.Control(port, Exclusive, 0);
        var settings = Of(frame);
        Libc.Checked(Libc.Control(port, Set, ref settings), "it is no serial port");
        var now = default(LinuxTerminal);
        Libc.Checked(Libc.Control(port, Get, ref now), "it is no serial port");
        if (Math.Abs(now._speedOut - frame.Baud) > SpeedTolerance * frame.Baud)
            throw new IOException($"the port does {now._speedOut} baud instead");
        SetLine(port, Dtr, frame.Dtr);
        if (frame.Flow != Handshake.RequestToSend)
            SetLine(port, Rts, frame.Rts);
    }

    public static void DropInput(SafeFileHandle port) => _ = Libc.Control(port, Flush, InputQueue);

    /// <summary>Lets other programs open it while somebody else still has it open.</summary>
    public static void Release(SafeFileHandle port) => _ = Libc.Control(port, Shared, 0);

    private static LinuxTerminal Of(SerialFrame frame) => new()
    {
        _input = (frame.Parity is Parity.None ? 0 : CheckParity)
            | (frame.Flow is Handshake.XOnXOff ? XOn | XOff : 0),
        _control = OtherSpeed | Receive | IgnoreModem | (uint)(frame.Data - 5) << (int)DataShift
            // With five data bits two stop bits are one and a half.
            | (frame.Stop is StopBits.One ? 0 : TwoStops)
            | (frame.Flow is Handshake.RequestToSend ? HardwareFlow : 0)
            | frame.Parity switch
            {
                Parity.Even => ParityOn,
                Parity.Odd => ParityOn | ParityOdd,
                Parity.Mark => ParityOn | ParityOdd | StickParity,
                Parity.Space => ParityOn | StickParity,
                _ => 0,
            },
        _speedIn = (uint)frame.Baud,
        _speedOut = (uint)frame.Baud,
    };

    // The system raises both lines when a port is opened.
    private static void SetLine(SafeFileHandle port, int line, bool? wanted)
    {
        if (Libc.Control(port, wanted == true ? LinesOn : LinesOff, ref line) < 0 && wanted is not null)
            throw new IOException(SerialFrame.NoControlLines);
    }
}
