namespace Sdl.Simulators.Thermostats;

/// <summary>A metal block with a heating and cooling element, a sensor and a PI controller, on a fixed grid of time. It
/// is computed only when somebody looks, always over the same grid, so that looking changes nothing.</summary>
/// <remarks>dT/dt = (K u + Ta - T) / tau with the output u from -1 to 1. With PB = tau_c K / tau and TI = tau the loop
/// closes to first order with the time constant tau_c (pole cancellation): the defaults give 12 s. Within 1 uK of its
/// resting point it comes to rest exactly there, so that a temperature that was waited for does not tell how long the
/// wait was.</remarks>
internal sealed class ControlledBlock(TimeProvider clock)
{
    // K, power of the element: the distance from ambient that full output holds; and the block's own time constant, s.
    private const double Reach = 80, TimeConstant = 60;
    private const double Rest = 1e-6;

    /// <summary>°C.</summary>
    public const double Ambient = 25;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(0.1);

    private long _tick = clock.GetUtcNow().UtcTicks / Step.Ticks;
    private double _integral;
    private bool _rests;
    private double? _forced;

    /// <summary>°C.</summary>
    public double Temperature { get; private set; } = Ambient;

    /// <summary>-1 to 1.</summary>
    public double Output { get; private set; }

    /// <summary>°C.</summary>
    public double SetPoint { get; private set; } = Ambient;

    /// <summary>K.</summary>
    public double ProportionalBand { get; private set; } = 16;

    /// <summary>s; 0 switches the integral off.</summary>
    public double IntegralTime { get; private set; } = 60;

    public bool Manual { get; private set; }

    /// <summary>°C at which something from outside holds the block, or null.</summary>
    public double? Forced
    {
        get => _forced;
        set
        {
            (_forced, _rests) = (value, false);
            Temperature = value ?? Temperature;
        }
    }

    /// <summary>Nothing moves: time passes without effect.</summary>
    public bool Stuck { get; set; }

    /// <summary>Share of its power that the element gives.</summary>
    public double Power { get; set; } = 1;

    /// <returns>Whether that is anything new.</returns>
    public bool Control(double setPoint, double proportionalBand, double integralTime)
    {
        if ((setPoint, proportionalBand, integralTime, false) == (SetPoint, ProportionalBand, IntegralTime, Manual))
            return false;
        (SetPoint, ProportionalBand, IntegralTime) = (setPoint, proportionalBand, integralTime);
        (Manual, _rests) = (false, false);
        return true;
    }

    /// <summary>The controller begins anew; the block keeps its temperature.</summary>
    public void Restart() => (_integral, _rests) = (0, false);

    public void Hold(double output)
    {
        if (Manual && Output == output)
            return;
        (Manual, Output, _rests) = (true, Math.Clamp(output, -1, 1), false);
    }

    public void Advance()
    {
        var now = clock.GetUtcNow().UtcTicks / Step.Ticks;
        if (!Stuck)
            while (_tick < now && !_rests)
            {
                _tick++;
                Next();
            }
        _tick = now;
    }

    private void Next()
    {
        if (!Manual)
            Output = Math.Clamp((SetPoint - Temperature) / ProportionalBand + _integral, -1, 1);
        // The integral follows the output that was really given, as the block does: so it cannot wind up at a limit.
        if (IntegralTime > 0)
            _integral = Relax(_integral, Output, IntegralTime);
        Temperature = _forced ?? Relax(Temperature, Ambient + Reach * Power * Output, TimeConstant);
        if (_forced is null)
            ComeToRest();
    }

    private static double Relax(double from, double to, double timeConstant) =>
        to + (from - to) * Math.Exp(-Step.TotalSeconds / timeConstant);

    private void ComeToRest()
    {
        var output = Manual ? Output : Math.Clamp((SetPoint - Ambient) / (Reach * Power), -1, 1);
        var temperature = Manual || Math.Abs(output) == 1 ? Ambient + Reach * Power * output : SetPoint;
        if (Math.Abs(Temperature - temperature) > Rest || Math.Abs(Output - output) * Reach > Rest
            || Math.Abs(_integral - output) * Reach > Rest)
            return;
        (Temperature, Output, _integral, _rests) = (temperature, output, output, true);
    }
}
