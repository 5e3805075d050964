using FsCheck.Xunit;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Time;
using Sdl.Store;
using Sdl.Tests.Support;
using Record = Sdl.Core.Records.Record;

namespace Sdl.Tests.Runtime.Engine;

/// <summary>Rows on their way to the disk: the same record however they come, in bounded memory.</summary>
public class RecordStreamTests
{
    private static readonly RunId Run = new("run");
    private static readonly CallId Call = new("run/work");
    private static readonly InstrumentId Instrument = new("a");
    private static readonly Column[] Columns = [new("time", Unit.Parse("s")), new("value", Unit.One)];

    private static InstrumentPatience Hours =>
        InstrumentPatience.Default with { Usual = new Patience { Whole = TimeSpan.FromHours(3) } };

    // Seconds between rows make batches of many lengths; how many rows stay at hand makes no difference.
    [Property(MaxTest = 60)]
    public void A_record_is_the_same_streamed_and_sealed_at_once(int seed, byte kept)
    {
        var random = new Random(seed);
        var time = new VirtualTime(DateTimeOffset.UnixEpoch);
        using var folder = new TempFolder();
        using var journal = SqliteJournal.Open(folder.Path, time, Durability.ProcessDeath);
        var rows = new List<Sample>();
        var record = time.Run(async () =>
        {
            await journal.AppendAsync(
                new StepIntended(Run, Call, Instrument, "work", Arguments.None, 1), CancellationToken.None);
            using var stream = new RecordStream(journal, time, Call, 1, Columns, kept);
            for (var left = random.Next(700); left > 0; left--)
            {
                await Task.Delay(TimeSpan.FromSeconds(random.Next(100) == 0 ? 11 : 0.01), time);
                rows.Add(new Sample(time.GetUtcNow(), new[] { random.NextDouble(), random.NextDouble() }));
                await stream.AddAsync(rows[^1]);
            }
            await stream.FlushAsync();
            var sealedRecord = stream.Seal(Instrument);
            await journal.SealAsync(
                new StepDone(Run, Call, 1, stream.Count, sealedRecord.Sha256), sealedRecord, CancellationToken.None);
            return sealedRecord;
        });
        var atOnce = Record.Seal(Call, Instrument, Columns, rows);
        Assert.Equal(atOnce.Sha256, record.Sha256);
        Assert.Equal(rows.Count, record.Samples.Count);
        Assert.Equal(atOnce["value"], record["value"]);
        Assert.Equal(atOnce["time"], journal.ReadRecord(Call)["time"]);
        if (rows.Count > 0)
            Assert.Equal(rows[^1].At, record.Samples[^1].At);
        Assert.Null(journal.Verify().Wrong);
    }

    [Fact]
    public void Five_million_rows_take_no_more_memory_than_a_few_thousand()
    {
        const int Million = 1_000_000;
        var journal = new Sink();
        using var stream = new RecordStream(journal, TimeProvider.System, Call, 1, Columns);
        var live = new List<long>();
        for (var row = 1; row <= 5 * Million; row++)
        {
            var added = stream.AddAsync(new Sample(
                DateTimeOffset.UnixEpoch + TimeSpan.FromMilliseconds(row), new double[] { row, -row }));
            Assert.True(added.IsCompletedSuccessfully);
            if (row == 10_000 || row % Million == 0)
                live.Add(GC.GetTotalMemory(forceFullCollection: true));
        }
        // Kept, the rows would take 400 MB.
        Assert.All(live, bytes => Assert.InRange(bytes - live[0], long.MinValue, 20_000_000));
        Assert.Equal(5 * Million, stream.Count);
        Assert.Equal(5 * Million / 256 * 256, journal.Rows);
        Assert.True(journal.Longest <= 256);
    }

    [Fact]
    public void A_protocol_uses_what_a_long_record_ends_with_and_all_of_it_is_in_the_journal()
    {
        var test = new TestRun("""
            steps:
              - {name: long, do: a.work, with: {time: 9000 s}, save: long}
              - {name: then, do: b.set, with: {value: long.time / 1 s}}
            """)
        {
            Patience = Hours,
        };
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.Equal(9000, test.Disk.Records[new CallId("run/long")].Samples.Count);
        Assert.Equal(8999, test.Disk.All.OfType<StepIntended>().Single(i => i.Instrument.Value == "b")
            .Arguments.Quantity("value").Si);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(400)]
    [InlineData(899)]
    public void A_disk_that_fills_up_in_a_long_record_ends_the_run_in_its_safe_state(int breakAt)
    {
        var test = new TestRun("""
            steps:
              - {name: long, do: a.work, with: {time: 9000 s}}
            """)
        {
            Patience = Hours,
        };
        Assert.Equal(RunState.Failed, test.Process(breakAt: breakAt)!.State);
        Assert.InRange(test.Elapsed.TotalSeconds, 10 * breakAt - 200, 10 * breakAt + 60);
        Assert.Equal(1, test.A.TimesMadeSafe);
    }

    private sealed class Sink : IJournal
    {
        public long Rows { get; private set; }

        public int Longest { get; private set; }

        public JournalEntry? Last => null;

        public ValueTask AppendAsync(RunEvent happened, CancellationToken ct) => ValueTask.CompletedTask;

        public ValueTask AddSamplesAsync(
            CallId call, int attempt, IReadOnlyList<Sample> samples, CancellationToken ct)
        {
            (Rows, Longest) = (Rows + samples.Count, Math.Max(Longest, samples.Count));
            return ValueTask.CompletedTask;
        }

        public ValueTask SealAsync(StepDone happened, Record record, CancellationToken ct) =>
            ValueTask.CompletedTask;

        public IEnumerable<JournalEntry> Read(long seq = 0) => [];

        public IReadOnlyList<JournalEntry> Find(JournalQuery query) => [];

        public IReadOnlyList<JournalEntry> OpenCalls(RunId run) => [];

        public Record ReadRecord(CallId call) => throw new KeyNotFoundException($"{call} was not kept");
    }
}
