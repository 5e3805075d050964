namespace Sdl.Runtime.Engine;

/// <summary>Told of each instrument that was made safe, in the declared order.</summary>
/// <param name="error">Null when it was shown to be safe, else what went wrong, for people.</param>
public delegate ValueTask SafeReport(InstrumentHost host, string? error);

/// <summary>The one way into the safe state: for every end of a run, for interlocks, for the start and the end of the
/// program. All are told at once, in the declared order; nobody waits for a neighbour.</summary>
/// <remarks>Of several runs that use one instrument, <see cref="RunLeases.TakeForSafety"/> says whose it is.</remarks>
/// <param name="order">The instruments of the lab, in the order in which they are told.</param>
/// <param name="clock">The computer's time.</param>
public sealed class SafeStates(IReadOnlyList<InstrumentHost> order, TimeProvider clock)
{
    /// <summary>What one instrument gets to become safe.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    // A driver that blocks its thread instead of awaiting holds up the next command for so long.
    private static readonly TimeSpan Handover = TimeSpan.FromMilliseconds(10);

    /// <summary>Makes safe whatever was told anything since it was last shown to be safe, whoever uses it.</summary>
    public Task MakeAllSafeAsync(SafeReport report) => MakeSafeAsync(order.Where(h => h.IsUnsettled), report);

    /// <summary>Makes these safe, whoever uses them.</summary>
    /// <returns>Those that could not be shown to be safe.</returns>
    public async Task<IReadOnlyList<InstrumentHost>> MakeSafeAsync(
        IEnumerable<InstrumentHost> instruments, SafeReport report)
    {
        var wanted = instruments.ToHashSet();
        var told = new List<(InstrumentHost Host, Task<string?> Done)>();
        foreach (var host in order.Where(wanted.Contains))
            told.Add((host, await TellAsync(host)));
        var failed = new List<InstrumentHost>();
        foreach (var (host, done) in told)
        {
            var error = await done;
            await report(host, error);
            if (error is not null)
                failed.Add(host);
        }
        return failed;
    }

    private async ValueTask<Task<string?>> TellAsync(InstrumentHost host)
    {
        // A dry run has one thread, and simulators do not block it.
        if (SynchronizationContext.Current is not null)
            return host.MakeSafeAsync(Limit);
        var told = new TaskCompletionSource();
        // A thread of its own, because those of the pool may all be blocked by then.
        var done = Task.Factory.StartNew(() =>
        {
            var work = host.MakeSafeAsync(Limit);
            told.SetResult();
            return work;
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        await Task.WhenAny(told.Task, Task.Delay(Handover, clock));
        return host.BoundedAsync(done, Limit);
    }
}
