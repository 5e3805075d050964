using System.Globalization;
using Sdl.Core.Cells;

namespace Sdl.Store.CellFormats;

/// <summary>Writes the steps of a cell protocol as YAML.</summary>
internal static class CellStepYaml
{
    public static void Write(IReadOnlyList<CellStep> steps, string margin, Action<string> line)
    {
        foreach (var step in steps)
            Write(step, margin, line);
    }

    private static void Write(CellStep step, string margin, Action<string> line)
    {
        var parts = Own(step);
        if (step.Name is { } name)
            parts.Add($"name: {CellYaml.Quoted(name)}");
        if (step.Record is { } record)
            parts.Add($"record: {CellYaml.Record(record)}");
        var ends = Ends(step);
        if (ends.Count > 0)
            parts.Add($"until: {{{string.Join(", ", ends)}}}");
        if (step is CellStep.Loop { Until.Count: > 0 } until)
            parts.Add($"until: [{string.Join(", ", until.Until.Select(CellYaml.Condition))}]");
        line($"{margin}- {parts[0]}");
        foreach (var part in parts.Skip(1))
            line($"{margin}  {part}");
        Below(step, margin, line);
    }

    private static void Below(CellStep step, string margin, Action<string> line)
    {
        void List(string key, IReadOnlyList<CellStep> steps)
        {
            if (steps.Count == 0)
                return;
            line($"{margin}  {key}:");
            Write(steps, margin + "    ", line);
        }
        switch (step)
        {
            case CellStep.Loop loop:
                List("steps", loop.Steps);
                break;
            case CellStep.When branch:
                List("then", branch.Then);
                List("else", branch.Else);
                break;
            case CellStep.PulseTrain train:
                line($"{margin}  each:");
                foreach (var pulse in train.Pulses)
                    line($"{margin}    - {Pulse(pulse)}");
                if (train.Advance is { } a)
                    line($"{margin}  advance: {{current: {CellYaml.Current(a.Current)}, "
                        + $"by: {CellYaml.Charge(a.Charge)}, rest: {CellYaml.Number(a.Rest, "s")}}}");
                break;
        }
    }

    private static List<string> Own(CellStep step)
    {
        List<string> parts = [];
        void Add(string key, string? value) => CellYaml.Add(parts, key, value);
        switch (step)
        {
            case CellStep.Rest:
                Add("rest", CellYaml.Number(step.Ends.First(e => e.Quantity == CellQuantity.Time).Value, "s"));
                break;
            case CellStep.ConstantCurrent s:
                Add(Verb(s.Current), CellYaml.Current(Size(s.Current)));
                break;
            case CellStep.ConstantCurrentConstantVoltage s:
                Add(Verb(s.Current), CellYaml.Current(Size(s.Current)));
                Add("to", CellYaml.Number(s.Voltage, "V"));
                break;
            case CellStep.ConstantVoltage s:
                Add("hold", CellYaml.Number(s.Voltage, "V"));
                Add("limit", CellYaml.Current(s.CurrentLimit));
                Add("discharges", s.Discharges ? "true" : null);
                break;
            case CellStep.ConstantPower s:
                Add("power", CellYaml.Number(s.Power, "W"));
                break;
            case CellStep.ConstantResistance s:
                Add("resistance", CellYaml.Number(s.Resistance, "Ohm"));
                break;
            case CellStep.Impedance s:
                Add("impedance", CellYaml.Number(s.Amplitude, s.IsGalvanostatic ? "A" : "V"));
                Add("bias", CellYaml.Number(s.Bias, s.IsGalvanostatic ? "A" : "V"));
                Add("from", CellYaml.Number(s.StartFrequency, "Hz"));
                Add("to", CellYaml.Number(s.EndFrequency, "Hz"));
                Add("points_per_decade", Whole(s.PointsPerDecade));
                Add("measures", Whole(s.Measures));
                Add("drift_correction", s.DriftCorrection ? "true" : null);
                break;
            case CellStep.VoltageScan s:
                Add("scan", CellYaml.Number(s.Start, "V"));
                Add("to", CellYaml.Number(s.End, "V"));
                Add("rate", CellYaml.Number(s.ScanRate, "V/s"));
                Add("sweeps", s.Sweeps == 1 ? null : Whole(s.Sweeps));
                break;
            case CellStep.PulseTrain s:
                Add("pulses", Whole(s.Count));
                break;
            case CellStep.Temperature s:
                Add("temperature", CellYaml.Number(s.Celsius, "degC"));
                Add("stay", CellYaml.Number(s.Hold, "s"));
                Add("band", CellYaml.Number(s.Band, "K"));
                break;
            case CellStep.Tag s:
                Add("tag", CellYaml.Quoted(s.Text));
                break;
            case CellStep.StateOfCharge s:
                Add("soc", DecimalText.Of(s.Part, 2) + " %");
                break;
            case CellStep.Loop s:
                Add("loop", Whole(s.Cycles));
                break;
            case CellStep.When s:
                Add("when", CellYaml.Condition(s.Condition));
                break;
        }
        return parts;
    }

    private static List<string> Ends(CellStep step)
    {
        List<string> ends = [];
        foreach (var end in step.Ends.Where(e => step is not CellStep.Rest || e.Quantity != CellQuantity.Time))
        {
            var way = end.Above ? "above" : "below";
            var (key, value) = end.Quantity switch
            {
                CellQuantity.Time => ("time", CellYaml.Number(end.Value, "s")),
                CellQuantity.Voltage => ($"voltage_{way}", CellYaml.Number(end.Value, "V")),
                CellQuantity.Current => ("current", CellYaml.Current(new CellCurrent(end.Value, end.IsRelative))),
                CellQuantity.Charge => ("charge", CellYaml.Charge(new CellCharge(end.Value, end.IsRelative))),
                CellQuantity.StateOfCharge => ("soc", DecimalText.Of(end.Value, 2) + " %"),
                CellQuantity.Slope => ("slope", CellYaml.Number(end.Value, "V/s")),
                _ => ($"temperature_{way}", CellYaml.Number(end.Value, "degC")),
            };
            CellYaml.Add(ends, key, value);
        }
        return ends;
    }

    private static string Pulse(CellPulse pulse)
    {
        List<string> parts = [];
        CellYaml.Add(parts, Verb(pulse.Current), CellYaml.Current(Size(pulse.Current)));
        CellYaml.Add(parts, "time", CellYaml.Number(pulse.Time, "s"));
        CellYaml.Add(parts, "rest", CellYaml.Number(pulse.Rest, "s"));
        CellYaml.Add(parts, "rest_slope", CellYaml.Number(pulse.RestSlope, "V/s"));
        return $"{{{string.Join(", ", parts)}}}";
    }

    private static string Verb(CellCurrent current) => current.Value switch
    {
        > 0 => "charge",
        < 0 => "discharge",
        _ => "current",
    };

    private static CellCurrent Size(CellCurrent current) => current with { Value = Math.Abs(current.Value) };

    private static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);
}
