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

    private readonly Inbox _inbox = new();
    private readonly Thread _reader;
    private readonly Lock _gate = new();
    private readonly SafeFileHandle _master;
    private readonly SafeFileHandle _slave;
    private readonly SafeFileHandle _wakeOut;
    private readonly SafeFileHandle _wakeIn;
    private bool _closed;

    /// <exception cref="PlatformNotSupportedException">Windows has none.</exception>
    /// <exception cref="IOException">The system gives no more.</exception>
    public Pseudoterminal()
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Windows has no pseudo-terminals; use a tcp address instead");
        var flags = Libc.ReadWrite | Libc.NoTerminal | Libc.Private;
        _master = Libc.Handle(Libc.OpenPseudoterminal(flags | Libc.NonBlocking), "posix_openpt");
        Libc.Checked(Libc.Grant(_master), "grantpt");
        Libc.Checked(Libc.Unlock(_master), "unlockpt");
        // The C library keeps one name for all.
        lock (Naming)
            Path = Marshal.PtrToStringUTF8(Libc.SlaveName(_master)) ?? throw new IOException("ptsname gave no name");
        // Without an open slave the master reads errors. This one stays, so programs may come and go.
        _slave = Libc.Handle(Libc.Open(Path, flags), "open " + Path);
        MakeRaw(_slave);
        Span<int> pipe = stackalloc int[2];
        Libc.Checked(Libc.Pipe(pipe), "pipe");
        (_wakeOut, _wakeIn) = (Libc.Handle(pipe[0], "pipe"), Libc.Handle(pipe[1], "pipe"));
        _reader = new Thread(ReadOn) { IsBackground = true, Name = "pseudo-terminal " + Path };
        _reader.Start();
    }

    /// <summary>What the other program opens, such as <c>/dev/pts/3</c>.</summary>
    public string Path { get; }

    public string Name => "pty:" + Path;

    /// <summary>It is open from the start.</summary>
    public ValueTask OpenAsync(CancellationToken ct) => ValueTask.CompletedTask;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_closed)
                throw new IOException($"{Name}: is closed");
            while (!bytes.IsEmpty)
            {
                var written = (int)Libc.Write(_master, bytes.Span, bytes.Length);
                if (written >= 0)
                    bytes = bytes[written..];
                else if (Marshal.GetLastPInvokeError() == Libc.TryAgain)
                    break;
                else if (Marshal.GetLastPInvokeError() != Libc.Interrupted)
                    Libc.Checked(-1, Name);
            }
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct) => _inbox.TakeAsync(buffer, ct);

    public void DiscardInput() => _inbox.Discard();

    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closed)
                return ValueTask.CompletedTask;
            _closed = true;
        }
        _ = Libc.Write(_wakeIn, [0], 1);
        _reader.Join();
        foreach (var handle in new[] { _master, _slave, _wakeIn, _wakeOut })
            handle.Dispose();
        _inbox.Close();
        return ValueTask.CompletedTask;
    }

    private static void MakeRaw(SafeFileHandle terminal)
    {
        Span<byte> settings = stackalloc byte[256];
        Libc.Checked(Libc.GetTerminal(terminal, settings), "tcgetattr");
        Libc.MakeRaw(settings);
        Libc.Checked(Libc.SetTerminal(terminal, 0, settings), "tcsetattr");
    }

    // Its own thread, because no asynchronous read of the framework can wait for a terminal and be woken.
    private void ReadOn()
    {
        var buffer = new byte[4096];
        Span<Libc.PollFd> fds =
        [
            new Libc.PollFd { Fd = (int)_master.DangerousGetHandle(), Events = Libc.PollIn },
            new Libc.PollFd { Fd = (int)_wakeOut.DangerousGetHandle(), Events = Libc.PollIn },
        ];
        while (true)
        {
            if (Libc.Poll(fds, 2, -1) < 0 && Marshal.GetLastPInvokeError() != Libc.Interrupted)
                break;
            if (fds[1].Came != 0)
                return;
            if (fds[0].Came == 0)
                continue;
            var count = (int)Libc.Read(_master, buffer, buffer.Length);
            if (count > 0 && _inbox.Count < MostUnread)
                _inbox.Put(buffer.AsSpan(0, count));
            else if (count < 0 && Marshal.GetLastPInvokeError() is var error && error != Libc.TryAgain
                && error != Libc.Interrupted)
                break;
        }
        _inbox.Break($"{Name}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }
}
