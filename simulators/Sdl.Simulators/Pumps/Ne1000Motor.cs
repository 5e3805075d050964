using Sdl.Core.Materials;
using Sdl.Core.Simulation;
using Sdl.Simulators.Physics;

namespace Sdl.Simulators.Pumps;

/// <summary>The mechanics of the pump: a plunger that moves at a set rate until a set volume, two counters, and the
/// liquid that really flows. Volumes in m3, rates in m3/s.</summary>
/// <remarks>What flows differs from what is counted: N(0, 1 %) for the pump and N(0, 0.5 %) for the dose
/// (reference/physics.md, table 4c).</remarks>
internal sealed class Ne1000Motor(
    SimulatorContext context, string? stock, string outlet, string? inlet, Faults faults, Action stalled)
{
    private const double GainSpread = 0.01, DoseSpread = 0.005;

    private readonly double _gain = 1 + GainSpread * context.Noise.Normal($"gain/{context.Id}");
    private readonly Liquid _cubicMetre = stock is null ? Liquid.Nothing : CubicMetre(context.Bench.Stock(stock));
    // Without a stock: what was drawn in.
    private readonly Vial _syringe = new(0);
    private ITimer? _timer;
    private DateTimeOffset _since;
    private double _moved, _movedBefore, _flows = 1;
    private int _dose;
    private bool _isCleared = true, _isComplete = true;

    /// <summary>I, W, X while it moves, P paused, S stopped.</summary>
    public char Prompt { get; private set; } = 'S';

    public bool IsMoving => Prompt is 'I' or 'W' or 'X';
    public bool Infuses { get; set; } = true;

    /// <summary>0 for pumping until stopped.</summary>
    public double Target { get; set; }

    public double Rate { get; private set; }
    public List<DeviceEffect> Effects { get; } = [];
    public double Infused { get; private set; }
    public double Withdrawn { get; private set; }

    /// <summary>What the counters show instead of what they have counted, or null.</summary>
    public double? ForcedInfused { get; set; }

    /// <inheritdoc cref="ForcedInfused"/>
    public double? ForcedWithdrawn { get; set; }

    public void SetRate(double rate)
    {
        Update();
        Rate = rate;
        Continue();
    }

    /// <summary>Starts the program, or takes it up again after a pause.</summary>
    public void Run()
    {
        if (Prompt == 'S')
        {
            // A dose begins with a cleared counter; what finishes an interrupted one still belongs to it.
            if (_isCleared && _isComplete)
                _dose++;
            _isCleared = _isComplete = false;
            _moved = 0;
            _flows = faults.ShareOfEffect();
        }
        if (!IsMoving)
            Effects.Add(new DeviceEffect(context.Clock.GetUtcNow(), null, Infuses ? "infused" : "withdrawn", 0));
        Prompt = Infuses ? 'I' : 'W';
        Continue();
    }

    /// <summary>Moves as fast as it can until it is stopped.</summary>
    public void Purge(double rate)
    {
        (Rate, Target, _moved, Prompt) = (rate, 0, 0, 'X');
        Continue();
    }

    /// <summary>The first stop pauses, the second ends the program.</summary>
    public void Pause()
    {
        Update();
        if (!IsMoving || !faults[FaultKind.StuckBusy])
            Halt(IsMoving ? 'P' : 'S');
    }

    public void Stop()
    {
        Update();
        Halt('S');
    }

    public void ClearInfused()
    {
        Infused = 0;
        _isCleared = true;
    }

    public void ClearWithdrawn()
    {
        Withdrawn = 0;
        _isCleared = true;
    }

    public void LosePower()
    {
        Stop();
        Infused = Withdrawn = 0;
    }

    /// <summary>Brings everything up to the present.</summary>
    public void Update()
    {
        if (!IsMoving)
            return;
        var seconds = (context.Clock.GetUtcNow() - _since).TotalSeconds;
        if (faults[FaultKind.StuckBusy])
        {
            // Time passes without effect.
            (_since, _movedBefore) = (context.Clock.GetUtcNow(), _moved);
            return;
        }
        var stalls = faults["stall"];
        var limit = Target == 0 ? double.PositiveInfinity : Target;
        var end = stalls ? Math.Max(_moved, Target / 2) : limit;
        var moved = Math.Min(end, _movedBefore + Rate * seconds);
        if (end - moved < Rate * 1e-7)
            moved = end;
        Move(moved - _moved);
        _moved = moved;
        if (moved < end)
            return;
        _isComplete = !stalls;
        Halt(stalls ? 'P' : 'S');
        if (stalls)
            stalled();
    }

    private void Move(double volume)
    {
        if (Effects is [.., { Until: null } last])
            Effects[^1] = last with { Amount = last.Amount + volume };
        var flown = volume * _flows * _gain * (1 + DoseSpread * context.Noise.Normal($"dose/{context.Id}/{_dose}"));
        if (Prompt == 'W' || (Prompt == 'X' && !Infuses))
        {
            Withdrawn += volume;
            if (inlet is not null && context.Bench.At(inlet) is { } source)
                _syringe.Add(source.Take(flown));
            return;
        }
        Infused += volume;
        var liquid = stock is null ? _syringe.Take(flown) : _cubicMetre * flown;
        // Where no vial stands the liquid is spilled.
        context.Bench.At(outlet)?.Add(liquid);
    }

    private void Continue()
    {
        _timer?.Dispose();
        (_since, _movedBefore) = (context.Clock.GetUtcNow(), _moved);
        if (!IsMoving)
            return;
        // Short enough that a balance sees it flow, and no more than a hundred steps for a long dose.
        var whole = Target == 0 ? 100 : Target / Rate;
        var step = Math.Max(0.05, whole / 100);
        var left = Target == 0 ? step : (Target - _moved) / Rate;
        _timer = context.Clock.CreateTimer(_ =>
        {
            Update();
            Continue();
        }, null, TimeSpan.FromSeconds(Math.Clamp(left, 1e-6, step)), Timeout.InfiniteTimeSpan);
    }

    private static Liquid CubicMetre(Stock stock) =>
        new(stock.MassFractions.Keys.ToDictionary(s => s, stock.MolesPerVolume)) { Volume = 1 };

    private void Halt(char prompt)
    {
        _timer?.Dispose();
        Prompt = prompt;
        if (Effects is [.., { Until: null } last])
            Effects[^1] = last with { Until = context.Clock.GetUtcNow() };
    }
}
