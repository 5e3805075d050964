using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>Runs that are taken up again wait here until each has found out what became of its invocations: devices
/// remember their last call only, so nobody may move anything before. When one cannot be taken up, because a person has
/// to decide or a cable is out, none goes on.</summary>
internal sealed class Rendezvous
{
    private readonly Lock _gate = new();
    private Gathering _gathering = new();

    /// <summary>To be called for every such run before the first of them waits.</summary>
    public void Expect(RunId run)
    {
        lock (_gate)
        {
            if (_gathering.Expected.Count == 0)
                _gathering = new Gathering();
            _gathering.Expected.Add(run);
        }
    }

    /// <summary>The run knows, or it does not go on.</summary>
    /// <param name="refused">It cannot be taken up.</param>
    public void Report(RunId run, bool refused)
    {
        Gathering gathering;
        lock (_gate)
        {
            gathering = _gathering;
            if (!gathering.Expected.Remove(run))
                return;
            if (refused)
                gathering.Refused ??= run;
            if (gathering.Expected.Count > 0)
                return;
        }
        gathering.Complete.TrySetResult();
    }

    /// <summary>One that begins anew waits likewise, if others are being taken up.</summary>
    /// <exception cref="RunRefusedException">Another run cannot be taken up.</exception>
    public async Task ArriveAsync(RunId run, CancellationToken ct)
    {
        Gathering gathering;
        lock (_gate)
        {
            gathering = _gathering;
            if (gathering.Expected.Count == 0)
                return;
        }
        Report(run, refused: false);
        await gathering.Complete.Task.WaitAsync(ct);
        if (gathering.Refused is { } other)
            throw new RunRefusedException($"{run} goes on as soon as {other} can be taken up again");
    }

    private sealed class Gathering
    {
        public HashSet<RunId> Expected { get; } = [];

        // Inline: an asynchronous one would leave the virtual loop.
        public TaskCompletionSource Complete { get; } = new();

        public RunId? Refused { get; set; }
    }
}

/// <summary>A run is not taken up again, because one beside it cannot be.</summary>
public sealed class RunRefusedException(string message) : Exception(message);
