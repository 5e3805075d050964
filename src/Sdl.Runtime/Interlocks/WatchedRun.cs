using Sdl.Core.Instruments;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Interlocks;

/// <summary>A run as interlocks see it.</summary>
/// <param name="Instruments">That it is bound to.</param>
/// <param name="Send">Asks the run for something, and says who asks.</param>
public sealed record WatchedRun(
    RunId Id, IReadOnlySet<InstrumentId> Instruments, Action<RunCommand, string> Send);
