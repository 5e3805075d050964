using Sdl.Core.Cells;

namespace Sdl.Simulators.Physics.Cells;

/// <summary>One step of a protocol on a simulated cell: short steps of time after each change, then longer ones; every
/// end is met to a millisecond.</summary>
internal sealed class StepRun(CellUnderTest cell, StepLimits limits, RecordConditions record, double longest)
{
    private const double First = 0.05, Growth = 1.5, Finest = 1e-3;

    // Nothing lasts longer: a step that does has an end that is never reached. About three years, s.
    private const double Longest = 1e8;

    private double _energy, _nextRecord;
    private double? _brokenSince;
    private CellPoint _latest, _recorded;

    /// <summary>s since the step began.</summary>
    public double Time { get; private set; }

    /// <summary>Ah since the step began.</summary>
    public double Charge { get; private set; }

    public StepEnd End { get; private set; }
    public CellPoint Latest => _latest;

    /// <summary>Which limit was passed; null when none was.</summary>
    public string? Broken { get; private set; }

    private double Celsius => cell.Temperature - 273.15;

    /// <param name="load">What is held at a time since the step began.</param>
    /// <param name="currentLimit">A in either direction, while a voltage is being reached.</param>
    /// <param name="most">s after which it ends by itself.</param>
    /// <param name="each">Is told of each point to record.</param>
    public void Run(
        Func<double, Load> load, double currentLimit, double most, Action<StepRun, double> each, CancellationToken ct)
    {
        most = Math.Min(most, limits.MostTime);
        _latest = Limited(load(0), currentLimit, cell.At);
        End = limits.Reached(_latest, 0, Celsius) is not StepEnd.None and var reason ? reason
            : most <= 0 ? StepEnd.Time : StepEnd.None;
        Judge();
        Record(each);
        for (var seconds = First; End == StepEnd.None && Broken is null; seconds = Math.Min(seconds * Growth, longest))
        {
            ct.ThrowIfCancellationRequested();
            if (Time >= Longest)
                Broken = "it does not end: none of its ends is reached in three years of cell time";
            else
                Step(load, currentLimit, most, seconds);
            Record(each);
        }
    }

    private void Step(Func<double, Load> load, double currentLimit, double most, double seconds)
    {
        seconds = Math.Min(seconds, most - Time);
        if (_brokenSince is { } since)
            seconds = Math.Min(seconds, Math.Max(Finest, since + limits.Delay - Time));
        else if (record.Time is { } && _nextRecord > Time + Finest)
            seconds = Math.Min(seconds, _nextRecord - Time);
        var from = Time;
        CellPoint At(double s) => Limited(load(from + s), currentLimit, l => cell.After(s, l));
        bool IsEvent(double s)
        {
            var point = At(s);
            var charge = Charge + point.Current * s / 3600;
            return limits.Reached(point, charge, Celsius) != StepEnd.None
                || _brokenSince is null && limits.Broken(point, charge, Celsius) is not null;
        }

        if (IsEvent(seconds))
            seconds = FirstOf(IsEvent, seconds);
        var next = cell.Advance(seconds, Load.Current(At(seconds).Current));
        var slope = Math.Abs(next.Voltage - _latest.Voltage) / seconds;
        Charge += next.Current * seconds / 3600;
        _energy += next.Current * seconds / 3600 * 0.5 * (_latest.Voltage + next.Voltage);
        (Time, _latest) = (Time + seconds, next);
        End = limits.Reached(next, Charge, Celsius) is not StepEnd.None and var reason ? reason
            : Time >= most - 1e-9 ? StepEnd.Time
            : slope <= limits.Slope ? StepEnd.Slope : StepEnd.None;
        Judge();
    }

    private static double FirstOf(Func<double, bool> isEvent, double seconds)
    {
        var (low, high) = (0.0, seconds);
        while (high - low > Finest)
            if (0.5 * (low + high) is var middle && isEvent(middle))
                high = middle;
            else
                low = middle;
        return high;
    }

    private static CellPoint Limited(Load load, double limit, Func<Load, CellPoint> solve)
    {
        var point = solve(load);
        return load.Kind == LoadKind.Voltage && Math.Abs(point.Current) > limit
            ? solve(Load.Current(Math.CopySign(limit, point.Current))) : point;
    }

    private void Judge()
    {
        var broken = limits.Broken(_latest, Charge, Celsius);
        if (broken is null)
            _brokenSince = null;
        else if (Time - (_brokenSince ??= Time) >= limits.Delay)
            Broken = broken;
    }

    private void Record(Action<StepRun, double> each)
    {
        if (Time > 0 && End == StepEnd.None && Broken is null && Time < _nextRecord - 1e-9
            && !(Math.Abs(_latest.Voltage - _recorded.Voltage) >= record.Voltage)
            && !(Math.Abs(_latest.Current - _recorded.Current) >= record.Current))
            return;
        _recorded = _latest;
        _nextRecord = Time + (record.Time ?? double.PositiveInfinity);
        each(this, _energy);
    }
}
