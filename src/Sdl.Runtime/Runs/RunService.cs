using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Engine;

namespace Sdl.Runtime.Runs;

/// <summary>The runs of one lab in one process, over one journal. In a dry run it is made on the loop of the virtual
/// clock, and what is asked from outside is done on that loop.</summary>
public sealed class RunService : IRunService
{
    private readonly WatchedJournal _journal;
    private readonly Func<RunOrder, BoundProtocol> _bind;
    private readonly RunMaker _make;
    private readonly TimeProvider _clock;
    private readonly SynchronizationContext? _loop = SynchronizationContext.Current;
    private readonly Lock _gate = new();
    private readonly List<ActiveRun> _active = [];
    private readonly List<(RunId Run, ChannelWriter<bool> News)> _watchers = [];
    private IDisposable? _still;

    /// <param name="bind">Binds the roles of an order to instruments of the lab.</param>
    /// <param name="make">Makes the run, over the journal that it is given.</param>
    public RunService(IJournal journal, TimeProvider clock, Func<RunOrder, BoundProtocol> bind, RunMaker make)
    {
        _journal = new WatchedJournal(journal, See);
        _clock = clock;
        _bind = bind;
        _make = make;
    }

    /// <summary>Stops a clock that jumps ahead, for as long as every run is paused: there is nobody then whom it
    /// would have to wait for but people.</summary>
    public Func<IDisposable>? StandStill { get; init; }

    public IReadOnlyList<RunInfo> Runs
    {
        get
        {
            lock (_gate)
                return _active.ConvertAll(a => a.Info(_clock));
        }
    }

    public async Task<RunOutcome> SubmitAsync(RunOrder order, Action<RunId>? submitted = null)
    {
        var bound = _bind(order);
        var arguments = ProtocolChecker.Complete(order.Protocol, order.Arguments);
        // Not with the arguments: what a condition keeps from being done need not be possible.
        if (ProtocolChecker.Check(bound) is { Count: > 0 } findings)
            throw new FindingsException(findings);
        var history = RunHistory.Of(order.Id, _journal);
        if (RunStates.IsFinal(history.State))
            throw new InvalidOperationException($"run {order.Id} has ended before");
        using var run = _make(new RunRequest(order.Id, bound, arguments, order.Author), history, _journal);
        var active = Add(order, run);
        try
        {
            submitted?.Invoke(order.Id);
            return await run.ExecuteAsync();
        }
        finally
        {
            Remove(active);
        }
    }

    public void Send(RunId run, RunCommand command, string by)
    {
        var active = Find(run);
        if (_loop is null || _loop == SynchronizationContext.Current)
            active.Run.Send(command, by);
        else
            _loop.Post(_ => active.Run.Send(command, by), null);
    }

    /// <summary>How a run stands once it has obeyed what was asked for before.</summary>
    /// <exception cref="KeyNotFoundException">No such run is under way.</exception>
    public Task<RunAnswer> AnswerAsync(RunId run)
    {
        var active = Find(run);
        if (_loop is null || _loop == SynchronizationContext.Current)
            return active.Run.AnswerAsync();
        // Behind what was posted before it.
        var answer = new TaskCompletionSource<Task<RunAnswer>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(_ => answer.SetResult(active.Run.AnswerAsync()), null);
        return answer.Task.Unwrap();
    }

    public async IAsyncEnumerable<JournalEntry> WatchAsync(
        RunId run, [EnumeratorCancellation] CancellationToken ct)
    {
        var news = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        Subscribe(run, news.Writer);
        try
        {
            var (seq, isKnown, isOpen) = (0L, false, true);
            while (true)
            {
                foreach (var entry in _journal.Read(seq))
                {
                    seq = entry.Seq;
                    if (WatchedJournal.RunOf(entry.Event) != run)
                        continue;
                    isKnown = true;
                    yield return entry;
                    if (entry.Event is Moved moved && RunStates.IsFinal(moved.To))
                        yield break;
                }
                if (!isOpen)
                    break;
                isOpen = await news.Reader.WaitToReadAsync(ct);
                news.Reader.TryRead(out _);
            }
            if (!isKnown)
                throw new KeyNotFoundException($"the journal knows no run '{run}'");
        }
        finally
        {
            Unsubscribe(news.Writer);
        }
    }

    private ActiveRun Find(RunId run)
    {
        lock (_gate)
            return _active.Find(a => a.Id == run) ?? throw new KeyNotFoundException($"no run '{run}' is under way");
    }

    private ActiveRun Add(RunOrder order, Run run)
    {
        lock (_gate)
        {
            if (_active.Exists(a => a.Id == order.Id))
                throw new InvalidOperationException($"run {order.Id} is under way already");
            var active = new ActiveRun(order, run);
            _active.Add(active);
            return active;
        }
    }

    private void Remove(ActiveRun active)
    {
        lock (_gate)
        {
            _active.Remove(active);
            foreach (var (_, news) in _watchers.Where(w => w.Run == active.Id))
                news.TryComplete();
        }
        KeepTime();
    }

    private void Subscribe(RunId run, ChannelWriter<bool> news)
    {
        lock (_gate)
            if (_active.Exists(a => a.Id == run))
                _watchers.Add((run, news));
            else
                news.TryComplete();
    }

    private void Unsubscribe(ChannelWriter<bool> news)
    {
        lock (_gate)
            _watchers.RemoveAll(w => w.News == news);
    }

    private void See(RunEvent happened)
    {
        if (WatchedJournal.RunOf(happened) is not { } run)
            return;
        lock (_gate)
        {
            _active.Find(a => a.Id == run)?.See(happened);
            foreach (var (_, news) in _watchers.Where(w => w.Run == run))
                news.TryWrite(true);
        }
        if (happened is Moved)
            KeepTime();
    }

    private void KeepTime()
    {
        if (StandStill is null)
            return;
        lock (_gate)
        {
            var isStill = _active.Count > 0 && _active.TrueForAll(a => a.Run.State == RunState.Paused);
            if (isStill && _still is null)
                _still = StandStill();
            else if (!isStill)
            {
                _still?.Dispose();
                _still = null;
            }
        }
    }
}

/// <summary>Makes a run over the instruments of the session.</summary>
public delegate Run RunMaker(RunRequest request, RunHistory history, IJournal journal);
