using Sdl.Core.Cells;

namespace Sdl.Core.Protocols;

/// <summary>What a step has to do with a cell that the run builds or tests; it holds for the steps below it too.
/// </summary>
/// <param name="Name">Of the cell, unique in the run. The cell is a vessel: what steps that build it dispense goes into
/// it unless they say otherwise. Null: the cell of the nearest step around.</param>
/// <param name="Parts">What its parts are, as far as that is known beforehand; null where they are not named.</param>
/// <param name="Gives">Keys of the cell record, and the column of the step's record or the input of its capability
/// that gives their value.</param>
public sealed record CellTerms(Scalar? Name, CellParts? Parts, IReadOnlyDictionary<string, Scalar> Gives);

/// <param name="File">As the protocol names it: below its folder.</param>
public sealed record CellParts(string File, CellRecord Record, Mark At);
