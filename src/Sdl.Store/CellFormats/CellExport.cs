using Sdl.Core.Cells;
using Sdl.Core.Protocols;

namespace Sdl.Store.CellFormats;

/// <summary>A cell protocol in the words of another program.</summary>
/// <param name="Warnings">What the other program is not told, or understands otherwise, and where it stands.</param>
public sealed record CellExport(string Text, IReadOnlyList<Finding> Warnings);

/// <param name="AcceptLoss">Leave out what changes the test and cannot be carried, with a warning for each; otherwise
/// that is refused.</param>
/// <param name="At">Written where a format wants a date.</param>
public sealed record CellExportOptions(bool AcceptLoss, DateTimeOffset At);

/// <summary>Collects what an export cannot carry; nothing is left out without a word.</summary>
internal sealed class Losses(string target, CellExportOptions options)
{
    private readonly List<Finding> _warnings = [];
    private readonly List<Finding> _refused = [];

    public string Target => target;

    /// <summary>It can be left out, but only if the user says so: the test is another one without it.</summary>
    public void Lose(Mark at, string what) => (options.AcceptLoss ? _warnings : _refused).Add(new Finding(
        at, options.AcceptLoss ? $"left out: {target} cannot carry {what}"
            : $"{target} cannot carry {what}; --accept-loss leaves it out"));

    /// <summary>There is nothing to write in its place.</summary>
    public void Refuse(Mark at, string what) => _refused.Add(new Finding(at, $"{target} cannot carry {what}"));

    /// <summary>It changes nothing about what is done to the cell.</summary>
    public void Warn(Mark at, string what) => _warnings.Add(new Finding(at, what));

    /// <summary>Ends of other kinds than these are lost.</summary>
    public void KeepEnds(CellStep step, params CellQuantity[] known)
    {
        foreach (var end in step.Ends.Where(e => !known.Contains(e.Quantity)))
            Lose(step.At, $"the end at {end}");
        foreach (var twice in step.Ends.Where(e => known.Contains(e.Quantity))
            .GroupBy(e => e.Quantity).Where(g => g.Count() > 1))
            Refuse(step.At, $"two ends by {twice.Key.ToString().ToLowerInvariant()}");
    }

    /// <exception cref="FindingsException">Something was refused.</exception>
    public CellExport Done(string text)
    {
        ThrowIfAny();
        return new CellExport(text, _warnings);
    }

    /// <exception cref="FindingsException">Something was refused.</exception>
    public void ThrowIfAny()
    {
        if (_refused.Count > 0)
            throw new FindingsException(_refused);
    }
}
