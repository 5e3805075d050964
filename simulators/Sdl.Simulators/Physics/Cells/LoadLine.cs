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

    // V I rises to its maximum and bends downwards all the way: Newton's rule from zero never passes the lower root,
    // and where the slope is gone there is none.
    private static double Power(double watt, Func<double, double> voltage, double scale)
    {
        var i = 0.0;
        for (var step = 0; step < MostSteps; step++)
        {
            var v = voltage(i);
            var miss = watt - v * i;
            if (Math.Abs(miss) <= Tolerance * (Math.Abs(watt) + 1e-12))
                break;
            var h = 1e-4 * scale;
            var slope = (voltage(i + h) * (i + h) - v * i) / h;
            if (slope <= 0.02 * v || v <= 0)
                break;
            i += miss / slope;
        }
        return i;
    }
}
