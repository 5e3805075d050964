using Sdl.Core.Runs;

namespace Sdl.Store;

/// <summary>Something to be written. Exactly one group carries it out.</summary>
/// <param name="apply">Adds rows; called in a transaction.</param>
/// <param name="happened">Told to the listeners once it is on the disk; null when it is no event.</param>
internal sealed class Write(Action<JournalWriter> apply, RunEvent? happened)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Action<JournalWriter> Apply => apply;

    public RunEvent? Happened => happened;

    public Task Done => _done.Task;

    public void Succeed() => _done.TrySetResult();

    public void Fail(Exception why) => _done.TrySetException(why);
}

/// <summary>Commits together what parallel lanes write: while the disk is at work on one group, the next one
/// gathers.</summary>
/// <param name="commit">Writes a group durably and completes all of its writes; must not throw.</param>
internal sealed class GroupCommit(Action<IReadOnlyList<Write>> commit) : IThreadPoolWorkItem
{
    // Lanes whose writes were committed together come back together: a commit that does not wait for the last of them
    // would serve it only with the one after. Never longer than the last commit took.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(5);

    private readonly Lock _gate = new();
    private List<Write> _gathering = [], _committing = [];
    private bool _busy;

    public void Add(Write write)
    {
        lock (_gate)
        {
            _gathering.Add(write);
            if (_busy)
                return;
            _busy = true;
        }
        // To the caller's own queue: it will await, and the thread that it leaves is the nearest one.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    void IThreadPoolWorkItem.Execute()
    {
        var (lanes, took) = (1, TimeSpan.Zero);
        while (Gather(lanes, took < Patience ? took : Patience))
        {
            var since = TimeProvider.System.GetTimestamp();
            lanes = _committing.Count;
            commit(_committing);
            _committing.Clear();
            took = TimeProvider.System.GetElapsedTime(since);
        }
    }

    /// <summary>Waits for as many writes as the last group had, but not for long.</summary>
    /// <returns>False when there is nothing to write.</returns>
    private bool Gather(int lanes, TimeSpan patience)
    {
        var since = TimeProvider.System.GetTimestamp();
        var wait = new SpinWait();
        while (lanes > 1 && Volatile.Read(ref _gathering).Count < lanes
            && TimeProvider.System.GetElapsedTime(since) < patience)
            wait.SpinOnce(sleep1Threshold: -1);
        lock (_gate)
        {
            (_gathering, _committing) = (_committing, _gathering);
            return _busy = _committing.Count > 0;
        }
    }
}
