using System.Text.Json.Serialization;
using Sdl.Core.Units;

namespace Sdl.Core.Materials;

/// <summary>A capability moves liquid out of, or into, the instrument's own container.</summary>
/// <param name="Volume">Name of the input that says how much, and of the record's column that says how much it has
/// been so far.</param>
/// <param name="Leaves">True out of the instrument, false into it.</param>
/// <param name="Accuracy">Relative standard deviation that all volumes of the instrument have in common.</param>
public sealed record Transfer(string Volume, bool Leaves, double Accuracy);

/// <summary>What one invocation takes from the lab, for the ledger.</summary>
/// <param name="Moves">Null when it moves no liquid.</param>
/// <param name="Uses">Counted parts, by name; null when it uses none up.</param>
public sealed record Matter(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Movement? Moves,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, int>? Uses);

/// <summary>Liquid that goes from one container to another.</summary>
/// <param name="From">A container: an instrument's own, one of the lab's, a vessel of the run (<c>run/vial</c>), or
/// <see cref="Outside"/>.</param>
/// <param name="Volume">What was asked for.</param>
/// <param name="Accuracy">Relative standard deviation that all volumes of this meter have in common.</param>
public sealed record Movement(string From, string To, string Material, Quantity Volume, double Accuracy)
{
    /// <summary>Where that goes of which nobody keeps account: a drain, a vessel without a name.</summary>
    public const string Outside = "outside";
}
