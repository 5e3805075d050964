namespace Sdl.Core.Runs;

/// <summary>Somebody asked a run for something. On disk before it takes effect, except for an abort, which waits
/// for no disk. A command that comes too late to change anything is not written.</summary>
/// <param name="By">The person, the interlock or the program that asked.</param>
/// <param name="Now">The second of its kind within 10 s: what is under way is cancelled.</param>
public sealed record CommandGiven(RunId Run, RunCommand Command, string By, bool Now = false) : RunEvent;
