using Sdl.Core.Records;

namespace Sdl.Core.Runs;

/// <summary>Somebody has looked what is there: at the start as the lab file says, later by counting. What the ledger
/// held of these containers and parts before is replaced; others stay.</summary>
/// <param name="By">Who says so.</param>
public sealed record InventoryTaken(
    IReadOnlyDictionary<string, Held> Containers, IReadOnlyDictionary<string, int> Parts, string By) : RunEvent;

/// <param name="Volume">With one standard deviation.</param>
public sealed record Held(string Material, Measured Volume);
