using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Shared.Tests;
using Sdl.Store;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Engine;

/// <summary>kill -9 at every write of a run of 200 steps in three lanes that share instruments: doses of which the
/// device must be asked, readings, set-points that hold, waits and analyses. Nothing is lost, nothing is done twice,
/// and the end is that of a run that nobody disturbed.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const string Steps = """
        steps:
          - do: b.set
            with: {value: 40}
          - name: lanes
            parallel:
              - name: one
                sequence:
                  - name: each
                    repeat: 18
                    steps:
                      - {name: dose, do: a.dispense, with: {volume: 0.1 mL}}
                      - {name: look, do: b.read, save: one}
                      - {name: rest, wait: 2 s}
                      - {name: work, do: c.work, with: {time: 2 s}}
                  - {name: judge, analyse: mean, records: one, save: first}
              - name: two
                sequence:
                  - name: each
                    repeat: 18
                    steps:
                      - {name: dose, do: d.dispense, with: {volume: 0.05 mL}}
                      - {name: warm, do: d.set, with: {value: 50}}
                      - {name: look, do: d.read, save: two}
                      - {name: judge, analyse: mean, records: two, save: second}
              - name: three
                sequence:
                  - name: each
                    repeat: 18
                    steps:
                      - {name: dose, do: a.dispense, with: {volume: 0.05 mL}}
                      - {name: rest, wait: 1 s}
                      - {name: look, do: b.read, save: three}
                  - {name: judge, analyse: mean, records: three, save: third}
        finally:
          - {name: last, do: a.dispense, with: {volume: 0.2 mL}}
        results: {first: first.mean, second: second.mean, third: third.mean, of: second.count}
        """;

    [Fact]
    public void Nothing_is_lost_or_done_twice_by_a_kill_at_any_write()
    {
        var (undisturbed, writes) = Undisturbed();
        Assert.True(undisturbed.Steps >= 200, $"only {undisturbed.Steps} steps");
        Parallel.For(1, writes + 1, k =>
        {
            foreach (var die in new[] { -k, k })
            {
                var test = new TestRun(Steps);
                var before = Killed(test, die);
                Finish(test, before);
                Same(undisturbed, test, before, $"killed at write {die}");
            }
        });
        output.WriteLine($"{undisturbed.Steps} steps, {writes} writes, {2 * writes} kills");
    }

    [Fact]
    public void Nothing_is_lost_or_done_twice_by_a_second_kill_while_it_recovers()
    {
        var (undisturbed, writes) = Undisturbed();
        var kills = 0;
        Parallel.For(0, writes / 37, i =>
        {
            for (var j = 1 + i % 3; j < 40; j += 3)
            {
                var test = new TestRun(Steps);
                Killed(test, 2 + i * 37);
                var before = Killed(test, i % 2 == 0 ? j : -j);
                Finish(test, before);
                Same(undisturbed, test, before, $"killed at write {2 + i * 37} and {j} writes later");
                Interlocked.Increment(ref kills);
            }
        });
        output.WriteLine($"{kills} second kills");
    }

    [Fact]
    public void The_same_holds_of_the_journal_on_a_disk()
    {
        var (undisturbed, writes) = Undisturbed();
        for (var k = 5; k <= writes; k += 61)
        {
            var test = new TestRun(Steps);
            using var folder = new TempFolder();
            IReadOnlyList<JournalEntry> before;
            using (var journal = SqliteJournal.Open(folder.Path, test.Time))
            {
                var process = new Mortal();
                Assert.Null(test.ProcessWith(new MortalJournal(journal, process, k % 2 == 0 ? k : -k), process));
                before = journal.Read().ToList();
            }
            using var again = SqliteJournal.Open(folder.Path, test.Time);
            Assert.Equal(RunState.Completed, test.ProcessWith(again)!.State);
            Same(undisturbed, test, again, before, $"killed at write {k} on a disk");
        }
    }

    private static (EndState End, int Writes) Undisturbed()
    {
        var test = new TestRun(Steps);
        var journal = new MemoryJournal(test.Disk, test.Time);
        Assert.Equal(RunState.Completed, test.ProcessWith(journal)!.State);
        return (EndState.Of(test, journal), journal.Writes);
    }

    // Who dies after the last write has left nothing to do.
    private static void Finish(TestRun test, List<JournalEntry> before)
    {
        if (!JournalInvariants.HasEnded(before, TestRun.Id))
            Assert.Equal(RunState.Completed, test.Process()!.State);
    }

    /// <summary>A life that ends at the nth write.</summary>
    /// <returns>What is on the disk then.</returns>
    private static List<JournalEntry> Killed(TestRun test, int die)
    {
        Assert.Null(test.Process(die));
        return new MemoryJournal(test.Disk, test.Time).Read().ToList();
    }

    private static void Same(EndState undisturbed, TestRun test, List<JournalEntry> before, string how) =>
        Same(undisturbed, test, new MemoryJournal(test.Disk, test.Time), before, how);

    private static void Same(
        EndState undisturbed, TestRun test, IJournal journal, IReadOnlyList<JournalEntry> before, string how)
    {
        var entries = journal.Read().ToList();
        var broken = JournalInvariants.Lost(before, entries)
            .Concat(JournalInvariants.Broken(entries, journal.ReadRecord)).ToList();
        Assert.True(broken.Count == 0, $"{how}: {string.Join('\n', broken)}");
        var end = EndState.Of(test, journal);
        Assert.True(undisturbed.Doses.SequenceEqual(end.Doses),
            $"{how}, the devices gave {string.Join(", ", end.Doses.Except(undisturbed.Doses))}");
        Assert.True(undisturbed.Records.SequenceEqual(end.Records),
            $"{how}, records are {string.Join(", ", end.Records.Except(undisturbed.Records))}");
        Assert.True(undisturbed.Results.SequenceEqual(end.Results), $"{how}, results differ");
    }

    /// <summary>What is the same in the end, however often the process was killed.</summary>
    /// <param name="Doses">Device, call and mL of every dose that was ever started.</param>
    /// <param name="Records">Call and values; times differ.</param>
    private sealed record EndState(
        IReadOnlyList<string> Doses, IReadOnlyList<string> Records, IReadOnlyList<string> Results, int Steps)
    {
        public static EndState Of(TestRun test, IJournal journal)
        {
            var events = journal.Read().Select(e => e.Event).ToList();
            // What brings set-points about again is a call of its own.
            var done = events.OfType<StepDone>().Select(d => d.Call).Where(c => !c.Value.Contains("#held")).ToList();
            return new EndState(
                test.Devices.SelectMany(d => d.Value.Doses.Select(x => $"{d.Key} {x.Tag} {x.Volume:F6}")).Order()
                    .ToList(),
                done.ConvertAll(c => $"{c}: {Values(journal, c)}").Order(StringComparer.Ordinal).ToList(),
                events.OfType<Resulted>().Last().Values.Select(v => $"{v.Key} {v.Value}").Order().ToList(),
                done.Count + events.OfType<WaitStarted>().Count() + events.OfType<Analysed>().Count());
        }

        private static string Values(IJournal journal, CallId call) => string.Join(' ', journal.ReadRecord(call)
            .Samples.Select(s => string.Join(',', s.Values.ToArray().Select(v => $"{v:F6}"))));
    }
}
