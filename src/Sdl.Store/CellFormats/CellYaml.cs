using System.Text;
using Sdl.Core.Cells;
using Sdl.Core.Safety;

namespace Sdl.Store.CellFormats;

/// <summary>Writes a cell protocol as the document that <c>sdl</c> itself reads. Everything is carried; numbers come
/// back as the same doubles.</summary>
public static class CellYaml
{
    public static string Write(CellProtocol protocol)
    {
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        Line($"cell-protocol: {Quoted(protocol.Name)}");
        if (protocol.Description.Length > 0)
            Line($"description: {Quoted(protocol.Description)}");
        if (protocol.Kind is { } kind)
            Line($"kind: {Quoted(kind)}");
        Head(protocol).ForEach(Line);
        Line("");
        Line("method:");
        CellStepYaml.Write(protocol.Method, "  ", Line);
        return text.ToString();
    }

    private static List<string> Head(CellProtocol protocol)
    {
        var (sample, safety) = (protocol.Sample, protocol.Safety);
        List<string> cell = [], limits = [];
        Add(cell, "name", sample.Name is { } name ? Quoted(name) : null);
        Add(cell, "capacity", Number(sample.Capacity, "Ah"));
        Add(limits, "max_voltage", Number(safety.MaxVoltage, "V"));
        Add(limits, "min_voltage", Number(safety.MinVoltage, "V"));
        Add(limits, "max_current", Current(safety.MaxCurrent));
        Add(limits, "min_current", Current(safety.MinCurrent));
        Add(limits, "max_charge", Charge(safety.MaxCharge));
        Add(limits, "max_temperature", Number(safety.MaxTemperature, "degC"));
        Add(limits, "min_temperature", Number(safety.MinTemperature, "degC"));
        Add(limits, "delay", Number(safety.Delay, "s"));
        List<string> lines = [""];
        if (cell.Count > 0)
            lines.Add($"cell: {{{string.Join(", ", cell)}}}");
        lines.Add($"record: {Record(protocol.Record)}");
        if (limits.Count > 0)
            lines.Add($"safety: {{{string.Join(", ", limits)}}}");
        return lines;
    }

    internal static string Record(RecordConditions record)
    {
        List<string> parts = [];
        Add(parts, "time", Number(record.Time, "s"));
        Add(parts, "voltage", Number(record.Voltage, "V"));
        Add(parts, "current", Number(record.Current, "A"));
        return $"{{{string.Join(", ", parts)}}}";
    }

    internal static void Add(List<string> parts, string key, string? value)
    {
        if (value is not null)
            parts.Add($"{key}: {value}");
    }

    /// <summary>With a prefix where that reads better.</summary>
    internal static string? Number(double? value, string unit)
    {
        if (value is not { } given)
            return null;
        var (places, prefix) = unit is not ("A" or "Ah" or "W" or "V/s") ? (0, "") : Math.Abs(given) switch
        {
            0 or >= 1 => (0, ""),
            >= 1e-3 => (3, "m"),
            >= 1e-6 => (6, "u"),
            _ => (9, "n"),
        };
        return $"{DecimalText.Of(given, places)} {prefix}{unit}";
    }

    internal static string? Current(CellCurrent? current) => current is not { } given ? null
        : given.IsRate ? CellRate.Text(given.Value) : Number(given.Value, "A");

    internal static string? Charge(CellCharge? charge) => charge is not { } given ? null
        : given.IsFraction ? DecimalText.Of(given.Value, 2) + " %" : Number(given.Value, "Ah");

    internal static string Condition(CellCondition condition)
    {
        var name = $"{condition.Step}.{condition.Quantity.ToString().ToLowerInvariant()}";
        var value = condition.Quantity switch
        {
            CellQuantity.Time => Number(condition.Value, "s"),
            CellQuantity.Voltage => Number(condition.Value, "V"),
            CellQuantity.Current => Current(new CellCurrent(condition.Value, condition.IsRelative)),
            CellQuantity.Charge => Charge(new CellCharge(condition.Value, condition.IsRelative)),
            CellQuantity.Temperature => Number(condition.Value, "degC"),
            _ => ((StepEnd)condition.Value).ToString().ToLowerInvariant(),
        };
        return Quoted($"{(condition.IsSize ? $"abs({name})" : name)} {condition.Comparator.Word()} {value}");
    }

    /// <summary>In quotes where YAML might read something else than a text.</summary>
    internal static string Quoted(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_' or '.' or '/' or '=')
        && char.IsAsciiLetterOrDigit(text[0]) && text[^1] != ' '
            ? text
            : "\"" + string.Concat(text.Select(c => c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                < ' ' or '\u007F' or '\u0085' or '\u2028' or '\u2029' or '\uFEFF' => $"\\u{(int)c:X4}",
                _ => c.ToString(),
            })) + "\"";
}
