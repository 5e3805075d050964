using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Drivers.Pumps;
using Sdl.Instruments.Tests.Support;
using Sdl.Simulators.Pumps;
using static Sdl.Instruments.Tests.Support.DosingBench;

namespace Sdl.Instruments.Tests.Pumps;

public class Ne1000Tests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("basic", "1.5 mL", "3 mL/min")]
    [InlineData("safe", "1.5 mL", "3 mL/min")]
    [InlineData("basic", "37.5 uL", "100 uL/min")]
    [InlineData("basic", "20 mL", "800 mL/h")]
    public void A_dose_ends_when_the_volume_has_come_and_shows_how_it_came(string framing, string volume, string rate)
    {
        var rig = Build(Pump("pump", framing: framing));
        rig.Bench.PutNew("balance", 1);
        var rows = rig.Time.Run(async () =>
        {
            var pump = rig.NewDriver();
            await pump.ConnectAsync(CancellationToken.None);
            return await pump.Finish(Call("c1", "dispense", ("volume", volume), ("rate", rate)));
        });
        var asked = Quantity.Parse(volume).In("mL");
        Assert.Equal(asked, rows[^1].Values.Span[0], asked * 1e-6);
        Assert.True(rows.Count > 10);
        Assert.Equal(rows.Select(r => r.Values.Span[0]).Order(), rows.Select(r => r.Values.Span[0]));
        var expected = Quantity.Parse(volume).Si / Quantity.Parse(rate).Si;
        Assert.InRange((rig.Time.GetUtcNow() - Start).TotalSeconds, expected, expected * 1.06 + 1);
    }

    [Fact]
    public void What_flows_into_the_vial_differs_from_what_is_counted_by_the_errors_of_pump_and_dose()
    {
        var rig = Build(Pump("pump"));
        var vial = rig.Bench.PutNew("balance", 1);
        rig.Time.Run(async () =>
        {
            var pump = rig.NewDriver();
            await pump.ConnectAsync(CancellationToken.None);
            await pump.Finish(Dispense("c1", "1 mL"));
            await pump.Finish(Dispense("c2", "2 mL"));
        });
        var gain = 1 + 0.01 * rig.Noise.Normal("gain/pump");
        double Dose(int n) => gain * (1 + 0.005 * rig.Noise.Normal($"dose/pump/{n}"));
        Assert.Equal(1.288e-3 * (Dose(1) + 2 * Dose(2)), vial.Mass, 1e-9);
    }

    [Fact]
    public void A_dose_without_a_vial_is_spilled()
    {
        var rig = Build(Pump("pump"));
        rig.Time.Run(async () =>
        {
            var pump = rig.NewDriver();
            await pump.ConnectAsync(CancellationToken.None);
            await pump.Finish(Dispense("c1", "1 mL"));
        });
        Assert.Equal(0, rig.Bench.PutNew("balance", 1).Mass);
    }

    [Fact]
    public void Withdrawing_counts_the_other_way()
    {
        var rig = Build(Pump("pump"));
        var (rows, status) = rig.Time.Run(async () =>
        {
            var pump = rig.NewDriver();
            await pump.ConnectAsync(CancellationToken.None);
            var rows = await pump.Finish(Call("c1", "withdraw", ("volume", "2 mL"), ("rate", "10 mL/min")));
            return (rows, await pump.ReadStatusAsync(default));
        });
        Assert.Equal(2, rows[^1].Values.Span[0], 1e-9);
        Assert.Equal(2, status.Readings["withdrawn"].In("mL"), 1e-9);
        Assert.Equal(0, status.Readings["infused"].In("mL"));
        Assert.Equal("New Era NE-1000, firmware 3.928", status.Identity);
        Assert.Equal(("stopped", false), (status.State, status.Busy));
    }

    [Fact]
    public void Four_pumps_on_one_chain_dose_side_by_side()
    {
        var rig = Build(Enumerable.Range(0, 4).Select(n => Pump($"pump{n}", unit: n)).ToArray());
        var vial = rig.Bench.PutNew("balance", 1);
        var rows = rig.Time.Run(() => Task.WhenAll(Enumerable.Range(0, 4).Select(async n =>
        {
            var pump = rig.NewDriver(n);
            await pump.ConnectAsync(CancellationToken.None);
            return await pump.Finish(Dispense("c1", $"{n + 1} mL", "4 mL/min"));
        })));
        Assert.Equal([1.0, 2, 3, 4], rows.Select(r => Math.Round(r[^1].Values.Span[0], 9)));
        Assert.Equal(10 * 1.288e-3, vial.Mass, 0.3e-3);
        Assert.InRange((rig.Time.GetUtcNow() - Start).TotalSeconds, 60, 64);
    }

    [Fact]
    public void A_pump_that_was_left_in_safe_mode_is_brought_back_to_basic_mode()
    {
        var rig = Build(Pump("pump", framing: "safe"));
        var status = rig.Time.Run(async () =>
        {
            await rig.NewDriver().ConnectAsync(CancellationToken.None);
            var basic = rig.NewDriver(settings: new() { ["diameter"] = "26.59 mm", ["syringe_volume"] = "60 mL" });
            await basic.ConnectAsync(CancellationToken.None);
            return await basic.ReadStatusAsync(CancellationToken.None);
        });
        Assert.Equal("stopped", status.State);
    }

    [Fact]
    public void Cancelling_stops_the_plunger_and_says_so()
    {
        var rig = Build(Pump("pump"));
        var status = rig.Time.Run(async () =>
        {
            var pump = rig.NewDriver();
            await pump.ConnectAsync(CancellationToken.None);
            using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(30), rig.Time);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => pump.InvokeAsync(Dispense("c1", "1 mL", "1 mL/min"), cancel.Token).Rows());
            return await pump.ReadStatusAsync(default);
        });
        Assert.Equal("stopped", status.State);
        Assert.InRange(status.Readings["infused"].In("mL"), 0.495, 0.505);
    }

    [Fact]
    public void Nobody_listening_any_more_stops_the_plunger()
    {
        var rig = Build(Pump("pump"));
        var status = rig.Time.Run(async () =>
        {
            var pump = rig.NewDriver();
            await pump.ConnectAsync(CancellationToken.None);
            await foreach (var _ in pump.InvokeAsync(Dispense("c1", "1 mL", "1 mL/min"), default))
                break;
            return await pump.ReadStatusAsync(default);
        });
        Assert.False(status.Busy);
        Assert.InRange(status.Readings["infused"].In("mL"), 0, 0.1);
    }

    [Fact]
    public void Made_safe_in_the_middle_of_a_dose_it_stands_still_and_the_dose_says_how_much_came()
    {
        var rig = Build(Pump("pump"));
        rig.Time.Run(async () =>
        {
            var pump = rig.NewDriver();
            await pump.ConnectAsync(CancellationToken.None);
            var dose = pump.Finish(Dispense("c1", "1 mL", "1 mL/min"));
            await rig.Wait(15);
            await pump.MakeSafeAsync(Limit);
            Assert.Equal("stopped", (await pump.ReadStatusAsync(default)).State);
            var trouble = await Assert.ThrowsAsync<InstrumentException>(() => dose);
            Assert.Equal(Fault.DeviceFault, trouble.Fault);
            Assert.Contains("of 1.000ML", trouble.Message);
        });
    }

    [Fact]
    public void A_mute_pump_cannot_be_shown_to_be_safe_and_the_limit_is_kept()
    {
        var rig = Build(Pump("pump"));
        var trouble = rig.Time.Run(async () =>
        {
            var pump = rig.NewDriver();
            await pump.ConnectAsync(CancellationToken.None);
            rig.Faults()["mute"] = true;
            var before = rig.Time.GetUtcNow();
            var trouble = await Assert.ThrowsAsync<InstrumentException>(
                async () => await pump.MakeSafeAsync(TimeSpan.FromSeconds(5)));
            Assert.Equal(TimeSpan.FromSeconds(5), rig.Time.GetUtcNow() - before);
            return trouble;
        });
        Assert.Equal(Fault.Timeout, trouble.Fault);
        Assert.Contains("switch the pump off", trouble.Message);
    }

    [Fact]
    public void Make_safe_waits_for_no_more_than_one_exchange_of_a_hung_neighbour()
    {
        var rig = Build(Pump("pump0", unit: 0), Pump("pump1", unit: 1));
        rig.Time.Run(async () =>
        {
            var (hung, pump) = (rig.NewDriver(), rig.NewDriver(1));
            await pump.ConnectAsync(CancellationToken.None);
            rig.Faults()["mute"] = true;
            var connecting = hung.ConnectAsync(CancellationToken.None).AsTask();
            var before = rig.Time.GetUtcNow();
            await pump.MakeSafeAsync(Limit);
            Assert.InRange(rig.Time.GetUtcNow() - before, TimeSpan.Zero, TimeSpan.FromSeconds(2.5));
            await Assert.ThrowsAsync<InstrumentException>(() => connecting);
        });
    }

    [Fact]
    public void A_stalled_motor_is_reported_with_what_to_do()
    {
        var rig = Build(Pump("pump"));
        rig.Faults()["stall"] = true;
        var trouble = Fails(rig, Dispense("c1", "1 mL"));
        Assert.Equal(Fault.DeviceFault, trouble.Fault);
        Assert.Contains("free the plunger", trouble.Message);
    }

    [Fact]
    public void A_stalled_motor_is_reported_in_safe_mode_too()
    {
        var rig = Build(Pump("pump", framing: "safe"));
        rig.Faults()["stall"] = true;
        var trouble = Fails(rig, Dispense("c1", "1 mL"));
        Assert.Equal(Fault.DeviceFault, trouble.Fault);
        Assert.Contains("free the plunger", trouble.Message);
    }

    [Theory]
    [InlineData("mute", Fault.Timeout)]
    [InlineData("late-reply", Fault.Timeout)]
    [InlineData("garbage", Fault.BadReply)]
    [InlineData("drop-byte", Fault.BadReply)]
    public void A_pump_that_does_not_answer_properly_is_not_started(string fault, Fault expected)
    {
        var rig = Build(Pump("pump"));
        var vial = rig.Bench.PutNew("balance", 1);
        var trouble = rig.Time.Run(async () =>
        {
            var pump = rig.NewDriver();
            await pump.ConnectAsync(CancellationToken.None);
            rig.Faults()[fault] = true;
            return await Assert.ThrowsAsync<InstrumentException>(() => pump.Finish(Dispense("c1", "1 mL")));
        });
        Assert.Equal(expected, trouble.Fault);
        Assert.Equal(0, vial.Mass);
    }

    [Theory]
    [InlineData("mute")]
    [InlineData("late-reply")]
    [InlineData("garbage")]
    [InlineData("drop-byte")]
    public void Trouble_on_the_line_that_passes_does_not_spoil_a_dose(string fault)
    {
        var rig = Build(Pump("pump"));
        var vial = rig.Bench.PutNew("balance", 1);
        var rows = rig.Time.Run(async () =>
        {
            var pump = rig.NewDriver();
            await pump.ConnectAsync(CancellationToken.None);
            var dose = pump.Finish(Dispense("c1", "1 mL", "1 mL/min"));
            await rig.Wait(20);
            rig.Faults()[fault] = true;
            // What follows a late reply waits behind it: the line is out of order for longer than the fault.
            await rig.Wait(fault == "late-reply" ? 0.5 : 1.5);
            rig.Faults()[fault] = false;
            return await dose;
        });
        Assert.Equal(1, rows[^1].Values.Span[0], 1e-9);
        Assert.Equal(1.288e-3, vial.Mass, 0.05e-3);
    }

    [Theory]
    [InlineData("0.3004 uL", "3 mL/min", Fault.OutOfRange)]
    [InlineData("1 mL", "60 mL/min", Fault.Rejected)]
    public void What_the_pump_cannot_do_is_refused(string volume, string rate, Fault expected)
    {
        var rig = Build(Pump("pump"));
        var vial = rig.Bench.PutNew("balance", 1);
        Assert.Equal(expected, Fails(rig, Dispense("c1", volume, rate)).Fault);
        Assert.Equal(0, vial.Mass);
    }

    // The data sheet gives 1699 mL/h with a 60 mL syringe (26.59 mm) and 0.73 uL/h with one of 1 mL (4.699 mm).
    [Theory]
    [InlineData("26.59 mm", "60 mL", 1699, 23.35e-3)]
    [InlineData("4.699 mm", "1 mL", 53.07, 0.73e-3)]
    public void Limits_follow_from_the_syringe(string diameter, string volume, double most, double least)
    {
        var pump = Build(Pump("pump")).NewDriver(
            settings: new() { ["diameter"] = diameter, ["syringe_volume"] = volume });
        Assert.Equal(["dispense", "withdraw"], pump.Capabilities.Select(c => c.Name));
        var inputs = pump.Capabilities[0].Inputs.Cast<QuantityInput>().ToDictionary(i => i.Name);
        Assert.Equal(most, inputs["rate"].Max!.Value.In("mL/h"), most * 1e-3);
        Assert.Equal(least, inputs["rate"].Min!.Value.In("mL/h"), least * 2e-3);
        Assert.Equal(Quantity.Parse(volume), inputs["volume"].Max);
        var predicted = pump.Capabilities[0].Predict!(Dispense("c", "0.5 mL", "1 mL/min").Arguments);
        Assert.Equal(30, predicted.TotalSeconds, 1e-6);
    }

    [Theory]
    [InlineData("diameter", "0.01 mm")]
    [InlineData("diameter", "5 mL")]
    [InlineData("diameter", "0.1234 mm")]
    [InlineData("framing", "fancy")]
    [InlineData("identify", "perhaps")]
    public void Settings_that_make_no_sense_are_refused(string setting, string value)
    {
        var settings = new Dictionary<string, string>
        {
            ["diameter"] = "26.59 mm", ["syringe_volume"] = "60 mL", ["framing"] = "safe", [setting] = value,
        };
        var trouble = Assert.Throws<SettingException>(() => Build(Pump("pump")).NewDriver(settings: settings));
        Assert.Equal(setting, trouble.Setting);
    }

    [Theory]
    [InlineData("safe", 2, "deadman")]
    [InlineData("safe", 3.5, "deadman")]
    [InlineData("safe", 256, "deadman")]
    [InlineData("basic", 10, "framing")]
    public void A_dead_man_that_the_pump_cannot_be_armed_with_is_refused(string framing, double seconds, string setting)
    {
        var rig = Build(Pump("pump", framing: framing) with { Deadman = TimeSpan.FromSeconds(seconds) });
        Assert.Equal(setting, Assert.Throws<SettingException>(() => rig.NewDriver()).Setting);
    }

    private static InstrumentException Fails(Rig rig, Invocation call) => rig.Time.Run(async () =>
    {
        var pump = rig.NewDriver();
        await pump.ConnectAsync(CancellationToken.None);
        return await Assert.ThrowsAsync<InstrumentException>(() => pump.Finish(call));
    });

    internal static Invocation Dispense(string id, string volume, string rate = "3 mL/min") =>
        Call(id, "dispense", ("volume", volume), ("rate", rate));

    internal static Device Pump(string id, int unit = 0, string framing = "basic") => new(
        id, $"serial:/dev/chain?baud=19200&unit={unit}", c => new Ne1000(c), c => new Ne1000Simulator(c),
        new() { ["diameter"] = "26.59 mm", ["syringe_volume"] = "60 mL", ["framing"] = framing },
        new() { ["stock"] = "electrolyte" });
}
