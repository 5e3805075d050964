using System.Runtime.InteropServices;

namespace Sdl.Transport.Channels;

/// <summary>Bytes that came in and wait for their one reader. Its waits stay on the reader's synchronisation
/// context.</summary>
internal sealed class Inbox
{
    private readonly Lock _gate = new();
    private readonly List<byte> _bytes = [];
    private TaskCompletionSource? _waiting;
    private string? _broken;
    private bool _closed;

    public int Count
    {
        get
        {
            lock (_gate)
                return _bytes.Count;
        }
    }

    /// <summary>Whether nothing can be read and nothing will come.</summary>
    public bool IsOver
    {
        get
        {
            lock (_gate)
                return _broken is not null || (_closed && _bytes.Count == 0);
        }
    }

    public void Put(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
            CollectionExtensions.AddRange(_bytes, bytes);
        Wake();
    }

    /// <summary>No more will come; what is here can still be read.</summary>
    public void Close()
    {
        lock (_gate)
            _closed = true;
        Wake();
    }

    /// <summary>Readers get an <see cref="IOException"/> from now on.</summary>
    public void Break(string why)
    {
        lock (_gate)
            _broken = why;
        Wake();
    }

    /// <summary>Empty and whole again.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _bytes.Clear();
            (_broken, _closed) = (null, false);
        }
    }

    public void Discard()
    {
        lock (_gate)
            _bytes.Clear();
    }

    /// <returns>At least one byte; 0 when closed.</returns>
    public async ValueTask<int> TakeAsync(Memory<byte> into, CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            TaskCompletionSource waiting;
            lock (_gate)
            {
                if (_broken is not null)
                    throw new IOException(_broken);
                if (_bytes.Count > 0)
                    return Take(into.Span);
                if (_closed)
                    return 0;
                waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting = waiting;
            }
            using (ct.Register(() => waiting.TrySetCanceled(ct)))
                await waiting.Task;
        }
    }

    private int Take(Span<byte> into)
    {
        var count = Math.Min(into.Length, _bytes.Count);
        CollectionsMarshal.AsSpan(_bytes)[..count].CopyTo(into);
        _bytes.RemoveRange(0, count);
        return count;
    }

    private void Wake()
    {
        TaskCompletionSource? waiting;
        lock (_gate)
            (waiting, _waiting) = (_waiting, null);
        waiting?.TrySetResult();
    }
}
