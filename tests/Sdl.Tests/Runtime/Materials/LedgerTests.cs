using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Protocols;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Materials;
using Sdl.Store;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Materials;

public class LedgerTests
{
    // m3; a hundredth of a microlitre, far below what any meter shows.
    private const double Tiny = 1e-14;

    private static readonly Quantity Ml = Quantity.Of(1, "mL");

    [Fact]
    public void What_leaves_a_container_enters_another_and_doses_of_one_pump_err_together()
    {
        var test = Bench("steps: [{sequence: [{do: a.dispense, with: {volume: 1 mL}}, {do: a.dispense, with: "
            + "{volume: 2 mL}}, {do: b.dispense, with: {volume: 1 mL}}], into: vial}, {do: a.dispense, with: "
            + "{volume: 1 mL}}]");
        Assert.Equal(RunState.Completed, test.Process()!.State);
        var ledger = test.Ledger;
        var (a, vial) = (ledger.Find("a")!, ledger.Find("run/vial")!);
        Assert.Equal((6, 4), (Math.Round(a.Volume.In("mL"), 9), Math.Round(a.Taken.In("mL"), 9)));
        // 0.1 mL counted, and 1 % of the 4 mL that went.
        Assert.Equal(Math.Sqrt(0.1 * 0.1 + 0.04 * 0.04), a.Uncertainty.In("mL"), 9);
        Assert.Equal(["A", "b"], vial.Materials.Keys.Order());
        Assert.Equal(3, vial.Materials["A"].In("mL"), 9);
        Assert.Equal(Math.Sqrt(0.03 * 0.03 + 0.01 * 0.01), vial.Uncertainty.In("mL"), 9);
        Assert.Equal(1, ledger.Find(Movement.Outside)!.Volume.In("mL"), 9);
        Assert.Equal(-1, ledger.Find("b")!.Volume.In("mL"), 9);
        Assert.False(ledger.Find("b")!.IsCounted);
        Assert.True(ledger.Imbalance.Si < Tiny, ledger.Imbalance.ToExactString());
    }

    [Property(MaxTest = 60)]
    public Property Ledger_agrees_with_the_devices_wherever_the_process_dies()
    {
        var volumes = Gen.Choose(1, 30).ListOf(4);
        var deaths = Gen.Choose(-40, 40).ListOf(3);
        return Prop.ForAll(volumes.Zip(deaths).ToArbitrary(), given =>
        {
            var doses = given.Item1.Select((v, i) => $"{{do: {"aab"[i % 3]}.dispense, with: {{volume: {v} mL / 10}}}}");
            var test = Bench($"steps: [{{sequence: [{string.Join(", ", doses)}], into: vial}}]");
            foreach (var die in given.Item2.Where(d => d != 0))
            {
                if (test.Process(die) is not null)
                    break;
                Agrees(test);
            }
            if (test.States.Last() is not RunState.Completed)
                Assert.Equal(RunState.Completed, test.Process()!.State);
            Agrees(test);
            Assert.Empty(test.Ledger.Unknown);
            Assert.Equal(
                10 - test.A.Delivered, test.Ledger.Find("a")!.Volume.In("mL"), 6);
            Assert.Equal(given.Item1.Sum() / 10.0, test.Ledger.Find("run/vial")!.Volume.In("mL"), 6);
        });
    }

    [Property(MaxTest = 300)]
    public Property Matter_is_conserved_whatever_happens_and_whenever_somebody_counts()
    {
        // Each number is one event: what it says, about which of three calls, and how much.
        return Prop.ForAll(Gen.Choose(0, 10_000).ListOf().ToArbitrary(), numbers =>
        {
            var ledger = new Ledger();
            foreach (var (n, i) in numbers.Select((n, i) => (n, i)))
                ledger.Apply(Anything(n % 9, $"run/{n / 9 % 3}", (n / 27 % 20 + 1) / 10.0, i));
            Assert.True(ledger.Imbalance.Si < 1e-12, $"{ledger.Imbalance.ToExactString()} after {numbers.Count}");
            foreach (var held in ledger.Holdings)
                Assert.InRange(held.Volume.Si, held.Least.Si - Tiny, held.Most.Si + Tiny);
            foreach (var part in ledger.Parts)
                Assert.InRange(part.Left, int.MinValue, part.Most);
        });
    }

    [Fact]
    public void Unknown_end_bounds_the_volume_until_somebody_counts()
    {
        var call = new CallId("run/a");
        var ledger = Counted(10);
        ledger.Apply(Intended(call, 1, 2));
        ledger.Apply(new StepFailed(TestRun.Id, call, 1, "DeviceFault", "it stalled") { Moved = Ml * 0.5 });
        var held = ledger.Find("a")!;
        Assert.True(held.IsUnknown);
        Assert.Equal((8.0, 9.5), (Math.Round(held.Least.In("mL"), 9), Math.Round(held.Most.In("mL"), 9)));
        Assert.Equal("run/a", Assert.Single(ledger.Unknown).Call.Value);
        ledger.Apply(Taken("a", 8.3));
        Assert.Equal(8.3, ledger.Find("a")!.Volume.In("mL"), 9);
        Assert.False(ledger.Find("a")!.IsUnknown);
        Assert.True(ledger.Find("run/vial")!.IsUnknown);
        // What is found out later about the vial does not change what was counted in the pump.
        ledger.Apply(new StepReconciled(TestRun.Id, call, CallProgress.Partial, "", "device") { Moved = Ml * 1.7 });
        Assert.Equal(
            (8.3, 1.7), (ledger.Find("a")!.Volume.In("mL"), Math.Round(ledger.Find("run/vial")!.Volume.In("mL"), 9)));
        Assert.True(ledger.Imbalance.Si < Tiny);
    }

    [Theory]
    [InlineData(CallProgress.NotStarted, 40, 40, 0.0)]
    [InlineData(CallProgress.Done, 39, 39, 2.0)]
    [InlineData(CallProgress.Unknown, 39, 40, 1.0)]
    public void Person_who_decides_settles_volume_and_parts(CallProgress word, int left, int most, double moved)
    {
        var call = new CallId("run/a");
        var ledger = Counted(10);
        ledger.Apply(Intended(call, 1, 2));
        Assert.Equal((39, 40), (ledger.FindPart("vials")!.Left, ledger.FindPart("vials")!.Most));
        ledger.Apply(new StepReconciled(TestRun.Id, call, word, "I looked", "ann"));
        Assert.Equal((left, most), (ledger.FindPart("vials")!.Left, ledger.FindPart("vials")!.Most));
        Assert.Equal(moved, ledger.Find("run/vial")!.Volume.In("mL"), 9);
    }

    [Fact]
    public void Parts_are_taken_once_however_often_a_call_is_attempted()
    {
        var test = Bench("steps: [{do: a.dispense, with: {volume: 1 mL}, uses: {vials: 2}}]");
        for (var attempt = 0; attempt < 3; attempt++)
            Assert.Null(test.Process(3)); // just after the intention
        Assert.Equal(RunState.Completed, test.Process()!.State);
        Assert.True(test.Events.OfType<StepIntended>().Count() > 1);
        Assert.Equal(
            (38, 2, false),
            (test.Ledger.FindPart("vials")!.Left, test.Ledger.FindPart("vials")!.Used,
                test.Ledger.FindPart("vials")!.IsUnknown));
    }

    [Theory]
    [InlineData("{do: a.dispense, with: {volume: 5 mL}}, {do: a.dispense, with: {volume: 4.9 mL}}", "a should give")]
    [InlineData("{do: b.grip, uses: {vials: 40}}, {do: b.grip, uses: {vials: 1}}", "1 of 'vials' are needed and 0")]
    [InlineData(
        "{do: b.dispense, with: {volume: 2 mL}, into: waste}, {do: b.dispense, with: {volume: 2 mL}, into: waste}",
        "overflow")]
    public void Call_that_cannot_be_covered_is_refused_before_anything_moves(string steps, string why)
    {
        var test = Bench($"steps: [{steps}]");
        var outcome = test.Process()!;
        Assert.Equal(RunState.Failed, outcome.State);
        Assert.Contains(why, outcome.Why, StringComparison.Ordinal);
        Assert.Single(test.Events.OfType<StepIntended>());
        Assert.Equal(1, test.Devices.Values.Sum(d => d.Told));
    }

    private static void Agrees(TestRun test)
    {
        var ledger = test.Ledger;
        Assert.True(ledger.Imbalance.Si < Tiny, ledger.Imbalance.ToExactString());
        var truth = Ml * (10 - test.A.Delivered);
        Assert.True(ledger.Find("a")!.Covers(truth, margin: 0, slack: 1e-12),
            $"{truth} is not within {ledger.Find("a")}");
    }

    private static TestRun Bench(string steps)
    {
        var at = new Mark("lab.yaml", 1, 1);
        var inventory = new Inventory(
            new Dictionary<string, Container>
            {
                ["a"] = new("A", new Measured(Ml * 10, Ml * 0.1), null, null, at),
                ["waste"] = new("waste", new Measured(Ml * 0, Ml * 0), Ml * 3, null, at),
            },
            new Dictionary<string, CountedPart> { ["vials"] = new(40, at) });
        var test = new TestRun(steps) { Inventory = inventory };
        test.Disk.Events.Add((TestRun.Start, JournalJson.Write(new InventoryTaken(
            inventory.Containers.ToDictionary(c => c.Key, c => new Held(c.Value.Holds, c.Value.Volume)),
            inventory.Parts.ToDictionary(p => p.Key, p => p.Value.Count), "ann"))));
        return test;
    }

    private static Ledger Counted(double volume)
    {
        var ledger = new Ledger();
        ledger.Apply(Taken("a", volume));
        ledger.Apply(new InventoryTaken(
            new Dictionary<string, Held>(), new Dictionary<string, int> { ["vials"] = 40 }, "ann"));
        return ledger;
    }

    private static InventoryTaken Taken(string container, double volume) => new(
        new Dictionary<string, Held> { [container] = new("A", new Measured(Ml * volume, Ml * 0.1)) },
        new Dictionary<string, int>(), "ann");

    private static StepIntended Intended(CallId call, int attempt, double volume) =>
        new(TestRun.Id, call, new InstrumentId("a"), "dispense", Arguments.None, attempt)
        {
            Matter = new Matter(
                new Movement("a", "run/vial", "A", Ml * volume, 0.01), new Dictionary<string, int> { ["vials"] = 1 }),
        };

    private static RunEvent Anything(int kind, string path, double volume, int attempt)
    {
        var call = new CallId(path);
        return kind switch
        {
            0 or 1 => Intended(call, attempt, volume),
            2 => new StepDone(TestRun.Id, call, attempt, 1, "") { Moved = Ml * volume },
            3 => new StepDone(TestRun.Id, call, attempt, 0, ""),
            4 => new StepFailed(TestRun.Id, call, attempt, "DeviceFault", "") { Moved = Ml * volume },
            5 => new StepReconciled(TestRun.Id, call, (CallProgress)(attempt % 4), "", "ann"),
            6 => new StepReconciled(TestRun.Id, call, CallProgress.Partial, "", "device") { Moved = Ml * volume },
            7 => Taken("a", volume * 5),
            _ => Taken("run/vial", volume),
        };
    }
}
