using Sdl.Core.Instruments;

namespace Sdl.Runtime.Engine;

/// <summary>An instrument as the engine holds it: one invocation at a time in a fair order, and a way past the queue
/// for making safe.</summary>
public sealed class InstrumentHost(IInstrument instrument, TimeProvider clock)
{
    // A driver bounds its own exchanges; this bounds a driver that does not.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly Turns _turns = new();
    private bool _touched;

    public IInstrument Instrument => instrument;

    public InstrumentId Id => instrument.Id;

    public bool IsConnected { get; private set; }

    public ValueTask<Turns.Turn> TakeTurnAsync(CancellationToken ct) => _turns.TakeAsync(ct);

    /// <summary>Connects unless it is connected and healthy.</summary>
    /// <exception cref="InstrumentException">Nobody answers, or another device does.</exception>
    public async ValueTask ConnectAsync(CancellationToken ct)
    {
        using var turn = await _turns.TakeAsync(ct);
        if (IsConnected)
            return;
        _touched = true;
        await instrument.ConnectAsync(ct);
        IsConnected = true;
    }

    /// <summary>After device trouble: the next run connects anew.</summary>
    public void Distrust() => IsConnected = false;

    /// <summary>Makes the instrument safe, beside whatever it is doing.</summary>
    /// <returns>Null when it was shown to be safe, else what went wrong. An instrument that was never spoken to is left alone.</returns>
    public async Task<string?> MakeSafeAsync(TimeSpan limit)
    {
        if (!_touched)
            return null;
        try
        {
            await instrument.MakeSafeAsync(limit).AsTask().WaitAsync(limit + Grace, clock);
            return null;
        }
        catch (Exception e) when (e is InstrumentException or TimeoutException or IOException)
        {
            IsConnected = false;
            return e is TimeoutException ? $"{Id} did not become safe within {limit.TotalSeconds:0.#} s: look at it" : e.Message;
        }
    }
}
