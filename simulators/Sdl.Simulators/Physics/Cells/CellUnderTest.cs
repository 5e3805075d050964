using System.Numerics;

namespace Sdl.Simulators.Physics.Cells;

/// <summary>A lithium-ion cell between the leads of a simulated cycler or potentiostat: it ages while it is used, may
/// have a fault, and behaves the same again from the same seed. Positive current charges. Not for several threads at
/// once.</summary>
public sealed class CellUnderTest
{
    private readonly ReducedCell _model;

    public CellUnderTest(CellParameters parameters, double kelvin = Constants.RoomTemperature)
    {
        _model = new ReducedCell(parameters) { Temperature = kelvin };
    }

    public CellParameters Parameters => _model.Parameters;

    /// <summary>Of the cell in K; set it to what the chamber has.</summary>
    public double Temperature
    {
        get => _model.Temperature;
        set => _model.Temperature = value;
    }

    /// <summary>V that it would settle at without current.</summary>
    public double OpenCircuitVoltage => _model.OpenCircuitVoltage;

    /// <summary>A at the end of the last step.</summary>
    public double Current { get; private set; }

    /// <summary>A s that have gone in since the beginning, less those that have come out.</summary>
    public double Charge { get; private set; }

    /// <summary>V at this moment if <paramref name="current"/> A were applied.</summary>
    public double Voltage(double current) => _model.Voltage(-current);

    /// <summary>A at this moment if <paramref name="voltage"/> V were applied.</summary>
    public double CurrentAt(double voltage) => At(Load.Voltage(voltage)).Current;

    /// <summary>What would be seen at this moment under a load; nothing is changed.</summary>
    public CellPoint At(Load load)
    {
        var discharge = LoadLine.Solve(load, _model.Voltage, -Current, Scale);
        return new CellPoint(_model.Voltage(discharge), -discharge);
    }

    /// <summary>What would be seen after <paramref name="seconds"/> under a load; nothing is changed. One step, the
    /// current constant over it.</summary>
    public CellPoint After(double seconds, Load load)
    {
        _model.Prepare(seconds);
        var discharge = LoadLine.Solve(load, _model.VoltageAtEnd, -Current, Scale);
        return new CellPoint(_model.VoltageAtEnd(discharge), -discharge);
    }

    /// <summary>Lives through <paramref name="seconds"/> under a load, in one step with the current constant over it:
    /// exact in the particles at any length, to a few tenths of a millivolt in the electrolyte up to 30 s.</summary>
    public CellPoint Advance(double seconds, Load load)
    {
        var point = After(seconds, load);
        _model.Commit(-point.Current);
        Current = point.Current;
        Charge += point.Current * seconds;
        return point;
    }

    /// <summary>Lives through <paramref name="seconds"/> with <paramref name="current"/> A flowing in.</summary>
    public CellPoint Advance(double seconds, double current) => Advance(seconds, Load.Current(current));

    /// <summary>Ohm at this moment; the imaginary part is negative where the cell is capacitive.</summary>
    public Complex Impedance(double hertz) => CellImpedance.At(hertz, _model);

    private double Scale => Parameters.NominalCharge / 3600;
}
