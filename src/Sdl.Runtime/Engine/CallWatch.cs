using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>Watches one call with one timer: says once that it is late, and ends it when it has passed its
/// bound.</summary>
internal sealed class CallWatch : IAsyncDisposable
{
    // A timer of the framework takes no more than 49 days.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly CancellationTokenSource _end;
    private readonly TimeProvider _clock;
    private readonly TimeSpan? _late;
    private readonly Func<TimeSpan, ValueTask> _alarm;
    private readonly long _start;
    private readonly ITimer _timer;
    private Task _alarming = Task.CompletedTask;
    private JournalException? _broken;
    private bool _isLate;

    /// <param name="late">After which <paramref name="alarm"/> is called with the time that has passed; null for
    /// never.</param>
    public CallWatch(
        TimeProvider clock, TimeSpan? late, TimeSpan whole, Func<TimeSpan, ValueTask> alarm, CancellationToken ct)
    {
        _clock = clock;
        _late = late < whole ? late : null;
        Whole = whole;
        _alarm = alarm;
        _start = clock.GetTimestamp();
        _end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _timer = clock.CreateTimer(_ => Ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Next(default), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Of the call: cancelled when its caller cancels it and when it has passed its bound.</summary>
    public CancellationToken Token => _end.Token;

    public TimeSpan Whole { get; }

    public TimeSpan Elapsed => _clock.GetElapsedTime(_start);

    public bool HasPassed { get; private set; }

    /// <exception cref="JournalException">The alarm could not be written down.</exception>
    public void ThrowIfBroken()
    {
        if (_broken is { } broken)
            throw broken;
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _alarming;
        _end.Dispose();
    }

    private void Ring()
    {
        var elapsed = Elapsed;
        if (elapsed >= Whole)
        {
            HasPassed = true;
            End();
            return;
        }
        if (elapsed >= _late && !_isLate)
        {
            _isLate = true;
            _alarming = AlarmAsync();
        }
        _timer.Change(Next(elapsed), Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Next(TimeSpan elapsed)
    {
        var left = (_late is { } late && !_isLate ? late : Whole) - elapsed;
        return left < LongestTimer ? left : LongestTimer;
    }

    private async Task AlarmAsync()
    {
        try
        {
            await _alarm(Elapsed);
        }
        catch (JournalException e)
        {
            // Without a journal nothing may go on.
            _broken = e;
            End();
        }
    }

    // Here and now: the asynchronous one leaves the virtual loop.
    private void End() => _end.Cancel();
}
