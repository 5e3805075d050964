using FsCheck.Xunit;
using Sdl.Core.Runs;
using Sdl.Core.Safety;
using Sdl.Core.Units;
using Sdl.Runtime.Interlocks;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Interlocks;

public class InterlockMachineTests
{
    private static readonly Interlock Band = Rules.Rule("a.x > 65", "a.x < 60", settle: 2);

    [Fact]
    public void It_trips_after_the_settle_time_and_not_before()
    {
        var machine = At(New(Band), 0, 66);
        Assert.Equal(InterlockState.Pending, machine.State);
        Assert.False(machine.Forbids);
        machine = At(machine, 1.9, 66);
        Assert.Equal(InterlockState.Pending, machine.State);
        machine = At(machine, 2, 66);
        Assert.Equal(InterlockState.Tripped, machine.State);
        Assert.True(machine.Forbids);
        Assert.Equal("a.x > 65 for 2 s (a.x = 66)", machine.Why);
    }

    [Fact]
    public void An_interruption_begins_the_settle_time_anew()
    {
        var machine = At(At(At(New(Band), 0, 66), 1.9, 64), 2, 66);
        Assert.Equal(InterlockState.Pending, machine.State);
        Assert.Equal(InterlockState.Pending, At(machine, 3.9, 66).State);
        Assert.Equal(InterlockState.Tripped, At(machine, 4, 66).State);
        Assert.Equal(InterlockState.Clear, At(machine, 3, 65).State);
    }

    [Fact]
    public void Between_the_thresholds_nothing_changes()
    {
        Assert.Equal(InterlockState.Clear, At(New(Band), 0, 62).State);
        var tripped = Tripped(Band);
        Assert.Equal(tripped, At(tripped, 100, 62));
        Assert.Equal(InterlockState.Latched, At(tripped, 100, 59).State);
    }

    [Fact]
    public void A_latch_waits_for_a_person_before_or_after_the_danger()
    {
        var tripped = Tripped(Band);
        var known = tripped.Acknowledge();
        Assert.Equal(InterlockState.Acknowledged, known.State);
        Assert.True(known.Forbids);
        Assert.Equal(known, known.Acknowledge());
        Assert.Equal(known, At(known, 9, 62));
        Assert.Equal(New(Band), At(known, 9, 59));
        var latched = At(tripped, 9, 59);
        Assert.Equal(latched, At(latched, 10, 20));
        Assert.True(latched.Forbids);
        Assert.Equal(New(Band), latched.Acknowledge());
        Assert.Equal(New(Band), New(Band).Acknowledge());
        var again = At(latched, 10, 66).Acknowledge();
        Assert.Equal((InterlockState.Pending, TimeSpan.FromSeconds(10)), (again.State, again.Holding));
    }

    [Fact]
    public void Without_a_latch_it_clears_by_itself_and_needs_nobody()
    {
        var free = Band with { Latch = false };
        var tripped = Tripped(free);
        Assert.Equal(tripped, tripped.Acknowledge());
        Assert.Equal(New(free), At(tripped, 9, 59));
    }

    [Fact]
    public void A_latched_interlock_trips_again()
    {
        var latched = At(Tripped(Band), 9, 59);
        var again = At(latched, 10, 66);
        Assert.Equal(InterlockState.Latched, again.State);
        Assert.Equal(InterlockState.Latched, At(again, 11, 64).State);
        Assert.Equal(InterlockState.Tripped, At(again, 12, 66).State);
        Assert.Null(At(again, 11, 64).Holding);
    }

    [Fact]
    public void What_cannot_be_read_trips_after_its_time_or_is_ignored()
    {
        Assert.Equal(InterlockState.Clear, Lost(New(Band), 5).State);
        var tripped = Lost(New(Band), 5.1);
        Assert.Equal(InterlockState.Tripped, tripped.State);
        Assert.Equal("a.x could not be read for 5.1 s", tripped.Why);
        Assert.Equal(tripped, Lost(tripped, 9));
        Assert.Equal(InterlockState.Latched, At(tripped, 20, 20).State);
        Assert.Equal(InterlockState.Tripped, Lost(At(tripped, 20, 20), 6).State);
        var ignoring = Band with { OnLoss = OnLoss.Ignore };
        Assert.Equal(InterlockState.Clear, Lost(New(ignoring), 1000).State);
        Assert.Equal(InterlockState.Clear, Lost(At(New(ignoring), 0, 66), 1000).State);
        var still = Tripped(ignoring);
        Assert.Equal(still, Lost(still, 1000));
    }

    [Fact]
    public void What_was_never_read_is_not_lost_before_its_time()
    {
        var fresh = New(Band).Next(TimeSpan.Zero, _ => (null, TimeSpan.FromSeconds(5)));
        Assert.Equal(InterlockState.Clear, fresh.State);
        var tripped = Tripped(Band);
        Assert.Equal(tripped, tripped.Next(TimeSpan.Zero, _ => (null, TimeSpan.Zero)));
    }

    [Fact]
    public void A_reading_that_does_not_matter_may_be_lost()
    {
        var rule = Rules.Rule("a.x > 65 or a.y > 65", "a.x < 60 and a.y < 60");
        (Quantity?, TimeSpan) Seen(ReadingId id) => id.Name == "x" ? (Number(66), TimeSpan.Zero)
            : (null, TimeSpan.FromHours(1));
        var machine = New(rule).Next(TimeSpan.Zero, Seen);
        Assert.Equal("a.x > 65 or a.y > 65 (a.x = 66)", machine.Why);
    }

    [Fact]
    public void What_nobody_watched_did_not_hold()
    {
        Assert.Equal(New(Band), At(New(Band), 0, 66).Unwatched());
        var latched = At(At(Tripped(Band), 9, 59), 10, 66);
        Assert.Equal(latched with { Holding = null }, latched.Unwatched());
    }

    /// <summary>Any course of values, losses and acknowledgements, against the words of the rule.</summary>
    [Property(MaxTest = 1000)]
    public void No_course_of_readings_trips_or_clears_it_otherwise_than_the_rule_says(int seed)
    {
        var random = new Random(seed);
        var rule = Band with
        {
            Settle = TimeSpan.FromSeconds(random.Next(3)),
            Latch = random.Next(2) == 0,
            OnLoss = (OnLoss)random.Next(2),
            Stale = TimeSpan.FromSeconds(3),
        };
        var (machine, now, value, last) = (New(rule), TimeSpan.Zero, 50.0, TimeSpan.Zero);
        TimeSpan? holds = null;
        for (var i = 0; i < 300; i++)
        {
            now += TimeSpan.FromSeconds(random.NextDouble() * 0.5);
            if (random.Next(8) > 0)
                (value, last) = (Math.Clamp(value + random.Next(-6, 7), 40, 80), now);
            else if (random.Next(10) == 0)
                now += TimeSpan.FromSeconds(3);
            var before = machine;
            if (random.Next(10) == 0)
                before = machine = machine.Acknowledge();
            machine = machine.Next(now, _ => (Number(value), now - last));
            var lost = now - last > rule.Stale;
            holds = !lost && value > 65 ? holds ?? now : null;
            var mustTrip = lost ? rule.OnLoss == OnLoss.Trip : now - holds >= rule.Settle;
            var isTripped = machine.State is InterlockState.Tripped or InterlockState.Acknowledged;
            if (mustTrip)
                Assert.True(isTripped, $"it is {machine.State} at {value}, lost {lost}, since {holds}, now {now}");
            if (isTripped && !mustTrip)
                Assert.True(
                    before.State is InterlockState.Tripped or InterlockState.Acknowledged, "tripped for nothing");
            if (value is >= 60 and <= 65 && !lost && machine.State != before.State)
                Assert.Equal((InterlockState.Pending, InterlockState.Clear), (before.State, machine.State));
            if (before.Forbids && !machine.Forbids)
                Assert.True(value < 60 && !lost
                    && (!rule.Latch || before.State == InterlockState.Acknowledged), "cleared too early");
        }
    }

    [Fact]
    public void A_journal_tells_how_an_interlock_stood()
    {
        var trip = new InterlockTripped("rule", new Dictionary<string, Quantity>(), InterlockAction.Abort, "hot");
        var known = new InterlockAcknowledged("rule", "ann", "");
        var cleared = new InterlockCleared("rule");
        Assert.Equal(New(Band), After().Restore(Band));
        Assert.Equal(Tripped(Band).State, After(trip).Restore(Band).State);
        Assert.Equal("hot", After(trip).Restore(Band).Why);
        Assert.Equal(["rule"], After(trip).Unacknowledged);
        Assert.Equal(InterlockState.Acknowledged, After(trip, known).Restore(Band).State);
        Assert.Empty(After(trip, known).Unacknowledged);
        Assert.Equal(New(Band), After(trip, known, cleared).Restore(Band));
        Assert.Equal(New(Band), After(trip, cleared, known).Restore(Band));
        Assert.Equal(InterlockState.Tripped, After(trip, known, cleared, trip).Restore(Band).State);
        Assert.Equal(InterlockState.Tripped, After(trip, new InterlockAcknowledged("other", "ann", ""))
            .Restore(Band).State);
    }

    [Fact]
    public void A_rule_is_said_in_words()
    {
        Assert.Equal("When a.x > 65 for 2 s, or when that cannot be read for 5 s, all runs are aborted and their "
            + "instruments made safe. It clears when a.x < 60 and a person has acknowledged it. Read every 0.1 s. "
            + "(look)",
            InterlockWords.Of(Band));
        Assert.Equal("When a.x > 1; what cannot be read for 5 s is ignored, the runs that use a are paused. "
            + "It clears by itself when a.x <= 1. Read every 0.1 s.",
            InterlockWords.Of(Rules.Rule("a.x > 1", action: InterlockAction.Pause) with
            {
                Latch = false, OnLoss = OnLoss.Ignore, Scope = InterlockScope.Users, Message = "",
            }));
        Assert.Contains("all runs are stopped", InterlockWords.Of(Rules.Rule("a.x > 1", action: InterlockAction.Stop)));
        Assert.Contains("b is made safe and nothing more is begun with it",
            InterlockWords.Of(Rules.Rule("a.x > 1", action: InterlockAction.Safe, safe: "b")));
    }

    private static InterlockHistory After(params RunEvent[] events) => InterlockHistory.Of(
        events.Select((e, i) => new JournalEntry(i + 1, TestRun.Start, e)));

    private static InterlockMachine New(Interlock rule) => new(rule, InterlockState.Clear);

    private static InterlockMachine Tripped(Interlock rule) => At(At(New(rule), 0, 66), 2, 66);

    private static InterlockMachine At(InterlockMachine machine, double seconds, double value) =>
        machine.Next(TimeSpan.FromSeconds(seconds), _ => (Number(value), TimeSpan.Zero));

    private static InterlockMachine Lost(InterlockMachine machine, double age) =>
        machine.Next(TimeSpan.FromSeconds(50), _ => (Number(20), TimeSpan.FromSeconds(age)));

    private static Quantity Number(double value) => Quantity.Of(value, Unit.One);
}
