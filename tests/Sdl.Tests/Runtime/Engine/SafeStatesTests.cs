using Sdl.Core.Instruments;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Time;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Engine;

public class SafeStatesTests
{
    private static readonly SafeReport Nobody = (_, _) => ValueTask.CompletedTask;

    private readonly VirtualTime _time = new(TestRun.Start);
    private readonly Dictionary<string, FakeDevice> _devices = [];
    private readonly Dictionary<string, InstrumentHost> _hosts = [];
    private readonly List<string> _told = [];

    public SafeStatesTests()
    {
        foreach (var id in new[] { "a", "b", "c" })
        {
            _devices[id] = new FakeDevice(_time) { OnSafe = () => _told.Add(id) };
            _hosts[id] = new InstrumentHost(new FakeInstrument(id, _devices[id], _time), _time);
        }
    }

    private InstrumentHost A => _hosts["a"];
    private InstrumentHost B => _hosts["b"];
    private InstrumentHost C => _hosts["c"];

    [Fact]
    public void Instruments_are_told_in_the_declared_order_and_reported_in_it()
    {
        var reported = new List<string>();
        _devices["c"].Safety = Safety.Throws;
        var failed = _time.Run(() => States(C, A, B).MakeSafeAsync([A, B, C], (host, error) =>
        {
            reported.Add($"{host.Id} {error}");
            return ValueTask.CompletedTask;
        }));
        Assert.Equal(["a", "b"], _told);
        Assert.Equal(["c c: it could not be shown that it stands still", "a ", "b "], reported);
        Assert.Equal([C], failed);
    }

    [Fact]
    public void An_instrument_that_two_runs_use_is_made_safe_by_the_one_that_ends_last()
    {
        var states = States(A, B, C);
        _time.Run(async () =>
        {
            using var first = Use(states, "first", A, B);
            using var second = Use(states, "second", B, C);
            await first.EndAsync(Nobody);
            Assert.Equal(["a"], _told);
            await second.EndAsync(Nobody);
            Assert.Equal(["a", "b", "c"], _told);
        });
    }

    [Fact]
    public void An_abort_leaves_what_another_run_uses_unless_its_own_call_is_under_way_there()
    {
        var states = States(A, B, C);
        _time.Run(async () =>
        {
            using var first = Use(states, "first", A, B, C);
            using var second = Use(states, "second", B, C);
            var (mine, others) = (Work(B, "first"), Work(C, "second"));
            await first.MakeSafeAsync(Nobody);
            Assert.Equal(["a", "b"], _told);
            await Task.WhenAll(mine, others);
            // Its call has ended since.
            await first.MakeSafeAsync(Nobody);
            Assert.Equal(["a", "b", "a"], _told);
            await first.MakeSafeAsync(Nobody, host => host != A);
            Assert.Equal(["a", "b", "a"], _told);
        });
    }

    [Fact]
    public void A_use_that_is_given_up_tells_nobody_and_no_longer_counts()
    {
        var states = States(A, B, C);
        _time.Run(async () =>
        {
            using var first = Use(states, "first", A, B);
            Use(states, "second", B).Dispose();
            Assert.Empty(_told);
            await first.EndAsync(Nobody);
            Assert.Equal(["a", "b"], _told);
        });
    }

    [Fact]
    public void At_the_close_all_that_was_told_anything_since_it_was_safe_is_made_safe_whoever_uses_it()
    {
        var states = States(A, B, C);
        _time.Run(async () =>
        {
            using var use = Use(states, "run", A, B, C);
            await A.ConnectAsync(CancellationToken.None);
            await Work(B, "run");
            await B.MakeSafeAsync(SafeStates.Limit);
            _told.Clear();
            await states.MakeAllSafeAsync(Nobody);
            Assert.Equal(["a"], _told);
            await Work(B, "run");
            await states.MakeAllSafeAsync(Nobody);
            Assert.Equal(["a", "b"], _told);
        });
    }

    [Fact]
    public void A_call_that_did_not_obey_keeps_its_instrument_the_runs_own()
    {
        var states = States(A, B, C);
        _time.Run(async () =>
        {
            using var first = Use(states, "first", A);
            using var second = Use(states, "second", A);
            using var cancel = new CancellationTokenSource();
            var hanging = Invoke(A, "first", "hang", cancel.Token);
            cancel.Cancel();
            await Assert.ThrowsAsync<InstrumentException>(() => hanging);
            await first.EndAsync(Nobody);
            Assert.Equal(["a"], _told);
        });
    }

    [Fact]
    public void A_call_waits_until_its_instrument_has_become_safe()
    {
        _time.Run(async () =>
        {
            _devices["a"].Safety = Safety.Hangs;
            var making = A.MakeSafeAsync(SafeStates.Limit);
            var turn = A.TakeTurnAsync(CancellationToken.None).AsTask();
            using var hurry = new CancellationTokenSource(TimeSpan.FromSeconds(1), _time);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => B.TakeTurnAsync(new(true)).AsTask());
            await Task.Delay(TimeSpan.FromSeconds(5), _time);
            Assert.False(turn.IsCompleted);
            Assert.NotNull(await making);
            (await turn).Dispose();
            making = A.MakeSafeAsync(SafeStates.Limit);
            using var impatient = new CancellationTokenSource(TimeSpan.FromSeconds(1), _time);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => A.TakeTurnAsync(impatient.Token).AsTask());
            await making;
            // The turn that was given up is free again.
            (await A.TakeTurnAsync(CancellationToken.None)).Dispose();
        });
    }

    [Fact]
    public void A_closed_instrument_begins_nothing_and_can_be_made_safe()
    {
        _time.Run(async () =>
        {
            A.Close();
            var error = await Assert.ThrowsAsync<InstrumentException>(() => Work(A, "run"));
            Assert.Equal("a: the laboratory is being closed", error.Message);
            Assert.Null(await A.MakeSafeAsync(SafeStates.Limit));
        });
    }

    [Fact]
    public async Task A_driver_that_blocks_its_thread_keeps_nobody_from_being_told()
    {
        using var unblock = new ManualResetEventSlim();
        using var told = new CountdownEvent(2);
        var real = TimeProvider.System;
        var devices = new[] { new FakeDevice(real), new FakeDevice(real), new FakeDevice(real) };
        devices[0].OnSafe = () => unblock.Wait();
        devices[1].OnSafe = devices[2].OnSafe = () => told.Signal();
        List<InstrumentHost> hosts =
            [.. devices.Select((d, i) => new InstrumentHost(new FakeInstrument($"i{i}", d, real), real))];
        // Off the test's own synchronisation context, as the program is.
        var making = Task.Run(() => new SafeStates(hosts, real).MakeSafeAsync(hosts, Nobody));
        Assert.True(told.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        Assert.False(making.IsCompleted);
        unblock.Set();
        Assert.Empty(await making);
    }

    [Fact]
    public async Task A_driver_that_never_gives_its_thread_back_is_reported()
    {
        using var never = new ManualResetEventSlim();
        _devices["a"].OnSafe = () => never.Wait();
        var reported = "";
        await A.ConnectAsync(CancellationToken.None);
        var making = Task.Run(() => States(A).MakeSafeAsync([A], (_, error) =>
        {
            reported = error;
            return ValueTask.CompletedTask;
        }));
        while (!making.IsCompleted)
        {
            _time.FireNext();
            await Task.Yield();
        }
        never.Set();
        Assert.Equal("a: it did not become safe within 5 s: look at it", reported);
        Assert.Equal([A], await making);
        Assert.False(A.IsConnected);
    }

    private SafeStates States(params InstrumentHost[] order) => new(order, _time);

    private static SafeStates.Use Use(SafeStates states, string run, params InstrumentHost[] hosts) =>
        states.Begin(hosts, call => call.Value.StartsWith(run, StringComparison.Ordinal));

    private static Task Work(InstrumentHost host, string run) =>
        Invoke(host, run, "read", CancellationToken.None);

    private static async Task Invoke(InstrumentHost host, string run, string capability, CancellationToken ct)
    {
        using var turn = await host.TakeTurnAsync(CancellationToken.None);
        await foreach (var _ in host.InvokeAsync(
            new Invocation(new CallId($"{run}/{capability}"), capability, Arguments.None), ct))
        {
        }
    }
}
