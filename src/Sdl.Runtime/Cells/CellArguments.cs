using Sdl.Core.Cells;
using Sdl.Core.Protocols;
using Sdl.Runtime.Reading;

namespace Sdl.Runtime.Cells;

/// <summary>The capability that a step of a cell protocol uses, and its arguments.</summary>
internal sealed class CellArguments(CellProtocol protocol, CellTestTarget target)
{
    /// <summary>The nominal capacity as an expression.</summary>
    public string Capacity => target.Capacity is { } text ? $"({text})" : Spelt(protocol.Sample.Capacity ?? 0, "Ah");

    public (string Capability, IReadOnlyDictionary<string, Scalar> Arguments) Of(
        CellStep step, ChargeCount charge, Findings findings)
    {
        var arguments = new Dictionary<string, string>();
        var capability = Own(step, arguments);
        if (step is not CellStep.Impedance)
        {
            foreach (var end in step.Ends)
                if (!arguments.TryAdd(Input(end), End(step, end, charge, findings)))
                    findings.Add(step.At, $"two ends are of one kind ({Input(end)}); keep the nearer");
            AddRecord((step.Record ?? new RecordConditions(null)).Over(protocol.Record), arguments);
            AddSafety(arguments);
        }
        return (capability, arguments.ToDictionary(a => a.Key, a => new Scalar(a.Value, step.At)));
    }

    public string Value(CellCondition condition) => condition.Quantity switch
    {
        CellQuantity.Time => Spelt(condition.Value, "s"),
        CellQuantity.Voltage => Spelt(condition.Value, "V"),
        CellQuantity.Current => Current(new CellCurrent(condition.Value, condition.IsRelative)),
        CellQuantity.Charge => Charge(new CellCharge(condition.Value, condition.IsRelative)),
        CellQuantity.Temperature => Spelt(condition.Value, "degC"),
        _ => DecimalText.Of(condition.Value),
    };

    private string Own(CellStep step, Dictionary<string, string> arguments)
    {
        switch (step)
        {
            case CellStep.Rest:
                return CellTechniques.Rest;
            case CellStep.ConstantCurrent s:
                arguments["current"] = Current(s.Current);
                return CellTechniques.ConstantCurrent;
            case CellStep.ConstantVoltage s:
                arguments["voltage"] = Spelt(s.Voltage, "V");
                if (s.CurrentLimit is { } limit)
                    arguments["current_limit"] = Size(limit);
                return CellTechniques.ConstantVoltage;
            case CellStep.ConstantCurrentConstantVoltage s:
                arguments["voltage"] = Spelt(s.Voltage, "V");
                arguments["current_limit"] = Size(s.Current);
                return CellTechniques.ConstantVoltage;
            case CellStep.ConstantPower s:
                arguments["power"] = Spelt(s.Power, "W");
                return CellTechniques.ConstantPower;
            case CellStep.ConstantResistance s:
                arguments["resistance"] = Spelt(s.Resistance, "Ohm");
                return CellTechniques.ConstantResistance;
            case CellStep.VoltageScan s:
                arguments["start_voltage"] = Spelt(s.Start, "V");
                arguments["end_voltage"] = Spelt(s.End, "V");
                arguments["scan_rate"] = Spelt(s.ScanRate, "V/s");
                arguments["sweeps"] = DecimalText.Of(s.Sweeps);
                return CellTechniques.VoltageScan;
            case CellStep.Impedance s:
                return Spectrum(s, arguments);
            default:
                throw new NotSupportedException($"there is no technique for {step.GetType().Name}");
        }
    }

    private static string Spectrum(CellStep.Impedance step, Dictionary<string, string> arguments)
    {
        var unit = step.IsGalvanostatic ? "A" : "V";
        arguments["amplitude"] = Spelt(step.Amplitude, unit);
        if (step.Bias is { } bias)
            arguments["bias"] = Spelt(bias, unit);
        arguments["start_frequency"] = Spelt(step.StartFrequency, "Hz");
        arguments["end_frequency"] = Spelt(step.EndFrequency, "Hz");
        arguments["points_per_decade"] = DecimalText.Of(step.PointsPerDecade);
        arguments["measures"] = DecimalText.Of(step.Measures);
        return step.IsGalvanostatic ? CellTechniques.GalvanostaticImpedance : CellTechniques.PotentiostaticImpedance;
    }

    private static string Input(CellEnd end) => end.Quantity switch
    {
        CellQuantity.Time => "until_time",
        CellQuantity.Voltage => end.Above ? "until_voltage_above" : "until_voltage_below",
        CellQuantity.Current => "until_current_below",
        CellQuantity.Slope => "until_slope_below",
        CellQuantity.Temperature => end.Above ? "until_temperature_above" : "until_temperature_below",
        _ => "until_charge",
    };

    private string End(CellStep step, CellEnd end, ChargeCount charge, Findings findings)
    {
        if (end.Quantity != CellQuantity.StateOfCharge)
            return end.Quantity switch
            {
                CellQuantity.Time => Spelt(end.Value, "s"),
                CellQuantity.Voltage => Spelt(end.Value, "V"),
                CellQuantity.Current => Current(new CellCurrent(end.Value, end.IsRelative)),
                CellQuantity.Slope => Spelt(end.Value, "V/s"),
                CellQuantity.Temperature => Spelt(end.Value, "degC"),
                _ => Charge(new CellCharge(end.Value, end.IsRelative)),
            };
        if (charge.Until(end) is { } text)
            return text;
        findings.Add(step.At, "the state of charge is not known here: say 'soc: 100 %' after the charge that fills the "
            + "cell; a loop that passes charge forgets what was said before it");
        return "0 Ah";
    }

    private static void AddRecord(RecordConditions record, Dictionary<string, string> arguments)
    {
        if (record.Time is { } time)
            arguments["record_time"] = Spelt(time, "s");
        if (record.Voltage is { } voltage)
            arguments["record_voltage"] = Spelt(voltage, "V");
        if (record.Current is { } current)
            arguments["record_current"] = Spelt(current, "A");
    }

    private void AddSafety(Dictionary<string, string> arguments)
    {
        void Add(string name, double? value, string unit)
        {
            if (value is { } given)
                arguments[name] = Spelt(given, unit);
        }
        var safety = protocol.Safety;
        Add("max_voltage", safety.MaxVoltage, "V");
        Add("min_voltage", safety.MinVoltage, "V");
        if (safety.MaxCurrent is { } most)
            arguments["max_current"] = Current(most);
        if (safety.MinCurrent is { } least)
            arguments["min_current"] = Current(least);
        if (safety.MaxCharge is { } charge)
            arguments["max_charge"] = Charge(charge);
        Add("max_temperature", safety.MaxTemperature, "degC");
        Add("min_temperature", safety.MinTemperature, "degC");
        Add("safety_delay", safety.Delay, "s");
    }

    private string Size(CellCurrent current) => Current(current with { Value = Math.Abs(current.Value) });

    private string Current(CellCurrent current) =>
        !current.IsRate ? Spelt(current.Value, "A")
        : target.Capacity is null ? Spelt(current.In(protocol.Sample.Capacity ?? 0), "A")
        : $"{DecimalText.Of(current.Value)} * {Capacity} / 1 h";

    private string Charge(CellCharge charge) =>
        !charge.IsFraction ? Spelt(charge.Value, "Ah")
        : target.Capacity is null ? Spelt(charge.In(protocol.Sample.Capacity ?? 0), "Ah")
        : $"{DecimalText.Of(charge.Value)} * {Capacity}";

    private static string Spelt(double value, string unit) => $"{DecimalText.Of(value)} {unit}";
}
