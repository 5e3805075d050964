using Sdl.Core.Cells;

namespace Sdl.Drivers.Cyclers;

/// <summary>What a supply is set to.</summary>
/// <param name="Voltage">V; towards it the current flows in or out.</param>
/// <param name="Source">A at the most while charging.</param>
/// <param name="Sink">A at the most while discharging.</param>
/// <param name="Power">W at the most in either direction; null for all it has.</param>
internal readonly record struct PsbSetting(double Voltage, double Source, double Sink, double? Power = null);

/// <summary>A step that is controlled from here: what the supply is set to at each moment, what has been counted, and
/// when it ends.</summary>
internal sealed class PsbStep(TechniqueStep step, CellLimits limits)
{
    // Shorter is noise, longer misses an end.
    private const double SlopeWindow = 10;

    private double _time = double.NaN, _voltage, _current, _slope = double.NaN;
    private double _windowTime, _windowVoltage, _rowTime = double.NaN, _rowVoltage, _rowCurrent;

    /// <summary>Ah since the step began.</summary>
    public double Charge { get; private set; }

    /// <summary>Wh since then.</summary>
    public double Energy { get; private set; }

    /// <summary>Why it has ended.</summary>
    public StepEnd End { get; private set; }

    public bool IsRest => step.Technique == CellTechniques.Rest;

    /// <summary>What the supply is to be set to; the same again means that nothing need be written.</summary>
    /// <param name="seconds">Since the step began.</param>
    /// <param name="voltage">V at the terminals just now.</param>
    public PsbSetting SettingAt(double seconds, double voltage)
    {
        var (most, target) = (limits.MaxCurrent, step.Target);
        return step.Technique switch
        {
            CellTechniques.ConstantCurrent => target >= 0
                ? new PsbSetting(limits.MaxVoltage, target, 0)
                : new PsbSetting(limits.MinVoltage, 0, -target),
            CellTechniques.ConstantVoltage when !double.IsNaN(step.Second) =>
                new PsbSetting(target, step.Second, step.Second),
            CellTechniques.ConstantVoltage => new PsbSetting(target, most, most),
            CellTechniques.ConstantPower => target >= 0
                ? new PsbSetting(limits.MaxVoltage, most, 0, target)
                : new PsbSetting(limits.MinVoltage, 0, most, -target),
            CellTechniques.ConstantResistance =>
                new PsbSetting(limits.MinVoltage, 0, Math.Min(voltage / target, most)),
            _ => new PsbSetting(Swept(seconds), most, most),
        };
    }

    /// <summary>Takes in what was measured.</summary>
    /// <returns>Whether a row is due.</returns>
    public bool See(double seconds, double voltage, double current)
    {
        if (double.IsNaN(_time))
            _windowVoltage = voltage;
        else
        {
            var hours = (seconds - _time) / 3600;
            Charge += (current + _current) / 2 * hours;
            Energy += (current * voltage + _current * _voltage) / 2 * hours;
        }
        (_time, _voltage, _current) = (seconds, voltage, current);
        if (seconds - _windowTime >= SlopeWindow)
        {
            _slope = Math.Abs(voltage - _windowVoltage) / (seconds - _windowTime);
            (_windowTime, _windowVoltage) = (seconds, voltage);
        }
        End = Reached();
        var isDue = End != StepEnd.None || double.IsNaN(_rowTime) || seconds - _rowTime >= step.RecordTime - 1e-3
            || Math.Abs(voltage - _rowVoltage) >= step.RecordVoltage
            || Math.Abs(current - _rowCurrent) >= step.RecordCurrent;
        if (isDue)
            (_rowTime, _rowVoltage, _rowCurrent) = (seconds, voltage, current);
        return isDue;
    }

    private StepEnd Reached() =>
        _voltage >= step.UntilAbove || _voltage <= step.UntilBelow ? StepEnd.Voltage
        : Math.Abs(_current) <= step.UntilCurrent && _time > 0 ? StepEnd.Current
        : Math.Abs(Charge) >= step.UntilCharge ? StepEnd.Charge
        : _slope <= step.UntilSlope ? StepEnd.Slope
        : _time >= step.Longest - 1e-3 ? StepEnd.Time
        : StepEnd.None;

    private double Swept(double seconds)
    {
        var part = Math.Min(seconds * step.Rate / Math.Max(Math.Abs(step.Second - step.Target), 1e-9), step.Sweeps);
        var sweep = Math.Floor(part);
        var within = sweep % 2 == 0 ? part - sweep : 1 - (part - sweep);
        return step.Target + (step.Second - step.Target) * within;
    }
}
