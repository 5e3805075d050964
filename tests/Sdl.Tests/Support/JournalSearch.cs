using Sdl.Core.Runs;

namespace Sdl.Tests.Support;

/// <summary>Answers the questions to a journal from a list of all its entries.</summary>
internal static class JournalSearch
{
    public static IReadOnlyList<JournalEntry> Find(IEnumerable<JournalEntry> all, JournalQuery query) => all
        .Where(e => query.Kinds is [] || query.Kinds.Contains(e.Event.GetType()))
        .Where(e => e.Seq <= query.Until && Fits(query, e.Event))
        .TakeLast(query.Latest).ToList();

    public static IReadOnlyList<JournalEntry> OpenCalls(IEnumerable<JournalEntry> all, RunId run) => all
        .Where(e => e.Event is StepIntended or StepDone or StepFailed && Member(e.Event, "Run") == run.Value)
        .GroupBy(e => Member(e.Event, "Call")).Select(c => c.Last()).Where(e => e.Event is StepIntended)
        .OrderBy(e => e.Seq).ToList();

    private static bool Fits(JournalQuery query, RunEvent happened)
    {
        var subject = Member(happened, "Call") ?? Member(happened, "Step");
        return (query.Run is null || Member(happened, "Run") == query.Run?.Value)
            && (query.Subject is null || subject == query.Subject)
            && (query.Below is null || subject?.StartsWith(query.Below + "/", StringComparison.Ordinal) == true)
            && (query.Use is not var (instrument, capability)
                || happened is StepIntended i && i.Instrument == instrument && i.Capability == capability);
    }

    private static string? Member(RunEvent happened, string name) =>
        happened.GetType().GetProperty(name)?.GetValue(happened)?.ToString();
}
