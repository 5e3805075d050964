using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime;

public class RunServiceTests
{
    private const string Two = "steps: [{do: a.work, with: {time: 10 s}}, {wait: 30 s, name: soak}, {do: b.grip}]";

    [Fact]
    public void A_run_is_listed_with_its_state_and_its_step_until_it_ends()
    {
        var test = new TestRun(Two);
        test.Time.Run(async () =>
        {
            var service = test.Service();
            RunId? told = null;
            var run = service.SubmitAsync(test.Order, id =>
            {
                told = id;
                Assert.Empty(test.Events);
            });
            Assert.Equal(TestRun.Id, told);
            await test.After(5);
            Assert.Equal([new RunInfo(TestRun.Id, "test", RunState.Running, "a.work", "tester")], service.Runs);
            await test.After(10);
            Assert.Equal("soak until 08:00:40", Assert.Single(service.Runs).Step);
            service.Send(TestRun.Id, RunCommand.Pause, "ann");
            await test.After(40);
            Assert.Equal((RunState.Paused, ""), service.Runs.Select(r => (r.State, r.Step)).Single());
            await Assert.ThrowsAsync<InvalidOperationException>(() => service.SubmitAsync(test.Order));
            service.Send(TestRun.Id, RunCommand.Resume, "ann");
            Assert.Equal(RunState.Completed, (await run).State);
            Assert.Empty(service.Runs);
            Assert.Throws<KeyNotFoundException>(() => service.Send(TestRun.Id, RunCommand.Pause, "ann"));
            await Assert.ThrowsAsync<InvalidOperationException>(() => service.SubmitAsync(test.Order));
        });
    }

    [Fact]
    public void A_run_that_goes_on_without_a_branch_is_listed_with_what_it_has_given_up()
    {
        var test = new TestRun("""
            steps:
              - name: cells
                least: 1
                parallel: [{name: bad, do: c.fail}, {name: good, do: a.work, with: {time: 30 s}}]
            """);
        test.Time.Run(async () =>
        {
            var service = test.Service();
            var run = service.SubmitAsync(test.Order);
            await test.After(5);
            Assert.Equal("cells/good, without cells/bad", Assert.Single(service.Runs).Step);
            Assert.Equal("cells/bad", Assert.Single((await run).GivenUp).Name);
        });
    }

    [Fact]
    public void Watching_gives_every_entry_once_and_ends_with_the_run_whenever_it_began()
    {
        var test = new TestRun(Two);
        var seen = new List<List<long>>();
        test.Time.Run(async () =>
        {
            var service = test.Service();
            async Task WatchAsync(double from)
            {
                await test.After(from);
                var mine = new List<long>();
                await foreach (var entry in service.WatchAsync(TestRun.Id, CancellationToken.None))
                    mine.Add(entry.Seq);
                seen.Add(mine);
            }
            var run = service.SubmitAsync(test.Order);
            var watchers = new[] { 0, 0.5, 20, 1000 }.Select(WatchAsync).ToList();
            await run;
            await Task.WhenAll(watchers);
        });
        Assert.Equal(4, seen.Count);
        Assert.All(seen, s => Assert.Equal(Enumerable.Range(1, test.Events.TakeWhile(
            e => e is not Moved { To: RunState.Completed }).Count() + 1).Select(i => (long)i), s));
    }

    [Fact]
    public void A_watcher_sees_each_entry_at_the_time_at_which_it_was_written()
    {
        var test = new TestRun(Two);
        test.Time.Run(async () =>
        {
            var service = test.Service();
            var run = service.SubmitAsync(test.Order);
            await foreach (var entry in service.WatchAsync(TestRun.Id, CancellationToken.None))
                Assert.Equal(entry.At, test.Time.GetUtcNow());
            await run;
        });
    }

    [Fact]
    public void Watching_a_run_that_nobody_knows_and_an_order_that_does_not_fit_are_refused()
    {
        var test = new TestRun(Two);
        var unfit = new TestRun("steps: [{do: a.work, with: {time: 10 s}}]\nresults: {}").Order with
        {
            Arguments = Sdl.Core.Instruments.Arguments.Of(("volume", Sdl.Core.Units.Quantity.Of(1, "mL"))),
        };
        test.Time.Run(async () =>
        {
            var service = test.Service();
            await Assert.ThrowsAsync<KeyNotFoundException>(async () =>
            {
                await foreach (var entry in service.WatchAsync(new RunId("nobody"), CancellationToken.None))
                    Assert.Fail($"{entry}");
            });
            await Assert.ThrowsAsync<FindingsException>(() => service.SubmitAsync(unfit));
            Assert.Empty(service.Runs);
        });
        Assert.Empty(test.Events);
    }

    [Fact]
    public void A_dry_run_that_is_paused_stands_still_until_somebody_outside_resumes_it()
    {
        var test = new TestRun(Two);
        var paused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        test.Time.Run(async () =>
        {
            var service = test.Service(test.Time.Hold);
            async Task WatchAsync()
            {
                await foreach (var entry in service.WatchAsync(TestRun.Id, CancellationToken.None))
                    if (entry.Event is Moved { To: RunState.Paused })
                        paused.SetResult();
            }
            var run = service.SubmitAsync(test.Order);
            var watching = WatchAsync();
            var outside = Task.Run(async () =>
            {
                await paused.Task;
                var answer = await service.AnswerAsync(TestRun.Id);
                Assert.Equal(RunState.Paused, answer.State);
                // Asked in one breath: a moment later the run may have come to its end.
                await service.DoAsync(async () =>
                {
                    service.Send(TestRun.Id, RunCommand.Resume, "bob");
                    Assert.Equal(RunState.Running, (await service.AnswerAsync(TestRun.Id)).State);
                });
            }, TestContext.Current.CancellationToken);
            await test.After(3);
            service.Send(TestRun.Id, RunCommand.Pause, "ann");
            await Task.WhenAll(run, watching, outside);
            Assert.Equal(RunState.Completed, (await run).State);
        });
        // Standing still, the wait of 30 s did not pass meanwhile.
        Assert.InRange(test.Elapsed.TotalSeconds, 41, 41.1);
    }
}
