using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Store;
using Record = Sdl.Core.Records.Record;

namespace Sdl.Tests.Support;

/// <summary>What is on the disk: it outlives the processes that write it. Events pass through their JSON.</summary>
internal sealed class Disk
{
    public List<(DateTimeOffset At, string Body)> Events { get; } = [];
    public Dictionary<(CallId, int), List<Sample>> Blocks { get; } = [];
    public Dictionary<CallId, Record> Records { get; } = [];

    public IReadOnlyList<RunEvent> All => Events.ConvertAll(e => JournalJson.Read(e.Body));
}

/// <summary>A process that can be killed: from then on nothing that it does ever returns.</summary>
internal sealed class Mortal
{
    private readonly TaskCompletionSource _died = new();
    private readonly TaskCompletionSource _never = new();

    public Task Died => _died.Task;
    public bool IsDead => _died.Task.IsCompleted;

    public Task Die()
    {
        _died.TrySetResult();
        return _never.Task;
    }

    public Task Alive() => IsDead ? _never.Task : Task.CompletedTask;
}

/// <param name="die">Kills the process at the nth write: before it is on the disk (negative) or just after.</param>
/// <param name="breakAt">From this write on the disk is full.</param>
internal sealed class MemoryJournal(
    Disk disk, TimeProvider clock, Mortal? process = null, int die = 0, int breakAt = 0) : IJournal
{
    public int Writes { get; private set; }

    /// <summary>Kills the process just after such an event is on the disk.</summary>
    public Func<RunEvent, bool> DieAfter { get; init; } = _ => false;

    /// <summary>Told of everything that has been written.</summary>
    public Action<RunEvent> Seen { get; init; } = _ => { };

    public ValueTask AppendAsync(RunEvent happened, CancellationToken ct) => WriteAsync(() => Add(happened), happened);

    public ValueTask AddSamplesAsync(CallId call, int attempt, IReadOnlyList<Sample> samples, CancellationToken ct) =>
        WriteAsync(() =>
        {
            if (!disk.Blocks.TryGetValue((call, attempt), out var list))
                disk.Blocks[(call, attempt)] = list = [];
            list.AddRange(samples);
        });

    public ValueTask SealAsync(StepDone happened, Record record, CancellationToken ct) => WriteAsync(() =>
    {
        var samples = disk.Blocks.GetValueOrDefault((record.Call, happened.Attempt)) ?? [];
        Assert.Equal(record.Samples.Count, samples.Count);
        disk.Records.Add(record.Call, record with { Samples = samples });
        Add(happened);
    }, happened);

    public IEnumerable<JournalEntry> Read(long seq = 0) => disk.Events
        .Select((e, i) => new JournalEntry(i + 1, e.At, JournalJson.Read(e.Body))).Where(e => e.Seq > seq).ToList();

    public JournalEntry? Last => Read().LastOrDefault();

    public IReadOnlyList<JournalEntry> Find(JournalQuery query) => JournalSearch.Find(Read(), query);

    public IReadOnlyList<JournalEntry> OpenCalls(RunId run) => JournalSearch.OpenCalls(Read(), run);

    public Record ReadRecord(CallId call) => disk.Records[call];

    private void Add(RunEvent happened)
    {
        disk.Events.Add((clock.GetUtcNow(), JournalJson.Write(happened)));
        Seen(happened);
    }

    private async ValueTask WriteAsync(Action write, RunEvent? happened = null)
    {
        if (process is not null)
            await process.Alive();
        Writes++;
        if (breakAt > 0 && Writes >= breakAt)
            throw new JournalException("the journal cannot be written: the disk is full", new IOException("disk full"));
        if (Writes == -die)
            await process!.Die();
        write();
        if (Writes == die || happened is not null && DieAfter(happened))
            await process!.Die();
    }
}
