using System.Text;
using System.Text.Json;
using FsCheck.Xunit;
using Microsoft.Data.Sqlite;
using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Planning;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Core.Safety;
using Sdl.Core.Units;
using Sdl.Store;
using Sdl.Tests.Support;
using Record = Sdl.Core.Records.Record;

namespace Sdl.Tests.Store;

public class SqliteJournalTests
{
    private static readonly RunId Run = new("e001");
    private static readonly CallId Call = new("e001/fill/pump.dispense");
    private static readonly InstrumentId Pump = new("pump");
    private static readonly DateTimeOffset At = new DateTimeOffset(2026, 1, 1, 8, 0, 0, TimeSpan.Zero).AddTicks(1);
    private static readonly Column[] Columns = [new("volume", Unit.Parse("mL")), new("t", Unit.Parse("s"))];

    private static readonly RunEvent[] OneOfEach =
    [
        new RunStarted(Run, "mix", "aa", "bb",
            Arguments.Of(("volume", Quantity.Of(1.5, "mL"))).With("place", new Argument("rack 1")),
            new Dictionary<string, InstrumentId> { ["pump"] = Pump }, "ann"),
        new Moved(Run, RunState.Queued, RunState.Running, ""),
        new StepIntended(Run, Call, Pump, "dispense", Arguments.Of(("volume", Quantity.Of(0.1, "mL"))), 1),
        new StepDone(Run, Call, 1, 2, "cc"),
        new StepFailed(Run, Call, 1, "DeviceFault", "pump: it stalled"),
        new StepReconciled(Run, Call, CallProgress.NotStarted, "I looked", "ann"),
        new StepReconciled(Run, Call, CallProgress.Partial, "it counts", "device")
        {
            Remaining = Arguments.Of(("volume", Quantity.Of(0.06, "mL"))),
        },
        new StepRetried(Run, Call, 1, "Timeout", "pump: no reply", TimeSpan.FromSeconds(0.2)),
        new ContactRetried(Run, Pump, "connecting", 1, "Disconnected", "no port", TimeSpan.FromSeconds(0.5)),
        new TroubleChanged(Pump, TroubleState.Ok, TroubleState.Reconnecting, "no port"),
        new AlarmRaised(Run, "e001/dispense", "it is late"),
        new WaitStarted(Run, "e001/wait", At),
        new Analysed(Run, "e001/analyse", "impedance.conductivity", Values(0.1)),
        new SafeEntered(Run, Pump, "plunger stands still", null),
        new Resulted(Run, Values(1.0 / 3)),
        new CampaignStarted("c", 18446744073709551615, "aa", "bb", "cc", true, "ann"),
        new Proposed(1, new Proposal(
            new DesignPoint(
                new Dictionary<string, double> { ["EC"] = 0.1, ["EMC"] = 0.9 },
                new Dictionary<string, string> { ["salt"] = "LiFSI" }),
            new Dictionary<string, Prediction> { ["kappa"] = new(1.5, 0.25) }, "best guess",
            new Dictionary<string, double> { ["ei"] = double.NegativeInfinity })),
        new Mixed(1, Run, new Formulation(new Dictionary<string, double> { ["EC"] = 1 }),
            new Dictionary<string, Quantity> { ["A"] = Quantity.Of(1, "mL") },
            new Formulation(new Dictionary<string, double> { ["EC"] = 1 }), Values(2), Values(3)["x"]),
        new Observed(1, Run,
            Observation.Of(new DesignPoint(new Dictionary<string, double> { ["EC"] = 1 }), "kappa", 9.5),
            Values(9.5)["x"]),
        new CampaignEnded(RunState.Completed, ""),
        new CommandGiven(Run, RunCommand.Stop, "ann", Now: true),
        new StepSuspended(Run, Call, 1, "the run was to pause now"),
        new StepTimedOut(Run, "e001/fill", Quantity.Of(10, "min")),
        new InterlockTripped("hot", new Dictionary<string, Quantity> { ["bath.temperature"] = Quantity.Of(66, "degC") },
            InterlockAction.Abort, "bath.temperature > 65 degC"),
        new InterlockMadeSafe("hot", Pump, "plunger stands still", "pump: no answer"),
        new InterlockAcknowledged("hot", "ann", "sensor was loose"),
        new InterlockCleared("hot"),
        new InventoryTaken(
            new Dictionary<string, Held> { ["pump"] = new("EMC", Values(2)["x"]) },
            new Dictionary<string, int> { ["vials"] = 40 }, "ann"),
        new StepIntended(Run, Call, Pump, "dispense", Arguments.Of(("volume", Quantity.Of(0.1, "mL"))), 1)
        {
            Matter = new Matter(
                new Movement("pump", "e001/vial", "EMC", Quantity.Of(0.1, "mL"), 0.01),
                new Dictionary<string, int> { ["vials"] = 1 }),
        },
        new StepDone(Run, Call, 1, 2, "cc") { Moved = Quantity.Of(0.1, "mL") },
        new StepFailed(Run, Call, 1, "DeviceFault", "pump: it stalled") { Moved = Quantity.Of(0.04, "mL") },
        new StepReconciled(Run, Call, CallProgress.Partial, "the counter", "device")
        {
            Moved = Quantity.Of(0.04, "mL"),
        },
        new LeaseTaken(Run, "e001/cell", [Pump]),
        new LeaseReturned(Run, "e001/cell", [Pump]),
        new WindowMissed(Run, "e001/crimp", "e001/wet", Quantity.Of(120, "s"), Quantity.Of(130.5, "s")),
        new BranchesBegun(Run, "e001/cycle", 1, new Dictionary<string, IReadOnlyList<InstrumentId>>
        {
            ["1"] = [Pump], ["2"] = [],
        }),
        new BranchGivenUp(Run, "e001/cycle/1", "pump: it stalled", 1, 1),
        new Analysed(Run, "e001/life", "mean", new Dictionary<string, Measured>()) { LeftOut = ["cycle/1"] },
        new Resulted(Run, new Dictionary<string, Measured>()) { LeftOut = ["cycle/1"] },
        new Suggested(new DesignPoint(new Dictionary<string, double> { ["EC"] = 1 }), "ann", "to be sure"),
        new Vetoed(new Veto([new VetoRange("EC", 0.5), new VetoRange("salt", Levels: ["LiFSI"])], "too thick"), "ann"),
    ];

    [Fact]
    public void The_events_are_a_file_format_that_stays() =>
        Golden.Check("events.jsonl", string.Concat(OneOfEach.Select(e => JournalJson.Write(e) + "\n")));

    [Fact]
    public void One_of_each_event_is_kept_in_the_golden_file()
    {
        var kinds = typeof(RunEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(RunEvent)));
        Assert.Equal(kinds.OrderBy(t => t.Name), OneOfEach.Select(e => e.GetType()).Distinct().OrderBy(t => t.Name));
        foreach (var e in OneOfEach)
            Assert.Equal(JournalJson.Write(e), JournalJson.Write(JournalJson.Read(JournalJson.Write(e))));
    }

    [Property]
    public bool Numbers_and_texts_come_back_as_they_were(
        FsCheck.NormalFloat number, FsCheck.UnicodeString text, ulong seed)
    {
        var words = string.Concat((text.Get ?? "").EnumerateRunes()); // half a surrogate pair is no text
        RunEvent[] events =
        [
            new StepIntended(Run, Call, Pump, words,
                Arguments.Of(("x", new Quantity(number.Get, new(Length: 3, Time: -1))))
                .With("t", new Argument(words)), 1),
            new Resulted(Run, Values(number.Get)), new CampaignStarted(words, seed, words, "", "", false, words),
        ];
        return events.All(e => JournalJson.Write(JournalJson.Read(JournalJson.Write(e))) == JournalJson.Write(e))
            && ((StepIntended)JournalJson.Read(JournalJson.Write(events[0])))
                .Arguments.Equals(((StepIntended)events[0]).Arguments)
            && ((Resulted)JournalJson.Read(JournalJson.Write(events[1]))).Values["x"].Value.Si.Equals(number.Get);
    }

    [Fact]
    public async Task Events_and_records_survive_and_the_hash_tells_the_smallest_difference()
    {
        var hashes = new List<string>();
        foreach (var last in new[] { 1.5, 1.5, Math.BitIncrement(1.5) })
        {
            using var folder = new TempFolder();
            var written = Record.Seal(Call, Pump, Columns, [Row(0.1, 0), Row(double.NaN, 1)]);
            using (var journal = SqliteJournal.Open(folder.Path, new FixedTime(At)))
            {
                foreach (var e in OneOfEach[..3])
                    await journal.AppendAsync(e, CancellationToken.None);
                await journal.AddSamplesAsync(Call, 1, [Row(99, 99)], CancellationToken.None);
                await journal.AddSamplesAsync(Call, 2, [written.Samples[0]], CancellationToken.None);
                await journal.AddSamplesAsync(Call, 2, [written.Samples[1]], CancellationToken.None);
                await journal.SealAsync(new StepDone(Run, Call, 2, 2, written.Sha256), written, CancellationToken.None);
                await journal.AppendAsync(new Resulted(Run, Values(last)), CancellationToken.None);
            }
            using var again = SqliteJournal.OpenForReading(folder.Path);
            var read = again.ReadRecord(Call);
            Assert.Equal(written.Sha256, read.Sha256);
            Assert.Equal([0.1, double.NaN], read["volume"]);
            Assert.Equal([1L, 2, 3, 4, 5], again.Read().Select(e => e.Seq));
            Assert.All(again.Read(), e => Assert.Equal(At, e.At));
            Assert.Equal([5L], again.Read(4).Select(e => e.Seq));
            hashes.Add(again.Hash());
        }
        Assert.Equal(hashes[0], hashes[1]);
        Assert.NotEqual(hashes[0], hashes[2]);
    }

    [Fact]
    public async Task A_record_that_was_changed_after_it_was_sealed_is_found_out()
    {
        using var folder = new TempFolder();
        using var journal = SqliteJournal.Open(folder.Path, TimeProvider.System);
        var record = Record.Seal(Call, Pump, Columns, [Row(1, 2)]);
        await journal.AddSamplesAsync(Call, 1, record.Samples, CancellationToken.None);
        await journal.SealAsync(new StepDone(Run, Call, 1, 1, record.Sha256), record, CancellationToken.None);
        Execute(folder, "UPDATE block SET data = zeroblob(24)");
        Assert.Throws<InvalidDataException>(() => journal.ReadRecord(Call));
        Assert.Throws<KeyNotFoundException>(() => journal.ReadRecord(new CallId("another")));
    }

    [Fact]
    public void What_a_writer_left_that_died_while_it_made_the_file_holds_nothing_yet()
    {
        using var folder = new TempFolder();
        using var copy = new TempFolder();
        using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(folder.Path, SqliteJournal.FileName), Pooling = false,
        }.ToString()))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = """
                CREATE TABLE t (x); PRAGMA cache_size = 1; BEGIN; CREATE TABLE u (x);
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
                INSERT INTO u SELECT zeroblob(1000) FROM n
                """;
            command.ExecuteNonQuery();
            foreach (var file in Directory.GetFiles(folder.Path))
                File.Copy(file, Path.Combine(copy.Path, Path.GetFileName(file)));
        }
        Assert.True(File.Exists(Path.Combine(copy.Path, SqliteJournal.FileName + "-journal")));
        var e = Assert.Throws<FileNotFoundException>(() => SqliteJournal.OpenForReading(copy.Path));
        Assert.Contains("holds nothing yet", e.Message, StringComparison.Ordinal);
        using (SqliteJournal.Open(copy.Path, TimeProvider.System))
        {
        }
        using var journal = SqliteJournal.OpenForReading(copy.Path);
        Assert.Empty(journal.Read());
    }

    [Fact]
    public void A_file_without_tables_holds_nothing_yet()
    {
        using var folder = new TempFolder();
        folder.Write(SqliteJournal.FileName, "");
        Assert.Throws<FileNotFoundException>(() => SqliteJournal.OpenForReading(folder.Path));
    }

    [Theory]
    [InlineData("null", "an event is missing")]
    [InlineData("""{"event":"step-done","run":null,"call":"c","attempt":1,"samples":0}""", "name is missing")]
    public void A_text_that_is_no_event_is_refused(string text, string message)
    {
        Assert.Contains(message, Assert.Throws<JsonException>(() => JournalJson.Read(text)).Message,
            StringComparison.Ordinal);
        Assert.Contains(message, Assert.Throws<JsonException>(
            () => JournalJson.Read(Encoding.UTF8.GetBytes(text))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_writer_is_refused_and_readers_are_not()
    {
        using var folder = new TempFolder();
        using var journal = SqliteJournal.Open(folder.Path, TimeProvider.System);
        var e = Assert.Throws<IOException>(() => SqliteJournal.Open(folder.Path, TimeProvider.System));
        Assert.Contains("in use by another sdl process", e.Message, StringComparison.Ordinal);
        using var reader = SqliteJournal.OpenForReading(folder.Path);
        for (var n = 1; n <= 2500; n++)
        {
            await journal.AppendAsync(OneOfEach[1], CancellationToken.None);
            if (n % 500 == 0)
                Assert.Equal(n, reader.Read().Count());
        }
        // Whoever reads while it is written sees a whole number of events without gaps.
        var seen = 0L;
        foreach (var entry in reader.Read())
        {
            Assert.Equal(++seen, entry.Seq);
            if (seen == 1500)
                await journal.AppendAsync(OneOfEach[1], CancellationToken.None);
        }
        Assert.Equal(2501, seen);
    }

    [Fact]
    public void A_newer_schema_is_refused_and_left_as_it_is()
    {
        using var folder = new TempFolder();
        SqliteJournal.Open(folder.Path, TimeProvider.System).Dispose();
        Execute(folder, "PRAGMA user_version=99");
        Func<SqliteJournal>[] ways =
        [
            () => SqliteJournal.Open(folder.Path, TimeProvider.System),
            () => SqliteJournal.OpenForReading(folder.Path),
        ];
        foreach (var open in ways)
        {
            var e = Assert.Throws<InvalidDataException>(open);
            Assert.Contains("schema version 99", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_no_journal_is_refused_with_words()
    {
        using var folder = new TempFolder();
        Assert.Throws<FileNotFoundException>(() => SqliteJournal.OpenForReading(folder.Path));
        folder.Write(SqliteJournal.FileName, new string('x', 5000));
        Assert.Contains(
            folder.Path, Assert.Throws<IOException>(() => SqliteJournal.OpenForReading(folder.Path)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            folder.Path, Assert.Throws<IOException>(() => SqliteJournal.Open(folder.Path, TimeProvider.System)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_breaks_the_journal_for_good_and_what_was_acknowledged_stays()
    {
        using var folder = new TempFolder();
        var acknowledged = 0;
        using (var journal = SqliteJournal.Open(folder.Path, TimeProvider.System, maxPages: 30))
        {
            var full = await Assert.ThrowsAsync<JournalException>(async () =>
            {
                for (; acknowledged < 10_000; acknowledged++)
                    await journal.AppendAsync(
                        new Moved(Run, RunState.Queued, RunState.Running, new string('x', 500)),
                        CancellationToken.None);
            });
            Assert.Contains("free the disk, then resume", full.Message, StringComparison.Ordinal);
            // A smaller event might fit; a journal with a gap would tell a story that did not happen.
            await Assert.ThrowsAsync<JournalException>(
                async () => await journal.AppendAsync(OneOfEach[^1], CancellationToken.None));
        }
        using var again = SqliteJournal.Open(folder.Path, TimeProvider.System);
        Assert.Equal(acknowledged, again.Read().Count());
        await again.AppendAsync(OneOfEach[^1], CancellationToken.None);
    }

    private static Dictionary<string, Measured> Values(double x) => new()
    {
        ["x"] = new Measured(
            new Quantity(x, new(Length: -3, Mass: -1, Time: 3, Current: 2)),
            new Quantity(0, new(Length: -3, Mass: -1, Time: 3, Current: 2))),
    };

    private static Sample Row(params double[] values) => new(At, values);

    private static void Execute(TempFolder folder, string sql)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(folder.Path, SqliteJournal.FileName)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // literals of this file
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
