using Sdl.Core.Simulation;

namespace Sdl.Simulators;

/// <summary>How one simulated device misbehaves: by switches that a test turns, and by the strikes of a scenario. The
/// faults of the wire are there for every device: whoever hosts it puts them on its ports (see
/// <see cref="Hosting.FaultyPort"/>).</summary>
/// <param name="own">What this device can have beside the faults of the wire: kinds of
/// <see cref="FaultKind.OfDevices"/>, and its own with a phrase for people.</param>
public sealed class Faults(params (string Name, string What)[] own)
{
    private readonly HashSet<string> _switched = [];
    private readonly HashSet<string> _known =
        [.. own.Select(o => o.Name), .. FaultKind.OfTheWire.Select(k => k.Name)];
    private readonly List<Strikes> _strikes = [];
    private readonly Dictionary<FaultOccurrence, long> _counts = [];
    private readonly List<IDeviceWire> _wires = [];
    private TimeProvider _clock = TimeProvider.System;

    /// <summary>What the device can have, those of the wire last.</summary>
    public IReadOnlyList<FaultKind> Kinds { get; } =
    [
        .. own.Select(o => FaultKind.Of(o.Name) with { What = o.What }), .. FaultKind.OfTheWire,
    ];

    public IEnumerable<string> Known => Kinds.Select(k => k.Name);

    /// <summary>Nothing is the matter with it, and no scenario will change that.</summary>
    internal bool IsWell => _switched.Count == 0 && _strikes.Count == 0;

    /// <summary>Told the name of a fault when it begins, for what a device must do at that moment.</summary>
    public event Action<string>? Begun;

    /// <summary>Whether it is in force now; set, it is so until it is set back. A power cycle happens at once and is
    /// over.</summary>
    /// <exception cref="ArgumentException">The device has no such fault.</exception>
    public bool this[string name]
    {
        get => _switched.Contains(Checked(name))
            || _strikes.Exists(s => s.Fault.Kind.Name == name
                && s.IsInForce(_clock.GetUtcNow(), _counts.GetValueOrDefault(FaultOccurrence.Request)));
        set
        {
            if (!value)
                _switched.Remove(Checked(name));
            else if (Checked(name) == FaultKind.PowerCycle || _switched.Add(name))
                Begin(name);
        }
    }

    /// <summary>How much of an effect is really done: 1 unless it is a partial one. To be asked once for each
    /// effect.</summary>
    public double ShareOfEffect()
    {
        var struck = Occur(FaultOccurrence.Effect).Where(s => s.Fault.Kind.Name == FaultKind.PartialEffect).ToList();
        return struck.Count > 0 ? struck.Min(s => s.Fault.Share)
            : this[FaultKind.PartialEffect] ? PlannedFault.UsualShare
            : 1;
    }

    /// <summary>The device hangs up on everyone, as one does that restarts.</summary>
    public void HangUp()
    {
        foreach (var wire in _wires.ToList())
            wire.Close();
    }

    /// <summary>From now on strikes as this scenario says, and no other.</summary>
    internal void Follow(IEnumerable<Strikes> strikes, TimeProvider clock)
    {
        _clock = clock;
        _strikes.Clear();
        _strikes.AddRange(strikes);
    }

    /// <summary>Whether it was switched on, whatever a scenario says.</summary>
    internal bool IsSwitched(string name) => _switched.Contains(name);

    internal void Add(IDeviceWire wire) => _wires.Add(wire);

    internal void Remove(IDeviceWire wire) => _wires.Remove(wire);

    /// <summary>The device is told something.</summary>
    /// <returns>What damages it on its way.</returns>
    internal IReadOnlyList<Strikes> OnRequest()
    {
        foreach (var strikes in _strikes)
            strikes.Arm(_clock, BeginByClock);
        return Occur(FaultOccurrence.Request);
    }

    /// <summary>The device says something.</summary>
    /// <returns>What damages it on its way.</returns>
    internal IReadOnlyList<Strikes> OnReply() => Occur(FaultOccurrence.Reply);

    private IReadOnlyList<Strikes> Occur(FaultOccurrence what)
    {
        var n = _counts[what] = _counts.GetValueOrDefault(what) + 1;
        if (_strikes.Count == 0)
            return [];
        var struck = new List<Strikes>();
        foreach (var strikes in _strikes.Where(s => s.Fault.Counted == what))
        {
            var (concerns, begins) = strikes.Occur(n, _clock.GetUtcNow());
            if (concerns)
                struck.Add(strikes);
            if (begins)
                Begin(strikes.Fault.Kind.Name);
        }
        return struck;
    }

    private void BeginByClock(Strikes strikes)
    {
        if (_strikes.Contains(strikes) && strikes.StrikeByClock(_clock.GetUtcNow()))
            Begin(strikes.Fault.Kind.Name);
    }

    private void Begin(string name)
    {
        if (name == FaultKind.Disconnect)
            HangUp();
        Begun?.Invoke(name);
    }

    private string Checked(string name) => _known.Contains(name)
        ? name
        : throw new ArgumentException($"this device has no fault '{name}'; it has {string.Join(", ", Known)}");
}
