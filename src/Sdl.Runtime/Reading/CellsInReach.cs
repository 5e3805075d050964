using Sdl.Core.Cells;
using Sdl.Core.Protocols;

namespace Sdl.Runtime.Reading;

/// <summary>The cells of which the steps read so far have spoken, so that a test knows the capacity by which its
/// C-rates are meant.</summary>
internal sealed class CellsInReach
{
    private readonly Dictionary<string, (CellRecord Parts, Dictionary<string, string> Weighed)> _known = [];
    private string? _current;

    /// <summary>An expression for the capacity that defines the C-rate of the cell that is being tested: by its weighed
    /// electrode where a step before weighs it, else by its parts; null when neither tells.</summary>
    public string? Capacity => _current is { } name && _known.TryGetValue(name, out var cell)
        ? ByMass(cell.Parts, cell.Weighed) ?? ByParts(cell.Parts) : null;

    /// <param name="read">Reads the step that has these terms, and what is below it.</param>
    public T Within<T>(CellTerms? terms, Findings findings, Func<T> read)
    {
        var around = _current;
        _current = terms?.Name?.Text ?? around;
        if (terms?.Parts is { } parts && _current is { } name && !_known.TryAdd(name, (parts.Record, [])))
            findings.Add(parts.At, $"the parts of '{name}' are named twice: a cell is built once");
        var result = read();
        _current = around;
        return result;
    }

    /// <param name="saved">Name under which the step keeps its record.</param>
    public void Weighed(CellTerms terms, string saved)
    {
        if (_current is { } name && _known.TryGetValue(name, out var cell))
            foreach (var (key, column) in terms.Gives)
                cell.Weighed[key] = $"{saved}.{column.Text}";
    }

    private static string? ByMass(CellRecord parts, Dictionary<string, string> weighed) =>
        weighed.TryGetValue("Cathode mass (mg)", out var mass)
        && parts.Number("Cathode current collector mass (mg)") is { } collector
        && parts.Number("Cathode active material mass fraction") is { } fraction
        && parts.Number("Cathode C-rate definition specific capacity (mAh/g)") is { } specific
            ? $"({mass} - {DecimalText.Of(collector)} mg) * {DecimalText.Of(fraction)} * "
                + $"{DecimalText.Of(specific)} mAh/g"
            : null;

    private static string? ByParts(CellRecord parts) =>
        CellDerivation.Complete(parts).Number(CellKeys.RateCapacity) is > 0 and var capacity
            ? $"{DecimalText.Of(capacity)} mAh" : null;
}
