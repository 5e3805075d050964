namespace Sdl.Runtime.Engine;

/// <summary>The gate of a run's body, which pause and stop close.</summary>
/// <param name="reached">Told when the run is paused and nothing is under way any more.</param>
internal sealed class BodyGate(TimeProvider clock, Func<ValueTask> reached) : IGate, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private CancellationTokenSource _letGo = new(), _atRest = new();
    private TaskCompletionSource? _paused;
    private string? _held;
    private int _underWay;

    public CancellationToken LetGo
    {
        get
        {
            lock (_lock)
                return _letGo.Token;
        }
    }

    /// <summary>The pause means now.</summary>
    public bool IsLettingGo
    {
        get
        {
            lock (_lock)
                return _letGo.IsCancellationRequested;
        }
    }

    public bool IsPaused
    {
        get
        {
            lock (_lock)
                return _paused is not null;
        }
    }

    public void Dispose()
    {
        _stop.Dispose();
        _letGo.Dispose();
        _atRest.Dispose();
    }

    public void Stop()
    {
        _stop.Cancel();
        Resume();
    }

    public void Hold(string why)
    {
        lock (_lock)
            _held = _held is null ? why : $"{_held}{Environment.NewLine}{why}";
        Stop();
    }

    public async ValueTask PauseAsync()
    {
        lock (_lock)
            _paused ??= new TaskCompletionSource(); // inline: an asynchronous one would leave the virtual loop
        await TellAsync();
    }

    /// <summary>What can be taken up again lets go at once; the pause is reached when it has.</summary>
    public void PauseNow()
    {
        CancellationTokenSource? letGo;
        lock (_lock)
            letGo = _paused is null ? null : _letGo;
        letGo?.Cancel();
    }

    public void Resume()
    {
        TaskCompletionSource? paused;
        lock (_lock)
        {
            (paused, _paused) = (_paused, null);
            _letGo = Fresh(_letGo);
            _atRest = Fresh(_atRest);
        }
        paused?.SetResult();
    }

    public async ValueTask EnterAsync(CancellationToken ct, bool isBegun = false)
    {
        ct.ThrowIfCancellationRequested();
        while (!TryEnter(isBegun, out var paused))
            await paused.WaitAsync(ct);
    }

    public async ValueTask LeaveAsync()
    {
        lock (_lock)
            _underWay--;
        await TellAsync();
    }

    public async Task RestAsync(CancellationToken ct)
    {
        await LeaveAsync();
        try
        {
            await OpenedAsync(ct);
            ThrowIfStopped();
        }
        finally
        {
            // Whatever it ends with, its begetter leaves once more.
            lock (_lock)
                _underWay++;
        }
    }

    /// <summary>Waits while the run is paused; a stop ends that, too.</summary>
    public async Task OpenedAsync(CancellationToken ct)
    {
        while (true)
        {
            Task? paused;
            lock (_lock)
                paused = _paused?.Task;
            if (paused is null)
                return;
            await paused.WaitAsync(ct);
        }
    }

    public async Task WaitAsync(TimeSpan time, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _stop.Token);
        try
        {
            await Task.Delay(time, clock, either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            ThrowIfStopped();
        }
    }

    public async Task PassAsync(TimeSpan time, CancellationToken ct)
    {
        while (time > TimeSpan.Zero)
        {
            CancellationToken atRest;
            lock (_lock)
                atRest = _atRest.Token;
            if (atRest.IsCancellationRequested)
                await OpenedAsync(ct);
            else
                time -= await PassUntilAsync(time, atRest, ct);
        }
    }

    private async Task<TimeSpan> PassUntilAsync(TimeSpan time, CancellationToken atRest, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, atRest);
        var from = clock.GetTimestamp();
        try
        {
            await Task.Delay(time, clock, either.Token);
            return time;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return clock.GetElapsedTime(from);
        }
    }

    private bool TryEnter(bool isBegun, out Task paused)
    {
        lock (_lock)
        {
            if (!isBegun)
                ThrowIfStopped();
            paused = _paused?.Task ?? Task.CompletedTask;
            if (_paused is not null)
                return false;
            _underWay++;
            return true;
        }
    }

    private void ThrowIfStopped()
    {
        lock (_lock)
            if (_held is { } why)
                throw new RunHeldException(why);
        if (_stop.IsCancellationRequested)
            throw new RunStoppedException();
    }

    private async ValueTask TellAsync()
    {
        CancellationTokenSource atRest;
        lock (_lock)
        {
            if (_paused is null || _underWay > 0)
                return;
            atRest = _atRest;
        }
        atRest.Cancel();
        await reached();
    }

    // One that was cancelled is left to those who still look at it.
    private static CancellationTokenSource Fresh(CancellationTokenSource source) =>
        source.IsCancellationRequested ? new CancellationTokenSource() : source;
}

/// <summary>The run was asked to stop and has come to a place where it can.</summary>
internal class RunStoppedException : Exception
{
    public RunStoppedException()
    {
    }

    protected RunStoppedException(string message)
        : base(message)
    {
    }
}

/// <summary>A person has to say what became of a call before the run can go on.</summary>
internal sealed class RunHeldException(string why) : RunStoppedException(why);
