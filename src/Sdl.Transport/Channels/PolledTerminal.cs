using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sdl.Transport.Channels;

/// <summary>An open terminal that a thread of its own waits for, because no asynchronous read of the framework can wait
/// for a terminal and be woken. Linux and macOS.</summary>
internal sealed class PolledTerminal : IDisposable
{
    private readonly SafeFileHandle _terminal, _wakeOut, _wakeIn;
    private readonly string _name;
    private readonly int _mostUnread;
    private readonly Thread _reader;
    private readonly Lock _gate = new();
    private readonly Lock _reading = new();
    private TaskCompletionSource? _room;
    private volatile bool _closed;

    /// <param name="terminal">Opened so that nothing blocks; this object owns it.</param>
    /// <param name="name">For messages.</param>
    /// <param name="mostUnread">What comes while so many bytes wait is lost.</param>
    /// <exception cref="IOException">The system gives no more files.</exception>
    public PolledTerminal(SafeFileHandle terminal, string name, int mostUnread)
    {
        (_terminal, _name, _mostUnread) = (terminal, name, mostUnread);
        Span<int> pipe = stackalloc int[2];
        Libc.Checked(Libc.Pipe(pipe), "pipe");
        (_wakeOut, _wakeIn) = (Libc.Handle(pipe[0], "pipe"), Libc.Handle(pipe[1], "pipe"));
        _reader = new Thread(ReadOn) { IsBackground = true, Name = "terminal " + name };
        _reader.Start();
    }

    /// <summary>What has come; broken when the terminal is gone.</summary>
    public Inbox Inbox { get; } = new();

    public SafeFileHandle Handle => _terminal;

    /// <summary>Whether the terminal is known to be gone.</summary>
    public bool IsLost
    {
        get
        {
            Span<Libc.PollFd> fd = [new Libc.PollFd { Fd = (int)_terminal.DangerousGetHandle() }];
            return Inbox.IsOver || (Libc.Poll(fd, 1, 0) > 0 && fd[0].Came != 0);
        }
    }

    /// <summary>Drops what has come.</summary>
    /// <param name="flush">Has the system drop what it still keeps.</param>
    public void Discard(Action<SafeFileHandle> flush)
    {
        lock (_reading)
        {
            flush(_terminal);
            Inbox.Discard();
        }
    }

    /// <summary>Writes what the terminal takes at once.</summary>
    /// <returns>How many bytes that were.</returns>
    /// <exception cref="IOException">The terminal is closed or gone.</exception>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_closed)
                throw new IOException($"{_name}: is closed");
            var written = 0;
            while (written < bytes.Length)
            {
                var count = (int)Libc.Write(_terminal, bytes[written..], bytes.Length - written);
                if (count >= 0)
                    written += count;
                else if (Marshal.GetLastPInvokeError() == Libc.TryAgain)
                    break;
                else if (Marshal.GetLastPInvokeError() is var error && error != Libc.Interrupted)
                    throw new IOException(
                        $"{_name}: the port is gone ({Marshal.GetPInvokeErrorMessage(error)}); check the cable");
            }
            return written;
        }
    }

    /// <summary>Waits until the terminal takes bytes again, or is gone.</summary>
    public async ValueTask HasRoomAsync(CancellationToken ct)
    {
        TaskCompletionSource room;
        lock (_gate)
        {
            room = _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Wake();
        }
        await room.Task.WaitAsync(ct);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            Wake();
        }
        _reader.Join();
        foreach (var handle in new[] { _terminal, _wakeIn, _wakeOut })
            handle.Dispose();
    }

    private void Wake() => _ = Libc.Write(_wakeIn, [0], 1);

    private void ReadOn()
    {
        var buffer = new byte[4096];
        Span<Libc.PollFd> fds =
        [
            new Libc.PollFd { Fd = (int)_terminal.DangerousGetHandle() },
            new Libc.PollFd { Fd = (int)_wakeOut.DangerousGetHandle(), Events = Libc.PollIn },
        ];
        while (!_closed)
        {
            lock (_gate)
                fds[0].Events = _room is null ? Libc.PollIn : (short)(Libc.PollIn | Libc.PollOut);
            if (Libc.Poll(fds, 2, -1) < 0)
                continue;
            if (fds[1].Came != 0)
                Libc.Read(_wakeOut, buffer, buffer.Length);
            if ((fds[0].Came & Libc.PollOut) != 0)
                LetWrite();
            if ((fds[0].Came & ~Libc.PollOut) != 0 && !Take(buffer))
                break;
        }
        if (!_closed)
            Inbox.Break($"{_name}: the port is gone; check the cable");
        LetWrite();
    }

    /// <returns>False when the terminal is gone.</returns>
    private bool Take(byte[] buffer)
    {
        int count;
        lock (_reading)
        {
            count = (int)Libc.Read(_terminal, buffer, buffer.Length);
            if (count > 0 && Inbox.Count < _mostUnread)
                Inbox.Put(buffer.AsSpan(0, count));
        }
        // A terminal never ends by itself: the adapter was pulled.
        return count > 0
            || (count < 0 && Marshal.GetLastPInvokeError() is var error
                && (error == Libc.TryAgain || error == Libc.Interrupted));
    }

    private void LetWrite()
    {
        lock (_gate)
        {
            _room?.TrySetResult();
            _room = null;
        }
    }
}
