using System.Globalization;
using Sdl.Core.Simulation;
using Sdl.Simulators.Physics;

namespace Sdl.Simulators;

/// <summary>One line of a scenario as it strikes one instrument. Every draw is a function of the seed, the line of the
/// scenario, the instrument and the number of the occurrence, and the tape of the device brings back the numbers: so a
/// device that is rebuilt after a crash meets the same faults again.</summary>
/// <param name="key">Names line and instrument in the draws.</param>
/// <param name="start">From where lab time counts.</param>
/// <param name="log">Is told when it strikes, and what.</param>
internal sealed class Strikes(
    PlannedFault fault, string key, Noise noise, DateTimeOffset start, Action<DateTimeOffset, string> log)
{
    private readonly Queue<TimeSpan> _at = new(fault.When.At.Order());
    private TimeSpan? _byRate = fault.When.PerHour > 0 ? Interval(noise, key, 1, fault.When.PerHour) : null;
    private int _struckByRate = 1;
    private DateTimeOffset _until = DateTimeOffset.MinValue;
    private long _occurrence = -1;
    private ITimer? _timer;
    private bool _isDue;

    public PlannedFault Fault => fault;

    private TimeSpan? Next => (_at.TryPeek(out var at), _byRate) switch
    {
        (true, { } byRate) => at < byRate ? at : byRate,
        (true, null) => at,
        _ => _byRate,
    };

    /// <param name="request">Number of the latest request.</param>
    public bool IsInForce(DateTimeOffset now, long request) =>
        now < _until || fault.Counted == FaultOccurrence.Request && _occurrence == request;

    /// <summary>Something of what it is counted by occurs.</summary>
    public (bool Concerns, bool Begins) Occur(long n, DateTimeOffset now)
    {
        if (now < _until)
            return (true, false);
        var when = fault.When;
        if (!_isDue && !when.Nth.Contains(n) && !(when.Chance > 0 && noise.Uniform($"fault/{key}/{n}") < when.Chance))
            return (false, false);
        _isDue = false;
        var what = fault.Counted.ToString().ToLowerInvariant();
        Begin(now, n, string.Create(CultureInfo.InvariantCulture, $"{what} {n}"));
        return (true, true);
    }

    /// <summary>Sets a timer for the next strike by the clock, if none is set. Called when the device is told
    /// something, so that a laboratory in which everything waits for ever has no timer left and is seen to.</summary>
    public void Arm(TimeProvider clock, Action<Strikes> strike)
    {
        if (_timer is not null || Next is not { } next)
            return;
        var wait = start + next - clock.GetUtcNow();
        _timer = clock.CreateTimer(_ =>
        {
            _timer?.Dispose();
            _timer = null;
            strike(this);
        }, null, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Everything that was to happen until now has happened.</summary>
    /// <returns>Whether a fault begins by it; one that concerns a single occurrence waits for that.</returns>
    public bool StrikeByClock(DateTimeOffset now)
    {
        var begins = false;
        while (Next is { } next && start + next <= now)
        {
            Take(next);
            if (fault.Duration > TimeSpan.Zero || fault.Kind.Name == FaultKind.PowerCycle)
            {
                Begin(start + next, -1, "by the clock");
                begins |= _until > now || fault.Kind.Name == FaultKind.PowerCycle;
            }
            else
                _isDue = true;
        }
        return begins;
    }

    /// <summary>Uniform on 0 to 1, for the details of what it does to an occurrence.</summary>
    public double Draw(string detail) => noise.Uniform($"fault/{key}/{_occurrence}/{detail}");

    private static TimeSpan Interval(Noise noise, string key, int n, double perHour) =>
        TimeSpan.FromHours(-Math.Log(noise.Uniform($"fault/{key}/hour/{n}")) / perHour);

    private void Take(TimeSpan next)
    {
        if (_byRate == next)
            _byRate += Interval(noise, key, ++_struckByRate, fault.When.PerHour);
        else
            _at.Dequeue();
    }

    private void Begin(DateTimeOffset at, long n, string occasion)
    {
        _occurrence = n;
        _until = fault.Duration > TimeSpan.Zero ? at + fault.Duration : DateTimeOffset.MinValue;
        log(at, fault.Duration > TimeSpan.Zero
            ? string.Create(CultureInfo.InvariantCulture, $"{occasion}, for {fault.Duration.TotalSeconds} s")
            : occasion);
    }
}
