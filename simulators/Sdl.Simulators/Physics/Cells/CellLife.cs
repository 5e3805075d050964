namespace Sdl.Simulators.Physics.Cells;

/// <summary>The capacity of a cell over its life.</summary>
/// <param name="EndOfLife">Cycle at which the capacity passes 80 % of the first, between two points by a straight
/// line; 0 for a cell that was bad from the start; null when it outlives the simulation.</param>
public sealed record LifeCurve(double? EndOfLife, IReadOnlyList<LifePoint> Points);

/// <param name="Capacity">A s of the discharge.</param>
/// <param name="LostLithium">Part of the nominal charge lost after formation.</param>
/// <param name="LostActive">Part of the cathode that is lost.</param>
/// <param name="FilmResistance">Ohm m2 of anode surface.</param>
public readonly record struct LifePoint(
    int Cycle, double Capacity, double LostLithium, double LostActive, double FilmResistance);

/// <summary>Cycles a cell to its end: one whole cycle is computed, then its ageing is carried over many.</summary>
public static class CellLife
{
    /// <summary>Rest between cycles, s; a first capacity below this part of the nominal one is a bad cell.</summary>
    private const double RestPerCycle = 1200, LeastFirst = 2.46 / 3.08, EndAt = 0.8;

    /// <summary>1C/1C cycles between the limits of the cell, constant voltage down to C/20 at the top.</summary>
    /// <param name="kelvin">All the time.</param>
    /// <param name="step">s of simulation step.</param>
    /// <param name="jump">Cycles carried over at a time.</param>
    /// <param name="most">Cycles after which to give up.</param>
    public static LifeCurve Run(
        CellParameters parameters, FadeLaw law, double kelvin, double step = 30, int jump = 20, int most = 3000)
    {
        var cell = new ReducedCell(parameters) { Temperature = kelvin };
        var rate = parameters.NominalCharge / 3600;
        Constant(cell, 0.1 * rate, step);
        cell.NegativeMean -= law.Formed * law.FormedOutside * Ageing.PerNominalCharge(parameters);
        var ageing = new Ageing(law, cell, formed: true);
        var points = new List<LifePoint>();
        for (var cycle = 0; cycle <= most; cycle += jump)
        {
            var charging = Constant(cell, -rate, step) + Hold(cell, -rate, step);
            var discharging = Constant(cell, rate, step);
            var point = new LifePoint(
                cycle, discharging * rate, ageing.LostLithium, cell.LostPositive, cell.FilmResistance);
            points.Add(point);
            if (points[0].Capacity < LeastFirst * parameters.NominalCharge)
                return new LifeCurve(0, points);
            if (point.Capacity < EndAt * points[0].Capacity)
                return new LifeCurve(Crossing(points[^2], point, EndAt * points[0].Capacity), points);
            ageing.Grow((charging + discharging + RestPerCycle) * jump, jump);
        }
        return new LifeCurve(null, points);
    }

    private static double Crossing(LifePoint before, LifePoint after, double capacity) => before.Cycle
        + (before.Capacity - capacity) / (before.Capacity - after.Capacity) * (after.Cycle - before.Cycle);

    // Until the limit of the cell on that side; gives the seconds.
    private static double Constant(ReducedCell cell, double discharge, double step)
    {
        var (least, most) = cell.Parameters.VoltageWindow;
        bool Passed(double seconds)
        {
            cell.Prepare(seconds);
            var voltage = cell.VoltageAtEnd(discharge);
            return discharge > 0 ? voltage < least : voltage > most;
        }

        var time = 0.0;
        for (; !Passed(step); time += step)
            cell.Commit(discharge);
        var (low, high) = (0.0, step);
        while (high - low > 1e-3)
            if (0.5 * (low + high) is var middle && Passed(middle))
                high = middle;
            else
                low = middle;
        if (low > 0)
        {
            Passed(low);
            cell.Commit(discharge);
        }
        return time + low;
    }

    private static double Hold(ReducedCell cell, double discharge, double step)
    {
        var rate = Math.Abs(discharge);
        var load = Load.Voltage(cell.Parameters.VoltageWindow.Most);
        var time = 0.0;
        do
        {
            cell.Prepare(step);
            discharge = LoadLine.Solve(load, cell.VoltageAtEnd, discharge, rate);
            cell.Commit(discharge);
            time += step;
        }
        while (Math.Abs(discharge) > 0.05 * rate && time < 36_000);
        return time;
    }
}
