using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Core.Units;

namespace Sdl.Runtime.Materials;

/// <summary>What is where: a fold over the events of a journal. What leaves one container enters another; what an
/// invocation has moved whose end nobody saw is unknown, between nothing and what was asked for, until the device or a
/// person says.</summary>
/// <remarks>The error of a metered volume is mostly the error of its meter, the same for each dose: so errors of one
/// meter add up as they are, those of different meters as variances. What one meter pushes out and draws back cancels.
/// </remarks>
public sealed class Ledger
{
    private static readonly Dimension Volume = new(Length: 3);

    private readonly Dictionary<string, LedgerAccount> _accounts = [];
    private readonly List<string> _order = [];
    private readonly Dictionary<string, (int Count, int Used, bool IsCounted)> _parts = [];
    private readonly List<string> _partOrder = [];
    private readonly Dictionary<CallId, Booking> _open = [];
    private readonly List<Booking> _unknown = [];
    private readonly SortedDictionary<string, double> _brought = new(StringComparer.Ordinal);
    private long _begun;

    public static Ledger Of(IEnumerable<JournalEntry> entries)
    {
        var ledger = new Ledger();
        foreach (var entry in entries)
            ledger.Apply(entry.Event);
        return ledger;
    }

    /// <summary>Whether anybody has said what there was.</summary>
    public bool IsCounted { get; private set; }

    /// <summary>In the order in which they were first spoken of.</summary>
    public IReadOnlyList<Holding> Holdings => _order.ConvertAll(c => Find(c)!);

    public IReadOnlyList<PartsLeft> Parts => _partOrder.ConvertAll(p => FindPart(p)!);

    /// <summary>In the order of their invocations.</summary>
    public IReadOnlyList<UnknownMove> Unknown => Open
        .Where(o => o is { IsKnown: false, Moves: not null })
        .Select(o => new UnknownMove(
            o.Intended.Run, o.Intended.Call, o.Moves!.From, o.Moves.To, o.Moves.Material, Of(o.Least), Of(o.Most)))
        .ToList();

    /// <summary>What was brought in less what is there, outside or under way, of the material that fits worst: zero up
    /// to rounding, or the ledger is wrong.</summary>
    public Quantity Imbalance
    {
        get
        {
            var sums = new SortedDictionary<string, double>(_brought, StringComparer.Ordinal);
            foreach (var (material, amount) in _order.SelectMany(c => Find(c)!.Materials))
                sums[material] = sums.GetValueOrDefault(material) - amount.Si;
            return Of(sums.Values.Select(Math.Abs).DefaultIfEmpty(0).Max());
        }
    }

    private IEnumerable<Booking> Open => _unknown.Concat(_open.Values).OrderBy(o => o.Order);

    /// <summary>Null for a container that was never spoken of.</summary>
    public Holding? Find(string container)
    {
        if (!_accounts.TryGetValue(container, out var account))
            return null;
        var materials = new SortedDictionary<string, double>(account.Amounts, StringComparer.Ordinal);
        var (spread, taken) = (0.0, account.Taken);
        foreach (var (open, sign) in Open.Select(o => (o, o.SignOf(container))).Where(o => o.Item2 != 0))
        {
            materials[open.Moves!.Material] = materials.GetValueOrDefault(open.Moves.Material) + sign * open.Expected;
            spread += (open.Most - open.Least) / 2;
            taken += sign < 0 ? open.Expected : 0;
        }
        var sum = materials.Values.Sum();
        return new Holding(
            container, materials.ToDictionary(m => m.Key, m => Of(m.Value)), Of(sum), Of(account.Deviation),
            Of(sum - spread), Of(sum + spread), Of(taken), Of(account.Metered), account.IsCounted);
    }

    public PartsLeft? FindPart(string name)
    {
        if (!_parts.TryGetValue(name, out var part))
            return null;
        var (sure, unknown) = (part.Used, 0);
        foreach (var open in Open.Where(o => o.HasUsed != false))
            if (open.HasUsed is null)
                unknown += open.Uses.GetValueOrDefault(name);
            else
                sure += open.Uses.GetValueOrDefault(name);
        return new PartsLeft(
            name, part.Count - sure - unknown, part.Count - sure, sure + unknown, part.IsCounted);
    }

    public void Apply(RunEvent happened)
    {
        switch (happened)
        {
            case InventoryTaken e:
                Take(e);
                break;
            case StepIntended { Matter: not null } e:
                Begin(e);
                break;
            case StepReconciled e when _open.TryGetValue(e.Call, out var open):
                Learn(open, () => open.Reconcile(e.Progress, e.Moved?.Si));
                break;
            case StepFailed e when _open.TryGetValue(e.Call, out var open):
                Learn(open, () => open.Fail(e.Fault, e.Moved?.Si));
                break;
            case StepDone e when _open.TryGetValue(e.Call, out var open):
                Learn(open, () => open.End(e.Moved?.Si));
                Book(open);
                break;
        }
    }

    /// <summary>Something is about to be moved and used, whether or not the journal says so yet.</summary>
    internal void Begin(StepIntended intended)
    {
        if (_open.TryGetValue(intended.Call, out var before))
        {
            if (before.Intended.Attempt == intended.Attempt)
                return;
            // The parts of a call are taken once, however often it is attempted; its volumes are each attempt's own.
            before.LeaveParts();
            if (before.IsKnown)
                Book(before);
            else
                _unknown.Add(before);
        }
        var matter = intended.Matter!;
        if (matter.Moves is { } moves)
            (_, _) = (Account(moves.From), Account(moves.To));
        foreach (var name in matter.Uses?.Keys ?? [])
            Part(name);
        _open[intended.Call] = new Booking(intended, matter, _begun++);
    }

    /// <summary>What was about to begin has not begun.</summary>
    internal void Forget(CallId call) => _open.Remove(call);

    /// <summary>Parts that are already down to this call.</summary>
    internal int UseOf(CallId call, string name) =>
        _open.TryGetValue(call, out var open) && open.HasUsed != false ? open.Uses.GetValueOrDefault(name) : 0;

    private static Quantity Of(double m3) => new(m3, Volume);

    /// <summary>A container that was counted meanwhile was counted with a guess at this volume in mind: what the guess
    /// missed had been there unnoticed.</summary>
    private void Learn(Booking open, Action learn)
    {
        var guess = open.Expected;
        learn();
        foreach (var sign in open.CountedSigns)
            Bring(open.Moves!.Material, -sign * (open.Expected - guess));
    }

    private void Book(Booking open)
    {
        _open.Remove(open.Intended.Call);
        foreach (var (name, count) in open.Uses)
            if (open.HasUsed == true)
                _parts[name] = _parts[name] with { Used = _parts[name].Used + count };
        if (open.Moves is not { } moves)
            return;
        foreach (var container in new[] { moves.From, moves.To })
            if (open.SignOf(container) is not 0 and var sign)
                Account(container).Move(
                    moves.Material, sign * open.Expected, open.Intended.Instrument.Value, moves.Accuracy);
    }

    private void Take(InventoryTaken e)
    {
        IsCounted = true;
        foreach (var (name, held) in e.Containers)
        {
            foreach (var (material, amount) in Find(name)?.Materials ?? new Dictionary<string, Quantity>())
                Bring(material, -amount.Si);
            foreach (var open in Open)
                open.Count(name);
            Bring(held.Material, held.Volume.Value.Si);
            Account(name).Count(held.Material, held.Volume.Value.Si, held.Volume.Uncertainty.Si);
        }
        foreach (var (name, count) in e.Parts)
        {
            Part(name);
            foreach (var open in Open)
                open.LeavePart(name);
            _parts[name] = (count + _parts[name].Used, _parts[name].Used, true);
        }
    }

    private void Bring(string material, double volume) =>
        _brought[material] = _brought.GetValueOrDefault(material) + volume;

    private LedgerAccount Account(string container)
    {
        if (_accounts.TryGetValue(container, out var account))
            return account;
        _order.Add(container);
        return _accounts[container] = new LedgerAccount();
    }

    private void Part(string name)
    {
        if (_parts.TryAdd(name, default))
            _partOrder.Add(name);
    }
}
