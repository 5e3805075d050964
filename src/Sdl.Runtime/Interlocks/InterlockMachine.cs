using System.Globalization;
using Sdl.Core.Safety;
using Sdl.Core.Units;

namespace Sdl.Runtime.Interlocks;

public enum InterlockState
{
    Clear,

    /// <summary>The condition holds, but not yet for as long as it has to.</summary>
    Pending,
    Tripped,

    /// <summary>Tripped still, and a person knows: it clears by itself when the danger is over.</summary>
    Acknowledged,

    /// <summary>The danger is over and nobody has acknowledged it.</summary>
    Latched,
}

/// <summary>How one interlock stands: a pure state machine from time and readings.</summary>
/// <param name="Holding">Since when the condition has held without interruption, while that is waited for.</param>
/// <param name="Why">Why it tripped, for people; empty while it has not.</param>
public sealed record InterlockMachine(Interlock Rule, InterlockState State, TimeSpan? Holding = null, string Why = "")
{
    /// <summary>Whether runs may not begin or go on.</summary>
    public bool Forbids => State is InterlockState.Tripped or InterlockState.Acknowledged or InterlockState.Latched;

    /// <summary>What the readings of this moment make of it.</summary>
    /// <param name="now">On the lab's clock, for the settle time.</param>
    /// <param name="seen">The latest value of each reading and its age.</param>
    public InterlockMachine Next(TimeSpan now, Func<ReadingId, (Quantity? Value, TimeSpan Age)> seen)
    {
        Quantity? Known(ReadingId id) => IsLost(id, seen) ? null : seen(id).Value;
        var holds = Rule.When.Holds(Known);
        // Not known yet is not lost: that takes the declared time.
        var lost = holds is null && Rule.OnLoss == OnLoss.Trip && Rule.Readings.Any(r => IsLost(r, seen));
        if (State is InterlockState.Tripped or InterlockState.Acknowledged)
            return lost || Rule.Reset.Holds(Known) != true ? this : Reset();
        if (lost)
            return Trip(string.Join(", ", Rule.Readings.Where(r => IsLost(r, seen)).Select(r => Lost(r, seen))));
        if (holds != true)
            return State == InterlockState.Pending ? Cleared() : this with { Holding = null };
        var since = Holding ?? now;
        if (now - since >= Rule.Settle)
            return Trip(Held(seen));
        var state = State == InterlockState.Clear ? InterlockState.Pending : State;
        return this with { State = state, Holding = since };
    }

    /// <summary>A person has taken note. Where there is nothing to take note of, nothing changes.</summary>
    public InterlockMachine Acknowledge() => State switch
    {
        InterlockState.Tripped when Rule.Latch => this with { State = InterlockState.Acknowledged },
        // What has begun to hold again goes on being waited for.
        InterlockState.Latched when Holding is not null => new(Rule, InterlockState.Pending, Holding),
        InterlockState.Latched => Cleared(),
        _ => this,
    };

    /// <summary>Nobody looks any more: what was waited for did not hold without interruption.</summary>
    public InterlockMachine Unwatched() =>
        State == InterlockState.Pending ? Cleared() : this with { Holding = null };

    private bool IsLost(ReadingId id, Func<ReadingId, (Quantity? Value, TimeSpan Age)> seen) =>
        seen(id).Age > Rule.Stale;

    private InterlockMachine Trip(string why) =>
        this with { State = InterlockState.Tripped, Holding = null, Why = why };

    private InterlockMachine Reset() => State == InterlockState.Tripped && Rule.Latch
        ? this with { State = InterlockState.Latched }
        : Cleared();

    private InterlockMachine Cleared() => new(Rule, InterlockState.Clear);

    private string Held(Func<ReadingId, (Quantity? Value, TimeSpan Age)> seen)
    {
        var values = Rule.When.Readings.Where(r => seen(r).Value is not null).Select(r => $"{r} = {seen(r).Value}");
        var settle = Rule.Settle == TimeSpan.Zero ? "" : $" for {Quantity.Of(Rule.Settle)}";
        return $"{Rule.When}{settle} ({string.Join(", ", values)})";
    }

    private static string Lost(ReadingId id, Func<ReadingId, (Quantity? Value, TimeSpan Age)> seen) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{id} could not be read for {seen(id).Age.TotalSeconds:0.#} s");
}
