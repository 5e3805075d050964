namespace Sdl.Simulators.Balances;

/// <summary>What a balance shows of the load on its pan, in g: it settles after a change, drifts, and errs.</summary>
/// <remarks>A change counts from the first look after it, so that a balance that nobody reads needs no clock.</remarks>
internal sealed class WeighingPan(
    SimulatorContext context, string place, double vialMass, double capacity, Func<bool> isShaken)
{
    // Repeatability and readability of a semi-micro balance at 0.1 mg; a drift that a day makes visible.
    private const double Spread = 0.3e-3, Digit = 0.1e-3, DriftPerHour = 0.05e-3;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2), TimeConstant = TimeSpan.FromSeconds(0.15);

    private readonly DateTimeOffset _start = context.Clock.GetUtcNow();
    private DateTimeOffset _changed;
    private double _load, _loadBefore, _zero, _firstZero;

    public double Capacity => capacity;

    /// <summary>Within so much of its first zero it can be zeroed.</summary>
    public double ZeroRange => 0.02 * capacity;

    /// <summary>What lies on the pan instead of the vial, or null.</summary>
    public double? Forced { get; set; }

    public double Tare { get; set; }

    public double Gross => Rounded(Seen() - _zero);

    public double Net => Rounded(Seen() - _zero - Tare);

    /// <summary>The load as seen from the zero at the start, from which the range of zeroing counts.</summary>
    public double FromFirstZero => Seen() - _firstZero;

    public bool IsStable
    {
        get
        {
            Look();
            return !isShaken() && context.Clock.GetUtcNow() - _changed >= Settling;
        }
    }

    public void TakeTare() => Tare = Gross;

    public void TakeZero()
    {
        _zero = Seen();
        Tare = 0;
    }

    /// <summary>Whatever stands on the pan at the start is taken as nothing.</summary>
    public void Restart()
    {
        TakeZero();
        _firstZero = _zero;
    }

    private double Seen()
    {
        Look();
        var now = context.Clock.GetUtcNow();
        var vial = context.Bench.At(place);
        // One draw for one load: who weighs the same thing again, after a crash for instance, sees the same.
        var error = vial is null ? 0 : Spread * context.Noise.Normal($"weigh/{context.Id}/{vial.Number}/{_load:F4}");
        var drift = DriftPerHour * context.Noise.Normal($"drift/{context.Id}") * (now - _start).TotalHours;
        var settled = 1 - Math.Exp(-(now - _changed) / TimeConstant);
        var swing = isShaken() ? 0.05 * Math.Sin(now.Ticks * 1e-6) : 0;
        return _loadBefore + (_load - _loadBefore) * settled + error + drift + swing;
    }

    private void Look()
    {
        var vial = context.Bench.At(place);
        var load = Forced + _zero ?? (vial is null ? 0 : vialMass + vial.Mass * 1e3);
        if (Math.Abs(load - _load) < Digit / 2)
            return;
        (_loadBefore, _load, _changed) = (_load, load, context.Clock.GetUtcNow());
    }

    private static double Rounded(double grams) => Math.Round(grams / Digit) * Digit;
}
