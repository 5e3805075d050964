using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Runtime.Engine;

namespace Sdl.Runtime.Interlocks;

/// <summary>Reads one instrument again and again, beside whatever it is doing. A driver that hangs makes its own
/// readings old and keeps nobody else.</summary>
/// <param name="readings">What is read.</param>
/// <param name="period">Time from one reading to the next.</param>
/// <param name="patience">After it the first reading is not waited for any more.</param>
/// <param name="clock">The wire's time.</param>
/// <param name="look">Told after each reading, and each time that one is late.</param>
internal sealed class ReadingLoop(
    InstrumentHost host, IReadOnlyList<Core.Instruments.Reading> readings, TimeSpan period, TimeSpan patience,
    TimeProvider clock, Func<ReadingLoop, Task> look)
{
    // A reading that is under way at the end is waited for, so that the line is quiet afterwards; not for ever.
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly HashSet<string> _names = readings.Select(r => r.Name).ToHashSet();
    private readonly Dictionary<string, (Quantity? Value, long At)> _seen = [];
    private Task _reading = Task.CompletedTask, _loop = Task.CompletedTask;
    private TaskCompletionSource _first = new(); // inline: an asynchronous one would leave the virtual loop
    private CancellationTokenSource? _stop;
    private long _begun;

    public InstrumentHost Host => host;

    /// <summary>Time from one reading to the next while the instrument does nothing and nothing is wrong; null for the
    /// same.</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>Whether all that its readings matter for is clear.</summary>
    public required Func<bool> IsClear { get; init; }

    /// <summary>What went wrong with the latest reading, or null.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Begins to read; what was read before counts for nothing.</summary>
    /// <returns>Ends when every reading has been had, or patience is over.</returns>
    public Task Begin()
    {
        var stop = new CancellationTokenSource();
        (_begun, _first, _stop, Trouble) = (clock.GetTimestamp(), new(), stop, null);
        lock (_gate)
            foreach (var name in _names)
                _seen[name] = (null, _begun);
        _loop = LoopAsync(stop.Token);
        return _first.Task;
    }

    /// <summary>Ends the loop; one that does not run is left alone.</summary>
    public Task EndAsync()
    {
        if (Interlocked.Exchange(ref _stop, null) is not { } stop)
            return Task.CompletedTask;
        // At once and here: the asynchronous way would leave the virtual loop.
        stop.Cancel();
        stop.Dispose();
        return QuietAsync();
    }

    /// <summary>The latest value and how long ago it was asked for; without a value, for how long it has been
    /// watched.</summary>
    public (Quantity? Value, TimeSpan Age) Seen(string name)
    {
        lock (_gate)
        {
            var (value, at) = _seen[name];
            return (value, clock.GetElapsedTime(at));
        }
    }

    private async Task QuietAsync()
    {
        await _loop;
        if (!_reading.IsCompleted)
            await Task.WhenAny(_reading, Task.Delay(LastWait, clock));
    }

    private bool IsQuiet() => !host.IsBusy && _reading.IsCompleted && Trouble is null && IsClear();

    private async Task LoopAsync(CancellationToken stop)
    {
        while (true)
        {
            if (_reading.IsCompleted)
                _reading = ReadAsync();
            try
            {
                await Task.Delay(period, clock, stop);
                // What was read by now decides whether there is time.
                if (Idle is { } idle && IsQuiet())
                    await Task.Delay(idle - period, clock, stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            if (!_reading.IsCompleted)
                await LookAsync();
        }
    }

    private async Task ReadAsync()
    {
        var asked = clock.GetTimestamp();
        try
        {
            // Not cancelled at the end: a reading that is cut short may leave its reply on the line.
            var values = await host.Instrument.ReadAsync(_names, CancellationToken.None);
            Note(values, asked);
            Trouble = null;
        }
        catch (Exception e)
        {
            // One of the four places for a broad catch: however a driver fails, its readings only grow old.
            Trouble = e is InstrumentException
                ? e.Message
                : $"{host.Id}: its driver failed to read ({e.GetType().Name}: {e.Message})";
        }
        await LookAsync();
    }

    private void Note(IReadOnlyDictionary<string, Quantity> values, long asked)
    {
        lock (_gate)
            foreach (var reading in readings)
                if (values.TryGetValue(reading.Name, out var value) && value.Dimension == reading.Unit.Dimension
                    && asked >= _seen[reading.Name].At)
                    _seen[reading.Name] = (value, asked);
    }

    private async Task LookAsync()
    {
        await look(this);
        bool complete;
        lock (_gate)
            complete = _seen.Values.All(s => s.Value is not null);
        if (complete || clock.GetElapsedTime(_begun) > patience)
            _first.TrySetResult();
    }
}
