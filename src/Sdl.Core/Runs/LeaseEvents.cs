using Sdl.Core.Instruments;
using Sdl.Core.Units;

namespace Sdl.Core.Runs;

/// <summary>A run has several instruments to itself. Single invocations are not written down like this: their
/// intention says as much.</summary>
/// <param name="Step">Path of the <c>hold</c> step.</param>
public sealed record LeaseTaken(RunId Run, string Step, IReadOnlyList<InstrumentId> Instruments) : RunEvent;

/// <summary>Others may use these instruments from here on; on disk before any of them does.</summary>
/// <param name="Step">Path of the <c>hold</c> step that had taken them.</param>
public sealed record LeaseReturned(RunId Run, string Step, IReadOnlyList<InstrumentId> Instruments) : RunEvent;

/// <summary>A step was not begun, because its time window had passed.</summary>
/// <param name="After">Path of the step from whose end the window counts.</param>
/// <param name="Limit">Length of the window, s.</param>
/// <param name="Elapsed">Since the end of that step, s.</param>
public sealed record WindowMissed(RunId Run, string Step, string After, Quantity Limit, Quantity Elapsed) : RunEvent;
