using Sdl.Core.Cells;

namespace Sdl.Runtime.Cells;

/// <summary>Follows the state of charge through a cell protocol: from where it was set, through the records of the
/// steps since then. It is not known before it is set, nor where a loop or a branch leaves open how much has passed.
/// </summary>
internal sealed class ChargeCount(CellArguments arguments, CellTestTarget target, bool isWanted)
{
    private double? _part;
    private IReadOnlyList<string> _since = [];
    private int _records;

    public void Set(double part) => (_part, _since) = (part, []);

    /// <summary>Takes a step into account that is done now.</summary>
    /// <returns>The name under which its record is to be saved, or null when it need not be.</returns>
    public string? Follow(CellStep step)
    {
        if (!isWanted || _part is null || !Passes(step))
            return null;
        var save = step.Name is { } name ? target.Saved(name) : $"{target.Saved("passed")}_{++_records}";
        _since = [.. _since, save];
        return save;
    }

    /// <summary>The charge from here to the end's state of charge, as an expression; null when it is not known.
    /// </summary>
    public string? Until(CellEnd end)
    {
        if (_part is not { } part)
            return null;
        var way = $"({DecimalText.Of(end.Value)} - {DecimalText.Of(part)}) * {arguments.Capacity}"
            + string.Concat(_since.Select(s => $" - {s}.charge"));
        return end.Above ? way : $"-({way})";
    }

    /// <summary>Goes into steps that are done again and again, or perhaps.</summary>
    /// <returns>What was known outside.</returns>
    public (double? Part, IReadOnlyList<string> Since) Enter(IReadOnlyList<CellStep> steps, bool isOnce = false)
    {
        var outside = (_part, _since);
        if (!isOnce && steps.SelectMany(s => s.Self).Any(Passes))
            _part = null;
        return outside;
    }

    /// <summary>Goes into the other branch.</summary>
    public void Back((double? Part, IReadOnlyList<string> Since) before) => (_part, _since) = before;

    /// <summary>Comes out of a branch: known only if none of it changes anything.</summary>
    public void Join((double? Part, IReadOnlyList<string> Since) before, IReadOnlyList<CellStep> steps) =>
        (_part, _since) = steps.SelectMany(s => s.Self).Any(s => Passes(s) || s is CellStep.StateOfCharge)
            ? (null, []) : before;

    private static bool Passes(CellStep step) =>
        step is CellStep.PulseTrain || step.IsMeasured && step is not (CellStep.Rest or CellStep.Impedance);
}
