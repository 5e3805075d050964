using Sdl.Core.Instruments;

namespace Sdl.Core.Runs;

/// <summary>An invocation was cancelled because the run was to pause now. The call stays open: before the run goes on
/// it is found out how far it got, as after a crash.</summary>
public sealed record StepSuspended(RunId Run, CallId Call, int Attempt, string Why) : RunEvent;
