using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Runtime.Engine;
using Sdl.Shared.Tests;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Engine;

/// <summary>kill -9 at every write of runs that leave branches behind: the end is that of a run that nobody disturbed,
/// and what was given up stays so.</summary>
public sealed class TolerantBranchCrashTests(ITestOutputHelper output)
{
    private const string Nested = """
        steps:
          - name: rounds
            repeat: 2
            steps:
              - name: cells
                least: 2
                parallel:
                  - name: one
                    sequence:
                      - {do: a.set, with: {value: 10}}
                      - {do: a.read, save: seen}
                      - {do: a.dispense, with: {volume: 1 mL}}
                  - name: two
                    hold: [c]
                    steps:
                      - {do: c.read, save: seen}
                      - name: inner
                        parallel:
                          - {when: 1 > 2, then: [{do: c.read, save: none}]}
                          - {do: c.dispense, with: {volume: 2 mL}}
                          - {sequence: [{wait: 7 s}, {analyse: mean, records: none, save: m}], name: judge}
                    finally: [{do: c.work, with: {time: 2 s}, name: tidy}]
                  - name: three
                    sequence:
                      - {do: d.read, save: seen}
                      - {do: d.work, with: {time: 12 s}}
          - {analyse: mean, records: seen, save: all}
        finally: [{do: b.grip}]
        results: {mean: all.mean, count: all.count}
        """;

    private const string Late = """
        steps:
          - name: cells
            least: 1
            parallel:
              - name: one
                time_limit: 6 s
                sequence:
                  - {do: a.read, save: seen}
                  - {do: a.dispense, with: {volume: 0.2 mL}}
                  - {do: a.work, with: {time: 10 s}, name: much}
              - {name: two, sequence: [{do: c.dispense, with: {volume: 1 mL}}, {do: c.read, save: seen}]}
        finally: [{do: b.grip}]
        results: {seen: seen.value}
        """;

    private const string TooMany = """
        steps:
          - name: cells
            least: 2
            parallel:
              - {name: one, sequence: [{do: a.dispense, with: {volume: 0.2 mL}}, {do: a.fail}]}
              - {name: two, sequence: [{do: c.dispense, with: {volume: 1 mL}}, {do: c.fail}]}
              - {name: three, do: d.dispense, with: {volume: 5 mL}}
          - {do: b.grip, name: never}
        finally: [{do: b.work, with: {time: 2 s}}]
        """;

    private const string Shared = """
        steps:
          - name: cells
            least: 1
            parallel:
              - {name: one, sequence: [{do: a.dispense, with: {volume: 0.2 mL}}, {do: b.fail}]}
              - {name: two, sequence: [{do: c.dispense, with: {volume: 1 mL}}, {do: b.read}]}
        finally: [{do: d.work, with: {time: 2 s}}]
        """;

    private const string Covered = """
        steps:
          - name: all
            hold: [a, c, d]
            steps:
              - name: cells
                least: 1
                parallel:
                  - name: one
                    hold: [a]
                    steps: [{do: a.dispense, with: {volume: 0.2 mL}}, {do: a.fail}]
                    finally: [{do: a.grip}, {do: a.work, with: {time: 2 s}}]
                  - name: two
                    hold: [c]
                    steps: [{do: c.dispense, with: {volume: 0.4 mL}}, {do: c.read}]
                    finally: [{do: c.grip}]
            finally: [{do: d.grip}]
        """;

    public static TheoryData<string, string> Protocols => new()
    {
        { "covered", Covered },
        { "three", TolerantBranchTests.Three }, { "nested", Nested }, { "late", Late }, { "too many", TooMany },
        { "shared", Shared },
    };

    [Theory, MemberData(nameof(Protocols))]
    public void A_kill_at_any_write_changes_nothing_of_the_end(string name, string steps)
    {
        var (expected, writes) = Undisturbed(steps);
        for (var k = 1; k <= writes; k++)
            foreach (var die in new[] { -k, k })
                foreach (var blip in new[] { false, true })
                {
                    var test = new TestRun(steps);
                    var first = test.Process(die: die, atDeath: () => Blip(test, blip));
                    Finish(test, first, expected, $"{name}, killed at write {die}{(blip ? " with a blip" : "")}");
                }
        output.WriteLine($"{name}: {writes} writes; {expected}");
    }

    [Theory, MemberData(nameof(Protocols))]
    public void Nor_does_a_second_kill_while_it_is_taken_up_again(string name, string steps)
    {
        var (expected, writes) = Undisturbed(steps);
        for (var k = 3; k <= writes; k += 2)
            for (var j = 1 + k % 3; j < 16; j += 3)
            {
                var test = new TestRun(steps);
                if (test.Process(die: k) is not null)
                    continue;
                if (test.States.LastOrDefault() is RunState.Completed or RunState.Failed)
                    continue;
                Ask(test);
                var second = test.Process(die: j % 2 == 0 ? j : -j);
                Finish(test, second, expected, $"{name}, killed at write {k} and {j} writes later");
            }
    }

    private static (string End, int Writes) Undisturbed(string steps)
    {
        var test = new TestRun(steps);
        var journal = new MemoryJournal(test.Disk, test.Time);
        test.ProcessWith(journal);
        return (End(test), journal.Writes);
    }

    // What matters of the end: the state, the results, what was left behind and what the devices did.
    private static string End(TestRun test)
    {
        var moved = test.Events.OfType<Moved>().Last();
        var results = test.Events.OfType<Resulted>().LastOrDefault();
        var given = test.Events.OfType<BranchGivenUp>().OrderBy(g => g.Branch, StringComparer.Ordinal)
            .Select(g => $"{g.Branch}: {(g.Why.Contains("time limit", StringComparison.Ordinal) ? "late" : g.Why)}");
        return $"{moved.To} {(results is null ? "" : string.Join(", ", results.Values))}; "
            + $"{string.Join(", ", results?.LeftOut ?? [])}; "
            + (moved.To == RunState.Completed ? string.Join(" | ", given) : "")
            + $"; grips {string.Join(", ", test.Devices.Values.SelectMany(d => d.Grips))}";
    }

    private static void Finish(TestRun test, RunOutcome? outcome, string expected, string when)
    {
        for (var n = 0; outcome is not { State: not RunState.Interrupted }; n++)
        {
            Assert.True(n < 5, $"{when}: {outcome?.Why}");
            if (test.States.LastOrDefault() is RunState.Completed or RunState.Failed)
                break;
            Ask(test);
            outcome = test.Process();
        }
        Assert.True(expected == End(test), $"{when}: expected {expected}\nand got {End(test)}\n{Tail(test)}");
        var once = test.Events.OfType<BranchGivenUp>().GroupBy(g => g.Branch).Where(g => g.Count() > 1);
        Assert.True(!once.Any(), $"{when}: given up twice\n{Tail(test)}");
        var journal = new MemoryJournal(test.Disk, test.Time);
        var broken = JournalInvariants.Broken(test.Disk.Entries, journal.ReadRecord).ToList();
        Assert.True(broken.Count == 0, $"{when}: {string.Join('\n', broken)}\n{Tail(test)}");
        NothingAfterGivenUp(test, when);
    }

    private static void NothingAfterGivenUp(TestRun test, string when)
    {
        var gone = new List<string>();
        foreach (var happened in test.Events)
            if (happened is BranchGivenUp g)
                gone.Add(g.Branch);
            else if (happened is StepIntended i)
                Assert.True(gone.All(b => !RunPaths.IsWithin(i.Call.Value, b)), $"{when}: {i.Call} comes too late");
    }

    private static void Ask(TestRun test)
    {
        foreach (var open in RunHistory.Of(TestRun.Id, new MemoryJournal(test.Disk, test.Time)).Open
            .Where(o => o.Intended.Capability == "grip"))
            test.Say(open.Intended.Call.Value,
                test.Devices.Values.Any(d => d.Grips.Contains(open.Intended.Call.Value))
                    ? CallProgress.Done : CallProgress.NotStarted);
    }

    private static string Tail(TestRun test) =>
        string.Join('\n', test.Disk.Events.Select(e => $"{(e.At - TestRun.Start).TotalSeconds} {e.Body}"));

    // A cable that goes with the computer: motions end where they are and set-points are lost.
    private static void Blip(TestRun test, bool happens)
    {
        foreach (var device in test.Devices.Values.Where(_ => happens))
        {
            device.Stop();
            device.SetPoint = FakeDevice.Room;
        }
    }
}
