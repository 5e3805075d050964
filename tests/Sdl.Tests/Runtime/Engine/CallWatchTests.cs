using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;
using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Engine;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Engine;

/// <summary>A call that is late is told of once; one that has passed its bound is ended.</summary>
public class CallWatchTests
{
    [Fact]
    public void A_call_that_has_passed_its_bound_is_stopped_and_fails_for_good()
    {
        var test = Impatient("steps: [{do: a.dispense, with: {volume: 5 mL}}]\nfinally: [do: d.grip]", seconds: 10);
        var outcome = test.Process()!;
        Assert.Equal(
            (RunState.Failed, "a: 'dispense' had not ended after 00:00:10 and was stopped; see how far it got, or give "
                + "it more time by 'patience' in the lab file"), (outcome.State, outcome.Why));
        Assert.InRange(test.A.Delivered, 0.9, 1.1);
        Assert.Equal("Timeout", test.Events.OfType<StepFailed>().Single().Fault);
        Assert.Empty(test.Events.OfType<StepRetried>());
        Assert.Equal(
            [TroubleState.Issue, TroubleState.Failed], test.Events.OfType<TroubleChanged>().Select(c => c.To));
        Assert.Single(test.Devices["d"].Grips);
    }

    [Fact]
    public void A_call_that_does_not_obey_when_it_has_passed_its_bound_keeps_nobody()
    {
        var outcome = Impatient("steps: [do: a.hang]", seconds: 10).Process()!;
        Assert.Equal(
            (RunState.Failed, "a: 'hang' had not ended after 00:00:10 and was stopped; then: 'hang' was cancelled and "
                + "has not ended after 5 s: look at it; see how far it got, or give it more time by 'patience' in the "
                + "lab file"), (outcome.State, outcome.Why));
    }

    [Fact]
    public void Repetitions_have_no_more_time_than_the_first_attempt()
    {
        var glitches = new Glitches(Enumerable.Repeat(new Glitch("work", Fault.Timeout, 8), 9));
        TestRun test = null!;
        test = new TestRun("steps: [{do: a.work, with: {time: 20 s}}]")
        {
            Decorate = i => new GlitchyInstrument(i, glitches, test.Time),
            Patience = InstrumentPatience.Default with { Usual = new Patience { Whole = TimeSpan.FromSeconds(20) } },
        };
        Assert.Equal(RunState.Failed, test.Process()!.State);
        Assert.Equal(2, test.Events.OfType<StepRetried>().Count());
        Assert.InRange(test.Elapsed.TotalSeconds, 20, 20.1);
    }

    [Fact]
    public void A_late_call_raises_one_alarm_and_goes_on()
    {
        var test = Predicting("steps: [{do: a.work, with: {time: 200 s}}, {do: a.work, with: {time: 60 s}}]", 10);
        Assert.Equal(RunState.Completed, test.Process()!.State);
        var alarm = Assert.Single(test.Events.OfType<AlarmRaised>());
        Assert.Equal(
            ("run", "run/a.work", "a: 'work' is late: it has taken 00:01:10, 00:00:10 were predicted"),
            (alarm.Run.Value, alarm.Subject, alarm.Message));
    }

    [Fact]
    public void An_alarm_that_cannot_be_written_down_ends_the_run()
    {
        const string steps = "steps: [{do: a.work, with: {time: 200 s}}]";
        var whole = Predicting(steps, 10);
        var journal = new MemoryJournal(whole.Disk, whole.Time);
        whole.ProcessWith(journal);
        var last = 0.0;
        for (var at = 1; at <= journal.Writes; at++)
        {
            var test = Predicting(steps, 10);
            var outcome = test.Process(breakAt: at)!;
            if (whole.Events[test.Events.Count] is not AlarmRaised)
                continue;
            Assert.Equal(RunState.Failed, outcome.State);
            last = test.Elapsed.TotalSeconds;
        }
        // The writes before the alarm were those of samples; the call went on for 200 s.
        Assert.InRange(last, 70, 72);
    }

    [Fact]
    public void What_like_calls_took_knows_better_than_a_prediction()
    {
        var capability = Capability(predicted: 100);
        var times = new CallTimes();
        Assert.Equal(200, times.LateAfter(capability, Arguments.None)!.Value.After.TotalSeconds);
        for (var i = 1; i <= CallTimes.Enough; i++)
            times.Add(capability, Arguments.None, TimeSpan.FromSeconds(300 + i));
        var (after, expected) = times.LateAfter(capability, Arguments.None)!.Value;
        Assert.Equal(1.5 * 319, after.TotalSeconds, 3);
        Assert.Equal("19 of 20 like it took no more than 00:05:19", expected);
    }

    [Fact]
    public void A_call_that_its_arguments_give_so_long_is_not_late_before_that_whatever_others_took()
    {
        var charge = CellTechniques.Current(new CellLimits(0, 5, 0.01, 0.1));
        var times = new CallTimes();
        var (life, formation) = (Until("2 h"), Until("15 h"));
        for (var i = 0; i < 2 * CallTimes.Enough; i++)
            times.Add(charge, life, TimeSpan.FromMinutes(24));
        Assert.Equal(2.2, times.LateAfter(charge, life)!.Value.After.TotalHours, 6);
        var (after, expected) = times.LateAfter(charge, formation)!.Value;
        Assert.Equal(16.5, after.TotalHours, 6);
        Assert.Equal("it was to end within 15:00:00", expected);
    }

    [Fact]
    public void A_call_without_a_longest_time_is_compared_with_those_of_the_same_arguments()
    {
        var charge = CellTechniques.Current(new CellLimits(0, 5, 0.01, 0.1));
        var times = new CallTimes();
        var (small, large) = (
            Arguments.Of(("current", Quantity.Of(1, "mA"))), Arguments.Of(("current", Quantity.Of(3, "mA"))));
        for (var i = 0; i < CallTimes.Enough; i++)
            times.Add(charge, large, TimeSpan.FromHours(1));
        Assert.Equal(1.5, times.LateAfter(charge, large)!.Value.After.TotalHours, 6);
        Assert.Equal(96, times.LateAfter(charge, small)!.Value.After.TotalHours, 6);
    }

    private static Arguments Until(string time) =>
        Arguments.Of(("current", Quantity.Of(3, "mA")), ("until_time", Quantity.Parse(time)));

    [Fact]
    public void Nobody_can_say_when_a_call_is_late_that_was_never_seen_and_predicts_nothing()
    {
        var capability = Capability(predicted: null);
        var times = new CallTimes();
        Assert.Null(times.LateAfter(capability, Slot(1)));
        for (var i = 0; i < CallTimes.Enough; i++)
            times.Add(capability, Slot(1), TimeSpan.FromSeconds(30));
        Assert.Equal(90, times.LateAfter(capability, Slot(1))!.Value.After.TotalSeconds);
        Assert.Null(times.LateAfter(capability, Slot(2)));
    }

    [Fact]
    public void Old_times_are_forgotten()
    {
        var capability = Capability(predicted: null);
        var times = new CallTimes();
        for (var i = 0; i < 200; i++)
            times.Add(capability, Slot(1), TimeSpan.FromSeconds(1000));
        for (var i = 0; i < 200; i++)
            times.Add(capability, Slot(1), TimeSpan.FromSeconds(10));
        Assert.Equal(70, times.LateAfter(capability, Slot(1))!.Value.After.TotalSeconds);
    }

    [Property]
    public void A_call_is_late_only_a_minute_and_a_half_of_its_usual_time_later(FsCheck.PositiveInt[] seconds)
    {
        var capability = Capability(predicted: 10);
        var times = new CallTimes();
        foreach (var s in seconds)
            times.Add(capability, Arguments.None, TimeSpan.FromSeconds(s.Get));
        var after = times.LateAfter(capability, Arguments.None)!.Value.After.TotalSeconds;
        var usual = seconds.Length < CallTimes.Enough ? 10
            : seconds.Select(s => s.Get).Order().ElementAt((int)Math.Ceiling(0.95 * seconds.Length) - 1);
        var factor = seconds.Length < CallTimes.Enough ? 2 : 1.5;
        Assert.Equal(Math.Max(factor * usual, usual + 60), after, 3);
    }

    [Fact]
    public async Task A_bound_of_months_is_kept()
    {
        var clock = new FakeTimeProvider();
        var alarms = 0;
        await using var silent = new CallWatch(
            clock, null, TimeSpan.FromDays(90), _ => throw new InvalidOperationException(), CancellationToken.None);
        await using var watch = new CallWatch(clock, TimeSpan.FromDays(60), TimeSpan.FromDays(150), elapsed =>
        {
            alarms++;
            return ValueTask.CompletedTask;
        }, CancellationToken.None);
        for (var day = 1; day <= 151; day++)
        {
            clock.Advance(TimeSpan.FromDays(1));
            Assert.Equal((day >= 60 ? 1 : 0, day >= 150), (alarms, watch.HasPassed));
            Assert.Equal(day >= 90, silent.HasPassed);
            Assert.Equal(watch.HasPassed, watch.Token.IsCancellationRequested);
        }
    }

    [Fact]
    public async Task A_bound_before_the_call_is_late_raises_no_alarm()
    {
        var clock = new FakeTimeProvider();
        await using var watch = new CallWatch(clock, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30),
            _ => throw new InvalidOperationException("no alarm"), CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(100));
        Assert.True(watch.HasPassed);
        watch.ThrowIfBroken();
    }

    [Fact]
    public async Task A_journal_that_fails_at_the_alarm_ends_the_call()
    {
        var clock = new FakeTimeProvider();
        await using var watch = new CallWatch(clock, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30),
            _ => throw new JournalException("the disk is full", new IOException()), CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(watch.Token.IsCancellationRequested);
        Assert.Throws<JournalException>(watch.ThrowIfBroken);
    }

    private static TestRun Impatient(string steps, double seconds) => new(steps)
    {
        Patience = InstrumentPatience.Default with { Usual = new Patience { Whole = TimeSpan.FromSeconds(seconds) } },
    };

    private static TestRun Predicting(string steps, double seconds)
    {
        TestRun test = null!;
        test = new TestRun(steps)
        {
            Decorate = i => new GlitchyInstrument(i, new Glitches(), test.Time)
            {
                Capabilities = [.. i.Capabilities.Select(c => c with { Predict = _ => TimeSpan.FromSeconds(seconds) })],
            },
            Patience = InstrumentPatience.Default with { Usual = new Patience { Whole = TimeSpan.FromHours(1) } },
        };
        return test;
    }

    private static Capability Capability(double? predicted) => new(
        "move", "", [new QuantityInput("slot", Unit.One, null, null, "")], [], Replay.Safe,
        predicted is { } seconds ? _ => TimeSpan.FromSeconds(seconds) : null);

    private static Arguments Slot(double slot) => Arguments.Of(("slot", Quantity.Of(slot, Unit.One)));
}
