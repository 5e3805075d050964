using System.Globalization;
using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Core.Units;

namespace Sdl.Runtime.Materials;

/// <summary>Says of an invocation what it moves and uses, and of its record how much it has moved.</summary>
internal static class Bookkeeping
{
    /// <param name="into">The vessel that the step, or a step around it, names.</param>
    /// <param name="arguments">Complete.</param>
    /// <returns>Null when it neither moves nor uses anything.</returns>
    public static Matter? MatterOf(
        Inventory inventory, RunId run, InstrumentId instrument, Capability capability, Arguments arguments,
        string? into, string? from, IReadOnlyDictionary<string, int> uses)
    {
        var moves = capability.Transfer is { } transfer
            ? Moves(inventory, run, instrument.Value, transfer, arguments.Quantity(transfer.Volume), into, from)
            : null;
        return moves is null && uses.Count == 0 ? null : new Matter(moves, uses.Count == 0 ? null : uses);
    }

    /// <summary>A number of parts.</summary>
    /// <exception cref="ExpressionException">It is no whole number.</exception>
    public static int Count(Scalar scalar, Quantity value) => value.Si is >= 0 and <= 1_000_000
        && value.Si == Math.Floor(value.Si)
            ? (int)value.Si
            : throw new ExpressionException(string.Create(CultureInfo.InvariantCulture,
                $"{scalar.At}: '{scalar.Text}' = {value.Si} should be a whole number of parts"));

    /// <summary>What is left to book of a call when it is attempted again with other arguments.</summary>
    public static Matter? Rest(Matter? matter, Capability capability, Arguments arguments) =>
        matter is { Moves: { } moves } && capability.Transfer is { } transfer
            ? matter with { Moves = moves with { Volume = arguments.Quantity(transfer.Volume) } }
            : matter;

    /// <summary>Volume that the last row says; null without one.</summary>
    public static Quantity? Moved(Capability capability, Matter? matter, IReadOnlyList<Sample> samples)
    {
        if (matter?.Moves is null || capability.Transfer is not { } transfer || samples.Count == 0)
            return null;
        for (var i = 0; i < capability.Columns.Count; i++)
            if (capability.Columns[i].Name == transfer.Volume
                && samples[^1].Values.Span[i] is var volume && double.IsFinite(volume))
                return Quantity.Of(volume, capability.Columns[i].Unit);
        return null;
    }

    /// <summary>Volume that an attempt turned out to have moved; null when nobody knows.</summary>
    public static Quantity? Moved(Capability capability, StepIntended attempt, InvocationOutcome outcome)
    {
        if (attempt.Matter?.Moves is not { } moves || capability.Transfer is not { } transfer)
            return null;
        return outcome.Progress switch
        {
            CallProgress.NotStarted => moves.Volume * 0,
            CallProgress.Partial when outcome.Remaining is { } rest => moves.Volume - rest.Quantity(transfer.Volume),
            CallProgress.Done => Moved(capability, attempt.Matter, outcome.Samples ?? []),
            _ => null,
        };
    }

    private static Movement Moves(
        Inventory inventory, RunId run, string own, Transfer transfer, Quantity volume, string? into, string? from)
    {
        var container = inventory.Containers.GetValueOrDefault(own);
        var other = Vessel(inventory, run, transfer.Leaves ? into : from);
        var source = transfer.Leaves ? own : other;
        var material = source == Movement.Outside
            ? container?.Holds ?? own
            : inventory.Containers.GetValueOrDefault(source)?.Holds ?? source;
        return new Movement(
            source, transfer.Leaves ? other : own, material, volume, container?.DoseUncertainty ?? transfer.Accuracy);
    }

    // A name that is no container of the lab is a vessel of the run: another run's vial is another vial.
    private static string Vessel(Inventory inventory, RunId run, string? name) => name switch
    {
        null => Movement.Outside,
        _ when inventory.Containers.ContainsKey(name) => name,
        _ => $"{run}/{name}",
    };
}
