using Sdl.Core.Instruments;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>The instruments that one run has: for its holds, for its invocations, and those whose use ended in trouble,
/// which nobody else gets before they are safe.</summary>
internal sealed class RunLeases
{
    private readonly Leases _table;
    private readonly RunId _run;
    private readonly int _priority;
    private readonly IReadOnlyList<InstrumentHost> _instruments;
    private readonly LeaseHistory _history;
    private readonly Rendezvous.Place _place;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Lease> _holds = [];
    private readonly List<Kept> _kept = [];
    private readonly HashSet<string> _branches = [];
    private readonly HashSet<InstrumentId> _relied = [];
    private readonly List<Lease> _idle = [];
    private Leases.Request? _restoring;
    private Lease? _restored;

    public RunLeases(
        Leases table, RunId run, int priority, IReadOnlyList<InstrumentHost> instruments, RunHistory history)
    {
        (_table, _run, _priority, _instruments) = (table, run, priority, instruments);
        _history = history.Leases;
        var isRecovered = history.Started is not null;
        _place = table.Rendezvous.Join(run, isRecovered);
        table.Enter(this);
        // At once, before any other run may take what this one had when the process died.
        var had = _history.Open.SelectMany(h => h.Instruments)
            .Concat(history.Open.Select(c => c.Intended.Instrument)).Distinct().ToList();
        if (isRecovered && had.Count > 0)
            _restoring = table.Ask(this, had, int.MaxValue);
        table.TakeOver(this);
    }

    public RunId Run => _run;

    /// <summary>The run waits for a person.</summary>
    public bool IsStaying { get; private set; }

    /// <summary>Makes safe what was in trouble, because the run goes on without it.</summary>
    public required Func<IReadOnlyCollection<InstrumentId>, Task> MakingSafe { get; init; }

    /// <summary>Writes down that a hold gives it back.</summary>
    public required Func<string, IReadOnlyList<InstrumentId>, Task> GivingBack { get; init; }

    /// <summary>The laboratory is being closed.</summary>
    public bool IsClosed => _instruments.Any(i => i.IsClosed);

    /// <summary>Gets back what the run had when the process died.</summary>
    public async ValueTask RestoreAsync(CancellationToken ct)
    {
        if (_restoring is null)
            return;
        var all = await _table.WaitAsync(_restoring, ct);
        _restoring = null;
        foreach (var (hold, instruments) in _history.Open)
            lock (_gate)
                _holds[hold] = all.Split(instruments);
        _restored = all;
    }

    /// <summary>Waits until every run that is taken up again knows where it stands.</summary>
    /// <exception cref="RunRefusedException">One of them cannot go on.</exception>
    public Task GatherAsync(CancellationToken ct) => _table.Rendezvous.ArriveAsync(_place, ct);

    /// <summary>What was under way when the process died has come to its end.</summary>
    public void EndRestored()
    {
        _restored?.Return();
        _restored = null;
    }

    /// <summary>Waits for instruments and for the gate; what a hold around the place has already is not
    /// asked for.</summary>
    /// <param name="path">Of the step that wants them.</param>
    /// <returns>What it did not have yet; null when that is nothing.</returns>
    /// <exception cref="RunStoppedException">Nothing new is begun any more.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the deadline has passed.</exception>
    public async ValueTask<Lease?> EnterAsync(
        IGate gate, string path, IEnumerable<InstrumentId> wanted, DateTimeOffset? deadline, CancellationToken ct)
    {
        await gate.EnterAsync(ct);
        while (true)
        {
            var missing = wanted.Where(i => !Covers(path, i)).Distinct().ToList();
            if (missing.Count == 0)
                return null;
            var request = _table.Ask(this, missing, _priority, deadline);
            if (request.Lease is { } free)
                return free;
            var lease = await WaitAsync(gate, path, request, deadline, ct);
            if (gate.TryEnter())
                return lease;
            lease.Return();
            await gate.EnterAsync(ct);
        }
    }

    /// <summary>Whether a hold around the place has the instrument, or the run has it because of trouble; not that of a
    /// branch that may fail while others go on.</summary>
    public bool Covers(string path, InstrumentId instrument)
    {
        lock (_gate)
            return _holds.Any(h => RunPaths.IsWithin(path, h.Key) && h.Value.Has(instrument))
                || _kept.Any(k => k.Lease.Has(instrument) && !IsApart(k, path));
    }

    public bool IsHeld(string hold)
    {
        lock (_gate)
            return _holds.ContainsKey(hold);
    }

    /// <summary>Whether the hold had been entered and left again before the process died.</summary>
    public bool HadEnded(string hold) => _history.WasTaken(hold) && !IsHeld(hold);

    public void Hold(string hold, Lease lease)
    {
        lock (_gate)
            _holds[hold] = lease;
    }

    /// <summary>What the hold still has.</summary>
    public IReadOnlyList<InstrumentId> HeldBy(string hold)
    {
        lock (_gate)
            return _holds.TryGetValue(hold, out var lease) ? Ordered(lease.Instruments) : [];
    }

    /// <summary>The holds around a place that have some of these instruments, and which of them.</summary>
    public IReadOnlyList<(string Hold, IReadOnlyList<InstrumentId> Instruments)> Around(
        string path, IReadOnlyCollection<InstrumentId> instruments)
    {
        lock (_gate)
            return _holds.Where(h => RunPaths.IsWithin(path, h.Key))
                .Select(h => (h.Key, Ordered(h.Value.Instruments.Where(instruments.Contains))))
                .Where(h => h.Item2.Count > 0).OrderBy(h => h.Key, StringComparer.Ordinal).ToList();
    }

    /// <summary>Gives back a part of what a hold has.</summary>
    public void Release(string hold, IReadOnlyCollection<InstrumentId> instruments)
    {
        Lease part;
        lock (_gate)
            part = _holds[hold].Split(instruments);
        part.Return();
    }

    /// <summary>What was under way when the process died has ended in trouble.</summary>
    public void KeepRestored()
    {
        lock (_gate)
            if (_restored is { } lease)
                _kept.Add(new Kept("", false, lease));
        _restored = null;
    }

    /// <summary>Takes an instrument for one call outside the walk.</summary>
    /// <returns>Null when the run has it already.</returns>
    public async ValueTask<Lease?> BorrowAsync(InstrumentId instrument, CancellationToken ct) =>
        _table.IsHeldBy(this, instrument)
            ? null
            : await _table.WaitAsync(_table.Ask(this, [instrument], _priority), ct);

    /// <summary>Gives back what a hold has.</summary>
    public void End(string hold)
    {
        Lease? lease;
        lock (_gate)
            _holds.Remove(hold, out lease);
        lease?.Return();
    }

    /// <summary>Keeps what was in use when something went wrong, until it is safe.</summary>
    public void Keep(string hold)
    {
        lock (_gate)
            if (_holds.Remove(hold, out var lease))
                _kept.Add(new Kept(hold, true, lease));
    }

    /// <param name="path">Of the call that used it.</param>
    public void Keep(string path, Lease lease)
    {
        lock (_gate)
            _kept.Add(new Kept(path, false, lease));
    }

    /// <summary>Branches begin each of which may fail while the others go on: what one keeps because of trouble is
    /// none of the others' concern.</summary>
    public void Part(IEnumerable<string> branches)
    {
        lock (_gate)
            _branches.UnionWith(branches);
    }

    /// <summary>These branches have ended.</summary>
    public void Join(IEnumerable<string> branches)
    {
        lock (_gate)
            _branches.ExceptWith(branches);
    }

    /// <summary>Makes safe what a branch had in use when it failed and what is its own, and gives back what it had
    /// taken.</summary>
    public async Task GiveUpAsync(string branch, IReadOnlyList<InstrumentId> own)
    {
        List<Kept> kept;
        lock (_gate)
        {
            kept = _kept.Where(k => RunPaths.IsWithin(k.Path, branch)).ToList();
            _kept.RemoveAll(kept.Contains);
        }
        var all = kept.SelectMany(k => k.Lease.Instruments).Concat(own).ToHashSet();
        var (mine, free) = ClaimForSafety(all.Contains);
        try
        {
            await MakingSafe(mine);
        }
        finally
        {
            free?.Return();
        }
        foreach (var (path, isHold, lease) in kept)
        {
            if (isHold)
                await GivingBack(path, Ordered(lease.Instruments));
            lease.Return();
        }
        lock (_gate)
            _relied.ExceptWith(own);
    }

    /// <summary>The rest of the run relies on a state that was set up outside any hold.</summary>
    public void Rely(string path, InstrumentId instrument)
    {
        if (Covers(path, instrument) || _history.WasHeld(path, instrument))
            return;
        lock (_gate)
            _relied.Add(instrument);
    }

    public bool Relies(InstrumentId instrument)
    {
        lock (_gate)
            return _relied.Contains(instrument);
    }

    /// <summary>Whether a state that was set up before the process died is this run's concern still.</summary>
    public bool IsRelied(PastCall call)
    {
        var id = call.Intended.Instrument;
        return _history.IsRelied(call) && (_table.IsHeldBy(this, id) || !_table.IsHeldByAnother(this, id));
    }

    /// <summary>What this run has to make safe now: what it has, and what nobody else has or relies on. It keeps all of
    /// that until <see cref="Leave"/>.</summary>
    public IReadOnlySet<InstrumentId> TakeForSafety()
    {
        var (mine, free) = ClaimForSafety();
        if (free is not null)
            lock (_gate)
                _idle.Add(free);
        return mine;
    }

    /// <summary>The same, waiting for nobody.</summary>
    /// <returns>With those that it did not have, to be returned once they are safe; null for none.</returns>
    /// <param name="wanted">Those that matter; null for all of the run.</param>
    public (IReadOnlySet<InstrumentId> Mine, Lease? Free) ClaimForSafety(Func<InstrumentId, bool>? wanted = null)
    {
        var all = _instruments.Select(i => i.Id).Where(wanted ?? (_ => true)).ToList();
        var free = _table.TakeFree(this, all.Where(i => !_table.IsReliedOnByAnother(this, i)));
        return (all.Where(i => _table.IsHeldBy(this, i)).ToHashSet(), free);
    }

    /// <summary>A person has to decide before the run can go on: what it was doing something with stays its own,
    /// because nobody knows what is there, and whoever wants that has to wait for the person as well.</summary>
    public void Stay()
    {
        IsStaying = true;
        List<Lease> idle;
        lock (_gate)
        {
            idle = [.. _idle];
            _idle.Clear();
            _relied.Clear();
        }
        foreach (var lease in idle)
            lease.Return();
        _table.Refuse();
    }

    /// <summary>The run cannot be taken up, and says so to those that wait for it.</summary>
    public void Refuse() => _table.Rendezvous.Report(_place, refused: true);

    /// <summary>The run is over: everything is given back, unless it stays.</summary>
    public void Leave()
    {
        if (!IsStaying)
            GiveUp();
    }

    /// <summary>Gives everything back.</summary>
    public void GiveUp()
    {
        _table.Rendezvous.Report(_place, refused: false);
        List<Lease> all;
        lock (_gate)
        {
            all = [.. _holds.Values, .. _kept.Select(k => k.Lease), .. _idle];
            _holds.Clear();
            _kept.Clear();
            _idle.Clear();
            _relied.Clear();
        }
        EndRestored();
        _table.Leave(this);
        if (_restoring is { } request)
            _table.Withdraw(request);
        foreach (var lease in all)
            lease.Return();
    }

    private async Task<Lease> WaitAsync(
        IGate gate, string path, Leases.Request request, DateTimeOffset? deadline, CancellationToken ct)
    {
        using var late = deadline is { } until ? Until(until) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        Lease? lease = null;
        try
        {
            // A run that only waits is not under way: it can be paused and stopped.
            await gate.LeaveAsync();
            // Nobody waits while it has what the order of the lab file does not allow: that could be for ever.
            await GiveUpKeptAsync(path);
            lease = await gate.UntilStoppedAsync(token => _table.WaitAsync(request, token).AsTask(), either.Token);
            return lease;
        }
        finally
        {
            if (lease is null)
                _table.Withdraw(request);
        }
    }

    private async Task GiveUpKeptAsync(string path)
    {
        List<Kept> kept;
        lock (_gate)
        {
            kept = _kept.Where(k => !IsApart(k, path)).ToList();
            _kept.RemoveAll(kept.Contains);
        }
        foreach (var (place, isHold, lease) in kept)
        {
            await MakingSafe(lease.Instruments);
            if (isHold)
                await GivingBack(place, Ordered(lease.Instruments));
            lease.Return();
        }
    }

    // A branch that has failed comes to its end by itself, and gives back what it keeps.
    private bool IsApart(Kept kept, string path) =>
        _branches.Any(b => RunPaths.IsWithin(kept.Path, b) && !RunPaths.IsWithin(path, b));

    private CancellationTokenSource Until(DateTimeOffset deadline)
    {
        // Just after it: at the deadline itself the step may begin.
        var left = deadline - _table.Clock.GetUtcNow() + TimeSpan.FromMilliseconds(1);
        return new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, _table.Clock);
    }

    private IReadOnlyList<InstrumentId> Ordered(IEnumerable<InstrumentId> instruments) => _table.Ordered(instruments);

    /// <param name="Path">Of the hold, or of the call.</param>
    private sealed record Kept(string Path, bool IsHold, Lease Lease);
}
