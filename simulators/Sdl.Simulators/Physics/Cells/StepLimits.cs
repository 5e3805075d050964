using System.Globalization;
using Sdl.Core.Cells;

namespace Sdl.Simulators.Physics.Cells;

/// <summary>The ends of one step and the safety limits of its protocol, in A, Ah and V for one cell.</summary>
internal sealed class StepLimits
{
    private const double Rounding = 1e-12;

    private readonly List<Func<CellPoint, double, double, StepEnd>> _ends = [];
    private readonly CellSafety _safety;
    private readonly double? _capacity;

    /// <param name="capacity">Ah.</param>
    /// <param name="stateOfCharge">When the step begins; null when nobody has said.</param>
    /// <exception cref="CellProtocolException">An end needs what is not known.</exception>
    public StepLimits(CellStep step, CellSafety safety, double? capacity, double? stateOfCharge)
    {
        (_safety, _capacity) = (safety, capacity);
        foreach (var end in step.Ends)
            Add(end, stateOfCharge);
    }

    /// <summary>s after which the step ends.</summary>
    public double MostTime { get; private set; } = double.PositiveInfinity;

    /// <summary>V/s; null when it does not end by a slope.</summary>
    public double? Slope { get; private set; }

    /// <summary>s that a safety limit may be passed.</summary>
    public double Delay => _safety.Delay ?? 0;

    /// <summary>The end that is reached, time and slope apart.</summary>
    /// <param name="charge">Ah since the step began.</param>
    public StepEnd Reached(CellPoint point, double charge, double celsius)
    {
        foreach (var end in _ends)
            if (end(point, charge, celsius) is not StepEnd.None and var reason)
                return reason;
        return StepEnd.None;
    }

    /// <summary>The safety limit that is passed, in words; null when none is.</summary>
    public string? Broken(CellPoint point, double charge, double celsius)
    {
        var s = _safety;
        return point.Voltage > s.MaxVoltage ? Text("max_voltage", s.MaxVoltage, point.Voltage, "V")
            : point.Voltage < s.MinVoltage ? Text("min_voltage", s.MinVoltage, point.Voltage, "V")
            : point.Current > s.MaxCurrent?.In(_capacity) + Rounding
                ? Text("max_current", s.MaxCurrent?.In(_capacity), point.Current, "A")
            : point.Current < s.MinCurrent?.In(_capacity) - Rounding
                ? Text("min_current", s.MinCurrent?.In(_capacity), point.Current, "A")
            : Math.Abs(charge) > s.MaxCharge?.In(_capacity)
                ? Text("max_charge", s.MaxCharge?.In(_capacity), Math.Abs(charge), "Ah")
            : celsius > s.MaxTemperature ? Text("max_temperature", s.MaxTemperature, celsius, "degC")
            : celsius < s.MinTemperature ? Text("min_temperature", s.MinTemperature, celsius, "degC")
            : null;
    }

    private static string Text(string name, double? limit, double value, string unit) => string.Create(
        CultureInfo.InvariantCulture,
        $"the safety limit {name} of {limit:0.######} {unit} is passed: {value:0.######} {unit}");

    private void Add(CellEnd end, double? stateOfCharge)
    {
        var value = end.Value;
        switch (end.Quantity)
        {
            case CellQuantity.Time:
                MostTime = Math.Min(MostTime, value);
                break;
            case CellQuantity.Slope:
                Slope = Math.Max(Slope ?? 0, value);
                break;
            case CellQuantity.Voltage:
                _ends.Add((p, _, _) => (end.Above ? p.Voltage >= value : p.Voltage <= value)
                    ? StepEnd.Voltage : StepEnd.None);
                break;
            case CellQuantity.Current:
                var current = Math.Abs(new CellCurrent(value, end.IsRelative).In(_capacity));
                _ends.Add((p, _, _) => Math.Abs(p.Current) <= current ? StepEnd.Current : StepEnd.None);
                break;
            case CellQuantity.Charge:
                var most = Math.Abs(new CellCharge(value, end.IsRelative).In(_capacity));
                _ends.Add((_, q, _) => Math.Abs(q) >= most ? StepEnd.Charge : StepEnd.None);
                break;
            case CellQuantity.StateOfCharge:
                var way = CellCharge.Fraction(value - (stateOfCharge ?? throw new CellProtocolException(
                    "the state of charge is not known here: say 'soc: 100 %' after the charge that fills the cell")))
                    .In(_capacity);
                _ends.Add((_, q, _) => (end.Above ? q >= way : q <= way) ? StepEnd.Charge : StepEnd.None);
                break;
            case CellQuantity.Temperature:
                _ends.Add((_, _, t) => (end.Above ? t >= value : t <= value) ? StepEnd.Temperature : StepEnd.None);
                break;
            default:
                throw new CellProtocolException($"a step cannot end by {end.Quantity}");
        }
    }
}
