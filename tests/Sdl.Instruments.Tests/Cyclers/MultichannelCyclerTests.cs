using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Drivers.Cyclers;
using Sdl.Instruments.Tests.Support;
using Sdl.Simulators.Cyclers;
using Rig = Sdl.Instruments.Tests.Support.ThermalBench<
    Sdl.Drivers.Cyclers.MultichannelCycler, Sdl.Simulators.Cyclers.MultichannelCyclerSimulator>;

namespace Sdl.Instruments.Tests.Cyclers;

public class MultichannelCyclerTests
{
    private const int Time = 0, Voltage = 1, Current = 2, Charge = 3, Energy = 4, End = 6;

    [Fact]
    public void A_charge_ends_at_its_voltage_with_the_charge_that_has_gone_in() => New().Run(async driver =>
    {
        var rows = await Rig.Invoke(driver, "constant_current",
            "current=3 mA; until_voltage_above=4.2 V; until_time=2 h; record_time=5 min");
        var last = rows[^1].Values.Span.ToArray();
        Assert.Equal(2, last[End]);
        Assert.Equal(4.2, last[Voltage], 4);
        Assert.Equal(3e-3, last[Current], 8);
        Assert.Equal(last[Time] / 3600 * 3e-3, last[Charge], 7);
        Assert.True(last[Energy] > 3.4 * last[Charge] && last[Energy] < 4.2 * last[Charge]);
        Assert.All(rows.SkipLast(1), r => Assert.Equal(0, r.Values.Span[End]));
        Assert.Equal(rows.Select((_, i) => Math.Min(300.0 * i, last[Time])), rows.Select(r => r.Values.Span[Time]));
    });

    [Fact]
    public void A_held_voltage_stays_within_its_current_limit_and_ends_at_a_small_current() => New().Run(async driver =>
    {
        var rows = await Rig.Invoke(driver, "constant_voltage",
            "voltage=4.1 V; current_limit=3 mA; until_current_below=0.15 mA; record_time=1 min");
        Assert.All(rows, r => Assert.InRange(r.Values.Span[Current], 0, 3.0001e-3));
        Assert.All(rows, r => Assert.InRange(r.Values.Span[Voltage], 3, 4.10002));
        var last = rows[^1].Values.Span.ToArray();
        Assert.Equal(3, last[End]);
        Assert.InRange(last[Current], 0.148e-3, 0.15e-3);
    });

    [Fact]
    public void A_scan_goes_to_its_end_and_back() => New().Run(async driver =>
    {
        var rows = await Rig.Invoke(driver, "voltage_scan",
            "start_voltage=3.6 V; end_voltage=3.7 V; scan_rate=1 mV/s; sweeps=2; record_time=50 s");
        Assert.Equal([3.6, 3.65, 3.7, 3.65, 3.6], rows.Select(r => Math.Round(r.Values.Span[Voltage], 4)));
        Assert.Equal(1, rows[^1].Values.Span[End]);
    });

    [Fact]
    public void A_rest_ends_when_the_voltage_stands_still() => New().Run(async driver =>
    {
        await Rig.Invoke(driver, "constant_current", "current=3 mA; until_time=10 min", "charge");
        var rows = await Rig.Invoke(driver, "rest", "until_slope_below=10 uV/s; until_time=1 h");
        Assert.Equal(5, rows[^1].Values.Span[End]);
        Assert.InRange(rows[^1].Values.Span[Time], 60, 600);
    });

    [Fact]
    public void A_change_of_the_voltage_makes_rows_as_well() => New().Run(async driver =>
    {
        var rows = await Rig.Invoke(driver, "constant_current",
            "current=3 mA; until_charge=0.3 mAh; record_time=1 h; record_voltage=5 mV");
        var voltages = rows.Select(r => r.Values.Span[Voltage]).ToList();
        Assert.True(rows.Count > 10);
        Assert.All(voltages.Skip(1).SkipLast(1).Zip(voltages), p => Assert.InRange(p.First - p.Second, 5e-3, 8e-3));
        Assert.Equal(4, rows[^1].Values.Span[End]);
        // The device looks every 10 ms.
        Assert.InRange(rows[^1].Values.Span[Charge], 0.3e-3 - 1e-10, 0.3e-3 + 3e-3 * 0.01 / 3600 + 1e-10);
    });

    [Fact]
    public void A_modelled_coin_cell_gives_back_most_of_what_it_took() =>
        New(simulation: "cell=coin-nmc811-graphite; state_of_charge=0.5; fades=false").Run(async driver =>
        {
            await Rig.Invoke(driver, "constant_current", "current=0.3 mA; until_voltage_above=4.1 V", "up");
            var down = await Rig.Invoke(driver, "constant_current", "current=-0.3 mA; until_voltage_below=3 V", "down");
            var up = await Rig.Invoke(driver, "constant_current", "current=0.3 mA; until_voltage_above=4.1 V", "again");
            Assert.InRange(-down[^1].Values.Span[Charge], 1.5e-3, 3.5e-3);
            Assert.InRange(up[^1].Values.Span[Charge] / -down[^1].Values.Span[Charge], 0.99, 1.01);
        });

    /// <summary>Whoever looks often sees the same step as who looks at its end.</summary>
    [Fact]
    public void Looking_changes_nothing()
    {
        var ends = new[] { "1 s", "1 h" }.Select(interval =>
        {
            var end = Array.Empty<double>();
            New($"channel=17; interval={interval}", "cell=coin-nmc811-graphite; state_of_charge=0.5").Run(
                async driver => end = (await Rig.Invoke(driver, "constant_voltage",
                    "voltage=4.1 V; current_limit=1 mA; until_current_below=0.2 mA; record_time=1 min")).Last());
            return end;
        }).ToList();
        Assert.Equal(ends[0], ends[1]);
    }

    [Fact]
    public void The_device_trips_within_a_moment_and_the_step_fails_by_name()
    {
        var rig = New();
        rig.Run(async driver =>
        {
            var failed = await Assert.ThrowsAsync<InstrumentException>(() => Rig.Invoke(
                driver, "constant_current", "current=3 mA; until_time=5 h; max_voltage=4 V; record_time=1 h"));
            Assert.Contains("its safety limit max_voltage was passed", failed.Message, StringComparison.Ordinal);
            Assert.Null(rig.Device.Danger);
            Assert.Equal("safety limit passed", (await driver.ReadStatusAsync(CancellationToken.None)).State);
        });
    }

    [Fact]
    public void A_limit_that_is_passed_for_less_than_the_delay_does_no_harm()
    {
        var rig = New();
        rig.Run(async driver =>
        {
            var running = Rig.Invoke(driver, "rest", "until_time=60 s; max_temperature=40 degC; safety_delay=5 s");
            await rig.After(10);
            rig.Device.Force("temperature", Quantity.Of(50, "degC"));
            await rig.After(4);
            rig.Device.Force("temperature", null);
            Assert.Equal(1, (await running)[^1].Values.Span[End]);
        });
    }

    [Fact]
    public void What_a_blind_device_does_not_notice_is_noticed_here()
    {
        var rig = New();
        rig.Device.Faults["blind-limits"] = true;
        rig.Run(async driver =>
        {
            var failed = await Assert.ThrowsAsync<InstrumentException>(() => Rig.Invoke(
                driver, "constant_current", "current=3 mA; until_time=5 h; max_voltage=4 V"));
            Assert.Contains("has passed the safety limit max_voltage = 4 (V) and the device has not", failed.Message,
                StringComparison.Ordinal);
            Assert.Null(rig.Device.Danger);
        });
    }

    [Fact]
    public void A_step_without_an_end_is_refused() => New().Run(async driver =>
    {
        var failed = await Assert.ThrowsAsync<InstrumentException>(
            () => Rig.Invoke(driver, "constant_current", "current=1 mA"));
        Assert.Equal(Fault.OutOfRange, failed.Fault);
    });

    [Fact]
    public void A_step_that_was_stopped_is_taken_up_with_the_rest_of_its_time_and_charge()
    {
        var rig = New();
        rig.Run(async driver =>
        {
            var call = Rig.Call(driver, "constant_current", "current=3 mA; until_time=1 h; until_charge=2 mAh");
            using var cancel = new CancellationTokenSource();
            var running = driver.InvokeAsync(call, cancel.Token).Rows();
            await rig.After(1200);
            cancel.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
            var outcome = await rig.NewDriver().ReconcileAsync(call, CancellationToken.None);
            Assert.Equal(CallProgress.Partial, outcome.Progress);
            Assert.Equal(2400, outcome.Remaining!.Quantity("until_time").Si, 0);
            Assert.Equal(1, outcome.Remaining.Quantity("until_charge").In("mAh"), 3);
            // The rest is a step of its own, and is known as such.
            var rest = call with { Arguments = outcome.Remaining };
            Assert.Equal(4, (await driver.InvokeAsync(rest, CancellationToken.None).Rows())[^1].Values.Span[End]);
            Assert.Equal(CallProgress.Done, (await driver.ReconcileAsync(rest, CancellationToken.None)).Progress);
            Assert.Equal(CallProgress.NotStarted, (await driver.ReconcileAsync(call, CancellationToken.None)).Progress);
        });
    }

    [Fact]
    public void A_step_that_outlives_its_program_is_waited_for_and_gives_all_its_rows()
    {
        var rig = New();
        rig.Run(async driver =>
        {
            var call = Rig.Call(driver, "constant_current", "current=3 mA; until_time=10 min; record_time=1 s");
            var rows = driver.InvokeAsync(call, CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
            Assert.True(await rows.MoveNextAsync());
            await rig.After(100);
            var outcome = await rig.NewDriver().ReconcileAsync(call, CancellationToken.None);
            Assert.Equal((CallProgress.Done, 601), (outcome.Progress, outcome.Samples!.Count));
            Assert.Equal(Enumerable.Range(0, 601).Select(i => (double)i),
                outcome.Samples.Select(s => Math.Round(s.Values.Span[Time], 6)));
        });
    }

    [Fact]
    public void After_a_power_cut_nobody_claims_to_know()
    {
        var rig = New();
        rig.Run(async driver =>
        {
            var call = Rig.Call(driver, "constant_current", "current=1 mA; until_time=10 min");
            var running = driver.InvokeAsync(call, CancellationToken.None).Rows();
            await rig.After(60);
            rig.Device.Faults["power-cycle"] = true;
            var failed = await Assert.ThrowsAsync<InstrumentException>(() => running);
            Assert.Contains("it has forgotten its step", failed.Message, StringComparison.Ordinal);
            var outcome = await driver.ReconcileAsync(call, CancellationToken.None);
            Assert.Equal(CallProgress.Unknown, outcome.Progress);
        });
    }

    [Fact]
    public void The_channel_of_another_step_is_left_alone()
    {
        var rig = New();
        rig.Run(async driver =>
        {
            var running = Rig.Invoke(driver, "constant_current", "current=1 mA; until_time=10 min", "one");
            await rig.After(60);
            var failed = await Assert.ThrowsAsync<InstrumentException>(
                () => Rig.Invoke(rig.NewDriver(), "rest", "until_time=1 s", "two"));
            Assert.Contains("which is another's", failed.Message, StringComparison.Ordinal);
            Assert.Equal(600, (await running)[^1].Values.Span[Time]);
        });
    }

    private static Rig New(string settings = "channel=17", string simulation = "") => new(
        "sim:modbus-tcp:10.0.0.20:502?unit=1", settings, simulation, c => new MultichannelCycler(c),
        c => new MultichannelCyclerSimulator(c));
}
