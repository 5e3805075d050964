using Sdl.Simulators.Physics;

namespace Sdl.Simulators.Presses;

/// <summary>What the ram does just now.</summary>
internal enum RamPhase
{
    Stands, Closing, Dwelling, Opening,
}

/// <summary>What the press was told to do.</summary>
/// <param name="ToForce">Else to the position.</param>
/// <param name="Force">N, target or limit.</param>
/// <param name="Position">mm, target or limit.</param>
/// <param name="Dwell">s.</param>
internal sealed record CrimpOrder(bool ToForce, double Force, double Position, double Dwell, uint Token);

/// <summary>A ram on a spindle above a die with a stack of parts that it meets as a spring. It is computed when
/// somebody looks, from one change of its motion to the next, so that looking changes nothing.</summary>
/// <param name="key">Names the press in the draws.</param>
/// <param name="meets">mm below the upper end, where it meets the stack; each stack is higher or lower by some
/// hundredths.</param>
internal sealed class CrimperRam(TimeProvider clock, Faults faults, Noise noise, string key, double meets)
{
    // mm/s and N/mm; beyond where it slows down it presses.
    private const double Fast = 25, Slow = 1, Back = 40, Stiffness = 10_000, SlowBefore = 0.5, StackScatter = 0.02;

    private readonly List<DeviceEffect> _effects = [];
    private DateTimeOffset _since = clock.GetUtcNow();
    private double _from, _end;

    // Of the force, in the dwell.
    private double _share = 1;

    private CrimpOrder? _order;
    private int _stack;
    private bool _vented, _trips;

    public RamPhase Phase { get; private set; } = RamPhase.Stands;

    /// <summary>0 none, 1 under way, 2 done, 3 not pressed, 4 cut short.</summary>
    public int Result { get; private set; }

    /// <summary>As register 11 tells it.</summary>
    public int Fault { get; set; }

    public uint Token { get; private set; }

    /// <summary>N.</summary>
    public double Held { get; private set; }

    /// <summary>N.</summary>
    public double Peak { get; private set; }

    /// <summary>mm.</summary>
    public double PeakAt { get; private set; }

    public uint Crimps { get; set; }

    public IReadOnlyList<DeviceEffect> Effects => _effects;

    public bool IsOpen => Phase == RamPhase.Stands && _from == 0;

    /// <summary>mm.</summary>
    public double Position => PositionAt(clock.GetUtcNow());

    /// <summary>N.</summary>
    public double Force => ForceAt(Position) * (Phase == RamPhase.Dwelling ? _share : 1);

    // No stack lies in an empty die.
    private double Contact => faults["empty-die"]
        ? double.PositiveInfinity
        : meets + StackScatter * noise.Normal($"{key}/stack/{_stack}");

    /// <summary>Begins to close.</summary>
    public void Close(CrimpOrder order)
    {
        Advance();
        (_order, Token, Result, Held, Peak, PeakAt, _vented) = (order, order.Token, 1, 0, 0, 0, false);
        _stack = (int)Crimps + 1;
        // Where it will have come to its end: at the force, at the position, or where its drive trips.
        var byForce = Contact + order.Force / Stiffness;
        _end = Math.Min(byForce, order.Position);
        _trips = faults["drive-trip"] && Contact < _end;
        if (_trips)
            _end = (Contact + _end) / 2;
        Go(RamPhase.Closing);
        _share = faults.ShareOfEffect();
    }

    /// <summary>Lets go and opens; a crimp that is under way is cut short.</summary>
    public void Open(int fault = 0)
    {
        Advance();
        if (Phase is RamPhase.Closing or RamPhase.Dwelling)
        {
            Cut(fault);
            Go(RamPhase.Opening);
        }
        else if (Phase == RamPhase.Stands && _from > 0)
            Go(RamPhase.Opening);
    }

    /// <summary>Stands where it is, without force: its guard or its emergency stop has opened.</summary>
    public void Stop(int fault)
    {
        Advance();
        if (Phase is RamPhase.Closing or RamPhase.Dwelling)
            Cut(fault);
        if (Phase == RamPhase.Stands)
            return;
        Go(RamPhase.Stands);
        _vented = true;
    }

    public void Advance()
    {
        while (Phase != RamPhase.Stands && _since + Lasts() is var end && end <= clock.GetUtcNow())
            Next(end);
    }

    private void Next(DateTimeOffset at)
    {
        // Times are whole ticks; where it comes to is exact.
        _from = Phase switch { RamPhase.Closing => _end, RamPhase.Opening => 0, _ => _from };
        _since = at;
        if (Phase == RamPhase.Opening)
            Phase = RamPhase.Stands;
        else if (Phase == RamPhase.Dwelling)
            Finish(at);
        else
            Arrive();
    }

    // It has come as far as it would go.
    private void Arrive()
    {
        (Peak, PeakAt) = (ForceAt(_from), _from);
        var order = _order!;
        var fault = _trips ? 5
            : order.ToForce && Peak < order.Force - 0.5 ? 2
            : !order.ToForce && _from < order.Position - 1e-9 ? 3
            : 0;
        if (fault == 0)
        {
            Phase = RamPhase.Dwelling;
            return;
        }
        Cut(fault);
        Phase = RamPhase.Opening;
    }

    private void Finish(DateTimeOffset at)
    {
        Held = Peak * _share;
        (Result, Phase) = (2, RamPhase.Opening);
        Crimps++;
        _effects.Add(new DeviceEffect(at, at, $"crimp {Crimps} with {Held / 1e3:F3} kN", 1));
    }

    private void Cut(int fault)
    {
        if (Fault == 0)
            Fault = fault;
        if (Phase == RamPhase.Closing && ForceAt(Position) is > 0 and var force && force > Peak)
            (Peak, PeakAt) = (force, Position);
        Result = Peak > 0 ? 4 : 3;
    }

    private void Go(RamPhase phase) => (_from, _since, Phase) = (Position, clock.GetUtcNow(), phase);

    private TimeSpan Lasts() => TimeSpan.FromSeconds(Phase switch
    {
        RamPhase.Closing => FastPart() / Fast + Math.Max(0, _end - Math.Max(_from, SlowFrom())) / Slow,
        RamPhase.Dwelling => _order!.Dwell,
        _ => _from / Back,
    });

    // It knows where the stack is to be, not where it is.
    private double SlowFrom() => meets - SlowBefore;

    private double FastPart() => Math.Max(0, Math.Min(_end, SlowFrom()) - _from);

    private double PositionAt(DateTimeOffset at)
    {
        var seconds = (at - _since).TotalSeconds;
        switch (Phase)
        {
            case RamPhase.Closing:
                var fast = FastPart();
                var position = seconds < fast / Fast
                    ? _from + seconds * Fast
                    : _from + fast + (seconds - fast / Fast) * Slow;
                return Math.Min(position, _end);
            case RamPhase.Opening:
                return Math.Max(0, _from - seconds * Back);
            default:
                return _from;
        }
    }

    private double ForceAt(double position) =>
        _vented || Phase == RamPhase.Opening || position <= Contact ? 0 : (position - Contact) * Stiffness;
}
