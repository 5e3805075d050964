using Sdl.Core.Instruments;

namespace Sdl.Runtime.Engine;

/// <summary>Who may use which instrument of a lab, for all runs of a session. Several instruments are granted all at
/// once or not at all. Those who wait are served by priority, then by the earliest deadline, then in the order in which
/// they came.</summary>
/// <remarks>Whoever stands first is not overtaken for ever: each reserves what is free of what it wants, in the order
/// of the lab file, up to the first instrument that it cannot have. So a wait always leads to an instrument later in
/// that order, and never round in a circle, as long as nobody who holds an instrument asks for an earlier one; that is
/// what the checker sees to.</remarks>
public sealed class Leases
{
    // Who has no deadline waits as if it had this one, so that urgent steps do not pass it by for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly List<InstrumentId> _order;
    private readonly Dictionary<InstrumentId, int> _places;
    private readonly Lease?[] _holders;
    private readonly bool[] _reserved;
    private readonly List<RunLeases> _runs = [];
    private readonly SortedSet<Request> _waiting = new(Comparer<Request>.Create((a, b) => a.Rank.CompareTo(b.Rank)));
    private long _arrivals;

    /// <param name="order">All instruments, in the order of the lab file.</param>
    public Leases(IEnumerable<InstrumentId> order, TimeProvider clock)
    {
        _clock = clock;
        _order = order.ToList();
        _places = _order.Index().ToDictionary(i => i.Item, i => i.Index);
        _holders = new Lease?[_order.Count];
        _reserved = new bool[_order.Count];
        Rendezvous = new Rendezvous();
    }

    /// <summary>Where runs that are taken up again wait for each other.</summary>
    internal Rendezvous Rendezvous { get; }

    internal Lock Gate => _gate;

    internal TimeProvider Clock => _clock;

    /// <summary>A run begins, or is taken up again.</summary>
    internal void Enter(RunLeases run)
    {
        lock (_gate)
            _runs.Add(run);
    }

    /// <summary>The run waits for a person and keeps what it has, see <see cref="RunLeases.Stay"/>: nobody waits
    /// for that.</summary>
    internal void Refuse()
    {
        List<(Request Request, RunLeases Keeper)> hopeless;
        List<Request> granted;
        lock (_gate)
        {
            hopeless = [.. from r in _waiting let keeper = KeeperOf(r) where keeper is not null select (r, keeper)];
            _waiting.ExceptWith(hopeless.Select(h => h.Request));
            granted = Serve();
        }
        foreach (var (request, keeper) in hopeless)
            Refuse(request, keeper);
        Tell(granted);
    }

    /// <summary>The same run, if it stayed in this process, gives up what it kept.</summary>
    internal void TakeOver(RunLeases run)
    {
        List<RunLeases> before;
        lock (_gate)
            before = _runs.Where(r => r.IsStaying && r.Run == run.Run).ToList();
        before.ForEach(r => r.GiveUp());
    }

    internal void Leave(RunLeases run)
    {
        lock (_gate)
            _runs.Remove(run);
    }

    /// <summary>Asks for instruments; the request may be granted already when this returns.</summary>
    internal Request Ask(
        RunLeases owner, IEnumerable<InstrumentId> wanted, int priority, DateTimeOffset? deadline = null)
    {
        Request request;
        RunLeases? keeper;
        List<Request> granted = [];
        lock (_gate)
        {
            request = new Request(
                owner, wanted.Select(i => _places[i]).Distinct().Order().ToArray(),
                (-priority, deadline ?? _clock.GetUtcNow() + Patience, _arrivals++));
            keeper = KeeperOf(request);
            if (keeper is null)
                granted = Queue(request);
        }
        if (keeper is not null)
            Refuse(request, keeper);
        Tell(granted);
        return request;
    }

    /// <summary>Waits until a request is granted.</summary>
    /// <exception cref="OperationCanceledException">It is given up; nothing was taken.</exception>
    /// <exception cref="RunHeldException">Another run keeps what is wanted until a person has decided.</exception>
    internal async ValueTask<Lease> WaitAsync(Request request, CancellationToken ct)
    {
        using (ct.Register(() => GiveUp(request, ct)))
            return await request.Granted.Task;
    }

    /// <summary>Takes what is free and on which nobody relies, past those who wait: for making it safe.</summary>
    internal Lease? TakeFree(RunLeases owner, IEnumerable<InstrumentId> wanted)
    {
        lock (_gate)
        {
            var free = wanted.Select(i => _places[i]).Where(p => _holders[p] is null).ToArray();
            if (free.Length == 0)
                return null;
            var lease = new Lease(this, owner, free.Select(p => _order[p]));
            foreach (var place in free)
                _holders[place] = lease;
            return lease;
        }
    }

    /// <summary>Whether the run has it, by whatever lease.</summary>
    internal bool IsHeldBy(RunLeases owner, InstrumentId instrument)
    {
        lock (_gate)
            return _holders[_places[instrument]]?.Owner == owner;
    }

    internal bool IsHeldByAnother(RunLeases owner, InstrumentId instrument)
    {
        lock (_gate)
            return _holders[_places[instrument]] is { } lease && lease.Owner != owner;
    }

    internal bool IsReliedOnByAnother(RunLeases owner, InstrumentId instrument)
    {
        List<RunLeases> others;
        lock (_gate)
            others = _runs.Where(r => r != owner).ToList();
        return others.Any(r => r.Relies(instrument));
    }

    internal IReadOnlyList<InstrumentId> Ordered(IEnumerable<InstrumentId> instruments) =>
        instruments.OrderBy(i => _places[i]).ToList();

    /// <summary>Gives up a request for which nobody waits, or what it was granted.</summary>
    internal void Withdraw(Request request)
    {
        GiveUp(request, new CancellationToken(canceled: true));
        request.Lease?.Return();
    }

    internal void Return(IReadOnlyCollection<InstrumentId> instruments)
    {
        List<Request> granted;
        lock (_gate)
        {
            foreach (var instrument in instruments)
                _holders[_places[instrument]] = null;
            granted = Serve();
        }
        Tell(granted);
    }

    /// <summary>Hands instruments from one lease of a run to another of the same run.</summary>
    internal Lease Split(Lease from, IReadOnlyCollection<InstrumentId> instruments)
    {
        lock (_gate)
        {
            var part = new Lease(this, from.Owner, instruments);
            foreach (var instrument in instruments)
                _holders[_places[instrument]] = part;
            return part;
        }
    }

    /// <summary>Who keeps some of it until a person has decided.</summary>
    private RunLeases? KeeperOf(Request request) => request.Places.Select(p => _holders[p]?.Owner)
        .FirstOrDefault(o => o is { IsStaying: true } && o.Run != request.Owner.Run);

    private static void Refuse(Request request, RunLeases keeper) => request.Granted.TrySetException(
        new RunHeldException($"{request.Owner.Run} goes on as soon as {keeper.Run} can be taken up again"));

    private List<Request> Queue(Request request)
    {
        if (_waiting.Count == 0 && request.Places.All(p => _holders[p] is null))
            return [Grant(request)];
        _waiting.Add(request);
        return Serve();
    }

    private void GiveUp(Request request, CancellationToken ct)
    {
        List<Request> granted;
        lock (_gate)
        {
            if (!_waiting.Remove(request))
                return;
            granted = Serve(); // what it had reserved
        }
        request.Granted.TrySetCanceled(ct);
        Tell(granted);
    }

    private List<Request> Serve()
    {
        List<Request> granted = [];
        if (_waiting.Count == 0)
            return granted;
        Array.Clear(_reserved);
        foreach (var request in _waiting)
        {
            var isFree = true;
            foreach (var place in request.Places)
            {
                isFree = _holders[place] is null && !_reserved[place];
                if (!isFree)
                    break;
                _reserved[place] = true;
            }
            if (isFree)
                granted.Add(request);
        }
        foreach (var request in granted)
            _waiting.Remove(Grant(request));
        return granted;
    }

    private Request Grant(Request request)
    {
        request.Lease = new Lease(this, request.Owner, request.Places.Select(p => _order[p]));
        foreach (var place in request.Places)
            _holders[place] = request.Lease;
        return request;
    }

    private static void Tell(List<Request> granted)
    {
        foreach (var request in granted)
            request.Granted.TrySetResult(request.Lease!);
    }

    /// <param name="Places">In the order of the lab file.</param>
    /// <param name="Rank">The lowest is served first.</param>
    internal sealed record Request(
        RunLeases Owner, int[] Places, (int Priority, DateTimeOffset Deadline, long Arrival) Rank)
    {
        // Its continuation goes to the loop of whoever waits, as in Turns.
        public TaskCompletionSource<Lease> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Null until it is granted.</summary>
        public Lease? Lease { get; set; }
    }
}

/// <summary>The right to use instruments, until it is returned.</summary>
internal sealed class Lease(Leases table, RunLeases owner, IEnumerable<InstrumentId> instruments)
{
    private readonly HashSet<InstrumentId> _instruments = [.. instruments];

    public RunLeases Owner => owner;

    public IReadOnlyCollection<InstrumentId> Instruments => _instruments;

    public bool Has(InstrumentId instrument)
    {
        lock (table.Gate)
            return _instruments.Contains(instrument);
    }

    /// <summary>Part of it as a lease of its own.</summary>
    public Lease Split(IReadOnlyCollection<InstrumentId> part)
    {
        lock (table.Gate)
            _instruments.ExceptWith(part);
        return table.Split(this, part);
    }

    public void Return()
    {
        InstrumentId[] all;
        lock (table.Gate)
        {
            all = [.. _instruments];
            _instruments.Clear();
        }
        if (all.Length > 0)
            table.Return(all);
    }
}
