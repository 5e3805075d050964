using Sdl.Core.Instruments;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>Brings a run that was interrupted to where its walk can go on. The instruments have been made safe by then,
/// but for those that may still be carrying out a call well: first finds out what became of every call whose end was
/// not seen, then brings back the states that were relied on and does what those calls still lack.</summary>
internal sealed class Recovery(
    RunRequest request, IReadOnlyList<InstrumentHost> instruments, RunHistory history, Invoker invoker,
    StepTree tree, TimeLimits limits, RunLeases leases)
{
    private readonly List<(PastCall Call, InvocationOutcome Outcome)> _open = [];

    /// <summary>Whether the instrument may still be carrying out, and well, a call that only it can tell of: it is
    /// asked before it is made safe. All others are made safe first.</summary>
    public bool MayStillRun(InstrumentHost host) => history.Open.Any(c => c.Intended.Instrument == host.Id
        && Capability(c).Replay == Replay.AskDevice && c.Decided is null or { By: StepReconciled.Device });

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
                unknown[0].Call.Intended.Call,
                string.Join(Environment.NewLine, unknown.Select(u => Question(u.Call.Intended, u.Outcome))));
    }

    /// <summary>What was under way is finished before anything else begins, so that no device is asked for something
    /// new while it still owes the rest of something old.</summary>
    /// <exception cref="InstrumentException">A device failed.</exception>
    /// <exception cref="TimeLimitException">A step around a call took too long.</exception>
    /// <param name="abort">Cancels what a stop does not: the Finally steps of holds.</param>
    public async Task FinishAsync(IGate gate, CancellationToken ct, CancellationToken abort)
    {
        await StepWalker.TogetherAsync(Relied().Select(r => Behind(gate, Reestablish(r))), ct);
        await StepWalker.TogetherAsync(
            _open.Select(o => Behind(
                gate, token => FinishAsync(o, gate, IsCleanup(o.Call) ? abort : token))), ct);
    }

    private Task FinishAsync((PastCall Call, InvocationOutcome Outcome) open, IGate gate, CancellationToken ct)
    {
        var call = open.Call.Intended.Call;
        Func<CancellationToken, Task> work = token => invoker.FinishAsync(
            Host(open.Call), Capability(open.Call), open.Call, open.Outcome, MayRest(open.Call) ? gate : null, token);
        foreach (var (step, path) in tree.Limited(call).Reverse())
        {
            if (!limits.CanTell(step))
                continue;
            var inner = work;
            work = token => limits.KeepAsync(step, path, gate, inner, token);
        }
        return TolerateAsync(open.Call, work, ct);
    }

    // In a branch without which the run can go on a failure is left to the walk, which gives the branch up.
    private async Task TolerateAsync(PastCall past, Func<CancellationToken, Task> work, CancellationToken ct)
    {
        try
        {
            await work(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && !leases.IsClosed
            && e is InstrumentException or TimeLimitException
            && history.Branches.Escaping(past.Intended.Call.Value, e) is null)
        {
            // Before anybody else may have it.
            await leases.MakingSafe([past.Intended.Instrument]);
        }
    }

    /// <summary>Whether a pause may let go of it.</summary>
    private bool MayRest(PastCall call) =>
        tree.IsResumable(call.Intended.Call)
        && Capability(call).Replay != Replay.Never
        && !IsCleanup(call);

    private static bool IsCleanup(PastCall call) => RunPaths.IsCleanup(call.Intended.Call.Value);

    // A stop finishes what was under way, so it does not keep this from being begun again.
    private static Func<CancellationToken, Task> Behind(IGate gate, Func<CancellationToken, Task> work) => async ct =>
    {
        await gate.EnterAsync(ct, isBegun: true);
        try
        {
            await work(ct);
        }
        finally
        {
            await gate.LeaveAsync();
        }
    };

    /// <summary>The set-points that the rest of the run relies on; they ended when the instruments were made
    /// safe.</summary>
    private List<PastCall> Relied()
    {
        if (history.BodyIsOver || history.StopWasAsked && _open.Count == 0)
            return [];
        var setAnew = _open.Where(o => Capability(o.Call).Holds).Select(o => o.Call.Intended.Instrument).ToHashSet();
        return instruments.Where(i => !setAnew.Contains(i.Id))
            .Select(i => i.Instrument.Capabilities.Where(c => c.Holds)
                .Select(c => history.LastDone(i.Id, c.Name)).OfType<PastCall>().MaxBy(c => c.Seq))
            .OfType<PastCall>().Where(leases.IsRelied)
            .Where(c => !history.Branches.IsSafeSince(c.Intended.Call, c.Intended.Instrument))
            .OrderByDescending(c => c.Seq).ToList();
    }

    private Func<CancellationToken, Task> Reestablish(PastCall past)
    {
        // A call of its own: the record of the one that it repeats stays as it was measured.
        var call = RunPaths.Held(request.Id, history.Recoveries + 1, past.Intended.Instrument);
        return async ct =>
        {
            var lease = await leases.BorrowAsync(past.Intended.Instrument, ct);
            await invoker.InvokeAsync(Host(past), Capability(past), call, past.Intended.Arguments, null, null, ct);
            leases.Rely(past.Intended.Call.Value, past.Intended.Instrument);
            lease?.Return();
        };
    }

    private InstrumentHost Host(PastCall past) => instruments.First(i => i.Id == past.Intended.Instrument);

    private Capability Capability(PastCall past) =>
        Host(past).Instrument.Capabilities.First(c => c.Name == past.Intended.Capability);

    /// <summary>What a person is asked about a call.</summary>
    public static string Question(StepIntended intended, InvocationOutcome outcome) =>
        $"{intended.Instrument}: it is unknown how far '{intended.Capability}' ({intended.Arguments}) got "
            + $"before the interruption: {outcome.Evidence}. Look at it, then say it with sdl recover FOLDER "
            + $"--call \"{intended.Call}\" --as done (or not-started, or partial)";
}
