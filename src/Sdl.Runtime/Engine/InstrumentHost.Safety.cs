using Sdl.Core.Instruments;

namespace Sdl.Runtime.Engine;

/// <summary>What the safe states and the heartbeat need to know of an instrument.</summary>
public sealed partial class InstrumentHost
{
    // A delay that is shorter is none.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly Lock _safety = new();
    private Task _makingSafe = Task.CompletedTask;
    private volatile bool _isClosed;
    private long _said;

    /// <summary>The laboratory's time, in which the dead-man counts.</summary>
    public TimeProvider LabClock { get => field ?? clock; init; }

    /// <summary>A call is under way.</summary>
    public bool IsBusy => _turns.IsTaken;

    /// <summary>It was told something since it was last shown to be safe.</summary>
    public bool IsUnsettled { get; private set; }

    /// <summary>Waits for the turn, and until nobody makes the instrument safe: whoever did so has not finished before
    /// the next call begins.</summary>
    /// <exception cref="InstrumentException">The session is closed.</exception>
    public async ValueTask<Turns.Turn> TakeTurnAsync(CancellationToken ct)
    {
        var turn = await _turns.TakeAsync(ct);
        var isGiven = false;
        try
        {
            while (MakingSafe is { IsCompleted: false } making)
                await making.WaitAsync(ct);
            if (_isClosed)
                throw new InstrumentException(Id, Fault.Rejected, "the laboratory is being closed");
            isGiven = true;
            return turn;
        }
        finally
        {
            if (!isGiven)
                turn.Dispose();
        }
    }

    /// <summary>Nothing new is begun from now on.</summary>
    public void Close() => _isClosed = true;

    public bool IsClosed => _isClosed;

    /// <summary>Makes the instrument safe, beside whatever it is doing.</summary>
    /// <returns>Null when it was shown to be safe, else what went wrong.</returns>
    public async Task<string?> MakeSafeAsync(TimeSpan limit)
    {
        var ended = new TaskCompletionSource(); // inline: an asynchronous one would leave the virtual loop
        lock (_safety)
            _makingSafe = Task.WhenAll(_makingSafe, ended.Task);
        try
        {
            await instrument.MakeSafeAsync(limit).AsTask().WaitAsync(limit + Grace, clock);
            IsUnsettled = false;
            Said();
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
                TimeoutException => NotSafeWithin(limit),
                _ => $"{Id}: its driver failed to make it safe ({e.GetType().Name}: {e.Message}): look at it",
            };
        }
        finally
        {
            ended.SetResult();
        }
    }

    /// <summary>Bounds a safe-making whose driver blocks its thread.</summary>
    internal async Task<string?> BoundedAsync(Task<string?> makingSafe, TimeSpan limit)
    {
        try
        {
            // Its own bound comes first, unless it never got as far as that.
            return await makingSafe.WaitAsync(limit + 2 * Grace, clock);
        }
        catch (TimeoutException)
        {
            IsConnected = false;
            return NotSafeWithin(limit);
        }
    }

    /// <summary>Says something to the device unless something was said a short while ago. A call that is under way
    /// talks by itself; a device that was never connected is not waited for.</summary>
    /// <param name="within">How long it may be silent.</param>
    /// <returns>When to look again.</returns>
    internal async ValueTask<TimeSpan> BeatAsync(TimeSpan within, CancellationToken ct)
    {
        var left = within - LabClock.GetElapsedTime(Volatile.Read(ref _said));
        if (left > Tick)
            return left;
        if (!IsConnected || _isClosed || MakingSafe is { IsCompleted: false })
            return within;
        using var turn = _turns.TryTake();
        if (turn is null)
            return within;
        Said();
        using var limit = new CancellationTokenSource(StopLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            await ObeyedAsync(instrument.ReadStatusAsync(either.Token), "a look at its status", either.Token);
        }
        catch (Exception)
        {
            // One of the four places for a broad catch: the next call meets the trouble and says what it is.
        }
        // The silence counts from the beginning of the look.
        left = within - LabClock.GetElapsedTime(Volatile.Read(ref _said));
        return left > Tick ? left : Tick;
    }

    private Task MakingSafe
    {
        get
        {
            lock (_safety)
                return _makingSafe;
        }
    }

    private void Told()
    {
        IsUnsettled = true;
        Said();
    }

    private void Said() => Volatile.Write(ref _said, LabClock.GetTimestamp());

    private string NotSafeWithin(TimeSpan limit) =>
        $"{Id}: it did not become safe within {limit.TotalSeconds:0.#} s: look at it";
}
