using Sdl.Core.Instruments;

namespace Sdl.Transport.Channels;

/// <summary>A bad line: damages what comes back. Each fault is armed for the reply to the next write and then is gone;
/// positions count the reply's bytes from 0.</summary>
public sealed class FaultyTransport(ITransport inner, TimeProvider clock) : ITransport
{
    private Damage _next = new();
    private Damage _now = new();
    private int _position;
    private long _arrival;
    private CancellationTokenSource _cut = new();

    public string Name => inner.Name;

    public void Drop(int at) => _next.Dropped.Add(at);

    public void Corrupt(int at, byte flip = 0x01) => _next.Flipped[at] = flip;

    /// <summary>The reply begins with these bytes.</summary>
    public void Garbage(params byte[] bytes) => _next.Garbage.AddRange(bytes);

    /// <summary>The reply arrives so much later; whoever has stopped waiting by then meets it as a late
    /// reply.</summary>
    public void Delay(TimeSpan by) => _next.Delay = by;

    /// <summary>The line is gone until <see cref="Mend"/>.</summary>
    public void Cut() => _cut.Cancel();

    public void Mend() => _cut = new CancellationTokenSource();

    public ValueTask OpenAsync(CancellationToken ct)
    {
        ThrowIfCut();
        return inner.OpenAsync(ct);
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        ThrowIfCut();
        (_now, _next, _position) = (_next, new Damage(), 0);
        var delay = (long)(_now.Delay.TotalSeconds * clock.TimestampFrequency);
        _arrival = Math.Max(_arrival, clock.GetTimestamp() + delay);
        return inner.WriteAsync(bytes, ct);
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        ThrowIfCut();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _cut.Token);
        try
        {
            while (true)
            {
                if (ToArrival > TimeSpan.Zero)
                    await Task.Delay(ToArrival, clock, either.Token);
                if (_now.Garbage.Count > 0)
                    return TakeGarbage(buffer.Span);
                var count = await inner.ReadAsync(buffer, either.Token);
                var left = Damaged(buffer.Span[..count]);
                if (left > 0 || count == 0)
                    return left;
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new IOException($"{Name}: the line is cut");
        }
    }

    public bool IsLost => inner.IsLost;

    /// <summary>What is still on its way is not dropped.</summary>
    public void DiscardInput()
    {
        if (ToArrival > TimeSpan.Zero)
            return;
        _now.Garbage.Clear();
        inner.DiscardInput();
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private TimeSpan ToArrival => clock.GetElapsedTime(clock.GetTimestamp(), _arrival);

    private int TakeGarbage(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _now.Garbage.Count);
        _now.Garbage.GetRange(0, count).ToArray().CopyTo(buffer);
        _now.Garbage.RemoveRange(0, count);
        return count;
    }

    private int Damaged(Span<byte> bytes)
    {
        var left = 0;
        foreach (var b in bytes)
        {
            if (!_now.Dropped.Contains(_position))
                bytes[left++] = (byte)(b ^ _now.Flipped.GetValueOrDefault(_position));
            _position++;
        }
        return left;
    }

    private void ThrowIfCut()
    {
        if (_cut.IsCancellationRequested)
            throw new IOException($"{Name}: the line is cut");
    }

    private sealed class Damage
    {
        public HashSet<int> Dropped { get; } = [];
        public Dictionary<int, byte> Flipped { get; } = [];
        public List<byte> Garbage { get; } = [];
        public TimeSpan Delay { get; set; }
    }
}
