using Sdl.Core.Instruments;

namespace Sdl.Instruments.Tests.Contract;

/// <summary>A line with <see cref="LineTrouble"/>.</summary>
internal sealed class TroubledTransport : ITransport
{
    private readonly ITransport _inner;
    private readonly LineTrouble _trouble;
    private CancellationTokenSource _reading = new();

    public TroubledTransport(ITransport inner, LineTrouble trouble)
    {
        (_inner, _trouble) = (inner, trouble);
        trouble.Add(this);
    }

    public string Name => _inner.Name;

    public async ValueTask OpenAsync(CancellationToken ct)
    {
        await BreakAsync();
        _reading = new CancellationTokenSource();
        await _inner.OpenAsync(ct);
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
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _reading.Token);
        try
        {
            return await _inner.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return 0;
        }
        finally
        {
            await BreakAsync();
        }
    }

    /// <summary>Whoever waits for bytes finds out what has happened to the line.</summary>
    public void EndReading() => _reading.Cancel();

    public bool IsLost => _reading.IsCancellationRequested || _inner.IsLost;

    public void DiscardInput() => _inner.DiscardInput();

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private async ValueTask BreakAsync()
    {
        if (_trouble.IsDead)
            await new TaskCompletionSource().Task;
        if (_trouble.IsCut)
            throw new IOException($"{Name}: the cable is cut");
    }
}
