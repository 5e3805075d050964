using System.Globalization;
using Sdl.Core.Cells;
using Sdl.Core.Protocols;
using Sdl.Core.Safety;

namespace Sdl.Runtime.Reading;

/// <summary>Reads when a step of a cell protocol ends, and questions about what was measured.</summary>
internal static class CellEndsReader
{
    private static readonly string[] Comparators = ["<=", ">=", "==", "!=", "<", ">"];

    /// <param name="isCharging">Tells whether a voltage without a direction means above or below; null when the step
    /// has none.</param>
    public static List<CellEnd> Read(YamlMap? map, bool? isCharging)
    {
        var ends = new List<CellEnd>();
        if (map is null)
            return ends;
        void Number(string key, string unit, Func<double, CellEnd> end)
        {
            if (CellValues.Number(map, key, unit) is { } value)
                ends.Add(end(value));
        }
        Number("time", "s", CellEnd.AfterTime);
        Number("voltage_above", "V", CellEnd.VoltageAbove);
        Number("voltage_below", "V", CellEnd.VoltageBelow);
        Number("voltage", "V", v => Directed(map, "voltage", isCharging)
            ? CellEnd.VoltageAbove(v) : CellEnd.VoltageBelow(v));
        if (CellValues.Current(map, "current") is { } current)
            ends.Add(CellEnd.CurrentBelow(current));
        if (CellValues.Charge(map, "charge") is { } charge)
            ends.Add(CellEnd.AfterCharge(charge));
        if (CellValues.Part(map, "soc") is { } part)
            ends.Add(CellEnd.AtStateOfCharge(part, Directed(map, "soc", isCharging)));
        Number("slope", "V/s", CellEnd.SlopeBelow);
        Number("temperature_above", "degC", CellEnd.TemperatureAbove);
        Number("temperature_below", "degC", CellEnd.TemperatureBelow);
        map.RefuseUnread("'until'");
        return ends;
    }

    /// <summary>Reads <c>discharge.charge &lt; 80 %</c>; <c>abs(...)</c> around the left side asks for the size.
    /// </summary>
    public static CellCondition? Condition(Findings findings, Scalar scalar)
    {
        var text = scalar.Text;
        if (Comparators.FirstOrDefault(c => text.Contains(c, StringComparison.Ordinal)) is not { } word)
        {
            findings.Add(scalar.At, $"'{text}' is no comparison, such as discharge.charge > -80 %");
            return null;
        }
        var at = text.IndexOf(word, StringComparison.Ordinal);
        var (left, right) = (text[..at].Trim(), new Scalar(text[(at + word.Length)..].Trim(), scalar.At));
        var isSize = left.StartsWith("abs(", StringComparison.Ordinal) && left.EndsWith(')');
        var names = (isSize ? left[4..^1] : left).Split('.');
        if (names is not [{ Length: > 0 } step, var column])
        {
            findings.Add(scalar.At,
                $"'{left}' should name a step and what is measured in it, such as discharge.charge");
            return null;
        }
        return Value(findings, right, column) is not var (quantity, value, isRelative) ? null
            : new CellCondition(
                step.Trim(), quantity, ComparatorWords.Find(word)!.Value, value, isRelative, isSize);
    }

    private static (CellQuantity, double, bool)? Value(Findings findings, Scalar scalar, string column)
    {
        (CellQuantity, double, bool)? Plain(CellQuantity quantity, string unit) =>
            CellValues.Number(findings, scalar, column, unit) is { } value ? (quantity, value, false) : null;
        switch (column.Trim())
        {
            case "time":
                return Plain(CellQuantity.Time, "s");
            case "voltage":
                return Plain(CellQuantity.Voltage, "V");
            case "temperature":
                return Plain(CellQuantity.Temperature, "degC");
            case "current":
                return CellValues.Current(findings, scalar, column) is { } current
                    ? (CellQuantity.Current, current.Value, current.IsRate) : null;
            case "charge":
                return CellValues.Charge(findings, scalar, column) is { } charge
                    ? (CellQuantity.Charge, charge.Value, charge.IsFraction) : null;
            case "end" when Enum.TryParse<StepEnd>(scalar.Text, ignoreCase: true, out var end)
                && Enum.IsDefined(end) && end != StepEnd.None && !char.IsAsciiDigit(scalar.Text[0]):
                return (CellQuantity.End, (double)end, false);
            case "end":
                findings.Add(scalar.At, $"'{scalar.Text}' is no reason for an end; there are "
                    + string.Join(", ", Enum.GetNames<StepEnd>().Skip(1)).ToLower(CultureInfo.InvariantCulture));
                return null;
            default:
                findings.Add(scalar.At,
                    $"'{column}' is not measured; there are time, voltage, current, charge, temperature, end");
                return null;
        }
    }

    private static bool Directed(YamlMap map, string key, bool? isCharging)
    {
        if (isCharging is null)
            map.Findings.Add(map.MarkOf(key), key == "soc"
                ? "a state of charge ends a step only that charges or discharges"
                : "whether above or below does not follow from this step: write voltage_above or voltage_below");
        return isCharging ?? true;
    }
}
