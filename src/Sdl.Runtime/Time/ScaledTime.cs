namespace Sdl.Runtime.Time;

/// <summary>Real time, quickened: one real second is <c>speed</c> seconds here. For watching simulators and
/// the runtime at work without waiting.</summary>
public sealed class ScaledTime : TimeProvider
{
    private readonly TimeProvider _inner;
    private readonly double _speed;
    private readonly DateTimeOffset _start;
    private readonly long _startStamp;

    /// <exception cref="ArgumentOutOfRangeException"><paramref name="speed"/> is not above zero.</exception>
    public ScaledTime(TimeProvider inner, double speed)
    {
        if (!(speed > 0) || !double.IsFinite(speed))
            throw new ArgumentOutOfRangeException(nameof(speed), speed, "the speed should be a number above zero");
        _inner = inner;
        _speed = speed;
        _start = inner.GetUtcNow();
        _startStamp = inner.GetTimestamp();
    }

    /// <summary>The time that is quickened here.</summary>
    public TimeProvider Inner => _inner;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => (long)(_inner.GetElapsedTime(_startStamp).Ticks * _speed);

    public override DateTimeOffset GetUtcNow() => _start.AddTicks(GetTimestamp());

    public override TimeZoneInfo LocalTimeZone => _inner.LocalTimeZone;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Scaled(_inner.CreateTimer(callback, state, Real(dueTime), Real(period)), Real);

    private TimeSpan Real(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / _speed;

    private sealed class Scaled(ITimer inner, Func<TimeSpan, TimeSpan> real) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(real(dueTime), real(period));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
