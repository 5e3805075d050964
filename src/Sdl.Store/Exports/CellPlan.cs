using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;

namespace Sdl.Store.Exports;

/// <summary>Which cell each call of a protocol concerns. The journal tells what was done; the protocol, whose digest is
/// in the journal, tells to which cell.</summary>
public sealed class CellPlan
{
    private readonly Dictionary<string, PlannedCall> _calls = [];
    private readonly Dictionary<string, CellRecord> _parts = [];

    public CellPlan(Protocol protocol)
    {
        Digest = protocol.Digest;
        foreach (var step in protocol.Body.Concat(protocol.Finally))
            Walk(step, step.Name, null);
    }

    /// <summary>Of the protocol.</summary>
    public string Digest { get; }

    /// <summary>What a call has to do with a cell; null for nothing.</summary>
    public PlannedCall? Find(CallId call) => _calls.GetValueOrDefault(CycledStep.PlaceOf(call));

    /// <summary>The parts that the protocol names for a cell; empty where it names none.</summary>
    public CellRecord PartsOf(string cell) => _parts.GetValueOrDefault(cell, CellRecord.Empty);

    private void Walk(Step step, string path, string? cell)
    {
        if (step.Terms.Cell is { } terms)
        {
            cell = terms.Name?.Text ?? cell;
            if (terms.Parts is { } parts && cell is not null)
                _parts[cell] = parts.Record;
        }
        if (step is Step.Invoke && cell is not null)
            _calls[path] = new PlannedCall(cell, step.Name, step.Terms.Cell?.Gives.ToDictionary(
                g => g.Key, g => g.Value.Text) ?? []);
        foreach (var child in step is Step.Hold hold ? hold.Steps : step.Children)
            Walk(child, $"{path}/{child.Name}", cell);
        if (step is Step.Hold { Finally: var finals })
            foreach (var child in finals)
                Walk(child, $"{path}#finally/{child.Name}", cell);
    }
}

/// <param name="Cell">Its name in the run.</param>
/// <param name="Step">Name of the step.</param>
/// <param name="Gives">Keys of the cell record, and the column or input that gives their value.</param>
public sealed record PlannedCall(string Cell, string Step, IReadOnlyDictionary<string, string> Gives);
