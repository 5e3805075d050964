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
    public Place Join(RunId run, bool isAwaited)
    {
        lock (_gate)
        {
            if (_gathering.IsOver)
                _gathering = new Gathering();
            if (isAwaited)
                _gathering.Expected.Add(run);
            return new Place(_gathering, run, _gathering.Joined++);
        }
    }

    /// <summary>The run knows, or it does not go on.</summary>
    /// <param name="refused">It cannot be taken up.</param>
    public void Report(Place place, bool refused)
    {
        var gathering = place.Gathering;
        lock (_gate)
        {
            if (!gathering.Expected.Remove(place.Run))
                return;
            if (refused)
                gathering.Refused ??= place.Run;
            if (gathering.Expected.Count > 0)
                return;
            gathering.IsOver = true;
        }
        foreach (var turn in gathering.Waiting.Values)
            turn.TrySetResult();
    }

    /// <summary>Waits for the others; then they go on in the order in which they joined, whoever came last, so that
    /// they queue for the instruments as they did before.</summary>
    /// <exception cref="RunRefusedException">Another run cannot be taken up.</exception>
    public async Task ArriveAsync(Place place, CancellationToken ct)
    {
        // Before the report, which may be what all the others have waited for: so this run too gets its turn.
        var turn = TurnAsync(place, ct);
        Report(place, refused: false);
        await turn;
        if (place.Gathering.Refused is { } other)
            throw new RunRefusedException($"{place.Run} goes on as soon as {other} can be taken up again");
    }

    private async Task TurnAsync(Place place, CancellationToken ct)
    {
        var gathering = place.Gathering;
        TaskCompletionSource? turn = null;
        lock (_gate)
        {
            var isAlone = gathering.Waiting.Count == 0 && gathering.Expected.All(r => r == place.Run);
            if (isAlone)
                return;
            // Each goes on in the loop of its run, as in Turns.
            if (!gathering.IsOver)
                gathering.Waiting[place.Number] = turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        if (turn is null)
            await Task.Yield(); // behind those that have been told to go on and have not yet
        else
            using (ct.Register(() => turn.TrySetCanceled(ct)))
                await turn.Task;
    }

    /// <summary>Of one run.</summary>
    internal sealed record Place(Gathering Gathering, RunId Run, int Number);

    /// <summary>Those that are taken up again together, and who waits for them.</summary>
    internal sealed class Gathering
    {
        public HashSet<RunId> Expected { get; } = [];

        public SortedList<int, TaskCompletionSource> Waiting { get; } = [];

        public int Joined { get; set; }

        public bool IsOver { get; set; }

        public RunId? Refused { get; set; }
    }
}

/// <summary>A run is not taken up again, because one beside it cannot be.</summary>
public sealed class RunRefusedException(string message) : Exception(message);
