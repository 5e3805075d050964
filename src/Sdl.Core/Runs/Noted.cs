using System.Text.Json;

namespace Sdl.Core.Runs;

/// <summary>Something that a part of the program beside the runs has to remember, such as what it owes to the outside.
/// It stands in the journal of the runs that it is about, so that both are kept or lost together.</summary>
/// <param name="Book">Whose it is, such as <c>finales</c>; only that part understands <paramref name="Body"/>.</param>
/// <param name="Run">The run that it concerns, which need not have begun.</param>
public sealed record Noted(string Book, RunId Run, JsonElement Body) : RunEvent;
