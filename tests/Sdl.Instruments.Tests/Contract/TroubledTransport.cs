using System.Threading.Channels;
using Sdl.Core.Instruments;

namespace Sdl.Instruments.Tests.Contract;

/// <summary>A line with <see cref="LineTrouble"/>. What comes late comes whether or not somebody reads, so that it
/// meets whoever reads next.</summary>
internal sealed class TroubledTransport : ITransport
{
    private readonly ITransport _inner;
    private readonly LineTrouble _trouble;
    private readonly TimeProvider _clock;
    private Channel<byte[]> _incoming = Channel.CreateUnbounded<byte[]>();
    private ReadOnlyMemory<byte> _rest;
    private DateTimeOffset _latest;
    private CancellationTokenSource _listening = new();

    public TroubledTransport(ITransport inner, LineTrouble trouble, TimeProvider clock)
    {
        (_inner, _trouble, _clock) = (inner, trouble, clock);
        trouble.Add(this);
    }

    public string Name => _inner.Name;

    public async ValueTask OpenAsync(CancellationToken ct)
    {
        await BreakAsync();
        await _inner.OpenAsync(ct);
        (_incoming, _rest, _listening) = (Channel.CreateUnbounded<byte[]>(), default, new CancellationTokenSource());
        _ = ListenAsync(_incoming.Writer, _listening.Token);
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        await BreakAsync();
        _trouble.BytesWritten += bytes.Length;
        await _inner.WriteAsync(bytes, ct);
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        await BreakAsync();
        if (_rest.Length == 0)
        {
            try
            {
                if (!await _incoming.Reader.WaitToReadAsync(ct) || !_incoming.Reader.TryRead(out var chunk))
                    chunk = [];
                _rest = chunk;
            }
            finally
            {
                await BreakAsync();
            }
        }
        var n = Math.Min(buffer.Length, _rest.Length);
        _rest[..n].CopyTo(buffer);
        _rest = _rest[n..];
        return n;
    }

    /// <summary>Whoever waits for bytes finds out what has happened to the line.</summary>
    public void EndReading() => _incoming.Writer.TryComplete();

    public bool IsLost => _rest.Length == 0 && _incoming.Reader.Completion.IsCompleted;

    public void DiscardInput()
    {
        _rest = default;
        while (_incoming.Reader.TryRead(out _))
        {
        }
        _inner.DiscardInput();
    }

    public ValueTask DisposeAsync()
    {
        _listening.Cancel();
        return _inner.DisposeAsync();
    }

    private async ValueTask BreakAsync()
    {
        if (_trouble.IsDead)
            await new TaskCompletionSource().Task;
        if (_trouble.IsCut)
            throw new IOException($"{Name}: the cable is cut");
    }

    private async Task ListenAsync(ChannelWriter<byte[]> writer, CancellationToken ct)
    {
        var buffer = new byte[4096];
        try
        {
            while (await _inner.ReadAsync(buffer, ct) is > 0 and var n)
                foreach (var (at, bytes) in _trouble.Damage(buffer[..n]))
                    Deliver(writer, at > _latest ? at : _latest, bytes);
            writer.TryComplete();
        }
        catch (OperationCanceledException)
        {
            // The host has closed the line.
        }
    }

    private void Deliver(ChannelWriter<byte[]> writer, DateTimeOffset at, byte[] bytes)
    {
        _latest = at;
        if (at <= _clock.GetUtcNow())
        {
            writer.TryWrite(bytes);
            return;
        }
        ITimer? timer = null;
        timer = _clock.CreateTimer(_ =>
        {
            timer?.Dispose();
            writer.TryWrite(bytes);
        }, null, at - _clock.GetUtcNow(), Timeout.InfiniteTimeSpan);
    }
}
