namespace Sdl.Simulators.Physics.Cells;

/// <summary>Finds the current at which a cell meets a load. The voltage of a cell falls with the discharge current,
/// so that a voltage and a resistor have one solution each.</summary>
internal static class LoadLine
{
    private const double Tolerance = 1e-8;
    private const int MostSteps = 100;

    /// <summary>Discharge current in A.</summary>
    /// <param name="voltage">Of the cell at a discharge current; falls with it.</param>
    /// <param name="guess">A discharge current near the solution, A.</param>
    /// <param name="scale">A current that is ordinary for this cell, A; above zero.</param>
    public static double Solve(Load load, Func<double, double> voltage, double guess, double scale) => load.Kind switch
    {
        LoadKind.Current => -load.Value,
        LoadKind.Voltage => Falling(i => voltage(i) - load.Value, guess, scale),
        LoadKind.Resistance => Falling(i => voltage(i) - i * load.Value, guess, scale),
        _ => Power(-load.Value, voltage, scale),
    };

    // The secant rule, kept between the ends that are known and replaced by halving where it leaves them.
    private static double Falling(Func<double, double> f, double guess, double scale)
    {
        double low = double.NegativeInfinity, high = double.PositiveInfinity;
        var (a, b) = (guess, guess + 1e-3 * scale);
        var (fa, fb) = (f(a), f(b));
        Enclose(a, fa);
        for (var step = 0; step < MostSteps && Math.Abs(fb) > Tolerance; step++)
        {
            Enclose(b, fb);
            var next = b - fb * (b - a) / (fb - fa);
            // Every few steps one that halves, so that a bend cannot hold the secant at one end.
            if (!(next > low && next < high) || (step % 6 == 5 && double.IsFinite(high - low)))
                next = double.IsFinite(high - low) ? 0.5 * (low + high)
                    : double.IsFinite(low) ? low + (Math.Abs(low) + scale) : high - (Math.Abs(high) + scale);
            if (next == b)
                break;
            (a, fa, b, fb) = (b, fb, next, f(next));
        }
        return b;

        void Enclose(double x, double fx)
        {
            if (fx > 0)
                low = Math.Max(low, x);
            else
                high = Math.Min(high, x);
        }
    }

    // Charging, more current is always more power. Discharging, the power has a maximum and the lower of two currents
    // is the one: P/V(i) climbs towards it from P/V(0), quickly unless the maximum is near.
    private static double Power(double watt, Func<double, double> voltage, double scale)
    {
        var open = voltage(0);
        if (watt == 0 || open <= 0)
            return 0;
        if (watt < 0)
            return Falling(i => (watt - voltage(i) * i) / (open * scale), watt / open, scale);
        var current = watt / open;
        for (var step = 0; step < MostSteps; step++)
        {
            var v = voltage(current);
            if (v <= 0)
                break;
            var next = watt / v;
            if (Math.Abs(next - current) <= Tolerance * current)
                return next;
            current = next;
        }
        var best = MostPower(voltage, Falling(voltage, scale, scale));
        if (voltage(best) * best <= watt)
            return best;
        var (low, high) = (0.0, best);
        while (high - low > Tolerance * best)
            if (0.5 * (low + high) is var middle && voltage(middle) * middle < watt)
                low = middle;
            else
                high = middle;
        return high;
    }

    // Golden section between no current and a short circuit.
    private static double MostPower(Func<double, double> voltage, double shortCircuit)
    {
        const double golden = 0.6180339887498949;
        var (low, high) = (0.0, shortCircuit);
        while (high - low > 1e-6 * shortCircuit)
        {
            var (a, b) = (high - golden * (high - low), low + golden * (high - low));
            if (voltage(a) * a < voltage(b) * b)
                low = a;
            else
                high = b;
        }
        return 0.5 * (low + high);
    }
}
