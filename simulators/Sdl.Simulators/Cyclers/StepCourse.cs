using Sdl.Simulators.Physics.Cells;

namespace Sdl.Simulators.Cyclers;

/// <summary>One row of a channel's buffer; time in 10 ms, charge in Ah, energy in Wh, temperature in 0.01 °C.</summary>
internal readonly record struct CyclerRecord(
    uint Time, float Voltage, float Current, float Charge, float Energy, short Temperature, ushort End);

/// <summary>What the host's panel shows in place of what is measured.</summary>
internal sealed class Forced
{
    public double? Voltage { get; set; }
    public double? Current { get; set; }
    public double? Temperature { get; set; }
}

/// <summary>A step on its way: the cell, what is counted, and what the step has come to. It is moved over the
/// cell's own time and looks at no clock, so that a copy can run ahead and find out when something will
/// happen.</summary>
internal sealed class StepCourse
{
    // The finest grid on which the device looks at its ends.
    private const double Tick = 0.01;
    private const double SlopeWindow = 10;
    private const int MostSteps = 4000;

    private readonly StepProgram _program;
    private readonly Forced _forced;
    private readonly double _mostCurrent;
    private readonly Func<bool> _enforces;
    private double _recordedTime, _recordedVoltage, _recordedCurrent, _trip = double.NaN;
    private double _windowTime, _windowVoltage, _slope = double.NaN;
    private bool _begun;

    public StepCourse(StepProgram program, ICycledCell cell, double mostCurrent, Forced forced, Func<bool> enforces)
    {
        (_program, Cell, _mostCurrent, _forced, _enforces) = (program, cell, mostCurrent, forced, enforces);
        See(Cell.At(LoadNow(0)));
        (_windowVoltage, _recordedVoltage, _recordedCurrent) = (Voltage, Voltage, Current);
    }

    public ICycledCell Cell { get; private set; }

    /// <summary>s since the step began.</summary>
    public double Time { get; private set; }

    /// <summary>Ah.</summary>
    public double Charge { get; private set; }

    /// <summary>Wh.</summary>
    public double Energy { get; private set; }

    /// <summary>V, as measured.</summary>
    public double Voltage { get; private set; }

    /// <summary>A, as measured.</summary>
    public double Current { get; private set; }

    /// <summary>Why it has ended; 0 while it has not.</summary>
    public ushort End { get; private set; }

    /// <summary>The safety limit that has ended it, or 0.</summary>
    public ushort Tripped { get; private set; }

    public bool IsOver => End != 0 || Tripped != 0;

    public double Celsius => _forced.Temperature ?? Cell.Temperature;

    public StepCourse Copy()
    {
        var copy = (StepCourse)MemberwiseClone();
        copy.Cell = Cell.Copy();
        return copy;
    }

    /// <summary>Goes on until <paramref name="until"/>, the end, or the number of rows, or for a few thousand steps of
    /// computing where rows are limited.</summary>
    public void Run(double until, int mostRows, List<CyclerRecord> rows)
    {
        if (!_begun)
        {
            _begun = true;
            Judge();
            rows.Add(Record());
        }
        var most = mostRows == int.MaxValue ? int.MaxValue : MostSteps;
        for (var steps = 0; !IsOver && Time < until - 1e-9 && rows.Count < mostRows && steps < most; steps++)
        {
            var length = Math.Min(until - Time, Length());
            var before = length > Tick ? Copy() : null;
            Move(length);
            if (before is not null && Happens())
                Return(before, length);
            Judge();
            if (IsOver || IsDue())
                rows.Add(Record());
        }
    }

    // A length over which the cell is still well computed and no moment is passed that is known beforehand.
    private double Length()
    {
        var most = _program.Mode is StepMode.Rest or StepMode.Current ? Cell.LongestStep : 20;
        if (_program.Mode == StepMode.Scan)
            most = Math.Min(most, Math.Max(Tick, 5e-3 / _program.Rate));
        most = Math.Min(most, _program.Longest - Time);
        most = Math.Min(most, _recordedTime + _program.RecordTime - Time);
        if (!double.IsNaN(_trip))
            most = Math.Min(most, Math.Max(_trip - Time, Tick));
        if (!double.IsNaN(_program.UntilSlope))
            most = Math.Min(most, _windowTime + SlopeWindow - Time);
        if (!double.IsNaN(_program.RecordVoltage) || !double.IsNaN(_program.RecordCurrent))
            most = Math.Min(most, 5);
        return Math.Max(most, 1e-3);
    }

    private void Move(double length)
    {
        var (voltage, load) = (Voltage, LoadNow(Time + length));
        var point = Cell.Advance(length, load);
        // A voltage that takes more than the largest current is not reached yet.
        Time += length;
        See(point);
        Charge += Current * length / 3600;
        Energy += Current * (Voltage + voltage) / 2 * length / 3600;
        if (Time - _windowTime < SlopeWindow - 1e-6)
            return;
        _slope = Math.Abs(Voltage - _windowVoltage) / (Time - _windowTime);
        (_windowTime, _windowVoltage) = (Time, Voltage);
    }

    // The largest current is kept within each step as it stands at the step's beginning.
    private Load LoadNow(double time)
    {
        var load = _program.LoadAt(time);
        if (load.Kind == LoadKind.Current)
            return load;
        var most = _program.Mode == StepMode.Voltage && !double.IsNaN(_program.Second)
            ? _program.Second
            : _mostCurrent;
        // A voltage that is being held takes less and less: its current need not be sought twice in each step.
        if (_program.Mode == StepMode.Voltage && Time > 0 && Math.Abs(Current) < 0.9 * most && IsHeld(load))
            return load;
        var current = Cell.At(load).Current;
        return Math.Abs(current) <= most ? load : Load.Current(Math.CopySign(most, current));
    }

    private bool IsHeld(Load load) => _forced is { Voltage: null, Current: null }
        && load.Kind == LoadKind.Voltage && Math.Abs(Voltage - load.Value) < 1e-6;

    private void See(CellPoint point) =>
        (Voltage, Current) = (_forced.Voltage ?? point.Voltage, _forced.Current ?? point.Current);

    private ushort Ends => _program.End(Time, Voltage, Current, Charge, _slope, Celsius);

    private ushort Passed => _enforces() ? _program.Unsafe(Voltage, Current, Charge, Celsius) : (ushort)0;

    private bool Happens() =>
        (Ends is not 0 and not 1) || (double.IsNaN(_trip) && Passed != 0) || IsBeyondTarget;

    // A voltage that was approached at the largest current has been reached, and more.
    private bool IsBeyondTarget => _program.Mode == StepMode.Voltage && _forced.Voltage is null
        && Math.CopySign(Voltage - _program.Target, (Voltage - _program.Target) * Current) > 1e-6;

    // Back to before the event, and on to its first moment on the device's grid.
    private void Return(StepCourse before, double length)
    {
        var (low, high) = (0.0, length);
        while (high - low > Tick)
        {
            var middle = (low + high) / 2;
            var trial = before.Copy();
            trial.Move(middle);
            (low, high) = trial.Happens() ? (low, middle) : (middle, high);
        }
        Take(before);
        Move(Math.Min(length, Math.Ceiling((Time + high) / Tick - 1e-6) * Tick - Time));
    }

    private void Take(StepCourse other)
    {
        (Cell, Time, Charge, Energy) = (other.Cell, other.Time, other.Charge, other.Energy);
        (Voltage, Current, _trip, _slope) = (other.Voltage, other.Current, other._trip, other._slope);
        (_windowTime, _windowVoltage) = (other._windowTime, other._windowVoltage);
    }

    private void Judge()
    {
        var passed = Passed;
        if (passed == 0)
            _trip = double.NaN;
        else if (double.IsNaN(_trip))
            _trip = Time + _program.SafetyDelay;
        if (passed != 0 && Time >= _trip - 1e-6)
            Tripped = passed;
        else
            End = Ends;
    }

    private bool IsDue() => Time - _recordedTime >= _program.RecordTime - 1e-6
        || Math.Abs(Voltage - _recordedVoltage) >= _program.RecordVoltage
        || Math.Abs(Current - _recordedCurrent) >= _program.RecordCurrent;

    private CyclerRecord Record()
    {
        (_recordedTime, _recordedVoltage, _recordedCurrent) = (Time, Voltage, Current);
        return new CyclerRecord(
            (uint)Math.Ceiling(Time / Tick - 1e-6), (float)Voltage, (float)Current, (float)Charge, (float)Energy,
            (short)Math.Round(Math.Clamp(Celsius, -273, 327) * 100), End);
    }
}
