using System.Collections.Concurrent;
using System.Reflection;
using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Runs;

/// <summary>A journal that tells of each event once it is written.</summary>
/// <param name="seen">Must not throw.</param>
internal sealed class WatchedJournal(IJournal journal, Action<RunEvent> seen) : IJournal
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo?> RunProperties = new();

    /// <summary>The run that an event belongs to; null when it concerns no single run.</summary>
    public static RunId? RunOf(RunEvent happened) => (RunId?)RunProperties
        .GetOrAdd(happened.GetType(), t => t.GetProperty("Run") is { } p && p.PropertyType == typeof(RunId) ? p : null)
        ?.GetValue(happened);

    public async ValueTask AppendAsync(RunEvent happened, CancellationToken ct)
    {
        await journal.AppendAsync(happened, ct);
        seen(happened);
    }

    public ValueTask AddSamplesAsync(CallId call, int attempt, IReadOnlyList<Sample> samples, CancellationToken ct) =>
        journal.AddSamplesAsync(call, attempt, samples, ct);

    public async ValueTask SealAsync(StepDone happened, Record record, CancellationToken ct)
    {
        await journal.SealAsync(happened, record, ct);
        seen(happened);
    }

    public JournalEntry? Last => journal.Last;

    public IEnumerable<JournalEntry> Read(long seq = 0) => journal.Read(seq);

    public IReadOnlyList<JournalEntry> Find(JournalQuery query) => journal.Find(query);

    public IReadOnlyList<JournalEntry> OpenCalls(RunId run) => journal.OpenCalls(run);

    public Record ReadRecord(CallId call) => journal.ReadRecord(call);
}
