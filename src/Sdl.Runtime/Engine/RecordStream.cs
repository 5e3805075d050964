using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>Brings the rows of one attempt to the disk as they come and seals them at the end, in memory that does not
/// grow with their number.</summary>
/// <param name="kept">The rows of a record up to this length stay at hand; of a longer one they are read from the
/// journal when somebody asks for them.</param>
internal sealed class RecordStream(
    IJournal journal, TimeProvider clock, CallId call, int attempt, IReadOnlyList<Column> columns,
    int kept = RecordStream.Kept) : IDisposable
{
    /// <summary>An hour at one row a second; a few hundred kilobytes.</summary>
    public const int Kept = 4096;

    // Often enough that little is lost, seldom enough that the disk keeps up.
    private const int BatchSize = 256;
    private static readonly TimeSpan BatchAge = TimeSpan.FromSeconds(10);

    private readonly RecordDigest _digest = new(columns);
    private List<Sample>? _all = [];
    private List<Sample> _batch = [];
    private Sample? _latest;
    private long _last = clock.GetTimestamp();

    public int Count { get; private set; }

    /// <exception cref="JournalException">The journal cannot be written.</exception>
    public async ValueTask AddAsync(Sample sample)
    {
        Take(sample);
        if (_batch.Count < BatchSize && clock.GetElapsedTime(_last) < BatchAge)
            return;
        await FlushAsync();
        _last = clock.GetTimestamp();
    }

    /// <summary>Takes rows that are there already, in one batch with whatever waits.</summary>
    public void Take(IEnumerable<Sample> samples)
    {
        foreach (var sample in samples)
            Take(sample);
    }

    /// <summary>Brings what waits to the disk.</summary>
    /// <exception cref="JournalException">As above.</exception>
    // What the device has done is written down even when the run is being cancelled: hence no token.
    public async ValueTask FlushAsync()
    {
        if (_batch.Count == 0)
            return;
        var batch = _batch;
        _batch = [];
        _digest.Add(batch);
        await journal.AddSamplesAsync(call, attempt, batch, CancellationToken.None);
    }

    /// <summary>The record of all rows, each of which has to be flushed.</summary>
    public Record Seal(InstrumentId instrument) => new(
        call, instrument, columns,
        (IReadOnlyList<Sample>?)_all ?? new StoredSamples(journal, call, Count, _latest!.Value), _digest.ToString());

    public void Dispose() => _digest.Dispose();

    private void Take(Sample sample)
    {
        _batch.Add(sample);
        _latest = sample;
        if (++Count > kept)
            _all = null;
        _all?.Add(sample);
    }
}
