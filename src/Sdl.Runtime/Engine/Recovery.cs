using Sdl.Core.Instruments;

namespace Sdl.Runtime.Engine;

/// <summary>Brings a run that was interrupted to where its walk can go on: first finds out what became of every call
/// whose end was not seen, then brings back the states that were relied on and does what those
/// calls still lack.</summary>
internal sealed class Recovery(
    RunRequest request, IReadOnlyList<InstrumentHost> instruments, RunHistory history, Invoker invoker,
    RunLeases leases)
{
    private readonly List<(PastCall Call, InvocationOutcome Outcome)> _open = [];

    /// <summary>Starts no motion.</summary>
    /// <exception cref="UnknownEndException">A person has to say what became of a call; the message names
    /// all such calls.</exception>
    /// <exception cref="InstrumentException">A device cannot be asked.</exception>
    public async Task ReconcileAsync(CancellationToken ct)
    {
        foreach (var past in history.Open)
            _open.Add((past, await invoker.ReconcileAsync(Host(past), Capability(past), past, ct)));
        var unknown = _open.Where(o => o.Outcome.Progress == CallProgress.Unknown).ToList();
        if (unknown.Count > 0)
            throw new UnknownEndException(
                unknown[0].Call.Intended.Call, string.Join(Environment.NewLine, unknown.Select(Question)));
    }

    /// <summary>What was under way is finished before anything else begins, so that no device is asked for something
    /// new while it still owes the rest of something old.</summary>
    /// <exception cref="InstrumentException">A device failed.</exception>
    public async Task FinishAsync(CancellationToken ct)
    {
        await StepWalker.TogetherAsync(Relied().Select(Reestablish), ct);
        await StepWalker.TogetherAsync(_open.Select(o => (Func<CancellationToken, Task>)(token =>
            invoker.FinishAsync(Host(o.Call), Capability(o.Call), o.Call.Intended, o.Outcome, token))), ct);
    }

    /// <summary>The set-points that the rest of the run relies on; what happened to them while nobody
    /// watched is unknown.</summary>
    private List<PastCall> Relied()
    {
        if (history.BodyFailure is not null || history.FinallyHadBegun || history.StopWasAsked && _open.Count == 0)
            return [];
        var setAnew = _open.Where(o => Capability(o.Call).Holds).Select(o => o.Call.Intended.Instrument).ToHashSet();
        return history.DoneLastFirst
            .Where(c => Capability(c).Holds && !setAnew.Contains(c.Intended.Instrument) && leases.IsRelied(c))
            .DistinctBy(c => c.Intended.Instrument).ToList();
    }

    private Func<CancellationToken, Task> Reestablish(PastCall past)
    {
        // A call of its own: the record of the one that it repeats stays as it was measured.
        var call = RunPaths.Held(request.Id, history.Recoveries + 1, past.Intended.Instrument);
        return async ct =>
        {
            var lease = await leases.BorrowAsync(past.Intended.Instrument, ct);
            await invoker.InvokeAsync(Host(past), Capability(past), call, past.Intended.Arguments, ct);
            leases.Rely(past.Intended.Call.Value, past.Intended.Instrument);
            lease?.Return();
        };
    }

    private InstrumentHost Host(PastCall past) => instruments.First(i => i.Id == past.Intended.Instrument);

    private Capability Capability(PastCall past) =>
        Host(past).Instrument.Capabilities.First(c => c.Name == past.Intended.Capability);

    private static string Question((PastCall Call, InvocationOutcome Outcome) open)
    {
        var intended = open.Call.Intended;
        return $"{intended.Instrument}: it is unknown how far '{intended.Capability}' ({intended.Arguments}) got "
            + $"before the interruption: {open.Outcome.Evidence}. Look at it, then resume with "
            + $"--assume \"{intended.Call}=done\" or --assume \"{intended.Call}=not-started\"";
    }
}
