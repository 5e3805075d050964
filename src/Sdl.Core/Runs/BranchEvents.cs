using System.Text.Json.Serialization;
using Sdl.Core.Instruments;

namespace Sdl.Core.Runs;

/// <summary>Branches begin of which some may fail. On disk before any of them does anything.</summary>
/// <param name="Step">Path of the step.</param>
/// <param name="Least">How many have to succeed.</param>
/// <param name="Branches">By name, in order: the instruments that nothing beside the branch uses meanwhile.</param>
public sealed record BranchesBegun(
    RunId Run, string Step, int Least, IReadOnlyDictionary<string, IReadOnlyList<InstrumentId>> Branches) : RunEvent;

/// <summary>A branch has failed and the run goes on without it: its steps have ended, its own instruments are in their
/// safe state, what it had taken is given back, and what it saved counts for nothing.</summary>
/// <param name="Branch">Path of the branch.</param>
/// <param name="Why">For people.</param>
/// <param name="Left">How many branches can succeed still.</param>
public sealed record BranchGivenUp(RunId Run, string Branch, string Why, int Left, int Least) : RunEvent
{
    /// <summary>The path below the run.</summary>
    [JsonIgnore]
    public string Name => Branch[(Run.Value.Length + 1)..];
}
