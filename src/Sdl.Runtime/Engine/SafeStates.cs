using Sdl.Core.Instruments;

namespace Sdl.Runtime.Engine;

/// <summary>Told of each instrument that was made safe, in the declared order.</summary>
/// <param name="error">Null when it was shown to be safe, else what went wrong, for people.</param>
public delegate ValueTask SafeReport(InstrumentHost host, string? error);

/// <summary>The one way into the safe state: for every end of a run, for interlocks, for the start and the end of the
/// program. All are told at once, in the declared order; nobody waits for a neighbour.</summary>
/// <remarks>Several runs may use one instrument. The last of them makes it safe: see <see cref="Use"/>.</remarks>
/// <param name="order">The instruments of the lab, in the order in which they are told.</param>
/// <param name="clock">The computer's time.</param>
public sealed class SafeStates(IReadOnlyList<InstrumentHost> order, TimeProvider clock)
{
    /// <summary>What one instrument gets to become safe.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    // A driver that blocks its thread instead of awaiting holds up the next command for so long.
    private static readonly TimeSpan Handover = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private readonly List<Use> _uses = [];

    /// <summary>A run begins to use instruments.</summary>
    /// <param name="isItsCall">Whether a call belongs to the run.</param>
    public Use Begin(IEnumerable<InstrumentHost> instruments, Func<CallId, bool> isItsCall)
    {
        var use = new Use(this, [.. instruments], isItsCall);
        lock (_gate)
            _uses.Add(use);
        return use;
    }

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

    /// <summary>One run's use of its instruments.</summary>
    public sealed class Use : IDisposable
    {
        private readonly SafeStates _states;
        private readonly HashSet<InstrumentHost> _instruments;
        private readonly Func<CallId, bool> _isItsCall;

        internal Use(SafeStates states, HashSet<InstrumentHost> instruments, Func<CallId, bool> isItsCall)
        {
            _states = states;
            _instruments = instruments;
            _isItsCall = isItsCall;
        }

        /// <summary>Makes safe, now, what no other run uses, and what this run is busy with. What another run uses as
        /// well stays as it is: the vial in it may be the other's.</summary>
        /// <param name="which">Those of the run's instruments that are meant; all when left out.</param>
        /// <returns>Those that could not be shown to be safe.</returns>
        public Task<IReadOnlyList<InstrumentHost>> MakeSafeAsync(
            SafeReport report, Func<InstrumentHost, bool>? which = null)
        {
            List<InstrumentHost> mine;
            lock (_states._gate)
                mine = Mine();
            return _states.MakeSafeAsync(mine.Where(which ?? (_ => true)), report);
        }

        /// <summary>The run ends: the same, and from now on the other runs decide.</summary>
        public Task EndAsync(SafeReport report)
        {
            List<InstrumentHost> mine;
            // In one step, so that of two runs that end together one is the last.
            lock (_states._gate)
            {
                mine = Mine();
                _states._uses.Remove(this);
            }
            return _states.MakeSafeAsync(mine, report);
        }

        /// <summary>Ends the use and tells no instrument anything.</summary>
        public void Dispose()
        {
            lock (_states._gate)
                _states._uses.Remove(this);
        }

        private List<InstrumentHost> Mine() => [.. _instruments.Where(i => i.UnderWay is { } call && _isItsCall(call.Id)
            || _states._uses.TrueForAll(u => u == this || !u._instruments.Contains(i)))];
    }
}
