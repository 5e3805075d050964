namespace Sdl.Transport.Channels;

/// <summary>Makes reads of a stream cancellable that itself ignores tokens: the read goes on, and the bytes it brings
/// are for whoever reads next.</summary>
internal sealed class PendingRead(Stream stream)
{
    private readonly byte[] _buffer = new byte[4096];
    private Task<int>? _pending;
    private ReadOnlyMemory<byte> _left;

    public async ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (_left.IsEmpty)
        {
            _pending ??= stream.ReadAsync(_buffer, CancellationToken.None).AsTask();
            var count = await _pending.WaitAsync(ct);
            _pending = null;
            _left = _buffer.AsMemory(0, count);
        }
        var taken = Math.Min(into.Length, _left.Length);
        _left[..taken].CopyTo(into);
        _left = _left[taken..];
        return taken;
    }

    /// <summary>Drops what was read and not fetched.</summary>
    public void Discard()
    {
        _left = default;
        if (_pending is { IsCompletedSuccessfully: true })
            _pending = null;
    }

    /// <summary>To be called when the stream is closed: nobody waits for the read's error any more.</summary>
    public void Abandon() =>
        _pending?.ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
}
