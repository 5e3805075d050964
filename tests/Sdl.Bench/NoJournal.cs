using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Runs;

namespace Sdl.Bench;

/// <summary>Keeps nothing: what the engine costs without a disk. Tells who waits what happens.</summary>
internal sealed class NoJournal : IJournal
{
    private readonly List<(Func<RunEvent, bool> Is, TaskCompletionSource Seen)> _awaited = [];

    public Task Until(Func<RunEvent, bool> happened)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_awaited)
            _awaited.Add((happened, seen));
        return seen.Task;
    }

    public ValueTask AppendAsync(RunEvent happened, CancellationToken ct)
    {
        lock (_awaited)
            foreach (var (_, seen) in _awaited.Where(a => a.Is(happened)))
                seen.TrySetResult();
        return ValueTask.CompletedTask;
    }

    public ValueTask AddSamplesAsync(
        CallId call, int attempt, IReadOnlyList<Sample> samples, CancellationToken ct) => ValueTask.CompletedTask;

    public ValueTask SealAsync(StepDone happened, Record record, CancellationToken ct) => ValueTask.CompletedTask;

    public IEnumerable<JournalEntry> Read(long seq = 0) => [];

    public JournalEntry? Last => null;

    public IReadOnlyList<JournalEntry> Find(JournalQuery query) => [];

    public IReadOnlyList<JournalEntry> OpenCalls(RunId run) => [];

    public Record ReadRecord(CallId call) => throw new KeyNotFoundException($"{call} was not kept");
}
