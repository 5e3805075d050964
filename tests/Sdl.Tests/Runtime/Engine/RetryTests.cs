using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Time;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Engine;

/// <summary>What is tried again, how often, and what the journal shows of it.</summary>
public class RetryTests
{
    private const string Dispense = "steps: [{do: a.dispense, with: {volume: 1 mL}, save: dose}]\n"
        + "results: {volume: dose.volume}";

    [Theory]
    [InlineData(Fault.Timeout)]
    [InlineData(Fault.BadReply)]
    [InlineData(Fault.Disconnected)]
    public void What_is_safe_to_repeat_is_repeated_on_a_new_connection_and_the_journal_shows_it(Fault fault)
    {
        var test = Troubled(
            "steps: [do: b.read]", new("read", fault, 0.5), new("read", fault), new("read", fault, -1));
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.Equal([0.2, 0.5, 1], test.Events.OfType<StepRetried>().Select(r => r.Delay.TotalSeconds));
        Assert.Equal([1, 2, 3, 4], test.Events.OfType<StepIntended>().Select(i => i.Attempt));
        Assert.All(test.Events.OfType<StepRetried>(), r => Assert.Equal(
            ("run/b.read", fault.ToString(), $"b: {fault} at read"), (r.Call.Value, r.Fault, r.Message)));
        Assert.Equal(4, test.Events.OfType<StepDone>().Single().Attempt);
        Assert.Empty(test.Events.OfType<StepFailed>());
        Assert.Equal(4, test.B.Connections);
        // Half a second, and what the reading takes twice; the pauses.
        Assert.Equal(0.5 + 1 + 1 + 1.7, test.Elapsed.TotalSeconds, 6);
    }

    [Fact]
    public void Patience_ends_and_what_failed_first_stays_the_cause()
    {
        var test = Troubled("steps: [do: b.read]\nfinally: [do: d.grip]", new("read", Fault.BadReply),
            new("read"), new("read"), new("read", Fault.Disconnected));
        var outcome = test.Process()!;
        const string why = "b: BadReply at read; in the end, after 3 more attempts: Disconnected at read";
        Assert.Equal((RunState.Failed, why), (outcome.State, outcome.Why));
        var failed = Assert.Single(test.Events.OfType<StepFailed>());
        Assert.Equal(("Disconnected", why, 4), (failed.Fault, failed.Message, failed.Attempt));
        Assert.Equal(
            ["Ok>Issue", "Issue>Ok", "Ok>Issue", "Issue>Ok", "Ok>Issue", "Issue>Ok", "Ok>Reconnecting",
                "Reconnecting>Failed"],
            Changes(test));
        Assert.Single(test.Devices["d"].Grips);
    }

    [Theory]
    [InlineData(70, RunState.Completed)]
    [InlineData(50, RunState.Failed)]
    public void After_a_minute_without_trouble_patience_begins_anew(double after, RunState expected)
    {
        var glitches = new Glitches(Enumerable.Repeat(new Glitch("work", Fault.BadReply, after), 6));
        TestRun test = null!;
        test = new TestRun("steps: [{do: a.work, with: {time: 10 min}}]")
        {
            Decorate = i => new GlitchyInstrument(i, glitches, test.Time),
            Patience = InstrumentPatience.Default with { Usual = new Patience { Whole = TimeSpan.FromHours(1) } },
        };
        Assert.Equal(expected, test.Process()!.State);
        Assert.Equal(expected == RunState.Completed ? 6 : 3, test.Events.OfType<StepRetried>().Count());
        Assert.All(test.Events.OfType<StepRetried>().Skip(1), r => Assert.Equal(
            after > 60, r.Delay == TimeSpan.FromSeconds(0.2)));
    }

    [Fact]
    public void A_call_that_is_let_go_before_it_is_intended_leaves_nothing_behind()
    {
        var time = new VirtualTime(TestRun.Start);
        var (disk, run) = (new Disk(), new RunId("run"));
        var journal = new MemoryJournal(disk, time);
        var host = new InstrumentHost(new FakeInstrument("a", new FakeDevice(time), time, new Mortal()), time);
        var invoker = new Invoker(
            run, journal, RunHistory.Of(run, journal), new StepTree(TestLab.Read("steps: [do: a.read]"), run), time);
        var read = host.Instrument.Capabilities.Single(c => c.Name == "read");
        time.Run(async () =>
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => new PersistentCall(run, journal, host, read, invoker, Arguments.None).RunAsync(
                    new Invocation(new CallId("run/a.read"), "read", Arguments.None),
                    new InvocationOutcome(CallProgress.NotStarted, ""), new CancellationToken(canceled: true),
                    CancellationToken.None));
            return 0;
        });
        Assert.Empty(disk.All);
    }

    [Fact]
    public void A_mute_instrument_is_reconnected_until_patience_ends()
    {
        var test = Troubled("steps: [{do: a.grip}, {do: b.read}]\nfinally: [do: b.read]", new Glitch("read"));
        var outcome = test.Process(meanwhile: async _ =>
        {
            await test.After(1.1);
            test.B.IsUnplugged = true;
            await test.After(60);
            test.B.IsUnplugged = false;
        })!;
        Assert.Equal(RunState.Failed, outcome.State);
        Assert.Equal(
            "b: Timeout at read; in the end, after 3 more attempts: nobody answers; check the cable", outcome.Why);
        Assert.Equal(["Ok>Issue", "Issue>Reconnecting", "Reconnecting>Failed"], Changes(test).Take(3));
        Assert.Equal(3, test.Events.OfType<StepRetried>().Count(r => r.Call.Value == "run/b.read"));
        Assert.Single(test.Events.OfType<StepIntended>(), i => i.Call.Value == "run/b.read");
    }

    [Theory]
    [InlineData(Fault.Rejected)]
    [InlineData(Fault.DeviceFault)]
    [InlineData(Fault.OutOfRange)]
    public void What_a_device_says_is_not_asked_again(Fault fault)
    {
        var test = Troubled("steps: [do: b.read]", new Glitch("read", fault));
        Assert.Equal((RunState.Failed, $"b: {fault} at read"), Outcome(test));
        Assert.Empty(test.Events.OfType<StepRetried>());
        Assert.Single(test.Events.OfType<StepIntended>());
    }

    [Fact]
    public void What_may_never_be_repeated_is_not()
    {
        var test = Troubled("steps: [do: c.grip]", new Glitch("grip", Fault.Timeout, 0.7));
        Assert.Equal((RunState.Failed, "c: Timeout at grip"), Outcome(test));
        Assert.Single(test.C.Grips);
        Assert.Equal(["Ok>Issue"], Changes(test));
    }

    [Theory]
    [InlineData(-1, "Done")]
    [InlineData(4.5, "Partial")]
    [InlineData(0, "NotStarted")]
    public void A_device_that_remembers_is_asked_and_then_does_the_rest(double after, string found)
    {
        var test = Troubled(Dispense, new Glitch("dispense", Fault.BadReply, after));
        var outcome = test.Process()!;
        Assert.Equal(RunState.Completed, outcome.State);
        Assert.Equal(1, test.A.Delivered, 6);
        var reconciled = Assert.Single(test.Events.OfType<StepReconciled>());
        Assert.Equal((found, "device"), (reconciled.Progress.ToString(), reconciled.By));
        Assert.Equal(after > 0, reconciled.Remaining is not null);
        // The record counts through all attempts.
        Assert.Equal(1, outcome.Results["volume"].Value.In("mL"), 6);
        Assert.Equal([1, 2], test.Events.OfType<StepIntended>().Select(i => i.Attempt));
    }

    [Fact]
    public void A_rest_that_is_interrupted_again_is_done_in_a_third_part()
    {
        var test = Troubled(Dispense, new("dispense", Fault.Timeout, 4.5), new("reconcile", Fault.BadReply),
            new("dispense", Fault.Timeout, 2.5));
        var outcome = test.Process()!;
        Assert.Equal(RunState.Completed, outcome.State);
        Assert.Equal(1, test.A.Delivered, 6);
        Assert.Equal(1, outcome.Results["volume"].Value.In("mL"), 6);
        Assert.Equal(3, test.Events.OfType<StepRetried>().Count());
        Assert.Equal(3, test.Events.OfType<StepIntended>().Count());
    }

    [Fact]
    public void A_device_that_has_forgotten_fails_the_run()
    {
        var glitches = new Glitches(new Glitch("dispense", Fault.Timeout, 3));
        TestRun test = null!;
        test = new TestRun(Dispense)
        {
            Decorate = i => new GlitchyInstrument(i, glitches, test.Time) { Forgets = true },
        };
        Assert.Equal(
            (RunState.Failed, "a: Timeout at dispense; in the end, after 1 more attempt: it is unknown how far it got: "
                + "its power was interrupted"), Outcome(test));
        Assert.Equal(CallProgress.Unknown, test.Events.OfType<StepReconciled>().Single().Progress);
    }

    [Fact]
    public void An_abort_ends_the_rest_between_two_attempts()
    {
        var test = Troubled("steps: [do: b.read]", new Glitch("read"), new("read"), new("read"), new("read"));
        var outcome = test.Process(meanwhile: async run =>
        {
            await test.After(0.6);
            run.Send(RunCommand.Abort, "ann");
        })!;
        Assert.Equal((RunState.Aborted, "aborted by ann"), (outcome.State, outcome.Why));
        var failed = Assert.Single(test.Events.OfType<StepFailed>());
        Assert.Equal((StepFailed.Cancelled, 2), (failed.Fault, failed.Attempt));
    }

    [Fact]
    public void Connecting_is_repeated_and_the_journal_shows_it()
    {
        var test = Troubled("steps: [do: b.read]", new("connect"), new("connect", Fault.Disconnected));
        Assert.Equal(RunState.Completed, test.Process()!.State);
        var retried = test.Events.OfType<ContactRetried>().ToList();
        Assert.Equal(2, retried.Count);
        Assert.All(retried, r => Assert.Equal("connecting", r.What));
        Assert.Equal(["Timeout", "Disconnected"], retried.Select(r => r.Fault));
    }

    [Fact]
    public void Another_device_than_the_right_one_is_not_asked_again()
    {
        var test = Troubled("steps: [do: b.read]", new Glitch("connect", Fault.Rejected));
        Assert.Equal(RunState.Failed, test.Process()!.State);
        Assert.Empty(test.Events.OfType<ContactRetried>());
    }

    [Fact]
    public void A_driver_that_never_comes_to_an_end_of_connecting_is_given_up()
    {
        TestRun test = null!;
        test = new TestRun("steps: [do: b.read]")
        {
            Decorate = i => i.Id.Value != "b" ? i : new GlitchyInstrument(i, new Glitches(), test.Time)
            {
                ConnectsNever = true, ConnectTime = TimeSpan.FromSeconds(3),
            },
        };
        Assert.Equal(
            (RunState.Failed, "b: connecting has not ended within 3 s; check power, cable and address"), Outcome(test));
        Assert.Equal(4 * 3 + 1.7, test.Elapsed.TotalSeconds, 6);
        Assert.Equal(["Ok>Issue", "Issue>Reconnecting", "Reconnecting>Failed"], Changes(test));
    }

    [Fact]
    public void Connecting_may_take_as_long_as_the_lab_file_says()
    {
        TestRun test = null!;
        test = new TestRun("steps: [do: b.read]")
        {
            Decorate = i => i.Id.Value != "b" ? i : new GlitchyInstrument(i, new Glitches(), test.Time)
            {
                ConnectsNever = true,
            },
            Patience = InstrumentPatience.Default with { Usual = new Patience { Connect = TimeSpan.FromDays(50) } },
        };
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.Equal(1, test.Elapsed.TotalDays, 3);
    }

    [Fact]
    public void A_part_whose_rest_the_device_does_not_know_fails_the_run()
    {
        var glitches = new Glitches(new Glitch("dispense", Fault.Timeout, 3));
        TestRun test = null!;
        test = new TestRun(Dispense)
        {
            Decorate = i => new GlitchyInstrument(i, glitches, test.Time) { KnowsNoRest = true },
        };
        Assert.EndsWith("it is unknown how far it got: cut short", test.Process()!.Why, StringComparison.Ordinal);
        Assert.Equal(CallProgress.Unknown, test.Events.OfType<StepReconciled>().Single().Progress);
    }

    [Fact]
    public void A_device_that_remembers_nothing_cannot_be_asked()
    {
        var test = new TestRun("steps: [do: b.read]");
        test.Time.Run(async () =>
        {
            var host = new InstrumentHost(new Mute(), test.Time);
            var outcome = await host.ReconcileAsync(
                new Invocation(new CallId("run/a"), "a", Arguments.None), CancellationToken.None);
            Assert.Equal((CallProgress.Unknown, "this device cannot tell"), (outcome.Progress, outcome.Evidence));
        });
    }

    [Fact]
    public void An_abort_ends_the_repeated_connecting()
    {
        var test = new TestRun("steps: [do: b.read]");
        test.B.IsUnplugged = true;
        var outcome = test.Process(meanwhile: async run =>
        {
            await test.After(0.1);
            run.Send(RunCommand.Abort, "ann");
        })!;
        Assert.Equal(RunState.Aborted, outcome.State);
        Assert.Equal(1, test.B.Connections);
    }

    [Fact]
    public void No_patience_means_no_repetition()
    {
        var glitches = new Glitches(new Glitch("read"));
        TestRun test = null!;
        test = new TestRun("steps: [do: b.read]")
        {
            Decorate = i => new GlitchyInstrument(i, glitches, test.Time),
            Patience = InstrumentPatience.Default with { Usual = new Patience { Retries = 0 } },
        };
        Assert.Equal((RunState.Failed, "b: Timeout at read"), Outcome(test));
        Assert.Equal(["Ok>Issue", "Issue>Failed"], Changes(test));
    }

    [Fact]
    public void A_run_with_trouble_survives_a_kill_at_every_write()
    {
        static Glitches Trouble() => new(
            new("dispense", Fault.Timeout, 4.5), new("read", Fault.BadReply), new("dispense", Fault.Disconnected, -1),
            new("reconcile"), new("read", Fault.Timeout, 0.5));
        for (var k = 1; ; k++)
            foreach (var die in new[] { k, -k })
            {
                var test = Troubled("steps: [{do: b.read}, {do: a.dispense, with: {volume: 1 mL}, save: dose}]\n"
                    + "results: {volume: dose.volume}", Trouble());
                var first = test.Process(die: die);
                var outcome = first ?? test.Process()!;
                Assert.Equal(RunState.Completed, outcome.State);
                Assert.Equal(1, test.A.Delivered, 6);
                Assert.Equal(1, outcome.Results["volume"].Value.In("mL"), 6);
                if (first is not null)
                    return;
            }
    }

    private sealed class Mute : IInstrument
    {
        public InstrumentId Id => new("mute");

        public string SafeState => "as it is";

        public IReadOnlyList<Capability> Capabilities => [];

        public ValueTask ConnectAsync(CancellationToken ct) => ValueTask.CompletedTask;

        public ValueTask<InstrumentStatus> ReadStatusAsync(CancellationToken ct) => throw new NotSupportedException();

        public IAsyncEnumerable<Sample> InvokeAsync(Invocation call, CancellationToken ct) =>
            throw new NotSupportedException();

        public ValueTask MakeSafeAsync(TimeSpan limit) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private static TestRun Troubled(string steps, params IEnumerable<Glitch> glitches) =>
        Troubled(steps, new Glitches(glitches));

    // Only instruments that are used meet trouble: the others have their connections to themselves.
    private static TestRun Troubled(string steps, Glitches glitches)
    {
        TestRun test = null!;
        test = new TestRun(steps)
        {
            Decorate = i => steps.Contains($"do: {i.Id}.", StringComparison.Ordinal)
                ? new GlitchyInstrument(i, glitches, test.Time)
                : i,
        };
        return test;
    }

    private static (RunState State, string Why) Outcome(TestRun test)
    {
        var outcome = test.Process()!;
        return (outcome.State, outcome.Why);
    }

    private static IEnumerable<string> Changes(TestRun test) =>
        test.Events.OfType<TroubleChanged>().Select(c => $"{c.From}>{c.To}");
}
