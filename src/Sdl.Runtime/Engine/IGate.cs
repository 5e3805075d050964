namespace Sdl.Runtime.Engine;

/// <summary>Stands before everything that a walk begins anew. What the journal knows to be done
/// passes without it.</summary>
internal interface IGate
{
    /// <summary>Waits while the run is paused.</summary>
    /// <exception cref="RunStoppedException">Nothing new is begun any more.</exception>
    ValueTask EnterAsync(CancellationToken ct);

    /// <summary>Enters if nothing stands in the way just now: neither a pause nor a stop.</summary>
    bool TryEnter();

    /// <summary>What was begun has ended.</summary>
    ValueTask LeaveAsync();

    /// <summary>Waits for something that begins nothing; a stop ends the wait.</summary>
    /// <exception cref="RunStoppedException">The run was stopped meanwhile.</exception>
    Task<T> UntilStoppedAsync<T>(Func<CancellationToken, Task<T>> wait, CancellationToken ct);

    /// <summary>A wait is no invocation: a stop ends it early.</summary>
    /// <exception cref="RunStoppedException">The run was stopped meanwhile.</exception>
    Task WaitAsync(TimeSpan time, CancellationToken ct);
}

/// <summary>Always open: the Finally steps are neither paused nor stopped.</summary>
internal sealed class OpenGate(TimeProvider clock) : IGate
{
    public ValueTask EnterAsync(CancellationToken ct) => ValueTask.CompletedTask;

    public bool TryEnter() => true;

    public ValueTask LeaveAsync() => ValueTask.CompletedTask;

    public Task<T> UntilStoppedAsync<T>(Func<CancellationToken, Task<T>> wait, CancellationToken ct) => wait(ct);

    public Task WaitAsync(TimeSpan time, CancellationToken ct) => Task.Delay(time, clock, ct);
}

/// <summary>The gate of a run's body, which pause and stop close.</summary>
/// <param name="reached">Told when the run is paused and nothing is under way any more.</param>
internal sealed class BodyGate(TimeProvider clock, Func<ValueTask> reached) : IGate, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource? _paused;
    private int _underWay;

    public void Dispose() => _stop.Dispose();

    public void Stop()
    {
        _stop.Cancel();
        Resume();
    }

    public async ValueTask PauseAsync()
    {
        lock (_lock)
            _paused ??= new TaskCompletionSource(); // inline: an asynchronous one would leave the virtual loop
        await TellAsync();
    }

    public void Resume()
    {
        TaskCompletionSource? paused;
        lock (_lock)
            (paused, _paused) = (_paused, null);
        paused?.SetResult();
    }

    public async ValueTask EnterAsync(CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            Task paused;
            lock (_lock)
            {
                if (_stop.IsCancellationRequested)
                    throw new RunStoppedException();
                if (_paused is null)
                {
                    _underWay++;
                    return;
                }
                paused = _paused.Task;
            }
            await paused.WaitAsync(ct);
        }
    }

    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested || _paused is not null)
                return false;
            _underWay++;
            return true;
        }
    }

    public async ValueTask LeaveAsync()
    {
        lock (_lock)
            _underWay--;
        await TellAsync();
    }

    public Task WaitAsync(TimeSpan time, CancellationToken ct) => UntilStoppedAsync(async token =>
    {
        await Task.Delay(time, clock, token);
        return true;
    }, ct);

    public async Task<T> UntilStoppedAsync<T>(Func<CancellationToken, Task<T>> wait, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _stop.Token);
        try
        {
            return await wait(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new RunStoppedException();
        }
    }

    private async ValueTask TellAsync()
    {
        bool isReached;
        lock (_lock)
            isReached = _paused is not null && _underWay == 0;
        if (isReached)
            await reached();
    }
}
