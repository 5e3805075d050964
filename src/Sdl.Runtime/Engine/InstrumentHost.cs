using System.Runtime.CompilerServices;
using Sdl.Core.Instruments;

namespace Sdl.Runtime.Engine;

/// <summary>An instrument as the engine holds it: one call at a time in a fair order, a bound on every wait for its
/// driver once the call is cancelled, and a way past the queue for making safe.</summary>
public sealed class InstrumentHost(IInstrument instrument, TimeProvider clock)
{
    // A driver bounds its own exchanges; these bound a driver that does not.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1), StopLimit = TimeSpan.FromSeconds(5);

    private readonly Turns _turns = new();
    private Task _left = Task.CompletedTask;

    public IInstrument Instrument => instrument;

    public InstrumentId Id => instrument.Id;

    public bool IsConnected { get; private set; }

    public ValueTask<Turns.Turn> TakeTurnAsync(CancellationToken ct) => _turns.TakeAsync(ct);

    /// <summary>Connects unless it is connected and healthy.</summary>
    /// <exception cref="InstrumentException">Nobody answers, or another device does.</exception>
    public async ValueTask ConnectAsync(CancellationToken ct)
    {
        // A run that begins does not wait for the calls of those that use it already.
        if (IsConnected)
            return;
        using var turn = await _turns.TakeAsync(ct);
        if (IsConnected)
            return;
        await ObeyedAsync(ConnectedAsync(ct), "connecting", ct);
        IsConnected = true;
    }

    /// <summary>After device trouble: the next run connects anew.</summary>
    public void Distrust() => IsConnected = false;

    /// <summary>What became of a call whose end was not seen, as the device tells.</summary>
    /// <exception cref="InstrumentException">The device does not answer as it should.</exception>
    public async ValueTask<InvocationOutcome> ReconcileAsync(Invocation call, CancellationToken ct)
    {
        using var turn = await _turns.TakeAsync(ct);
        return instrument is IReconcile device
            ? await ObeyedAsync(device.ReconcileAsync(call, ct), $"asking what became of '{call.Capability}'", ct)
            : new InvocationOutcome(CallProgress.Unknown, "this device cannot tell");
    }

    /// <summary>Calls the driver; the caller has the turn.</summary>
    /// <exception cref="InstrumentException">The device failed, or its driver did not obey a cancellation.</exception>
    public async IAsyncEnumerable<Sample> InvokeAsync(Invocation call, [EnumeratorCancellation] CancellationToken ct)
    {
        if (!_left.IsCompleted)
            throw new InstrumentException(
                Id, Fault.Rejected, "it is still busy with a call that did not obey its cancellation");
        var samples = instrument.InvokeAsync(call, ct).GetAsyncEnumerator(ct);
        try
        {
            while (await ObeyedAsync(samples.MoveNextAsync(), $"'{call.Capability}'", ct))
                yield return samples.Current;
        }
        finally
        {
            // The enumerator of a call that was left behind is still inside the driver and cannot be disposed of.
            if (_left.IsCompleted)
                await samples.DisposeAsync();
        }
    }

    /// <summary>Makes the instrument safe, beside whatever it is doing.</summary>
    /// <returns>Null when it was shown to be safe, else what went wrong.</returns>
    public async Task<string?> MakeSafeAsync(TimeSpan limit)
    {
        try
        {
            await instrument.MakeSafeAsync(limit).AsTask().WaitAsync(limit + Grace, clock);
            return null;
        }
        catch (Exception e)
        {
            // One of the four places for a broad catch: a driver that fails here must not keep
            // the others from being told.
            IsConnected = false;
            return e switch
            {
                InstrumentException => e.Message,
                TimeoutException => $"{Id}: it did not become safe within {limit.TotalSeconds:0.#} s: look at it",
                _ => $"{Id}: its driver failed to make it safe ({e.GetType().Name}: {e.Message}): look at it",
            };
        }
    }

    private async ValueTask<bool> ConnectedAsync(CancellationToken ct)
    {
        await instrument.ConnectAsync(ct);
        return true;
    }

    /// <summary>Waits for the driver; once the call is cancelled, not for ever.</summary>
    private async ValueTask<T> ObeyedAsync<T>(ValueTask<T> work, string what, CancellationToken ct)
    {
        if (work.IsCompleted)
            return await work;
        var task = work.AsTask();
        var cancelled = new TaskCompletionSource(); // inline: an asynchronous one would leave the virtual loop
        using (ct.Register(() => cancelled.TrySetResult()))
            await Task.WhenAny(task, cancelled.Task);
        try
        {
            return await task.WaitAsync(
                task.IsCompleted ? Timeout.InfiniteTimeSpan : StopLimit, clock, CancellationToken.None);
        }
        catch (TimeoutException e) when (!task.IsCompleted)
        {
            _left = task;
            throw new InstrumentException(Id, Fault.Timeout,
                $"{what} was cancelled and has not ended after {StopLimit.TotalSeconds:0} s: look at it", e);
        }
    }
}
