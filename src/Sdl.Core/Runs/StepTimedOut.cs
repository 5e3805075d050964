using Sdl.Core.Units;

namespace Sdl.Core.Runs;

/// <summary>A step took longer than its time limit. On disk before what is under way below it is cancelled; the
/// run fails.</summary>
/// <param name="Step">Path of the step.</param>
public sealed record StepTimedOut(RunId Run, string Step, Quantity Limit) : RunEvent;
