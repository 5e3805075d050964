namespace Sdl.Simulators.Hosting;

/// <summary>The clock that simulators see. Its timers fire under the gate that also guards the arrival of bytes, so
/// that a simulator never meets itself, and are counted, so that a tape can say what had happened
/// before what.</summary>
public sealed class DeviceClock(TimeProvider inner) : TimeProvider
{
    public Lock Gate { get; } = new();

    /// <summary>Timers fired so far.</summary>
    public long Fired { get; private set; }

    public override long GetTimestamp() => inner.GetTimestamp();

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(s =>
        {
            lock (Gate)
            {
                Fired++;
                callback(s);
            }
        }, state, dueTime, period);
}
