using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sdl.Core.Instruments;

namespace Sdl.Transport.Channels;

/// <summary>A serial port that exists only in the operating system: foreign programs open <see cref="Path"/>, we hold
/// the other end. Linux and macOS. What is written while nobody reads is kept up to the system's few kilobytes, then
/// lost, as on a real line.</summary>
public sealed class Pseudoterminal : ITransport
{
    private const int MostUnread = 1 << 20;

    private static readonly Lock Naming = new();

    private readonly PolledTerminal _master;
    private readonly SafeFileHandle _slave;

    /// <exception cref="PlatformNotSupportedException">Windows has none.</exception>
    /// <exception cref="IOException">The system gives no more.</exception>
    public Pseudoterminal()
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Windows has no pseudo-terminals; use a tcp address instead");
        var flags = Libc.ReadWrite | Libc.NoTerminal | Libc.Private;
        var master = Libc.Handle(Libc.OpenPseudoterminal(flags | Libc.NonBlocking), "posix_openpt");
        Libc.Checked(Libc.Grant(master), "grantpt");
        Libc.Checked(Libc.Unlock(master), "unlockpt");
        // The C library keeps one name for all.
        lock (Naming)
            Path = Marshal.PtrToStringUTF8(Libc.SlaveName(master)) ?? throw new IOException("ptsname gave no name");
        // Without an open slave the master reads errors. This one stays, so programs may come and go.
        _slave = Libc.Handle(Libc.Open(Path, flags), "open " + Path);
        MakeRaw(_slave);
        _master = new PolledTerminal(master, Name, MostUnread);
    }

    /// <summary>What the other program opens, such as <c>/dev/pts/3</c>.</summary>
    public string Path { get; }

    public string Name => "pty:" + Path;

    /// <summary>It is open from the start.</summary>
    public ValueTask OpenAsync(CancellationToken ct) => ValueTask.CompletedTask;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        _master.Write(bytes.Span);
        return ValueTask.CompletedTask;
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct) => _master.Inbox.TakeAsync(buffer, ct);

    public void DiscardInput() => _master.Inbox.Discard();

    public ValueTask DisposeAsync()
    {
        _master.Dispose();
        _slave.Dispose();
        _master.Inbox.Close();
        return ValueTask.CompletedTask;
    }

    private static void MakeRaw(SafeFileHandle terminal)
    {
        Span<byte> settings = stackalloc byte[256];
        Libc.Checked(Libc.GetTerminal(terminal, settings), "tcgetattr");
        Libc.MakeRaw(settings);
        Libc.Checked(Libc.SetTerminal(terminal, 0, settings), "tcsetattr");
    }
}
