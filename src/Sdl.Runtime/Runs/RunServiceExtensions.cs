using Sdl.Core.Runs;

namespace Sdl.Runtime.Runs;

public static class RunServiceExtensions
{
    /// <summary>Asks a run for something, unless it has just ended.</summary>
    /// <returns>Whether it was under way.</returns>
    public static bool TrySend(this IRunService runs, RunId run, RunCommand command, string by)
    {
        try
        {
            runs.Send(run, command, by);
            return true;
        }
        catch (KeyNotFoundException)
        {
            return false;
        }
    }
}
