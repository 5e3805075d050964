using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Protocols;
using Sdl.Core.Units;
using Sdl.Runtime.Materials;
using Sdl.Runtime.Reading;

namespace Sdl.Runtime.Checking;

/// <summary>Judges what steps move and use up, and what they tell of a cell.</summary>
/// <param name="isNumber">Judges that a scalar is a pure number.</param>
/// <param name="known">Its value, if it is known before the run.</param>
internal sealed class MatterChecker(
    Inventory inventory, Findings findings, Func<Scalar, bool> isNumber, Func<Scalar, Quantity?> known)
{
    /// <param name="capability">What a <c>do</c> step uses; null for other steps.</param>
    public void Check(Step step, Capability? capability)
    {
        CheckVessel("into", step.Terms.Into, capability, leaves: true);
        CheckVessel("from", step.Terms.From, capability, leaves: false);
        foreach (var (name, count) in step.Terms.Uses)
            CheckUse(name, count, capability);
        if (capability is not null && step.Terms.Cell is { } cell)
            foreach (var (key, from) in cell.Gives)
                CheckGiven(CellKeys.Find(key)!, from, capability);
    }

    private void CheckGiven(CellKey key, Scalar from, Capability capability)
    {
        var unit = capability.Columns.FirstOrDefault(c => c.Name == from.Text)?.Unit
            ?? capability.Inputs.OfType<QuantityInput>().FirstOrDefault(i => i.Name == from.Text)?.Unit;
        if (unit is null)
            findings.Add(from.At, $"'{capability.Name}' has no column and no input '{from.Text}'");
        else if (unit.Dimension != key.Unit.Dimension)
            findings.Add(from.At, $"'{from.Text}' is in {unit}, which cannot be '{key.Name}'");
    }

    private void CheckVessel(string key, Scalar? vessel, Capability? capability, bool leaves)
    {
        if (vessel is null)
            return;
        if (vessel.Text.Length == 0 || vessel.Text.AsSpan().ContainsAny('/', '[', ' '))
            findings.Add(vessel.At, $"{key}: '{vessel.Text}' cannot name a vessel: take a word such as vial");
        if (capability is not null && capability.Transfer?.Leaves != leaves)
            findings.Add(vessel.At, $"'{capability.Name}' {(leaves ? "dispenses" : "draws in")} nothing, so '{key}' "
                + "says nothing here");
    }

    private void CheckUse(string name, Scalar count, Capability? capability)
    {
        if (capability is null)
            findings.Add(count.At, "'uses' belongs to a 'do' step: parts are taken when a device is told to");
        if (!inventory.IsNone && !inventory.Parts.ContainsKey(name))
            findings.Add(count.At, $"the inventory counts no '{name}'; it counts "
                + (inventory.Parts.Count == 0 ? "nothing" : string.Join(", ", inventory.Parts.Keys)));
        if (!isNumber(count) || known(count) is not { } value)
            return;
        try
        {
            _ = Bookkeeping.Count(count, value);
        }
        catch (ExpressionException)
        {
            findings.Add(count.At, $"'{count.Text}' should be a whole number of parts, zero or more");
        }
    }
}
