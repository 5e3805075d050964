using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Drivers.Cyclers;

namespace Sdl.Drivers.Potentiostats;

/// <summary>A step of a cell test on an instrument that knows neither its ends nor its safety limits: they are watched
/// here, point by point, and so is what has passed through the cell.</summary>
/// <param name="slack">s by which the last point may come before the time of the step is over.</param>
internal sealed class CellCourse(TechniqueStep step, double slack = 1e-6)
{
    // A slope over less would be that of the noise.
    private const double SlopeTime = 10;

    private readonly SafetyWatch _watch = step.Watch();
    private readonly Queue<(double Time, double Voltage)> _past = new();
    private (double Time, double Voltage, double Current)? _last, _recorded;
    private double _charge, _energy;

    /// <summary>A technique as a plain potentiostat can do it: it cannot hold a current back while a voltage is being
    /// reached, and does not remember what a cell has been through.</summary>
    public static Capability Of(Capability technique) => technique with
    {
        Inputs = [.. technique.Inputs.Where(i => i.Name != "current_limit")],
        Replay = Replay.Never,
    };

    /// <summary>Why it has ended; <see cref="StepEnd.None"/> while it lasts.</summary>
    public StepEnd End { get; private set; }

    /// <summary>s of the latest point; NaN before the first.</summary>
    public double Time => _last?.Time ?? double.NaN;

    /// <summary>Takes the next point.</summary>
    /// <param name="seconds">Since the step began.</param>
    /// <param name="told">Why the device says that it has ended the step, which it sees more finely.</param>
    /// <returns>A row of <see cref="CellTechniques.Columns"/>, or null when the point need not be recorded.</returns>
    /// <exception cref="InstrumentException">A safety limit has been passed for too
    /// long.</exception>
    public double[]? Take(double seconds, double voltage, double current, StepEnd told = StepEnd.None)
    {
        if (_last is { } last)
        {
            var mean = (last.Current + current) / 2;
            _charge += mean * (seconds - last.Time) / 3600;
            _energy += mean * (last.Voltage + voltage) / 2 * (seconds - last.Time) / 3600;
        }
        _last = (seconds, voltage, current);
        _past.Enqueue((seconds, voltage));
        _watch.Check(seconds, voltage, current, _charge, double.NaN);
        End = WhyEnded(seconds, voltage, current) is not StepEnd.None and var why ? why : told;
        while (_past.TryPeek(out var oldest) && seconds - oldest.Time > SlopeTime)
            _past.Dequeue();
        if (End == StepEnd.None && _recorded is { } r && seconds - r.Time < step.RecordTime - 1e-9
            && !(Math.Abs(voltage - r.Voltage) >= step.RecordVoltage)
            && !(Math.Abs(current - r.Current) >= step.RecordCurrent))
            return null;
        _recorded = _last;
        return [seconds, voltage, current, _charge, _energy, double.NaN, (double)End];
    }

    // What was left out is NaN, and no comparison with that is true.
    private StepEnd WhyEnded(double seconds, double voltage, double current) =>
        voltage >= step.UntilAbove || voltage <= step.UntilBelow ? StepEnd.Voltage
        : Math.Abs(current) <= step.UntilCurrent ? StepEnd.Current
        : Math.Abs(_charge) >= step.UntilCharge ? StepEnd.Charge
        : IsFlat(seconds, voltage) ? StepEnd.Slope
        : seconds >= step.Longest - slack ? StepEnd.Time
        : StepEnd.None;

    private bool IsFlat(double seconds, double voltage) => _past.Peek() is var (time, was)
        && seconds - time >= SlopeTime - 1e-6 && Math.Abs(voltage - was) / (seconds - time) <= step.UntilSlope;
}
