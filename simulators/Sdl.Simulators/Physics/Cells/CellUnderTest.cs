using System.Numerics;

namespace Sdl.Simulators.Physics.Cells;

/// <summary>A lithium-ion cell between the leads of a simulated cycler or potentiostat: it ages while it is used, may
/// have a fault, and behaves the same again from the same seed. Positive current charges. Not for several threads at
/// once.</summary>
public sealed class CellUnderTest
{
    // Ohm of a cell that is open inside.
    private const double OpenInside = 1e6;

    // Ageing is so slow that it is carried on once in this time, s.
    private const double AgeingStep = 300;

    private ReducedCell _model;
    private Ageing? _ageing;
    private readonly double _leak;
    private readonly bool _isDead;
    private double _unaged, _unagedCharge, _preparedSeconds = -1;

    internal CellUnderTest(ReducedCell model, Ageing? ageing, CellFault fault)
    {
        (_model, _ageing, Fault, _isDead) = (model, ageing, fault, fault == CellFault.Dead);
        var (least, most) = model.Parameters.VoltageWindow;
        _leak = fault == CellFault.SoftShort
            ? 0.5 * (least + most) / (model.Parameters.NominalCharge / (30 * 3600)) : double.PositiveInfinity;
    }

    public CellParameters Parameters => _model.Parameters;

    public CellFault Fault { get; }

    /// <summary>Of the cell in K; set it to what the chamber has.</summary>
    public double Temperature
    {
        get => _model.Temperature;
        set
        {
            if (value == _model.Temperature)
                return;
            if (!(value > 200 && value < 400))
                throw new ArgumentOutOfRangeException(nameof(value), value, "a cell lives between 200 and 400 K");
            Age();
            _model.Temperature = value;
            _preparedSeconds = -1;
        }
    }

    /// <summary>V that it would settle at without current.</summary>
    public double OpenCircuitVoltage => _isDead ? 0 : _model.OpenCircuitVoltage;

    /// <summary>A at the end of the last step.</summary>
    public double Current { get; private set; }

    /// <summary>A s that have gone in since the beginning, less those that have come out.</summary>
    public double Charge { get; private set; }

    /// <summary>Part of the nominal charge that was lost to the film after formation, so far.</summary>
    public double LostLithium => _ageing?.LostLithium ?? 0;

    /// <summary>Part of the positive active material that is lost so far.</summary>
    public double LostActive => _model.LostPositive;

    /// <summary>A discharge of an hour at this current takes out the nominal charge, A.</summary>
    public double RatedCurrent => Parameters.NominalCharge / 3600;

    /// <summary>Another cell in the same state, for looking ahead.</summary>
    public CellUnderTest Copy()
    {
        var copy = (CellUnderTest)MemberwiseClone();
        copy._model = _model.Copy();
        copy._ageing = _ageing?.Copy(copy._model);
        return copy;
    }

    /// <summary>V at this moment if <paramref name="current"/> A were applied.</summary>
    public double Voltage(double current) => Now(-current);

    /// <summary>A at this moment if <paramref name="voltage"/> V were applied.</summary>
    public double CurrentAt(double voltage) => At(Load.Voltage(voltage)).Current;

    /// <summary>What would be seen at this moment under a load; nothing is changed.</summary>
    public CellPoint At(Load load)
    {
        var discharge = LoadLine.Solve(load, Now, -Current, RatedCurrent);
        return new CellPoint(Now(discharge), -discharge);
    }

    /// <summary>What would be seen after <paramref name="seconds"/> under a load; nothing is changed. One step, the
    /// current constant over it.</summary>
    public CellPoint After(double seconds, Load load)
    {
        if (!(seconds > 0))
            throw new ArgumentOutOfRangeException(nameof(seconds), seconds, "a step takes time");
        if (seconds != _preparedSeconds)
            _model.Prepare(seconds);
        _preparedSeconds = seconds;
        var discharge = LoadLine.Solve(load, AtEnd, -Current, RatedCurrent);
        return new CellPoint(AtEnd(discharge), -discharge);
    }

    /// <summary>Lives through <paramref name="seconds"/> under a load, in one step with the current constant over it:
    /// exact in the particles at any length, within a few tenths of a millivolt in the electrolyte up to 30 s.
    /// </summary>
    public CellPoint Advance(double seconds, Load load)
    {
        var point = After(seconds, load);
        if (!_isDead)
            _model.Commit(-point.Current + Leak);
        _preparedSeconds = -1;
        Current = point.Current;
        Charge += point.Current * seconds;
        _unaged += seconds;
        _unagedCharge += point.Current * seconds;
        if (_unaged >= AgeingStep)
            Age();
        return point;
    }

    /// <summary>Lives through <paramref name="seconds"/> with <paramref name="current"/> A flowing in.</summary>
    public CellPoint Advance(double seconds, double current) => Advance(seconds, Load.Current(current));

    /// <summary>Lives under a load until <paramref name="isReached"/> says so of what is seen, or
    /// <paramref name="most"/> s are over. The end is found to a millisecond.</summary>
    /// <param name="step">Longest step, s.</param>
    /// <param name="each">Told of each point with the seconds since the beginning; null: nobody.</param>
    /// <returns>The seconds that passed; zero when it is reached within a millisecond.</returns>
    public double AdvanceUntil(
        Load load, double most, double step, Func<CellPoint, bool> isReached, Action<double, CellPoint>? each = null)
    {
        var time = 0.0;
        while (time < most)
        {
            var next = Math.Min(step, most - time);
            var ends = isReached(After(next, load));
            if (ends && (next = FirstReached(load, next, isReached)) <= 0)
                return time;
            var point = Advance(next, load);
            time += next;
            each?.Invoke(time, point);
            if (ends)
                return time;
        }
        return time;
    }

    /// <summary>Ohm at this moment; the imaginary part is negative where the cell is capacitive.</summary>
    public Complex Impedance(double hertz)
    {
        if (_isDead)
            return OpenInside;
        var cell = CellImpedance.At(hertz, _model);
        return double.IsInfinity(_leak) ? cell : 1 / (1 / cell + 1 / _leak);
    }

    // Through a leak flows what its voltage drives; the cell's own resistance is nothing beside it.
    private double Leak => double.IsInfinity(_leak) ? 0 : Math.Max(0, _model.OpenCircuitVoltage) / _leak;

    private double Now(double discharge) =>
        _isDead ? -discharge * OpenInside : _model.Voltage(discharge + Leak);

    private double AtEnd(double discharge) =>
        _isDead ? -discharge * OpenInside : _model.VoltageAtEnd(discharge + Leak);

    private double FirstReached(Load load, double seconds, Func<CellPoint, bool> isReached)
    {
        var (low, high) = (0.0, seconds);
        while (high - low > 1e-3)
            if (0.5 * (low + high) is var middle && isReached(After(middle, load)))
                high = middle;
            else
                low = middle;
        return low > 0 ? high : 0;
    }

    private void Age()
    {
        if (!_isDead && _unaged > 0)
            _ageing?.Live(_unaged, _unagedCharge);
        (_unaged, _unagedCharge) = (0, 0);
    }
}
