using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Core.Safety;
using Sdl.Core.Units;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Interlocks;
using Sdl.Tests.Support;
using static Sdl.Tests.Runtime.Interlocks.WatchBench;

namespace Sdl.Tests.Runtime.Interlocks;

public class InterlockWatchTests
{
    private const string Long = "steps: [{do: a.work, with: {time: 100 s}}, {do: b.work, with: {time: 100 s}}]";

    private static readonly Interlock Hot = Rules.Rule("a.value > 65", "a.value < 60", settle: 2, name: "hot");

    [Theory]
    [InlineData(InterlockAction.Abort, RunState.Aborted)]
    [InlineData(InterlockAction.Stop, RunState.Stopped)]
    public void A_trip_acts_on_the_run_within_one_sample_of_its_settle_time(InterlockAction action, RunState end)
    {
        var bench = new WatchBench();
        bench.Watch(async session =>
        {
            using var run = session.Run(Long);
            var running = run.ExecuteAsync();
            await bench.After(10);
            Show(bench.A, 66);
            await bench.After(2);
            Assert.Equal(RunState.Running, run.State);
            Assert.Equal(InterlockState.Pending, session.State);
            await bench.After(0.2);
            Assert.Equal(InterlockState.Tripped, session.State);
            var outcome = await running;
            Assert.Equal(end, outcome.State);
            Assert.Contains("by interlock hot", outcome.Why, StringComparison.Ordinal);
        }, Hot with { Action = action });
        var trip = Assert.Single(bench.Seen<InterlockTripped>());
        Assert.Equal(("hot", action), (trip.Interlock, trip.Action));
        Assert.Equal(Quantity.Of(66, Unit.One), trip.Readings["a.value"]);
        Assert.True(bench.Disk.All.ToList().IndexOf(trip)
            < bench.Disk.All.ToList().FindIndex(e => e is Moved { To: RunState.Aborting or RunState.Stopping }));
        Assert.Equal(1, bench.A.TimesMadeSafe);
    }

    [Fact]
    public void A_paused_run_is_resumed_only_when_the_interlock_is_clear_and_acknowledged()
    {
        var bench = new WatchBench();
        bench.Watch(async session =>
        {
            using var run = session.Run(Long);
            var running = run.ExecuteAsync();
            await bench.After(10);
            Show(bench.A, 66);
            await bench.After(3);
            Assert.Equal(RunState.Pausing, run.State);
            await bench.After(100);
            Assert.Equal(RunState.Paused, run.State);
            Assert.Contains("it clears when a.value < 60", Refused(run), StringComparison.Ordinal);
            Show(bench.A, 50);
            await bench.After(1);
            Assert.Equal(InterlockState.Latched, session.State);
            Assert.Contains("sdl interlocks acknowledge hot", Refused(run), StringComparison.Ordinal);
            await session.Watch.AcknowledgeAsync("hot", "ann", "lid was open");
            Assert.Equal(InterlockState.Clear, session.State);
            run.Send(RunCommand.Resume, "ann");
            Assert.Equal(RunState.Completed, (await running).State);
        }, Hot with { Action = InterlockAction.Pause });
        Assert.Equal(["InterlockTripped", "InterlockAcknowledged", "InterlockCleared"],
            bench.Disk.All.Select(e => e.GetType().Name)
                .Where(n => n.StartsWith("Interlock", StringComparison.Ordinal)));
        Assert.Equal("lid was open", bench.Seen<InterlockAcknowledged>().Single().Note);
    }

    [Fact]
    public void It_trips_while_the_run_is_paused()
    {
        var bench = new WatchBench();
        bench.Watch(async session =>
        {
            using var run = session.Run(Long);
            var running = run.ExecuteAsync();
            await bench.After(1);
            run.Send(RunCommand.Pause, "ann");
            await bench.After(200);
            Assert.Equal(RunState.Paused, run.State);
            Show(bench.A, 66);
            Assert.Equal(RunState.Aborted, (await running).State);
        }, Hot);
    }

    [Fact]
    public void One_instrument_is_made_safe_and_nothing_is_begun_with_it_until_it_clears()
    {
        var bench = new WatchBench();
        bench.Watch(async session =>
        {
            using var other = session.Run("steps: [{do: b.work, with: {time: 100 s}}]", "other", "b");
            var going = other.ExecuteAsync();
            await bench.After(5);
            Show(bench.A, 66);
            await bench.After(3);
            Assert.Equal(1, bench.A.TimesMadeSafe);
            Assert.Equal(0, bench.B.TimesMadeSafe);
            var host = session.Hosts[0];
            var refused = await Assert.ThrowsAsync<InstrumentException>(async () => await Work(host));
            Assert.Equal(Fault.Rejected, refused.Fault);
            Assert.Contains("forbidden by interlock hot", refused.Message, StringComparison.Ordinal);
            using var user = session.Run("steps: [{do: a.read}]", "user", "a");
            var outcome = await user.ExecuteAsync();
            Assert.Equal(RunState.Failed, outcome.State);
            Assert.Contains("interlock hot", outcome.Why, StringComparison.Ordinal);
            Show(bench.A, 50);
            await bench.After(1);
            await session.Watch.AcknowledgeAsync("hot", "ann", "");
            await Work(host);
            Assert.Equal(RunState.Completed, (await going).State);
        }, Hot with { Action = InterlockAction.Safe, Instrument = new InstrumentId("a") });
        var safe = Assert.Single(bench.Seen<InterlockMadeSafe>());
        Assert.Equal(("a", null), (safe.Instrument.Value, safe.Error));
    }

    [Fact]
    public void A_run_does_not_begin_while_an_interlock_that_concerns_it_has_tripped()
    {
        var bench = new WatchBench();
        Show(bench.A, 66);
        bench.Watch(async session =>
        {
            using var run = session.Run(Long);
            var outcome = await run.ExecuteAsync();
            Assert.Equal(RunState.Failed, outcome.State);
            Assert.Equal("interlock hot: a.value > 65 (a.value = 66); look; it clears when a.value < 60", outcome.Why);
            Assert.Empty(bench.Seen<StepIntended>());
            var reads = bench.A.TimesRead;
            await bench.After(10);
            Assert.Equal(reads, bench.A.TimesRead);
            using var users = session.Run("steps: [{do: b.read}]", "users", "b");
            Assert.Equal(RunState.Completed, (await users.ExecuteAsync()).State);
        }, Hot with { Settle = TimeSpan.Zero, Scope = InterlockScope.Users });
    }

    [Fact]
    public void A_trip_that_nobody_acknowledged_outlives_the_process()
    {
        var bench = new WatchBench();
        Show(bench.A, 66);
        var rule = Hot with { Settle = TimeSpan.Zero, Message = "" };
        bench.Watch(async session =>
        {
            using var run = session.Run(Long, "one");
            Assert.Equal(RunState.Failed, (await run.ExecuteAsync()).State);
        }, rule);
        Show(bench.A, 20);
        bench.Watch(async session =>
        {
            using var run = session.Run(Long, "two");
            var outcome = await run.ExecuteAsync();
            Assert.EndsWith("it is over and waits for a person: sdl interlocks acknowledge hot --by NAME", outcome.Why);
            Assert.Equal(InterlockState.Latched, session.State);
            await session.Watch.AcknowledgeAsync("hot", "ann", "");
            using var next = session.Run(Long, "three");
            Assert.Equal(RunState.Completed, (await next.ExecuteAsync()).State);
        }, rule);
    }

    [Fact]
    public void An_acknowledged_trip_clears_when_the_danger_is_over()
    {
        var bench = new WatchBench();
        bench.Watch(async session =>
        {
            using var run = session.Run(Long);
            var running = run.ExecuteAsync();
            await bench.After(1);
            Show(bench.A, 66);
            await bench.After(3);
            await session.Watch.AcknowledgeAsync("hot", "ann", "");
            Assert.Equal(InterlockState.Acknowledged, session.State);
            Show(bench.A, 20);
            await bench.After(1);
            Assert.Equal(InterlockState.Clear, session.State);
            Assert.Single(bench.Seen<InterlockCleared>());
            run.Send(RunCommand.Resume, "ann");
            await running;
        }, Hot with { Action = InterlockAction.Pause });
    }

    [Fact]
    public void A_driver_that_hangs_makes_its_readings_stale_and_the_others_go_on()
    {
        var bench = new WatchBench();
        var cold = Rules.Rule("b.value < 0", name: "cold", action: InterlockAction.Stop);
        bench.Watch(async session =>
        {
            using var run = session.Run(Long);
            var running = run.ExecuteAsync();
            await bench.After(10);
            bench.A.ReadsNever = true;
            await bench.After(4);
            Assert.Equal(InterlockState.Clear, session.State);
            var reads = bench.B.TimesRead;
            Show(bench.B, -1);
            await bench.After(0.2);
            Assert.Equal(InterlockState.Tripped, session.Watch.States[1].State);
            Assert.InRange(bench.B.TimesRead - reads, 1, 3);
            await bench.After(1.2);
            Assert.Equal(InterlockState.Tripped, session.State);
            Assert.Equal(RunState.Aborted, (await running).State);
        }, Hot, cold);
        Assert.Contains("a.value could not be read for 5", bench.Seen<InterlockTripped>().Last().Why);
        Assert.Equal(["cold", "hot"], bench.Seen<InterlockTripped>().Select(t => t.Interlock));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_device_that_answers_no_more_or_no_reading_is_lost_after_its_time(bool isUnplugged)
    {
        var bench = new WatchBench();
        bench.Watch(async session =>
        {
            using var run = session.Run(Long);
            var running = run.ExecuteAsync();
            await bench.After(10);
            bench.A.IsUnplugged = isUnplugged;
            Show(bench.A, null);
            await bench.After(4.9);
            Assert.Equal(InterlockState.Clear, session.State);
            Assert.Equal(isUnplugged ? "a: nobody answers; check the cable" : null,
                session.Watch.TroubleOf(new InstrumentId("a")));
            await bench.After(0.3);
            Assert.Equal(InterlockState.Tripped, session.State);
            Assert.Equal(RunState.Aborted, (await running).State);
        }, Hot);
    }

    [Fact]
    public void What_cannot_be_connected_or_read_at_all_lets_no_run_begin()
    {
        var bench = new WatchBench();
        bench.A.IsUnplugged = true;
        bench.Watch(async session =>
        {
            using var run = session.Run("steps: [{do: b.read}]", "run", "b");
            var outcome = await run.ExecuteAsync();
            Assert.Equal(RunState.Failed, outcome.State);
            Assert.Contains("interlock hot: a.value could not be read for 5", outcome.Why);
            Assert.InRange(bench.Elapsed, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6));
        }, Hot);
    }

    [Fact]
    public void A_value_of_another_dimension_is_no_value()
    {
        var bench = new WatchBench();
        bench.A.Shown = Quantity.Of(1, "s");
        bench.Watch(async session =>
        {
            using var run = session.Run(Long);
            Assert.Equal(RunState.Failed, (await run.ExecuteAsync()).State);
        }, Hot);
    }

    [Fact]
    public void A_driver_with_a_mistake_only_loses_its_readings()
    {
        var bench = new WatchBench();
        bench.Watch(async session =>
        {
            using var run = session.Run(Long);
            var running = run.ExecuteAsync();
            await bench.After(1);
            bench.A.ReadTime = -1;
            await bench.After(1);
            Assert.StartsWith("a: its driver failed to read (ArgumentOutOfRangeException",
                session.Watch.TroubleOf(new InstrumentId("a")));
            bench.A.ReadTime = 0;
            Assert.Equal(RunState.Completed, (await running).State);
        }, Hot);
    }

    [Fact]
    public void A_slow_reading_is_not_overtaken_by_the_next()
    {
        var bench = new WatchBench();
        bench.A.ReadTime = 0.35;
        bench.Watch(async session =>
        {
            using var run = session.Run("steps: [{do: b.work, with: {time: 100 s}}]");
            await run.ExecuteAsync();
            Assert.InRange(bench.A.TimesRead, 240, 260);
        }, Hot);
    }

    [Fact]
    public void A_run_that_is_aborted_before_it_was_admitted_leaves_nothing_watched()
    {
        var bench = new WatchBench();
        bench.A.ReadsNever = true;
        bench.Watch(async session =>
        {
            using var run = session.Run(Long);
            var running = run.ExecuteAsync();
            await bench.After(1);
            run.Send(RunCommand.Abort, "ann");
            Assert.Equal(RunState.Aborted, (await running).State);
            // A reading that hangs is waited for no longer than a second.
            Assert.InRange(bench.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
            using var cancelled = new CancellationTokenSource();
            cancelled.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.Watch.BeginAsync(
                new WatchedRun(new RunId("x"), new HashSet<InstrumentId>(), (_, _) => { }), cancelled.Token));
            await session.Watch.EndAsync(new RunId("x"));
            session.Hosts[0].Distrust();
            using var later = new CancellationTokenSource(TimeSpan.FromSeconds(1), bench.Time);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.Watch.BeginAsync(
                new WatchedRun(new RunId("x"), new HashSet<InstrumentId>(), (_, _) => { }), later.Token));
        }, Hot);
    }

    [Fact]
    public void A_device_that_does_not_connect_is_not_waited_for_long_and_counts_by_its_readings()
    {
        var bench = new WatchBench();
        bench.A.ConnectTime = 60;
        bench.Watch(async session =>
        {
            using var run = session.Run("steps: [{do: b.read}]", "run", "b");
            Assert.Equal(RunState.Completed, (await run.ExecuteAsync()).State);
            Assert.InRange(bench.Elapsed, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(8));
            using var other = session.Run("steps: [{do: b.read}]", "other", "b");
            var running = other.ExecuteAsync();
            await bench.After(1);
            other.Send(RunCommand.Abort, "ann");
            Assert.Equal(RunState.Aborted, (await running).State);
        }, Hot);
    }

    [Fact]
    public void What_was_asked_for_in_an_earlier_watch_says_nothing_now()
    {
        var bench = new WatchBench();
        bench.A.ReadTime = 3;
        Show(bench.A, 66);
        bench.Watch(async session =>
        {
            using var cancelled = new CancellationTokenSource(TimeSpan.FromSeconds(1), bench.Time);
            var run = new WatchedRun(new RunId("x"), new HashSet<InstrumentId>(), (_, _) => { });
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => session.Watch.BeginAsync(run, cancelled.Token));
            var begin = session.Watch.BeginAsync(run, CancellationToken.None);
            await bench.After(1.5);
            Assert.Equal(InterlockState.Clear, session.State);
            Show(bench.A, 20);
            await begin;
            Assert.Equal(InterlockState.Clear, session.State);
            await session.Watch.EndAsync(run.Id);
        }, Hot with { Settle = TimeSpan.Zero });
    }

    [Fact]
    public void Where_nobody_is_there_a_pause_is_a_stop()
    {
        var bench = new WatchBench { Options = InterlockWatchOptions.Dry };
        bench.Watch(async session =>
        {
            using var run = session.Run(Long);
            var running = run.ExecuteAsync();
            await bench.After(10);
            Assert.InRange(bench.A.TimesRead, 10, 12);
            Show(bench.A, 66);
            Assert.Equal(RunState.Stopped, (await running).State);
        }, Hot with { Action = InterlockAction.Pause, Stale = TimeSpan.FromSeconds(1) }, Rules.Rule("b.value < 0"));
    }

    [Fact]
    public void A_disk_that_is_full_hinders_no_action()
    {
        var bench = new WatchBench { BreakAt = 4 };
        bench.Watch(async session =>
        {
            using var run = session.Run("steps: [{do: b.work, with: {time: 100 s}}]");
            var running = run.ExecuteAsync();
            await bench.After(1.5);
            Show(bench.A, 66);
            await bench.After(2.5);
            Assert.Equal(1, bench.A.TimesMadeSafe);
            Assert.Equal(InterlockState.Tripped, session.State);
            await running;
        }, Hot with { Action = InterlockAction.Safe, Instrument = new InstrumentId("a") });
        Assert.Empty(bench.Seen<InterlockTripped>());
    }

    [Fact]
    public void Runs_that_are_not_concerned_or_have_ended_are_left_alone()
    {
        var bench = new WatchBench();
        bench.Watch(async session =>
        {
            var told = new List<string>();
            Task Begin(string name, string uses, Exception? error = null) => session.Watch.BeginAsync(
                new WatchedRun(new RunId(name), new HashSet<InstrumentId> { new(uses) }, (command, by) =>
                {
                    told.Add($"{name}: {command} by {by}");
                    if (error is not null)
                        throw error;
                }), CancellationToken.None);
            await Begin("gone", "a", new KeyNotFoundException());
            await Begin("other", "b");
            await Begin("user", "a");
            Assert.Null(session.Watch.WhyNot(new RunId("user")));
            Assert.Null(session.Watch.WhyNot(new RunId("unknown")));
            Show(bench.A, 66);
            await bench.After(3);
            Assert.Equal(["gone: Abort by interlock hot", "user: Abort by interlock hot"], told);
            Assert.Null(session.Watch.WhyNot(new RunId("other")));
            Assert.NotNull(session.Watch.WhyNot(new RunId("user")));
            foreach (var name in new[] { "gone", "other", "user" })
                await session.Watch.EndAsync(new RunId(name));
            var reads = bench.A.TimesRead;
            await bench.After(5);
            Assert.Equal(reads, bench.A.TimesRead);
        }, Hot with { Scope = InterlockScope.Users });
    }

    [Fact]
    public void What_is_not_tripped_or_not_there_cannot_be_acknowledged()
    {
        var bench = new WatchBench();
        bench.Watch(async session =>
        {
            var nothing = await Assert.ThrowsAsync<InvalidOperationException>(
                () => session.Watch.AcknowledgeAsync("hot", "ann", ""));
            Assert.Equal("interlock 'hot' is clear: there is nothing to acknowledge", nothing.Message);
            await Assert.ThrowsAsync<KeyNotFoundException>(() => session.Watch.AcknowledgeAsync("cold", "ann", ""));
            await Assert.ThrowsAsync<ArgumentException>(() => session.Watch.AcknowledgeAsync("hot", " ", ""));
        }, Hot);
        Assert.Empty(bench.Disk.All);
    }

    [Fact]
    public void A_run_that_was_interrupted_is_not_taken_up_while_an_interlock_forbids_it()
    {
        var bench = new WatchBench();
        bench.Disk.Events.Add((TestRun.Start, Sdl.Store.JournalJson.Write(new RunStarted(
            new RunId("run"), "test", "", "lab", Arguments.None, new Dictionary<string, InstrumentId>(), "ann"))));
        bench.Disk.Events.Add((TestRun.Start, Sdl.Store.JournalJson.Write(new Moved(
            new RunId("run"), RunState.Queued, RunState.Running, ""))));
        Show(bench.A, 66);
        bench.Watch(async session =>
        {
            using var run = session.Run(Long);
            var outcome = await run.ExecuteAsync();
            Assert.Equal(RunState.Interrupted, outcome.State);
            Assert.Contains("interlock hot", outcome.Why, StringComparison.Ordinal);
        }, Hot with { Settle = TimeSpan.Zero });
    }

    [Fact]
    public void The_same_course_gives_the_same_journal()
    {
        Assert.Equal(Course(), Course());

        static List<(DateTimeOffset, string)> Course()
        {
            var bench = new WatchBench();
            bench.Watch(async session =>
            {
                using var run = session.Run(Long);
                var running = run.ExecuteAsync();
                await bench.After(10);
                Show(bench.A, 66);
                await running;
            }, Hot, Rules.Rule("b.value < 0", name: "cold"));
            return bench.Disk.Events;
        }
    }

    private static string Refused(Run run) =>
        Assert.Throws<InterlockException>(() => run.Send(RunCommand.Resume, "ann")).Message;

    private static async Task Work(InstrumentHost host)
    {
        var call = new Invocation(new CallId("by hand"), "work", Arguments.Of(("time", Quantity.Of(1, "s"))));
        await foreach (var _ in host.InvokeAsync(call, CancellationToken.None))
        {
        }
    }
}
