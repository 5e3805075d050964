using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>Runs that are taken up again wait here until each has found out what became of its invocations: devices
/// remember their last call only, so nobody may move anything before. When one cannot be taken up, because a person has
/// to decide or a cable is out, none goes on.</summary>
internal sealed class Rendezvous
{
    private readonly Lock _gate = new();
    private Gathering _gathering = new();

    /// <summary>To be called for every run before the first of them waits.</summary>
    /// <param name="isAwaited">It is taken up again; one that begins anew waits for those that are, but they do not
    /// wait for it.</param>
    /// <returns>Where it is to arrive.</returns>
    public Gathering Join(RunId run, bool isAwaited)
    {
        lock (_gate)
        {
            if (_gathering.IsOver)
                _gathering = new Gathering();
            if (isAwaited)
                _gathering.Expected.Add(run);
            return _gathering;
        }
    }

    /// <summary>The run knows, or it does not go on.</summary>
    /// <param name="refused">It cannot be taken up.</param>
    public void Report(Gathering gathering, RunId run, bool refused)
    {
        lock (_gate)
        {
            if (!gathering.Expected.Remove(run))
                return;
            if (refused)
                gathering.Refused ??= run;
            if (gathering.Expected.Count > 0)
                return;
            gathering.IsOver = true;
        }
        gathering.Complete.TrySetResult();
    }

    /// <exception cref="RunRefusedException">Another run cannot be taken up.</exception>
    public async Task ArriveAsync(Gathering gathering, RunId run, CancellationToken ct)
    {
        Report(gathering, run, refused: false);
        bool isComplete;
        lock (_gate)
            isComplete = gathering.Expected.Count == 0;
        if (!isComplete)
            await gathering.Complete.Task.WaitAsync(ct);
        if (gathering.Refused is { } other)
            throw new RunRefusedException($"{run} goes on as soon as {other} can be taken up again");
    }

    /// <summary>Those that are taken up again together, and who waits for them.</summary>
    internal sealed class Gathering
    {
        public HashSet<RunId> Expected { get; } = [];

        // Inline: an asynchronous one would leave the virtual loop.
        public TaskCompletionSource Complete { get; } = new();

        public bool IsOver { get; set; }

        public RunId? Refused { get; set; }
    }
}

/// <summary>A run is not taken up again, because one beside it cannot be.</summary>
public sealed class RunRefusedException(string message) : Exception(message);
