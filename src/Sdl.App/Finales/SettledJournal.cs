using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Store;

namespace Sdl.App.Finales;

/// <summary>A journal that has handed over to the system what it was given before it returns, also in a dry run, which
/// else does so before it speaks to a device: the outside is told things, too.</summary>
internal sealed class SettledJournal(SqliteJournal journal) : IJournal
{
    public async ValueTask AppendAsync(RunEvent happened, CancellationToken ct)
    {
        await journal.AppendAsync(happened, ct);
        if (!journal.Flush())
            // It says by itself what is wrong with it.
            await journal.AppendAsync(happened, ct);
    }

    public ValueTask AddSamplesAsync(CallId call, int attempt, IReadOnlyList<Sample> samples, CancellationToken ct) =>
        journal.AddSamplesAsync(call, attempt, samples, ct);

    public ValueTask SealAsync(StepDone happened, Record record, CancellationToken ct) =>
        journal.SealAsync(happened, record, ct);

    public JournalEntry? Last => journal.Last;

    public IEnumerable<JournalEntry> Read(long seq = 0) => journal.Read(seq);

    public IReadOnlyList<JournalEntry> Find(JournalQuery query) => journal.Find(query);

    public IReadOnlyList<JournalEntry> OpenCalls(RunId run) => journal.OpenCalls(run);

    public Record ReadRecord(CallId call) => journal.ReadRecord(call);
}
