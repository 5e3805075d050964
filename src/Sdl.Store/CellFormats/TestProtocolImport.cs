using System.Security.Cryptography;
using Sdl.Core.Cells;
using Sdl.Core.Protocols;

namespace Sdl.Store.CellFormats;

/// <summary>Reads the test protocol of BattINFO (schema 0.2.0). Source: reference/battery-formats.md, 3.2. Its
/// impedances and scans are refused: the schema has no place for their frequencies and rates.</summary>
public static class TestProtocolImport
{
    /// <exception cref="FindingsException">It cannot be used; every finding has line and column.</exception>
    public static CellImport Read(byte[] json, string file)
    {
        var findings = new List<Finding>();
        var warnings = new List<Finding>();
        var root = new JsonFields(JsonPlace.Parse(json, file), findings);
        var protocol = new CellProtocol(
            root.Text("name") ?? Path.GetFileNameWithoutExtension(file), root.Text("description") ?? "",
            Sample(root.Object("sample")), TestFields.Record(root),
            TestFields.Safety(root.Object("safety"), hasTemperature: true),
            Steps(root.Items("method"), findings), root.At)
        {
            Kind = root.Text("kind"),
            Digest = Convert.ToHexStringLower(SHA256.HashData(json)),
        };
        if (root.Text("status") is not null)
            warnings.Add(new Finding(root.MarkOf("status"), "left out: the status, which belongs to a run"));
        if (root.Items("artifacts").Count > 0)
            warnings.Add(new Finding(root.MarkOf("artifacts"), "left out: the artifacts"));
        root.RefuseUnread("a test protocol");
        if (findings.Count > 0)
            throw new FindingsException(findings);
        return new CellImport(protocol, warnings);
    }

    private static CellSample Sample(JsonFields? fields)
    {
        if (fields is null)
            return CellSample.Any;
        var sample = new CellSample(fields.Text("name"), fields.Number("capacity_mAh", -3));
        fields.RefuseUnread("'sample'");
        return sample;
    }

    private static List<CellStep> Steps(IReadOnlyList<JsonPlace> items, List<Finding> findings)
    {
        var steps = new List<CellStep>();
        foreach (var item in items)
        {
            var fields = new JsonFields(item, findings);
            foreach (var tag in fields.Items("tags"))
                steps.Add(new CellStep.Tag(tag.Text) { At = tag.At });
            if (fields.Object("temperature") is { } temperature && Value(temperature, "degC") is { } celsius)
                steps.Add(new CellStep.Temperature(celsius) { At = temperature.At });
            var name = fields.Text("id");
            if (Step(fields) is { } step)
                steps.Add(step with { Name = name, At = item.At });
            fields.RefuseUnread("a step");
        }
        return steps;
    }

    private static CellStep? Step(JsonFields fields)
    {
        var (mode, direction) = (fields.Text("mode"), fields.Text("direction"));
        if (mode == "group")
            return new CellStep.Loop(fields.Whole("count") ?? 1, Steps(fields.Items("steps"), fields.Findings));
        var setpoints = fields.Object("setpoints");
        var sign = direction == "discharge" ? -1 : 1;
        CellCurrent? Current() => Setpoint("c_rate", "C") is { } rate ? CellCurrent.Rate(sign * rate)
            : Setpoint("current", "A") is { } amperes ? CellCurrent.Amperes(sign * amperes) : null;
        double? Setpoint(string name, string unit) => setpoints?.Object(name) is { } v ? Value(v, unit) : null;
        CellStep? step = mode switch
        {
            "rest" => new CellStep.Rest(),
            "cc" when Current() is { } current => new CellStep.ConstantCurrent(current),
            "cv" when Setpoint("voltage", "V") is { } volts =>
                new CellStep.ConstantVoltage(volts) { Discharges = direction == "discharge" },
            "cccv" when Current() is { } current && Setpoint("voltage", "V") is { } volts =>
                new CellStep.ConstantCurrentConstantVoltage(current, volts),
            "cp" when Setpoint("power", "W") is { } watts => new CellStep.ConstantPower(sign * watts),
            "cr" when Setpoint("resistance", "Ohm") is { } ohms => new CellStep.ConstantResistance(ohms),
            _ => null,
        };
        if (step is null)
            fields.Add(fields.At, mode is "rest" or "cc" or "cv" or "cccv" or "cp" or "cr"
                ? $"a '{mode}' step wants its set-points" : $"a step of the mode '{mode}' cannot be read");
        setpoints?.RefuseUnread("'setpoints'");
        var ends = new List<CellEnd>();
        if (fields.Object("duration") is { } duration && Value(duration, "s") is { } time)
            ends.Add(CellEnd.AfterTime(time));
        foreach (var item in fields.Items("termination"))
            if (End(new JsonFields(item, fields.Findings)) is { } end)
                ends.Add(end);
        return step is null ? null : step with { Ends = ends };
    }

    private static CellEnd? End(JsonFields fields)
    {
        var above = fields.Text("direction") != "below";
        var quantity = fields.Text("quantity");
        double? Of(string unit) => Value(fields, unit);
        CellEnd? end = quantity switch
        {
            "duration" => Of("s") is { } v ? CellEnd.AfterTime(v) : null,
            "voltage" => Of("V") is { } v ? above ? CellEnd.VoltageAbove(v) : CellEnd.VoltageBelow(v) : null,
            "current" => Of("A") is { } v ? CellEnd.CurrentBelow(CellCurrent.Amperes(Math.Abs(v))) : null,
            "c_rate" => Of("C") is { } v ? CellEnd.CurrentBelow(CellCurrent.Rate(Math.Abs(v))) : null,
            "capacity" => Of("Ah") is { } v ? CellEnd.AfterCharge(CellCharge.AmpereHours(v)) : null,
            _ => null,
        };
        if (end is null)
            fields.Add(fields.At, $"a termination by '{quantity}' cannot be read");
        else if (above && quantity is "current" or "c_rate")
            fields.Add(fields.At, "a current ends a step when it has become small: the direction is 'below'");
        fields.RefuseUnread("a termination");
        return end;
    }

    // A value with its unit: the unit itself, or one of its usual parts.
    private static double? Value(JsonFields fields, string unit)
    {
        var given = fields.Text("unit");
        int? places = given == unit ? 0
            : given == "m" + unit ? -3
            : given == "u" + unit || given == "µ" + unit ? -6
            : null;
        var factor = (unit, given) switch { ("s", "h") => 3600, ("s", "min") => 60, _ => 1 };
        if (places is null && factor == 1)
            fields.Add(fields.MarkOf("unit"), $"the unit '{given}' is not read here; it is given in {unit}");
        var value = fields.Number("value", places ?? 0) * factor;
        if (value is null)
            fields.Add(fields.At, "'value' is missing");
        return value;
    }
}
