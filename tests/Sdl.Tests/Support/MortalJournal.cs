using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Record = Sdl.Core.Records.Record;

namespace Sdl.Tests.Support;

/// <summary>A journal in a process that is killed at the nth write: before it is on the disk (negative) or just
/// after.</summary>
internal sealed class MortalJournal(IJournal inner, Mortal process, int die) : IJournal
{
    private int _writes;

    public async ValueTask AppendAsync(RunEvent happened, CancellationToken ct) =>
        await WriteAsync(() => inner.AppendAsync(happened, ct));

    public async ValueTask AddSamplesAsync(
        CallId call, int attempt, IReadOnlyList<Sample> samples, CancellationToken ct) =>
        await WriteAsync(() => inner.AddSamplesAsync(call, attempt, samples, ct));

    public async ValueTask SealAsync(StepDone happened, Record record, CancellationToken ct) =>
        await WriteAsync(() => inner.SealAsync(happened, record, ct));

    public JournalEntry? Last => inner.Last;

    public IReadOnlyList<JournalEntry> Find(JournalQuery query) => inner.Find(query);

    public IReadOnlyList<JournalEntry> OpenCalls(RunId run) => inner.OpenCalls(run);

    public IEnumerable<JournalEntry> Read(long seq = 0) => inner.Read(seq);

    public Record ReadRecord(CallId call) => inner.ReadRecord(call);

    private async ValueTask WriteAsync(Func<ValueTask> write)
    {
        await process.Alive();
        _writes++;
        if (_writes == -die)
            await process.Die();
        await write();
        if (_writes == die)
            await process.Die();
    }
}
