using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sdl.Transport.Channels;

/// <summary>The C library's calls for terminals, as Linux and macOS have them.</summary>
internal static partial class Libc
{
    public const short PollIn = 0x1, PollOut = 0x4;
    public const int Interrupted = 4, Refused = 13, Busy = 16;
    public const int ReadWrite = 2;

    public static int NoTerminal => OperatingSystem.IsMacOS() ? 0x20000 : 0x100;

    public static int NonBlocking => OperatingSystem.IsMacOS() ? 0x4 : 0x800;

    /// <summary>Programs that this one starts do not get it.</summary>
    public static int Private => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    public static int TryAgain => OperatingSystem.IsMacOS() ? 35 : 11;

    [StructLayout(LayoutKind.Sequential)]
    public struct PollFd
    {
        public int Fd;
        public short Events;
        public short Came;
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    public static partial int OpenPseudoterminal(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    public static partial int Grant(SafeFileHandle master);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    public static partial int Unlock(SafeFileHandle master);

    [LibraryImport("libc", EntryPoint = "ptsname", SetLastError = true)]
    public static partial nint SlaveName(SafeFileHandle master);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "pipe", SetLastError = true)]
    public static partial int Pipe(Span<int> ends);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle file, Span<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle file, ReadOnlySpan<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(Span<PollFd> fds, nuint count, int milliseconds);

    /// <summary>The settings are opaque here: their layout differs, their size is below 128 bytes everywhere.</summary>
    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetTerminal(SafeFileHandle terminal, Span<byte> settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetTerminal(SafeFileHandle terminal, int when, ReadOnlySpan<byte> settings);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw(Span<byte> settings);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeFileHandle file, nuint request, nint argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeFileHandle file, nuint request, ref int argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeFileHandle file, nuint request, ref LinuxTerminal settings);

    /// <exception cref="IOException">The call gave -1.</exception>
    public static SafeFileHandle Handle(int result, string call) => new(Checked(result, call), ownsHandle: true);

    /// <exception cref="IOException">The call gave -1.</exception>
    public static int Checked(int result, string call) => result >= 0
        ? result
        : throw new IOException($"{call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
}
