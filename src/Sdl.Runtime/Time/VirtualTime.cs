namespace Sdl.Runtime.Time;

/// <summary>A clock that jumps to the next timer when nothing is left to do, and the single-threaded loop that knows
/// when that is. Everything awaited inside <see cref="Run"/> continues on the loop in a fixed order, so the same seed
/// gives the same journal byte for byte. Work outside the loop is covered by <see cref="Hold"/>.</summary>
public sealed class VirtualTime : TimeProvider
{
    // How long (real time) the loop waits for a stray completion from outside before it calls the state a deadlock.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly DateTimeOffset _start;
    private readonly PriorityQueue<VirtualTimer, (long Due, long Order)> _timers = new();
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = new();
    private readonly object _gate = new(); // a monitor, because the loop waits on it for what comes from outside
    private readonly LoopContext _context;
    private long _now;
    private long _order;
    private int _holds;

    public VirtualTime(DateTimeOffset start)
    {
        _start = start;
        _context = new LoopContext(this);
    }

    /// <summary>Ticks of 100 ns since the start.</summary>
    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _start.AddTicks(GetTimestamp());

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>How often the clock has jumped.</summary>
    public long Jumps { get; private set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Keeps the clock still while work goes on outside the loop (a real socket, a thread).</summary>
    public IDisposable Hold()
    {
        Interlocked.Increment(ref _holds);
        return new HoldToken(this);
    }

    /// <summary>Runs <paramref name="main"/> to its end on the calling thread.</summary>
    /// <exception cref="InvalidOperationException">Everything waits and no timer is set: the wait
    /// would never end.</exception>
    public T Run<T>(Func<Task<T>> main)
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        try
        {
            var task = main();
            while (!task.IsCompleted)
                Step();
            return task.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    /// <inheritdoc cref="Run{T}"/>
    public void Run(Func<Task> main) => Run(async () =>
    {
        await main();
        return true;
    });

    /// <summary>Jumps to the next timer and fires it.</summary>
    /// <returns>False when no timer is set.</returns>
    public bool FireNext()
    {
        while (TryTakeTimer(out var timer, out var due))
        {
            if (!timer.IsSetFor(due))
                continue;
            Interlocked.Exchange(ref _now, Math.Max(due.Due, _now));
            Jumps++;
            timer.Fire();
            return true;
        }
        return false;
    }

    /// <summary>Sets the clock forward and fires what is due before <paramref name="time"/>, each at its own time: for
    /// rebuilding a past that is known.</summary>
    public void MoveTo(DateTimeOffset time)
    {
        var ticks = (time - _start).Ticks;
        while (IsDueBefore(ticks) && FireNext())
        {
        }
        Interlocked.Exchange(ref _now, Math.Max(_now, ticks));
    }

    private void Step()
    {
        (SendOrPostCallback Callback, object? State) item;
        lock (_gate)
            _ready.TryDequeue(out item);
        if (item.Callback is not null)
            item.Callback(item.State);
        else if (Volatile.Read(ref _holds) > 0)
            WaitForOutside(Timeout.InfiniteTimeSpan);
        else if (!FireNext() && !WaitForOutside(Patience))
            throw new InvalidOperationException(
                $"everything waits at {GetUtcNow():u} and no timer is set: this wait would never end");
    }

    private bool WaitForOutside(TimeSpan limit)
    {
        lock (_gate)
            return _ready.Count > 0 || (limit < TimeSpan.Zero && _holds == 0) || Monitor.Wait(_gate, limit);
    }

    private bool IsDueBefore(long ticks)
    {
        lock (_gate)
        {
            while (_timers.TryPeek(out var timer, out var due) && !timer.IsSetFor(due))
                _timers.Dequeue();
            return _timers.TryPeek(out _, out var next) && next.Due < ticks;
        }
    }

    private bool TryTakeTimer(out VirtualTimer timer, out (long Due, long Order) due)
    {
        lock (_gate)
            return _timers.TryDequeue(out timer!, out due);
    }

    private void Post(SendOrPostCallback callback, object? state)
    {
        lock (_gate)
        {
            _ready.Enqueue((callback, state));
            Monitor.Pulse(_gate);
        }
    }

    private (long Due, long Order) Schedule(VirtualTimer timer, TimeSpan after)
    {
        lock (_gate)
        {
            var due = (_now + Math.Max(0, after.Ticks), _order++);
            _timers.Enqueue(timer, due);
            return due;
        }
    }

    private sealed class LoopContext(VirtualTime time) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => time.Post(d, state);

        public override void Send(SendOrPostCallback d, object? state) =>
            throw new NotSupportedException("nothing may wait synchronously for the loop of the virtual clock");

        public override SynchronizationContext CreateCopy() => this;
    }

    private sealed class HoldToken(VirtualTime time) : IDisposable
    {
        private int _released;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _released, 1) != 0)
                return;
            lock (time._gate)
            {
                Interlocked.Decrement(ref time._holds);
                Monitor.Pulse(time._gate);
            }
        }
    }

    private sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        // The order number identifies the latest setting; a timer may be disposed of from another thread.
        private const long NotSet = -1;
        private long _set = NotSet;
        private TimeSpan _period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            Volatile.Write(ref _set, dueTime == Timeout.InfiniteTimeSpan ? NotSet : time.Schedule(this, dueTime).Order);
            return true;
        }

        public bool IsSetFor((long Due, long Order) due) => Volatile.Read(ref _set) == due.Order;

        public void Fire()
        {
            Volatile.Write(ref _set, _period > TimeSpan.Zero ? time.Schedule(this, _period).Order : NotSet);
            callback(state);
        }

        public void Dispose() => Volatile.Write(ref _set, NotSet);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
