using Sdl.Core.Cells;

namespace Sdl.Runtime.Reading;

/// <summary>Reads the steps of a cell protocol.</summary>
internal static class CellStepReader
{
    private static readonly string[] Kinds =
    [
        "rest", "charge", "discharge", "current", "hold", "power", "resistance", "impedance", "scan", "pulses",
        "temperature", "tag", "soc", "loop", "when",
    ];

    public static List<CellStep> Steps(IReadOnlyList<YamlMap> maps) =>
        maps.Select(Step).OfType<CellStep>().ToList();

    private static CellStep? Step(YamlMap map)
    {
        var kinds = Kinds.Where(map.Has).ToList();
        // A loop may carry the tag of its steps.
        if (kinds.Contains("loop"))
            kinds.Remove("tag");
        if (kinds is not [var kind])
        {
            map.Findings.Add(map.At, kinds.Count == 0
                ? $"this step does nothing; it should have one of {string.Join(", ", Kinds)}"
                : $"this step has {string.Join(" and ", kinds)}; it should have one of them");
            return null;
        }
        var name = map.Text("name");
        var step = Build(map, kind);
        if (step?.IsMeasured == true || step is CellStep.PulseTrain)
            step = step with
            {
                Record = map.Map("record") is { } record ? CellProtocolReader.Record(record) : null,
                Ends = [.. step.Ends, .. CellEndsReader.Read(map.Map("until"), Direction(step))],
            };
        // Of a step that is not understood nobody knows what it may have.
        if (step is null)
            return null;
        map.RefuseUnread($"a '{kind}' step");
        return step with { Name = name, At = map.At };
    }

    private static CellStep? Build(YamlMap map, string kind) => kind switch
    {
        "rest" => Rest(map),
        "charge" or "discharge" or "current" => Current(map, kind),
        "hold" when CellValues.Number(map, kind, "V") is { } volts =>
            new CellStep.ConstantVoltage(volts, CellValues.Current(map, "limit"))
            {
                Discharges = Flag(map, "discharges"),
            },
        "power" when CellValues.Number(map, kind, "W") is { } watts => new CellStep.ConstantPower(watts),
        "resistance" when CellValues.Number(map, kind, "Ohm") is { } ohms => new CellStep.ConstantResistance(ohms),
        "impedance" => Impedance(map),
        "scan" => Scan(map),
        "pulses" => Pulses(map),
        "temperature" when CellValues.Number(map, kind, "degC") is { } celsius => new CellStep.Temperature(
            celsius, CellValues.Number(map, "stay", "s") ?? 0, CellValues.Number(map, "band", "K") ?? 1),
        "tag" => new CellStep.Tag(map.Required(kind)),
        "soc" when CellValues.Part(map, kind) is { } part => new CellStep.StateOfCharge(part),
        "loop" => Loop(map),
        "when" => When(map),
        _ => null,
    };

    private static bool? Direction(CellStep step) => step switch
    {
        CellStep.ConstantCurrent { Current.Value: var c } when c != 0 => c > 0,
        CellStep.ConstantCurrentConstantVoltage { Current.Value: var c } when c != 0 => c > 0,
        CellStep.ConstantPower { Power: var p } when p != 0 => p > 0,
        CellStep.ConstantResistance => false,
        CellStep.PulseTrain { Advance.Current.Value: var c } when c != 0 => c > 0,
        CellStep.PulseTrain { Advance: null, Pulses: [{ Current.Value: var c }] } when c != 0 => c > 0,
        _ => null,
    };

    private static CellStep.Rest Rest(YamlMap map)
    {
        var scalar = map.Scalar("rest")!;
        return new CellStep.Rest
        {
            Ends = CellValues.Number(map.Findings, scalar, "rest", "s") is { } time ? [CellEnd.AfterTime(time)] : [],
        };
    }

    private static CellStep? Current(YamlMap map, string kind)
    {
        if (CellValues.Current(map, kind) is not { } current)
            return null;
        if (current.Value < 0 && kind != "current")
            map.Findings.Add(map.MarkOf(kind),
                $"{kind}: '{current}' is negative; 'charge' and 'discharge' say the direction by themselves");
        current = kind == "discharge" ? current with { Value = -current.Value } : current;
        return CellValues.Number(map, "to", "V") is { } volts
            ? new CellStep.ConstantCurrentConstantVoltage(current, volts)
            : new CellStep.ConstantCurrent(current);
    }

    private static CellStep? Impedance(YamlMap map)
    {
        var scalar = map.Scalar("impedance")!;
        var isCurrent = scalar.Text.TrimEnd().EndsWith('A');
        var unit = isCurrent ? "A" : "V";
        var amplitude = CellValues.Number(map.Findings, scalar, "impedance", unit);
        var bias = CellValues.Number(map, "bias", unit);
        var (from, to) = (Needed(map, "from", "Hz"), Needed(map, "to", "Hz"));
        var (points, measures) = (map.Integer("points_per_decade"), map.Integer("measures"));
        var isOn = Flag(map, "drift_correction");
        return amplitude is null || from is null || to is null ? null : new CellStep.Impedance(
            isCurrent, amplitude.Value, bias, from.Value, to.Value, points ?? 10, measures ?? 1, isOn);
    }

    private static CellStep? Scan(YamlMap map)
    {
        var (from, to, rate) = (Needed(map, "scan", "V"), Needed(map, "to", "V"), Needed(map, "rate", "V/s"));
        var sweeps = map.Integer("sweeps") ?? 1;
        return from is null || to is null || rate is null ? null
            : new CellStep.VoltageScan(from.Value, to.Value, rate.Value, sweeps);
    }

    private static CellStep? Pulses(YamlMap map)
    {
        var count = map.Integer("pulses");
        var pulses = map.Maps("each").Select(Pulse).OfType<CellPulse>().ToList();
        var advance = map.Map("advance") is { } entry ? Advance(entry) : null;
        return count is null ? null : new CellStep.PulseTrain(count.Value, pulses, advance);
    }

    private static CellPulse? Pulse(YamlMap map)
    {
        var current = Signed(map, "a pulse");
        var time = Needed(map, "time", "s");
        var pulse = current is null || time is null ? null : new CellPulse(
            current.Value, time.Value, CellValues.Number(map, "rest", "s") ?? 0,
            CellValues.Number(map, "rest_slope", "V/s"));
        map.RefuseUnread("a pulse");
        return pulse;
    }

    private static CellAdvance? Advance(YamlMap map)
    {
        var current = Signed(map, "'advance'");
        var charge = CellValues.Charge(map, "by");
        if (charge is null && map.Scalar("by") is null)
            map.Findings.Add(map.At, "'by' is missing: the charge of this step, such as 10 %");
        var advance = current is null || charge is null ? null : new CellAdvance(
            current.Value, charge.Value, CellValues.Number(map, "rest", "s") ?? 0);
        map.RefuseUnread("'advance'");
        return advance;
    }

    private static CellCurrent? Signed(YamlMap map, string what)
    {
        var kinds = ((string[])["charge", "discharge", "current"]).Where(map.Has).ToList();
        if (kinds is [var kind])
            return (Current(map, kind) as CellStep.ConstantCurrent)?.Current;
        map.Findings.Add(map.At, $"{what} should have one of charge, discharge, current");
        return null;
    }

    private static CellStep? Loop(YamlMap map)
    {
        var cycles = map.Integer("loop");
        var tag = map.Text("tag");
        var steps = Steps(map.Maps("steps"));
        if (tag is not null)
            steps.Insert(0, new CellStep.Tag(tag) { At = map.MarkOf("tag") });
        var until = map.Has("until") ? Conditions(map) : [];
        return cycles is null ? null : new CellStep.Loop(cycles.Value, steps) { Until = until };
    }

    // One condition, or a list of them.
    private static List<CellCondition> Conditions(YamlMap map) =>
        map.IsList("until") ? map.Texts("until").Select(t => CellEndsReader.Condition(map.Findings, t))
            .OfType<CellCondition>().ToList()
        : map.Scalar("until") is { } one && CellEndsReader.Condition(map.Findings, one) is { } condition ? [condition]
        : [];

    private static CellStep? When(YamlMap map)
    {
        var condition = map.Scalar("when") is { } scalar ? CellEndsReader.Condition(map.Findings, scalar) : null;
        var (then, otherwise) = (Steps(map.Maps("then")), Steps(map.Maps("else")));
        return condition is null ? null : new CellStep.When(condition, then, otherwise);
    }

    private static bool Flag(YamlMap map, string key)
    {
        var isOn = false;
        if (map.Scalar(key) is { } scalar && !bool.TryParse(scalar.Text, out isOn))
            map.Findings.Add(scalar.At, $"'{key}' should be true or false");
        return isOn;
    }

    private static double? Needed(YamlMap map, string key, string unit)
    {
        if (!map.Has(key))
            map.Findings.Add(map.At, $"'{key}' is missing");
        return CellValues.Number(map, key, unit);
    }
}
