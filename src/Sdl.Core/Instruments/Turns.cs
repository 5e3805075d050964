namespace Sdl.Core.Instruments;

/// <summary>A fair lock for asynchronous code: first come, first served. Its waits stay on the caller's
/// synchronisation context, which the framework's semaphore leaves, so that it keeps the order of a dry run.</summary>
public sealed class Turns
{
    private readonly Lock _gate = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = [];
    private bool _taken;

    /// <summary>Waits for the turn; disposing the result passes it on.</summary>
    public async ValueTask<Turn> TakeAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        LinkedListNode<TaskCompletionSource> node;
        lock (_gate)
        {
            if (TryTake() is { } turn)
                return turn;
            node = _waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        using (ct.Register(() => GiveUp(node, ct)))
            await node.Value.Task;
        return new Turn(this);
    }

    /// <summary>Whether somebody has the turn just now.</summary>
    public bool IsTaken
    {
        get
        {
            lock (_gate)
                return _taken;
        }
    }

    /// <summary>The turn if nobody has it, else null.</summary>
    public Turn? TryTake()
    {
        lock (_gate)
        {
            if (_taken)
                return null;
            _taken = true;
            return new Turn(this);
        }
    }

    private void GiveUp(LinkedListNode<TaskCompletionSource> node, CancellationToken ct)
    {
        lock (_gate)
        {
            if (node.List is null)
                return;
            _waiting.Remove(node);
        }
        node.Value.TrySetCanceled(ct);
    }

    private void Pass()
    {
        TaskCompletionSource? next;
        lock (_gate)
        {
            next = _waiting.First?.Value;
            if (next is null)
                _taken = false;
            else
                _waiting.RemoveFirst();
        }
        next?.SetResult();
    }

    public sealed class Turn : IDisposable
    {
        private Turns? _turns;

        internal Turn(Turns turns) => _turns = turns;

        public void Dispose() => Interlocked.Exchange(ref _turns, null)?.Pass();
    }
}
