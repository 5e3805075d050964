using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Drivers.Cyclers;
using Sdl.Instruments.Tests.Support;
using Sdl.Simulators.Cyclers;
using Rig = Sdl.Instruments.Tests.Support.ThermalBench<
    Sdl.Drivers.Cyclers.EaPsb, Sdl.Simulators.Cyclers.EaPsbSimulator>;

namespace Sdl.Instruments.Tests.Cyclers;

public class EaPsbTests
{
    private const int Time = 0, Voltage = 1, Current = 2, Charge = 3, Temperature = 5, End = 6;

    private const string Settings = "nominal_voltage=80 V; nominal_current=120 A; min_voltage=2.5 V; max_voltage=4.25 V; "
        + "max_current=60 A";

    [Fact]
    public void A_charge_and_a_discharge_count_what_the_supply_gives_and_takes()
    {
        var rig = New();
        rig.Run(async driver =>
        {
            var charge = (await Rig.Invoke(driver, "constant_current", "current=50 A; until_time=6 min")).Last();
            Assert.Equal(1, charge[End]);
            Assert.InRange(charge[Time], 360, 360.1);
            Assert.Equal(5, charge[Charge], 2);
            Assert.Equal(double.NaN, charge[Temperature]);
            Assert.Null(rig.Device.Danger);
            var discharge = (await Rig.Invoke(driver, "constant_current", "current=-50 A; until_charge=2.5 Ah")).Last();
            Assert.Equal(4, discharge[End]);
            Assert.InRange(discharge[Charge], -2.52, -2.5);
            Assert.InRange(discharge[Current], -50.01, -49.99);
        });
    }

    [Fact]
    public void A_held_voltage_ends_at_a_small_current() => New(charge: "0.9").Run(async driver =>
    {
        var rows = await Rig.Invoke(driver, "constant_voltage",
            "voltage=4.15 V; current_limit=25 A; until_current_below=2.5 A; until_time=3 h; record_time=1 min");
        Assert.All(rows, r => Assert.InRange(r.Values.Span[Current], -0.01, 25.01));
        Assert.Equal(3, rows.Last()[End]);
        Assert.Equal(4.15, rows.Last()[Voltage], 2);
    });

    // The frames of 402, 405 and the state stand in the reference; the others are computed like these.
    [Fact]
    public void Protection_and_set_points_are_written_before_the_terminals_go_on() => Replayed(
        """
        > 00 03 01 f9 00 05 55 d5
        < 00 03 0a 00 00 00 00 09 ba 00 00 00 00 ff 75
        > 00 05 01 92 ff 00 2d fa
        < 00 05 01 92 ff 00 2d fa
        > 00 06 02 26 0b 4d af 6d
        < 00 06 02 26 0b 4d af 6d
        > 00 06 02 29 68 a7 36 11
        < 00 06 02 29 68 a7 36 11
        > 00 06 01 f4 0a e1 0e fd
        < 00 06 01 f4 0a e1 0e fd
        > 00 06 01 f5 55 55 66 ba
        < 00 06 01 f5 55 55 66 ba
        > 00 06 01 f3 00 00 79 d4
        < 00 06 01 f3 00 00 79 d4
        > 00 06 01 f6 cc cc 3c 80
        < 00 06 01 f6 cc cc 3c 80
        > 00 06 01 f2 cc cc 7d 41
        < 00 06 01 f2 cc cc 7d 41
        > 00 05 01 95 ff 00 9c 3b
        < 00 05 01 95 ff 00 9c 3b
        > 00 03 01 f9 00 05 55 d5
        < 00 03 0a 00 00 08 00 09 ba 00 00 00 00 fe d3
        > 00 03 01 f9 00 05 55 d5
        < 00 03 0a 00 00 08 00 09 ba 00 00 00 00 fe d3
        """, async driver =>
        {
            var failed = await Assert.ThrowsAsync<InstrumentException>(
                () => Rig.Invoke(driver, "constant_current", "current=50 A; until_time=6 min"));
            Assert.Contains("its DC terminals went off", failed.Message, StringComparison.Ordinal);
        });

    [Fact]
    public void A_safety_limit_is_watched_here_and_switches_off()
    {
        var rig = New();
        rig.Run(async driver =>
        {
            var failed = await Assert.ThrowsAsync<InstrumentException>(() => Rig.Invoke(
                driver, "constant_current", "current=50 A; until_time=3 h; max_voltage=4 V"));
            Assert.Contains("has passed the safety limit max_voltage = 4 (V)", failed.Message, StringComparison.Ordinal);
            Assert.Null(rig.Device.Danger);
        });
    }

    [Fact]
    public void The_supply_has_the_limit_too_and_its_alarm_waits_for_a_person()
    {
        var rig = New();
        rig.Run(async driver =>
        {
            var charging = Rig.Invoke(driver, "constant_current", "current=50 A; until_time=3 h; max_voltage=4 V");
            await rig.After(10.5);
            rig.Device.Force("voltage", Quantity.Of(5, "V"));
            await rig.After(0.3);
            // Before the next look of the driver, which would notice as well.
            Assert.Null(rig.Device.Danger);
            var failed = await Assert.ThrowsAsync<InstrumentException>(() => charging);
            Assert.Contains("Alarm, OverVoltage", failed.Message, StringComparison.Ordinal);
            rig.Device.Force("voltage", null);
            failed = await Assert.ThrowsAsync<InstrumentException>(() => Rig.Invoke(
                driver, "constant_current", "current=1 A; until_time=1 min"));
            Assert.Contains("acknowledge the alarm at its panel", failed.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Making_safe_switches_off_and_reads_it_back() => Replayed(
        """
        > 00 03 01 f9 00 05 55 d5
        < 00 03 0a 00 00 08 80 09 ba 20 00 00 00 74 db
        > 00 05 01 95 00 00 dd cb
        < 00 05 01 95 00 00 dd cb
        > 00 03 01 f9 00 05 55 d5
        < 00 03 0a 00 00 08 00 09 ba 00 00 00 00 fe d3
        """, async driver => await driver.MakeSafeAsync(TimeSpan.FromSeconds(2)));

    [Fact]
    public void Making_safe_fails_aloud_when_the_terminals_stay_on() => Replayed(
        """
        > 00 03 01 f9 00 05 55 d5
        < 00 03 0a 00 00 08 80 09 ba 20 00 00 00 74 db
        > 00 05 01 95 00 00 dd cb
        < 00 05 01 95 00 00 dd cb
        > 00 03 01 f9 00 05 55 d5
        < 00 03 0a 00 00 08 80 09 ba 20 00 00 00 74 db
        """, async driver =>
        {
            var failed = await Assert.ThrowsAsync<InstrumentException>(
                () => driver.MakeSafeAsync(TimeSpan.FromSeconds(2)).AsTask());
            Assert.Contains("switch the supply off by hand", failed.Message, StringComparison.Ordinal);
        });

    [Theory]
    [InlineData("00 05 01 92 ff 00 2d fa", "00 05 01 92 ff 00 2d fa")] // remote on, by address 0
    [InlineData("00 05 01 95 ff 00 9c 3b", "00 85 05 d3 53")] // terminals on: not without remote
    [InlineData("00 06 01 f4 66 66 63 9f", "00 86 05 d3 a3")] // 50 % of the voltage: neither
    public void The_simulated_supply_answers(string request, string answer) =>
        Assert.Equal(answer, Hex(New().Exchange(Bytes(request))));

    [Fact]
    public void The_simulated_supply_takes_what_is_within_its_limits_under_remote_control()
    {
        var rig = New();
        rig.Exchange(Bytes("00 05 01 92 ff 00 2d fa"));
        Assert.Equal("00 06 01 f4 66 66 63 9f", Hex(rig.Exchange(Bytes("00 06 01 f4 66 66 63 9f"))));
        Assert.StartsWith("00 03 04 00 00 08 03", Hex(rig.Exchange(Bytes("00 03 01 f9 00 02 14 17"))));
        Assert.StartsWith("00 03 06 09 ba 00 00 00 00", Hex(rig.Exchange(Bytes("00 03 01 fb 00 03 74 17"))));
    }

    internal static string Hex(byte[] bytes) => string.Join(' ', bytes.Select(b => b.ToString("x2")));

    internal static byte[] Bytes(string hex) =>
        Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private static void Replayed(string transcript, Func<EaPsb, Task> test) => TranscriptLines.Run(
        new() { ["serial:/dev/ttyACM0"] = transcript }, "modbus-rtu:/dev/ttyACM0?baud=115200&unit=0",
        new Settings(Settings.Split(';', StringSplitOptions.TrimEntries).Select(p => p.Split('='))
            .ToDictionary(p => p[0], p => p[1])),
        c => new EaPsb(c), test);

    private static Rig New(string charge = "0.5") => new(
        "sim:modbus-rtu:/dev/ttyACM0?baud=115200&unit=0", Settings,
        $"capacity=50 Ah; resistance=1 mOhm; state_of_charge={charge}", c => new EaPsb(c), c => new EaPsbSimulator(c));
}
