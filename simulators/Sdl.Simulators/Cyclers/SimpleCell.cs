using Sdl.Simulators.Physics.Cells;

namespace Sdl.Simulators.Cyclers;

/// <summary>An equivalent circuit: the open-circuit voltage over the state of charge, a series resistance, and a
/// resistance beside a capacity. Under a constant current it is exact over any step, which makes it quick; how a cell
/// ages it does not know.</summary>
/// <param name="capacity">Ah between 2.8 and 4.2 V.</param>
/// <param name="resistance">Ohm in series; a third of it lies beside the capacity, with a time constant of 60 s.</param>
/// <param name="charge">State of charge, 0 to 1.</param>
internal sealed class SimpleCell(double capacity, double resistance, double charge) : ICycledCell
{
    private const double TimeConstant = 60;

    private readonly double _parallel = resistance / 3;
    private double _charge = charge;
    private double _polarisation;

    public double Temperature { get; set; } = 25;

    public double LongestStep => 600;

    private double Rest => OpenCircuit(_charge) + _polarisation;

    public CellPoint At(Load load)
    {
        var current = Current(load, Rest, resistance);
        return new CellPoint(Rest + current * resistance, current);
    }

    public CellPoint Advance(double seconds, Load load)
    {
        var kept = Math.Exp(-seconds / TimeConstant);
        // Held voltages are met at the end of the step, as far as the slope of the open-circuit voltage tells.
        var slope = (OpenCircuit(_charge + 1e-4) - OpenCircuit(_charge - 1e-4)) / 2e-4;
        var inStep = slope * seconds / 3600 / capacity + _parallel * (1 - kept);
        var current = Current(load, OpenCircuit(_charge) + _polarisation * kept, resistance + inStep);
        _charge += current * seconds / 3600 / capacity;
        _polarisation = _polarisation * kept + current * _parallel * (1 - kept);
        return load.Kind == LoadKind.Voltage
            ? new CellPoint(load.Value, current)
            : new CellPoint(Rest + current * resistance, current);
    }

    public ICycledCell Copy() => (ICycledCell)MemberwiseClone();

    // Steep at both ends, so that it leaves the window when it is charged or discharged beyond it.
    private static double OpenCircuit(double x) =>
        3.45 + 0.7 * x - 0.65 * Math.Exp(-20 * Math.Max(x, -0.2)) + 0.05 * Math.Exp(30 * (Math.Min(x, 1.2) - 1));

    private static double Current(Load load, double rest, double ohm) => load.Kind switch
    {
        LoadKind.Current => load.Value,
        LoadKind.Voltage => (load.Value - rest) / ohm,
        LoadKind.Resistance => -rest / (load.Value + ohm),
        // R I^2 + U I = P; what it cannot give is not reached.
        _ => (Math.Sqrt(Math.Max(rest * rest + 4 * ohm * load.Value, 0)) - rest) / (2 * ohm),
    };
}
