using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Tests.Support;
using Record = Sdl.Core.Records.Record;

namespace Sdl.Instruments.Tests.Contract;

/// <summary>A journal in memory that outlives the programs that write it.</summary>
internal sealed class ContractJournal(TimeProvider clock) : IJournal
{
    private readonly List<JournalEntry> _entries = [];
    private readonly Dictionary<CallId, Record> _records = [];
    private readonly TaskCompletionSource _intended = new();

    /// <summary>Ends when the first call is about to begin.</summary>
    public Task Intended => _intended.Task;

    public IEnumerable<RunEvent> Events => _entries.Select(e => e.Event);

    public ValueTask AppendAsync(RunEvent happened, CancellationToken ct)
    {
        _entries.Add(new JournalEntry(_entries.Count + 1, clock.GetUtcNow(), happened));
        if (happened is StepIntended)
            _intended.TrySetResult();
        return ValueTask.CompletedTask;
    }

    public ValueTask AddSamplesAsync(CallId call, int attempt, IReadOnlyList<Sample> samples, CancellationToken ct) =>
        ValueTask.CompletedTask;

    public ValueTask SealAsync(StepDone happened, Record record, CancellationToken ct)
    {
        _records[record.Call] = record;
        return AppendAsync(happened, ct);
    }

    public IEnumerable<JournalEntry> Read(long seq = 0) => _entries.Where(e => e.Seq > seq).ToList();

    public JournalEntry? Last => _entries.LastOrDefault();

    public IReadOnlyList<JournalEntry> Find(JournalQuery query) => JournalSearch.Find(_entries, query);

    public IReadOnlyList<JournalEntry> OpenCalls(RunId run) => JournalSearch.OpenCalls(_entries, run);

    public Record ReadRecord(CallId call) => _records[call];
}
