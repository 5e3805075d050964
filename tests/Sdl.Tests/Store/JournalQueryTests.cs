using FsCheck.Xunit;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Runtime.Time;
using Sdl.Store;
using Sdl.Tests.Support;

namespace Sdl.Tests.Store;

/// <summary>What is looked up by index is what a reader of everything would have found.</summary>
public class JournalQueryTests
{
    private static readonly string[] Runs = ["e001", "e002", "e002~2"];
    private static readonly string[] Paths = ["a", "a[1]/b", "a[1]/b.c", "a[12]/b.c", "b", "b/c", "b0"];
    private static readonly string[] Instruments = ["pump", "arm"];
    private static readonly string[] Capabilities = ["dispense", "set"];

    private static readonly Type[] Kinds =
        [typeof(StepIntended), typeof(StepDone), typeof(StepFailed), typeof(WaitStarted), typeof(Moved)];

    [Property(MaxTest = 40)]
    public void Every_query_finds_what_a_reader_of_all_would_find(ulong draw)
    {
        var random = new Random((int)(draw % int.MaxValue));
        using var folder = new TempFolder();
        var time = new VirtualTime(TestRun.Start);
        var memory = new MemoryJournal(new Disk(), time);
        // What an earlier process wrote is indexed, what this one writes not yet.
        for (var process = random.Next(2); process > 0; process--)
            using (var earlier = SqliteJournal.Open(folder.Path, time, Durability.ProcessDeath))
                Append(earlier, memory, random);
        using var journal = SqliteJournal.Open(folder.Path, time, Durability.ProcessDeath);
        Append(journal, memory, random);
        for (var i = 0; i < 40; i++)
        {
            var query = Query(random);
            Assert.Equal(memory.Find(query).Select(Text), journal.Find(query).Select(Text));
        }
        foreach (var run in Runs)
            Assert.Equal(
                memory.OpenCalls(new RunId(run)).Select(Text), journal.OpenCalls(new RunId(run)).Select(Text));
        Assert.Equal(memory.Last is { } last ? Text(last) : null, journal.Last is { } end ? Text(end) : null);
    }

    [Fact]
    public void No_query_of_the_engine_reads_the_whole_journal()
    {
        using var folder = new TempFolder();
        using var journal = SqliteJournal.Open(folder.Path, TimeProvider.System);
        var run = new RunId("e001");
        JournalQuery[] queries =
        [
            new(typeof(RunStarted), typeof(Moved)) { Run = run },
            new(typeof(StepIntended), typeof(StepDone)) { Run = run, Subject = "e001/a" },
            new(typeof(StepIntended), typeof(WaitStarted)) { Run = run, Below = "e001#finally", Latest = 1 },
            new(typeof(StepIntended)) { Run = run, Use = (new("pump"), "dispense"), Latest = 1 },
            new(typeof(Resulted)) { Run = run, Latest = 1 },
            new(typeof(Observed), typeof(Mixed)),
        ];
        foreach (var query in queries)
        {
            var plan = journal.Plan(query);
            Assert.Contains(
                query.Use is null ? "SEARCH place USING PRIMARY KEY (kind=?"
                    : "SEARCH used USING PRIMARY KEY (run=? AND instrument=? AND capability=?",
                plan, StringComparison.Ordinal);
            Assert.Contains("SEARCH event USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)", plan,
                StringComparison.Ordinal);
            Assert.DoesNotContain("SCAN event", plan, StringComparison.Ordinal);
        }
        Assert.StartsWith("SEARCH event USING INTEGER PRIMARY KEY (rowid<?)",
            journal.Plan(new JournalQuery { Run = run }), StringComparison.Ordinal);
    }

    private static void Append(SqliteJournal journal, MemoryJournal memory, Random random)
    {
        for (var i = random.Next(60); i > 0; i--)
        {
            var happened = Event(random);
            journal.AppendAsync(happened, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            memory.AppendAsync(happened, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }
    }

    private static string Text(JournalEntry entry) => $"{entry.Seq} {entry.At:O} {JournalJson.Write(entry.Event)}";

    private static RunEvent Event(Random random)
    {
        var run = new RunId(Pick(Runs, random));
        var call = new CallId($"{run}/{Pick(Paths, random)}");
        return random.Next(5) switch
        {
            0 => new StepDone(run, call, 1, 0, ""),
            1 => new StepFailed(run, call, 1, "Timeout", "no answer"),
            2 => new WaitStarted(run, call.Value, TestRun.Start),
            3 => new Moved(run, RunState.Running, RunState.Paused, ""),
            _ => new StepIntended(
                run, call, new InstrumentId(Pick(Instruments, random)), Pick(Capabilities, random), Arguments.None, 1),
        };
    }

    private static JournalQuery Query(Random random)
    {
        var kinds = Kinds.Where(_ => random.Next(2) == 0).ToArray();
        var query = new JournalQuery(kinds)
        {
            Latest = random.Next(3) == 0 ? random.Next(1, 4) : int.MaxValue,
            Until = random.Next(3) == 0 ? random.Next(40) : long.MaxValue,
        };
        if (random.Next(4) == 0)
            return query;
        var run = Pick(Runs, random);
        query = query with { Run = new RunId(run) };
        return random.Next(4) switch
        {
            0 => query with { Subject = $"{run}/{Pick(Paths, random)}" },
            1 => query with { Below = $"{run}/{Pick(Paths, random)}" },
            2 => query with
            {
                Kinds = [typeof(StepIntended)],
                Use = (new InstrumentId(Pick(Instruments, random)), Pick(Capabilities, random)),
            },
            _ => query,
        };
    }

    private static string Pick(string[] from, Random random) => from[random.Next(from.Length)];
}
