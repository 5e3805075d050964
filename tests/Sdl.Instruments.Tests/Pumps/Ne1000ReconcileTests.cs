using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Instruments.Tests.Support;
using static Sdl.Instruments.Tests.Pumps.Ne1000Tests;
using static Sdl.Instruments.Tests.Support.DosingBench;

namespace Sdl.Instruments.Tests.Pumps;

/// <summary>What a new program finds out from the pump about a dose whose end the old program did not see.</summary>
public class Ne1000ReconcileTests
{
    private static readonly Invocation Dose = Dispense("c1", "1 mL", "1 mL/min");

    [Fact]
    public void A_dose_that_ended_unseen_is_done()
    {
        var rig = Build(Pump("pump"));
        var outcome = rig.Time.Run(async () =>
        {
            await DieAfter(rig, Dose, seconds: 30);
            await rig.Wait(60);
            return await Reconcile(rig, Dose);
        });
        Assert.Equal(CallProgress.Done, outcome.Progress);
        Assert.Equal(1, Assert.Single(outcome.Samples!).Values.Span[0], 1e-9);
    }

    [Fact]
    public void A_dose_that_goes_on_is_waited_for()
    {
        var rig = Build(Pump("pump"));
        var outcome = rig.Time.Run(async () =>
        {
            await DieAfter(rig, Dose, seconds: 30);
            return await Reconcile(rig, Dose);
        });
        Assert.Equal(CallProgress.Done, outcome.Progress);
        Assert.InRange((rig.Time.GetUtcNow() - Start).TotalSeconds, 60, 63);
    }

    [Fact]
    public void A_dose_that_was_stopped_is_partial_and_its_remainder_makes_it_whole()
    {
        var rig = Build(Pump("pump"));
        var vial = rig.Bench.PutNew("balance", 1);
        var outcome = rig.Time.Run(async () =>
        {
            await DieAfter(rig, Dose, seconds: 24);
            await rig.NewDriver().MakeSafeAsync(TimeSpan.FromSeconds(5));
            var outcome = await Reconcile(rig, Dose);
            var pump = rig.NewDriver();
            await pump.ConnectAsync(CancellationToken.None);
            await pump.Finish(Dose with { Arguments = outcome.Remaining! });
            return outcome;
        });
        Assert.Equal(CallProgress.Partial, outcome.Progress);
        Assert.InRange(outcome.Remaining!.Quantity("volume").In("mL"), 0.59, 0.61);
        Assert.Equal(Quantity.Of(1, "mL/min"), outcome.Remaining.Quantity("rate"));
        // One dose, so one random error, as if nothing had happened.
        var whole = (1 + 0.01 * rig.Noise.Normal("gain/pump")) * (1 + 0.005 * rig.Noise.Normal("dose/pump/1"));
        Assert.Equal(1.288e-3 * whole, vial.Mass, 1.5e-6);
    }

    [Fact]
    public void A_remainder_that_never_began_is_not_mistaken_for_the_part_before_it()
    {
        var rig = Build(Pump("pump"));
        var outcome = rig.Time.Run(async () =>
        {
            await DieAfter(rig, Dose, seconds: 30);
            await rig.NewDriver().MakeSafeAsync(TimeSpan.FromSeconds(5));
            var first = await Reconcile(rig, Dose);
            return await Reconcile(rig, Dose with { Arguments = first.Remaining! });
        });
        Assert.Equal(CallProgress.NotStarted, outcome.Progress);
    }

    [Fact]
    public void The_same_dose_once_more_is_not_started_although_the_counter_shows_its_volume()
    {
        var rig = Build(Pump("pump"));
        var (first, second) = rig.Time.Run(async () =>
        {
            var pump = rig.NewDriver();
            await pump.ConnectAsync(CancellationToken.None);
            await pump.Finish(Dose);
            return (await Reconcile(rig, Dose), await Reconcile(rig, Dose with { Id = new CallId("c2") }));
        });
        Assert.Equal(CallProgress.Done, first.Progress);
        Assert.Equal(CallProgress.NotStarted, second.Progress);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void A_program_that_dies_while_it_prepares_a_dose_has_started_nothing(int exchanges)
    {
        var rig = Build(Pump("pump"));
        var outcome = rig.Time.Run(async () =>
        {
            var pump = rig.NewDriver();
            await pump.ConnectAsync(CancellationToken.None);
            await pump.Finish(Dispense("before", "1 mL", "1 mL/min"));
            // The exchanges of the preparation take between 4 and 15 ms; the start is the eleventh.
            await DieAfter(rig, Dose, seconds: exchanges * 0.007);
            Assert.False((await rig.NewDriver().ReadStatusAsync(CancellationToken.None)).Busy);
            return await Reconcile(rig, Dose);
        });
        Assert.Equal(CallProgress.NotStarted, outcome.Progress);
    }

    [Fact]
    public void A_dose_that_was_cancelled_is_partial()
    {
        var rig = Build(Pump("pump"));
        var outcome = rig.Time.Run(async () =>
        {
            var pump = rig.NewDriver();
            await pump.ConnectAsync(CancellationToken.None);
            using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(15), rig.Time);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pump.InvokeAsync(Dose, cancel.Token).Rows());
            return await Reconcile(rig, Dose);
        });
        Assert.Equal(CallProgress.Partial, outcome.Progress);
        Assert.InRange(outcome.Remaining!.Quantity("volume").In("mL"), 0.74, 0.76);
    }

    [Fact]
    public void A_power_cut_during_a_dose_leaves_it_unknown_whoever_heard_of_it()
    {
        var rig = Build(Pump("pump"));
        var outcomes = rig.Time.Run(async () =>
        {
            await DieAfter(rig, Dose, seconds: 30);
            rig.Faults()["power-cycle"] = true;
            var first = await Reconcile(rig, Dose);
            return new[] { first, await Reconcile(rig, Dose) };
        });
        Assert.All(outcomes, o => Assert.Equal(CallProgress.Unknown, o.Progress));
        Assert.Contains("power was interrupted", outcomes[1].Evidence);
    }

    [Fact]
    public void A_power_cut_that_make_safe_heard_of_is_not_forgotten()
    {
        var rig = Build(Pump("pump"));
        var outcome = rig.Time.Run(async () =>
        {
            await DieAfter(rig, Dose, seconds: 30);
            rig.Faults()["power-cycle"] = true;
            await rig.NewDriver().MakeSafeAsync(TimeSpan.FromSeconds(5));
            return await Reconcile(rig, Dose);
        });
        Assert.Equal(CallProgress.Unknown, outcome.Progress);
    }

    [Theory]
    [InlineData(false, CallProgress.NotStarted)]
    [InlineData(true, CallProgress.Unknown)]
    public void A_power_cut_is_held_against_the_doses_only_that_were_programmed_before_it(
        bool doseWasDone, CallProgress expected)
    {
        var rig = Build(Pump("pump"));
        var outcome = rig.Time.Run(async () =>
        {
            if (doseWasDone)
            {
                var pump = rig.NewDriver();
                await pump.ConnectAsync(CancellationToken.None);
                await pump.Finish(Dose);
            }
            rig.Faults()["power-cycle"] = true;
            await rig.NewDriver().MakeSafeAsync(TimeSpan.FromSeconds(5));
            // Another power cut, which must not hide what the first one left.
            rig.Faults()["power-cycle"] = true;
            await rig.NewDriver().MakeSafeAsync(TimeSpan.FromSeconds(5));
            return await Reconcile(rig, Dose);
        });
        Assert.Equal(expected, outcome.Progress);
    }

    [Fact]
    public void A_pump_that_someone_else_programmed_since_says_nothing_about_the_dose()
    {
        var rig = Build(Pump("pump"));
        var outcome = rig.Time.Run(async () =>
        {
            await DieAfter(rig, Dose, seconds: 30);
            await rig.Wait(40);
            await rig.Say("00RAT5MM\r");
            return await Reconcile(rig, Dose);
        });
        Assert.Equal(CallProgress.Unknown, outcome.Progress);
    }

    [Fact]
    public void The_next_dose_after_a_power_cut_can_be_reconciled_again()
    {
        var rig = Build(Pump("pump"));
        var outcome = rig.Time.Run(async () =>
        {
            var pump = rig.NewDriver();
            await pump.ConnectAsync(CancellationToken.None);
            rig.Faults()["power-cycle"] = true;
            await pump.Finish(Dose);
            return await Reconcile(rig, Dose);
        });
        Assert.Equal(CallProgress.Done, outcome.Progress);
    }

    [Fact]
    public void In_safe_mode_the_pump_stops_by_itself_when_the_program_is_dead()
    {
        var rig = Build(Pump("pump", framing: "safe") with { Deadman = TimeSpan.FromSeconds(10) });
        var outcome = rig.Time.Run(async () =>
        {
            await DieAfter(rig, Dose, seconds: 20);
            await rig.Wait(100);
            return await Reconcile(rig, Dose);
        });
        Assert.Equal(CallProgress.Partial, outcome.Progress);
        Assert.InRange(outcome.Remaining!.Quantity("volume").In("mL"), 0.48, 0.52);
    }

    [Fact]
    public void In_safe_mode_an_alarm_that_is_heard_by_another_pumps_driver_reaches_its_own()
    {
        var rig = Build(Pump("one", unit: 1, framing: "safe"), Pump("two", unit: 2, framing: "safe"));
        var outcome = rig.Time.Run(async () =>
        {
            var (one, two) = (rig.NewDriver(0), rig.NewDriver(1));
            await one.ConnectAsync(CancellationToken.None);
            await two.ConnectAsync(CancellationToken.None);
            await two.Finish(Dose);
            rig.Faults(1)["power-cycle"] = true;
            await one.ReadStatusAsync(CancellationToken.None);
            return await ((IReconcile)two).ReconcileAsync(Dose, CancellationToken.None);
        });
        Assert.Equal(CallProgress.Unknown, outcome.Progress);
        Assert.Contains("its power was interrupted", outcome.Evidence, StringComparison.Ordinal);
    }

    /// <summary>Dies at every 3 ms of a dose that takes 150 ms, through preparation, motion and end.</summary>
    [Fact]
    public void However_the_program_dies_the_vial_ends_up_with_one_dose()
    {
        var dose = Dispense("c1", "50 uL", "20 mL/min");
        var seen = new SortedSet<CallProgress>();
        for (var death = 0.001; death < 0.5; death += 0.003)
        {
            var rig = Build(Pump("pump"));
            var vial = rig.Bench.PutNew("balance", 1);
            rig.Time.Run(async () =>
            {
                var pump = rig.NewDriver();
                await pump.ConnectAsync(CancellationToken.None);
                await pump.Finish(dose with { Id = new CallId("before") });
                vial = rig.Bench.PutNew("balance", 2);
                await DieAfter(rig, dose, death);
                // Half of the programs that start again make everything safe first.
                if ((int)Math.Round(death * 1000) % 2 == 0)
                    await rig.NewDriver().MakeSafeAsync(TimeSpan.FromSeconds(5));
                var outcome = await Reconcile(rig, dose);
                seen.Add(outcome.Progress);
                pump = rig.NewDriver();
                await pump.ConnectAsync(CancellationToken.None);
                if (outcome.Progress is CallProgress.NotStarted)
                    await pump.Finish(dose);
                else if (outcome.Progress is CallProgress.Partial)
                    await pump.Finish(dose with { Arguments = outcome.Remaining! });
            });
            var whole = (1 + 0.01 * rig.Noise.Normal("gain/pump")) * (1 + 0.005 * rig.Noise.Normal("dose/pump/2"));
            Assert.Equal(50e-3 * 1.288e-3 * whole, vial.Mass, 0.003 * 50e-3 * 1.288e-3);
        }
        Assert.Equal([CallProgress.NotStarted, CallProgress.Partial, CallProgress.Done], seen);
    }

    private static async Task<InvocationOutcome> Reconcile(Rig rig, Invocation call)
    {
        var pump = rig.NewDriver();
        await pump.ConnectAsync(CancellationToken.None);
        return await ((IReconcile)pump).ReconcileAsync(call, CancellationToken.None);
    }

    // The program vanishes: its line to the pump is cut, and nothing it would still do reaches the pump.
    private static async Task DieAfter(Rig rig, Invocation call, double seconds)
    {
        var (pump, cut) = rig.NewMortalDriver();
        await pump.ConnectAsync(CancellationToken.None);
        var life = pump.Finish(call);
        await rig.Wait(seconds);
        cut();
        var end = await Record.ExceptionAsync(() => life);
        Assert.True(end is null or InstrumentException { Fault: Fault.Disconnected });
    }
}
