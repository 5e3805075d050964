using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Engine;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Engine;

/// <summary>What is left for a person, and what becomes of the word that a person gives.</summary>
public class OpenCallsTests
{
    private const string Both = """
        steps:
          - parallel:
              - do: a.dispense
                with: {volume: 1 mL}
                save: dose
              - sequence: [wait: 3.5 s, do: c.grip]
        results: {volume: dose.volume}
        """;

    [Fact]
    public void Calls_without_an_end_are_found_with_the_time_of_their_intent()
    {
        var test = Killed();
        var open = OpenCalls.In(Journal(test));
        Assert.Equal(
            [("run/parallel/a.dispense", 0.0), ("run/parallel/sequence/c.grip", 3.5)],
            open.Select(o => (o.Past.Intended.Call.Value, (o.At - TestRun.Start).TotalSeconds)));
        Assert.All(open, o => Assert.Equal(TestRun.Id, o.Run));
    }

    [Fact]
    public void A_run_that_has_ended_leaves_nothing_open()
    {
        var test = new TestRun("steps: [do: c.grip]");
        test.Process();
        Assert.Empty(OpenCalls.In(Journal(test)));
    }

    [Fact]
    public void A_person_who_says_what_remains_has_that_done_and_the_record_counts_all_of_it()
    {
        var test = Killed();
        // The pump would know better: a person's word goes first all the same.
        test.A.Stop();
        Decide(test, "run/parallel/c.nobody", CallProgress.Done, null);
        Decide(test, "run/parallel/sequence/c.grip", CallProgress.Done, null);
        Decide(test, "run/parallel/a.dispense", CallProgress.Partial, 0.4);
        var before = test.A.Delivered;
        var outcome = test.Process()!;
        Assert.Equal(RunState.Completed, outcome.State);
        Assert.Equal(before + 0.4, test.A.Delivered, 6);
        Assert.Equal(1, outcome.Results["volume"].Value.In("mL"), 6);
        Assert.Empty(test.C.Grips);
    }

    [Fact]
    public void A_word_holds_until_the_next_attempt()
    {
        var test = Killed();
        Decide(test, "run/parallel/sequence/c.grip", CallProgress.NotStarted, null);
        // Killed again in the attempt that the word led to: what became of this one is unknown again.
        var process = new Mortal();
        test.ProcessWith(new MemoryJournal(test.Disk, test.Time, process)
        {
            DieAfter = e => e is StepIntended { Attempt: 2, Instrument.Value: "c" },
        }, process);
        var open = Assert.Single(
            OpenCalls.In(Journal(test)), o => o.Past.Intended.Capability == "grip");
        Assert.Null(open.Past.Decided);
        Assert.Equal(2, open.Past.Intended.Attempt);
    }

    [Fact]
    public void A_device_that_gives_a_damaged_answer_when_it_is_asked_is_asked_again()
    {
        var test = Killed(new Glitch("reconcile", Fault.BadReply), new Glitch("reconcile"));
        Decide(test, "run/parallel/sequence/c.grip", CallProgress.Done, null);
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.Equal(
            ["asking what became of run/parallel/a.dispense", "asking what became of run/parallel/a.dispense"],
            test.Events.OfType<ContactRetried>().Select(r => r.What));
        Assert.Equal(1, test.A.Delivered, 6);
    }

    [Fact]
    public void A_partial_call_whose_rest_is_unknown_is_held()
    {
        var test = Killed();
        test.Time.Run(() => Journal(test).AppendAsync(new StepReconciled(
            TestRun.Id, new CallId("run/parallel/sequence/c.grip"), CallProgress.Unknown, "I cannot see it", "ann"),
            CancellationToken.None).AsTask());
        var outcome = test.Process()!;
        Assert.Equal(RunState.Interrupted, outcome.State);
        Assert.Contains("I cannot see it", outcome.Why, StringComparison.Ordinal);
    }

    private static TestRun Killed(params IEnumerable<Glitch> glitches)
    {
        var all = new Glitches(glitches);
        TestRun test = null!;
        test = new TestRun(Both) { Decorate = i => new GlitchyInstrument(i, all, test.Time) };
        var process = new Mortal();
        Assert.Null(test.ProcessWith(
            new MemoryJournal(test.Disk, test.Time, process)
            {
                DieAfter = e => e is StepIntended { Instrument.Value: "c" },
            }, process));
        return test;
    }

    private static MemoryJournal Journal(TestRun test) => new(test.Disk, test.Time);

    private static void Decide(TestRun test, string call, CallProgress progress, double? left) =>
        test.Time.Run(() => Journal(test).AppendAsync(
            new StepReconciled(TestRun.Id, new CallId(call), progress, "I looked", "ann")
            {
                Remaining = left is { } mL ? Arguments.Of(("volume", Quantity.Of(mL, "mL"))) : null,
            }, CancellationToken.None).AsTask());
}
