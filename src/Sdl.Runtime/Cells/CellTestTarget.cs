namespace Sdl.Runtime.Cells;

/// <summary>What a cell protocol is compiled for.</summary>
/// <param name="Test">Name of the test step: what it saves is called after it.</param>
/// <param name="Role">Of the cycler.</param>
/// <param name="Chamber">Role of the thermostat that temperatures are for; null when there is none.</param>
/// <param name="Capacity">An expression that gives the nominal capacity; null: as the cell protocol says.</param>
public sealed record CellTestTarget(string Test, string Role, string? Chamber, string? Capacity)
{
    /// <summary>Names of the steps whose records are kept for later steps of the run.</summary>
    public IReadOnlySet<string> Saves { get; init; } = new HashSet<string>();

    /// <summary>The name under which the record of a step is kept, as an expression can spell it.</summary>
    public string Saved(string step) =>
        string.Concat($"{Test}_{step}".Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')) is var name
        && char.IsAsciiDigit(name[0]) ? "_" + name : name;
}
