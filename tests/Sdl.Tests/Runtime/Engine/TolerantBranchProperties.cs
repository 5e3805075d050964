using System.Globalization;
using Sdl.Core.Runs;
using Sdl.Runtime.Engine;
using Sdl.Shared.Tests;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Engine;

/// <summary>Random protocols of branches within branches, some of which fail: killed at random writes they come to the
/// end of an undisturbed run, and what the journal says of that end is what the run said.</summary>
public sealed class TolerantBranchProperties(ITestOutputHelper output)
{
    [Fact]
    public void Killed_at_random_writes_every_protocol_comes_to_the_same_end()
    {
        var (completed, failed, given, kills) = (0, 0, 0, 0);
        for (var seed = 1; seed <= 120; seed++)
        {
            var random = new Random(seed);
            var steps = Draw(random);
            var test = new TestRun(steps);
            var journal = new MemoryJournal(test.Disk, test.Time);
            var outcome = test.ProcessWith(journal)!;
            Judge(test, outcome, $"seed {seed}");
            var expected = End(test);
            completed += outcome.State == RunState.Completed ? 1 : 0;
            failed += outcome.State == RunState.Failed ? 1 : 0;
            given += outcome.GivenUp.Count;
            for (var i = 0; i < 6; i++, kills++)
            {
                var (first, second) = (random.Next(1, journal.Writes + 1), random.Next(1, 20));
                Kill(steps, first * (random.Next(2) * 2 - 1), second, expected,
                    $"seed {seed}, killed at {first}, then {second}");
            }
        }
        output.WriteLine($"{completed} completed, {failed} failed, {given} branches given up, {kills} kills");
        Assert.True(completed > 30 && failed > 15 && given > 30);
    }

    [Fact]
    public void The_same_protocol_gives_the_same_journal_to_the_byte()
    {
        for (var seed = 1; seed <= 30; seed++)
        {
            var steps = Draw(new Random(seed));
            var journals = Enumerable.Range(0, 2).Select(_ =>
            {
                var test = new TestRun(steps);
                test.Process();
                // The path of the file is in the messages of what it requires.
                return string.Join('\n', test.Disk.Events.Select(e =>
                    $"{e.At:O} {e.Body.Replace("/tmp/sdl-test-", "", StringComparison.Ordinal)}"));
            }).ToList();
            Assert.True(Unplaced(journals[0]) == Unplaced(journals[1]), $"seed {seed}");
        }

        static string Unplaced(string journal) =>
            string.Join('\n', journal.Split('\n').Select(l => l.Contains("no use", StringComparison.Ordinal) ? "" : l));
    }

    private static void Kill(string steps, int die, int again, string expected, string when)
    {
        var test = new TestRun(steps);
        var outcome = test.Process(die: die);
        for (var n = 0; outcome is null; n++)
        {
            Assert.True(n < 5, when);
            if (test.States.LastOrDefault() is RunState.Completed or RunState.Failed)
                break;
            outcome = test.Process(die: n == 0 ? again : 0);
        }
        Assert.True(expected == End(test), $"{when}: expected {expected}, got {End(test)}\n{steps}\n" + string.Join(
            '\n', test.Disk.Events.Select(e => $"{(e.At - TestRun.Start).TotalSeconds} {e.Body}")));
        if (outcome is not null)
            Judge(test, outcome, when);
    }

    private static void Judge(TestRun test, RunOutcome outcome, string when)
    {
        var journal = new MemoryJournal(test.Disk, test.Time);
        Assert.True(!JournalInvariants.Broken(test.Disk.Entries, journal.ReadRecord).Any(), when);
        var history = RunHistory.Of(TestRun.Id, journal);
        Assert.True(outcome.State == history.State, when);
        Assert.True(outcome.GivenUp.SequenceEqual(history.Branches.GivenUp), when);
        Assert.True(outcome.GivenUp.Select(g => g.Branch).Distinct().Count() == outcome.GivenUp.Count, when);
    }

    // What a run that fails has done by then depends on what else was under way.
    private static string End(TestRun test)
    {
        var state = test.Events.OfType<Moved>().Last().To;
        return state != RunState.Completed ? $"{state}" : $"{state} "
            + $"{string.Join(' ', test.Events.OfType<Resulted>().Last().Values.Select(v => v.Value.Value.Si))} "
            + string.Join(
                ' ', test.Events.OfType<BranchGivenUp>().Select(g => g.Branch).Order(StringComparer.Ordinal)) + " "
            + string.Join(' ', test.Devices.Values.Select(
                d => Math.Round(d.Delivered, 6).ToString(CultureInfo.InvariantCulture)));
    }

    private static string Draw(Random random)
    {
        var count = 0;
        return "steps: [{do: a.read, save: seen}, {when: 1 > 2, then: [{do: a.read, save: none}]}, "
            + $"{string.Join(", ", Enumerable.Range(0, 2).Select(_ => Several(0)))}, "
            + "{analyse: mean, records: seen, save: all}]\nfinally: [{do: b.work, with: {time: 1 s}}]\n"
            + "results: {count: all.count}\n";

        string Several(int depth)
        {
            // Mostly each branch has an instrument of its own.
            var own = new[] { "a", "b", "c", "d" };
            random.Shuffle(own);
            var branches = Enumerable.Range(0, random.Next(2, 5)).Select(i => Branch(depth, own[i])).ToList();
            var least = random.Next(1, branches.Count + 1);
            return $"{{name: s{++count}, least: {least}, parallel: [{string.Join(", ", branches)}]}}";
        }

        string Branch(int depth, string instrument)
        {
            var steps = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Leaf(depth, instrument)).ToList();
            return random.Next(3) == 0
                ? $"{{name: s{++count}, hold: [{instrument}], steps: [{string.Join(", ", steps)}], "
                    + $"finally: [{{do: {instrument}.work, with: {{time: 2 s}}}}]}}"
                : $"{{name: s{++count}, sequence: [{string.Join(", ", steps)}]}}";
        }

        string Leaf(int depth, string instrument)
        {
            // Holds come in the order of the lab file, so there is nothing of another instrument in one.
            var name = $"name: s{++count}";
            return random.Next(depth == 0 ? 11 : 9) switch
            {
                0 or 1 => $"{{{name}, do: {instrument}.read, save: seen}}",
                2 or 3 => $"{{{name}, do: {instrument}.dispense, with: {{volume: 0.{random.Next(1, 6)} mL}}}}",
                4 or 5 => $"{{{name}, do: {instrument}.work, with: {{time: {random.Next(1, 5)} s}}}}",
                6 => $"{{{name}, do: {instrument}.fail}}",
                7 => $"{{{name}, wait: {random.Next(1, 4)} s}}",
                8 => random.Next(2) == 0
                    ? $"{{{name}, require: 1 > 2, message: no use}}"
                    : $"{{{name}, analyse: mean, records: none, save: n{count}}}",
                9 => $"{{{name}, repeat: 2, steps: [{Leaf(1, instrument)}, {Leaf(1, instrument)}]}}",
                _ => $"{{{name}, parallel: [{Leaf(1, instrument)}, {Leaf(1, instrument)}], "
                    + $"least: {random.Next(1, 3)}}}",
            };
        }
    }
}
