using Sdl.Core.Instruments;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>An invocation whose end was not seen, of a run that has not ended.</summary>
/// <param name="At">When its latest attempt was intended.</param>
public sealed record OpenCall(RunId Run, PastCall Past, DateTimeOffset At);

/// <summary>Finds what a person may have to decide before a run is taken up again.</summary>
public static class OpenCalls
{
    /// <summary>In the order of the runs, and within one in that of the intents.</summary>
    public static IReadOnlyList<OpenCall> In(IJournal journal)
    {
        var runs = new List<RunId>();
        var intended = new Dictionary<CallId, DateTimeOffset>();
        foreach (var entry in journal.Read())
            switch (entry.Event)
            {
                case RunStarted e:
                    runs.Add(e.Run);
                    break;
                case Moved e when RunStates.IsFinal(e.To):
                    runs.Remove(e.Run);
                    break;
                case StepIntended e:
                    intended[e.Call] = entry.At;
                    break;
                case StepDone e:
                    intended.Remove(e.Call);
                    break;
            }
        return [.. runs.SelectMany(run => RunHistory.Of(run, journal).Open
            .Select(past => new OpenCall(run, past, intended[past.Intended.Call])))];
    }
}
