using System.Text.Json;
using Sdl.Core.Cells;
using Sdl.Core.Protocols;

namespace Sdl.Store.CellFormats;

/// <summary>Reads the steps of aurora-unicycler JSON.</summary>
internal static class UnicyclerSteps
{
    private const string Kinds = "open_circuit_voltage, constant_current, constant_voltage, impedance_spectroscopy, "
        + "voltage_scan, tag, loop";

    public static void Read(JsonFields fields, LoopTree tree, List<Finding> warnings)
    {
        var kind = fields.Text("step");
        var name = fields.Text("id");
        if (kind == "loop")
            Loop(fields, name, tree);
        else if (Step(fields, kind, warnings) is { } step)
            tree.Add(step with { Name = name, At = fields.At });
        else
            tree.Skip();
        if (kind is not null && Kinds.Split(", ").Contains(kind))
            fields.RefuseUnread($"a {kind} step");
    }

    private static CellStep? Step(JsonFields fields, string? kind, List<Finding> warnings)
    {
        switch (kind)
        {
            case "open_circuit_voltage":
                return new CellStep.Rest { Ends = [CellEnd.AfterTime(Positive(fields, "until_time_s"))] };
            case "constant_current":
                return Current(fields, warnings);
            case "constant_voltage":
                return Voltage(fields, warnings);
            case "impedance_spectroscopy":
                return Spectrum(fields);
            case "voltage_scan":
                return new CellStep.VoltageScan(
                    fields.Needed("start_voltage_V"), fields.Needed("end_voltage_V"),
                    Positive(fields, "scan_rate_mV_per_s", -3));
            case "tag":
                var text = fields.Text("tag");
                if (text is null)
                    fields.Add(fields.At, "a tag should not be empty");
                return new CellStep.Tag(text ?? "");
            default:
                fields.Add(fields.MarkOf("step"), kind is null
                    ? $"'step' is missing; it is one of {Kinds}" : $"'{kind}' is no step; there are {Kinds}");
                return null;
        }
    }

    private static CellStep.ConstantCurrent Current(JsonFields fields, List<Finding> warnings)
    {
        var current = Amount(fields, "rate_C", "current_mA", warnings);
        if (current is null)
            fields.Add(fields.At, "either rate_C or current_mA should be other than zero");
        var ends = new List<CellEnd>();
        if (fields.Number("until_time_s") is { } time and not 0)
            ends.Add(CellEnd.AfterTime(time));
        if (fields.Number("until_voltage_V") is { } voltage)
        {
            ends.Add(current?.Value > 0 ? CellEnd.VoltageAbove(voltage) : CellEnd.VoltageBelow(voltage));
            if (voltage == 0)
                warnings.Add(new Finding(fields.MarkOf("until_voltage_V"),
                    "an end at 0 V is taken for one here; unicycler itself reads it as none"));
        }
        if (ends.Count == 0)
            fields.Add(fields.At, "either until_time_s or until_voltage_V should be given");
        return new CellStep.ConstantCurrent(current ?? CellCurrent.Amperes(1)) { Ends = ends };
    }

    private static CellStep.ConstantVoltage Voltage(JsonFields fields, List<Finding> warnings)
    {
        var voltage = fields.Needed("voltage_V");
        var ends = new List<CellEnd>();
        if (fields.Number("until_time_s") is { } time and not 0)
            ends.Add(CellEnd.AfterTime(time));
        var current = Amount(fields, "until_rate_C", "until_current_mA", warnings);
        if (current is { } until)
            ends.Add(CellEnd.CurrentBelow(until with { Value = Math.Abs(until.Value) }));
        if (ends.Count == 0)
            fields.Add(fields.At,
                "one of until_time_s, until_rate_C and until_current_mA should be other than zero");
        return new CellStep.ConstantVoltage(voltage) { Ends = ends, Discharges = current?.Value < 0 };
    }

    private static CellStep.Impedance Spectrum(JsonFields fields)
    {
        var (volts, amperes) = (fields.Number("amplitude_V"), fields.Number("amplitude_mA", -3));
        var isGalvanostatic = volts is null or 0;
        if (isGalvanostatic == (amperes is null or 0))
            fields.Add(fields.At, "either amplitude_V or amplitude_mA should be given");
        var step = new CellStep.Impedance(
            isGalvanostatic, (isGalvanostatic ? amperes : volts) ?? 1, null,
            fields.Needed("start_frequency_Hz"), fields.Needed("end_frequency_Hz"),
            fields.Whole("points_per_decade") ?? 10, fields.Whole("measures_per_point") ?? 1,
            fields.Flag("drift_correction"));
        if (step.StartFrequency is < 1e-5 or > 1e7 || step.EndFrequency is < 1e-5 or > 1e7)
            fields.Add(fields.At, "frequencies are from 1E-5 Hz to 1E7 Hz");
        if (step.PointsPerDecade < 1 || step.Measures < 1)
            fields.Add(fields.At, "points_per_decade and measures_per_point are at least 1");
        return step;
    }

    private static void Loop(JsonFields fields, string? name, LoopTree tree)
    {
        var to = fields.Text("loop_to") ?? "1";
        var isNumber = fields.Find("loop_to") is null or { Type: JsonTokenType.Number };
        var cycles = fields.Whole("cycle_count");
        if (cycles is null or < 1)
            fields.Add(fields.MarkOf("cycle_count"), "cycle_count should be a whole number above zero");
        tree.Loop(new CellStep.Loop(cycles ?? 1, []) { Name = name, At = fields.At }, to, isNumber);
    }

    // The rate wins where both are given, and a zero is none.
    private static CellCurrent? Amount(JsonFields fields, string rate, string absolute, List<Finding> warnings)
    {
        var (c, amperes) = (fields.Rate(rate), fields.Number(absolute, -3));
        if (c is not (null or 0) && amperes is not (null or 0))
            warnings.Add(new Finding(fields.MarkOf(absolute), $"left out: {absolute}, because {rate} is given too"));
        return c is { } given and not 0 ? CellCurrent.Rate(given)
            : amperes is { } value and not 0 ? CellCurrent.Amperes(value)
            : null;
    }

    private static double Positive(JsonFields fields, string name, int places = 0)
    {
        var value = fields.Needed(name, places);
        if (!(value > 0))
            fields.Add(fields.MarkOf(name), $"{name} should be above zero");
        return value;
    }
}
