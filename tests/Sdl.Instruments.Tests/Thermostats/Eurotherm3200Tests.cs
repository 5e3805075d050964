using Sdl.Core.Instruments;
using Sdl.Drivers.Thermostats;
using Sdl.Simulators.Thermostats;
using Rig = Sdl.Instruments.Tests.Support.ThermalBench<
    Sdl.Drivers.Thermostats.Eurotherm3200, Sdl.Simulators.Thermostats.Eurotherm3200Simulator>;

namespace Sdl.Instruments.Tests.Thermostats;

public class Eurotherm3200Tests
{
    private const string Rtu = "sim:modbus-rtu:/dev/ttyUSB1?baud=9600&unit=1";
    private const string Tcp = "sim:modbus-tcp:10.0.0.7:502?unit=1";

    public static TheoryData<string> Wires => [Rtu, Tcp, "sim:tcp:10.0.0.7:4001?framing=rtu&unit=1", "sim:"];

    [Theory]
    [MemberData(nameof(Wires))]
    public void Settling_ends_when_the_temperature_has_stayed_in_the_band_for_the_hold_time(string wire)
    {
        var rig = New(wire);
        rig.Run(async driver =>
        {
            var rows = await Rig.Invoke(driver, "settle", "temperature=40 degC; hold=60 s");
            var inside = rows.Where(r => Math.Abs(r.Values.Span[1] - 40) <= 0.1 + 1e-9).ToList();
            var first = rows.FindIndex(r => Math.Abs(r.Values.Span[1] - 40) <= 0.1 + 1e-9);
            Assert.Equal(rows.Count - first, inside.Count);
            Assert.InRange(rows[^1].Values.Span[0] - rows[first].Values.Span[0], 60, 65.5);
            Assert.InRange(rows[0].Values.Span[1], 25, 25.3);
            Assert.InRange(rows[^1].Values.Span[0], 80, 200);
        });
    }

    [Fact]
    public void The_bench_rests_at_exactly_the_set_point_however_it_got_there()
    {
        var direct = New(Rtu);
        direct.Run(driver => Rig.Invoke(driver, "settle", "temperature=40 degC"));
        var detour = New(Tcp);
        detour.Run(async driver =>
        {
            await detour.After(3.217);
            await Rig.Invoke(driver, "settle", "temperature=10 degC");
            await Rig.Invoke(driver, "settle", "temperature=40 degC");
        });
        Assert.Equal(313.15, direct.Bench.Temperature("cell"));
        Assert.Equal(313.15, detour.Bench.Temperature("cell"));
    }

    [Fact]
    public void The_bench_temperature_does_not_depend_on_who_looked_in_between()
    {
        double TemperatureAfter(double seconds, bool look)
        {
            var rig = New(Rtu);
            rig.Run(async driver =>
            {
                await Rig.Invoke(driver, "set_temperature", "temperature=40 degC");
                for (var i = 0; i < seconds / 0.37; i++)
                {
                    await rig.After(0.37);
                    if (look)
                        _ = rig.Bench.Temperature("cell");
                }
            });
            return rig.Bench.Temperature("cell");
        }
        Assert.Equal(TemperatureAfter(20, look: false), TemperatureAfter(20, look: true));
        Assert.InRange(TemperatureAfter(20, look: false), 310, 313.14);
    }

    [Fact]
    public void The_loop_closes_with_a_time_constant_of_twelve_seconds()
    {
        var rig = New(Rtu);
        rig.Run(async driver =>
        {
            await Rig.Invoke(driver, "set_temperature", "temperature=30 degC");
            await rig.After(30);
            var before = 303.15 - rig.Bench.Temperature("cell");
            await rig.After(12);
            Assert.Equal(Math.E, before / (303.15 - rig.Bench.Temperature("cell")), 0.1);
        });
    }

    [Fact]
    public void A_set_point_that_stands_already_is_not_written_again()
    {
        var rig = New(Rtu);
        rig.Run(async driver =>
        {
            for (var i = 0; i < 5; i++)
                await Rig.Invoke(driver, "set_temperature", "temperature=30 degC");
        });
        Assert.Equal(1, rig.Device.EepromWrites);
    }

    [Fact]
    public void Set_points_are_refused_when_they_wear_the_eeprom()
    {
        var rig = New(Rtu, "writes_per_hour=3");
        rig.Run(async driver =>
        {
            for (var i = 0; i < 3; i++)
                await Rig.Invoke(driver, "set_temperature", $"temperature={30 + i} degC");
            var refused = await Refused(Rig.Invoke(driver, "set_temperature", "temperature=35 degC"));
            Assert.Equal(Fault.OutOfRange, refused.Fault);
            Assert.Contains("EEPROM", refused.Message, StringComparison.Ordinal);
            await rig.After(3600);
            await Rig.Invoke(driver, "set_temperature", "temperature=35 degC");
        });
        Assert.Equal(4, rig.Device.EepromWrites);
    }

    [Fact]
    public void Making_safe_switches_the_heater_off_and_settling_switches_it_on_again()
    {
        var rig = New(Rtu);
        rig.Run(async driver =>
        {
            await Rig.Invoke(driver, "settle", "temperature=50 degC");
            await driver.MakeSafeAsync(TimeSpan.FromSeconds(2));
            var status = await driver.ReadStatusAsync(CancellationToken.None);
            Assert.Equal("manual", status.State);
            Assert.Equal(0, status.Readings["output"].Si);
            await rig.After(1800);
            Assert.Equal(298.15, rig.Bench.Temperature("cell"));
            await Rig.Invoke(driver, "settle", "temperature=50 degC");
            Assert.Equal("automatic", (await driver.ReadStatusAsync(CancellationToken.None)).State);
        });
        Assert.Equal(1, rig.Device.EepromWrites);
    }

    [Fact]
    public void Standby_lets_the_block_go_to_the_temperature_of_the_room()
    {
        var rig = New(Tcp);
        rig.Run(async driver =>
        {
            await Rig.Invoke(driver, "settle", "temperature=10 degC; hold=10 s");
            Assert.InRange(rig.Bench.Temperature("cell"), 283.05, 283.25);
            await Rig.Invoke(driver, "standby");
            await rig.After(1800);
        });
        Assert.Equal(298.15, rig.Bench.Temperature("cell"));
    }

    [Fact]
    public void Making_safe_ends_a_wait_and_the_heater_stays_off()
    {
        var rig = New(Rtu);
        rig.Run(async driver =>
        {
            var wait = Rig.Invoke(driver, "settle", "temperature=50 degC");
            await rig.After(10);
            await driver.MakeSafeAsync(TimeSpan.FromSeconds(1));
            Assert.Equal(Fault.Rejected, (await Refused(wait)).Fault);
            await rig.After(1800);
        });
        Assert.Equal(298.15, rig.Bench.Temperature("cell"));
    }

    [Fact]
    public void Making_safe_does_not_wait_for_a_hung_exchange()
    {
        var rig = New(Rtu);
        rig.Run(async driver =>
        {
            await Rig.Invoke(driver, "settle", "temperature=50 degC");
            rig.Device.Faults["mute"] = true;
            var hung = Rig.Invoke(driver, "read_temperature");
            await rig.After(0.1);
            rig.Device.Faults["mute"] = false;
            var start = rig.Time.GetTimestamp();
            await driver.MakeSafeAsync(TimeSpan.FromSeconds(1));
            Assert.InRange(rig.Time.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(0.3));
            await Refused(hung);
        });
    }

    [Fact]
    public void Making_safe_says_so_when_it_cannot_be_shown_in_time()
    {
        var rig = New(Rtu);
        rig.Run(async driver =>
        {
            rig.Device.Faults["mute"] = true;
            var start = rig.Time.GetTimestamp();
            await Refused(driver.MakeSafeAsync(TimeSpan.FromSeconds(0.5)).AsTask());
            Assert.Equal(TimeSpan.FromSeconds(0.5), rig.Time.GetElapsedTime(start));
        });
    }

    [Fact]
    public void A_cancelled_wait_leaves_the_temperature_held()
    {
        var rig = New(Tcp);
        rig.Run(async driver =>
        {
            using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(12), rig.Time);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => Rig.InvokeUntil(driver, "settle", "temperature=45 degC", cancel.Token));
            await rig.After(600);
        });
        Assert.Equal(318.15, rig.Bench.Temperature("cell"));
    }

    [Fact]
    public void A_temperature_that_does_not_move_fails_after_the_timeout_and_says_what_to_check()
    {
        var rig = New(Rtu);
        rig.Device.Faults["stuck"] = true;
        rig.Run(async driver =>
        {
            var failed = await Refused(Rig.Invoke(driver, "settle", "temperature=40 degC; timeout=120 s"));
            Assert.Equal(Fault.Timeout, failed.Fault);
            Assert.Contains("after 120 s it is at 25 °C", failed.Message, StringComparison.Ordinal);
            Assert.Contains("check the tuning", failed.Message, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(Rtu)]
    [InlineData(Tcp)]
    public void A_broken_sensor_stops_a_wait(string wire)
    {
        var rig = New(wire);
        rig.Run(async driver =>
        {
            var wait = Rig.Invoke(driver, "settle", "temperature=40 degC");
            await rig.After(20);
            rig.Device.Faults["sensor-break"] = true;
            var failed = await Refused(wait);
            Assert.Equal(Fault.DeviceFault, failed.Fault);
            Assert.Contains("SensorBreak", failed.Message, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(Rtu, "mute", Fault.Timeout)]
    [InlineData(Tcp, "mute", Fault.Timeout)]
    [InlineData(Rtu, "garbage", Fault.BadReply)]
    [InlineData(Tcp, "garbage", Fault.Disconnected)]
    [InlineData(Rtu, "late-reply", Fault.Timeout)]
    [InlineData(Tcp, "late-reply", Fault.Timeout)]
    public void A_misbehaving_line_gives_the_right_fault_and_heals(string wire, string fault, Fault expected)
    {
        var rig = New(wire);
        rig.Run(async driver =>
        {
            rig.Device.Faults[fault] = true;
            Assert.Equal(expected, (await Refused(Rig.Invoke(driver, "read_temperature"))).Fault);
            rig.Device.Faults[fault] = false;
            await rig.After(2.5);
            var row = (await Rig.Invoke(driver, "read_temperature"))[0];
            Assert.Equal(25, row.Values.Span[0]);
        });
    }

    [Fact]
    public void A_high_alarm_is_a_fault_unless_the_lab_file_leaves_it_out()
    {
        foreach (var (alarms, faults) in new[] { ("1,2", true), ("2", false) })
        {
            var rig = New(Rtu, $"alarms={alarms}");
            rig.Exchange(Frames.WriteAlarm1At30);
            rig.Run(async driver =>
            {
                var wait = Rig.Invoke(driver, "settle", "temperature=40 degC; hold=20 s");
                if (faults)
                    Assert.Contains("Alarm1", (await Refused(wait)).Message, StringComparison.Ordinal);
                else
                    await wait;
            });
        }
    }

    [Fact]
    public void Other_decimal_places_than_the_controllers_are_refused_at_connect()
    {
        var rig = New(Rtu, "decimals=2", "decimals=1");
        rig.Time.Run(async () =>
        {
            var refused = await Refused(rig.NewDriver().ConnectAsync(CancellationToken.None).AsTask());
            Assert.Contains("1 decimal places", refused.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Limits_wider_than_the_controllers_are_refused_at_connect()
    {
        var rig = New(Rtu, "max=80 degC", "high=70 degC");
        rig.Time.Run(async () =>
        {
            var refused = await Refused(rig.NewDriver().ConnectAsync(CancellationToken.None).AsTask());
            Assert.Equal(Fault.OutOfRange, refused.Fault);
            Assert.Contains("-20 to 70 °C", refused.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_set_point_between_two_digits_is_refused_not_rounded()
    {
        var rig = New(Rtu);
        rig.Run(async driver =>
        {
            var refused = await Refused(Rig.Invoke(driver, "set_temperature", "temperature=30.05 degC"));
            Assert.Equal(Fault.OutOfRange, refused.Fault);
        });
        Assert.Equal(0, rig.Device.EepromWrites);
    }

    [Fact]
    public void Two_decimal_places_are_used_when_the_controller_has_them()
    {
        var rig = New(Rtu, "decimals=2");
        rig.Run(driver => Rig.Invoke(driver, "settle", "temperature=30.05 degC; band=0.01 K"));
        Assert.Equal(303.2, rig.Bench.Temperature("cell"), 1e-9);
    }

    [Fact]
    public void A_remote_set_point_that_somebody_left_selected_is_switched_back()
    {
        var rig = New(Rtu);
        rig.Exchange(Frames.SelectRemote);
        rig.Run(driver => Rig.Invoke(driver, "settle", "temperature=35 degC"));
        Assert.Equal(308.15, rig.Bench.Temperature("cell"));
    }

    [Fact]
    public void Arguments_outside_the_lab_files_limits_are_refused_before_anything_is_sent()
    {
        var driver = New(Rtu, "min=10 degC; max=50 degC").NewDriver();
        Assert.Throws<ArgumentException>(() => Rig.Call(driver, "settle", "temperature=51 degC"));
        Assert.Throws<ArgumentException>(() => Rig.Call(driver, "settle", "temperature=20 degC; band=0.1 degC"));
        var call = Rig.Call(driver, "settle", "temperature=20 degC; hold=120 s");
        Assert.Equal(TimeSpan.FromSeconds(420), driver.Capabilities[0].Predict!(call.Arguments));
    }

    [Theory]
    [InlineData("decimals=3")]
    [InlineData("min=60 degC; max=20 degC")]
    [InlineData("alarms=5")]
    [InlineData("decimals=0.5")]
    [InlineData("writes_per_hour=0")]
    [InlineData("interval=0 s")]
    public void A_setting_that_makes_no_sense_is_named(string setting)
    {
        var bad = Assert.Throws<SettingException>(() => New(Rtu, setting, "decimals=1").NewDriver());
        Assert.Contains(bad.Setting, setting, StringComparison.Ordinal);
    }

    private static Rig New(string address, string settings = "", string simulation = "") => new(
        address, settings, simulation, c => new Eurotherm3200(c), c => new Eurotherm3200Simulator(c));

    private static Task<InstrumentException> Refused(Task work) => Assert.ThrowsAsync<InstrumentException>(() => work);

    private static class Frames
    {
        public static readonly byte[] WriteAlarm1At30 = Convert.FromHexString("0106000D012C1844");
        public static readonly byte[] SelectRemote = Convert.FromHexString("01060114000109F2");
    }
}
