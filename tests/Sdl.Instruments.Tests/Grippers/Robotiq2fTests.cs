using Sdl.Core.Instruments;
using Sdl.Drivers.Grippers;
using Sdl.Instruments.Tests.Support;
using Sdl.Simulators.Grippers;
using Rig = Sdl.Instruments.Tests.Support.ThermalBench<
    Sdl.Drivers.Grippers.Robotiq2f, Sdl.Simulators.Grippers.Robotiq2fSimulator>;

namespace Sdl.Instruments.Tests.Grippers;

public class Robotiq2fTests
{
    private const string Rtu = "sim:modbus-rtu:/dev/ttyUSB5?baud=115200&unit=9";

    public static TheoryData<string> Wires => [Rtu, "sim:tcp:10.0.0.3:54321?framing=rtu&unit=9", "sim:"];

    [Theory, MemberData(nameof(Wires))]
    public void A_sleeping_gripper_moves_only_after_it_was_activated(string wire)
    {
        var rig = New("", wire: wire);
        rig.Run(async driver =>
        {
            Assert.Equal("asleep", (await driver.ReadStatusAsync(CancellationToken.None)).State);
            Assert.Contains("'activate'", (await Failed(Rig.Invoke(driver, "close"))).Message,
                StringComparison.Ordinal);
            await Rig.Invoke(driver, "activate");
            await Rig.Invoke(driver, "activate");
            var row = (await Rig.Invoke(driver, "close")).Single().Values.ToArray();
            Assert.Equal(new[] { 0.0, 0 }, row);
        });
        Assert.Single(rig.Device.Effects);
    }

    [Fact]
    public void Moves_end_at_the_width_that_was_asked_for()
    {
        var rig = New("active=true");
        rig.Run(async driver =>
        {
            foreach (var width in new[] { 20.0, 85, 0, 42.5 })
                // One count is 0.37 mm.
                Assert.Equal(width, (await Rig.Invoke(driver, "move", $"width={width} mm; speed=0 %"))[0]
                    .Values.Span[0], 0.2);
            Assert.Equal("standing", (await driver.ReadStatusAsync(CancellationToken.None)).State);
        });
    }

    [Fact]
    public void A_fast_motion_takes_less_time_than_a_slow_one()
    {
        double Seconds(int percent)
        {
            var rig = New("active=true");
            var start = rig.Time.GetUtcNow();
            rig.Run(driver => Rig.Invoke(driver, "close", $"speed={percent} %"));
            return (rig.Time.GetUtcNow() - start).TotalSeconds;
        }
        // 85 mm at 20 and at 150 mm/s, and what polling takes.
        Assert.InRange(Seconds(0), 4.2, 4.6);
        Assert.InRange(Seconds(100), 0.56, 0.9);
    }

    [Theory]
    [InlineData("object=16 mm", "close", 16)]
    [InlineData("inner_object=60 mm", "open", 60)]
    public void An_object_stops_the_fingers_and_is_held(string simulation, string motion, double width)
    {
        var rig = New("active=true; " + simulation);
        rig.Run(async driver =>
        {
            if (motion == "open")
                await Rig.Invoke(driver, "close");
            var row = (await Rig.Invoke(driver, motion, "object=present")).Single().Values.ToArray();
            Assert.Equal(width, row[0], 0.2);
            Assert.Equal(1, row[1]);
            var status = await driver.ReadStatusAsync(CancellationToken.None);
            Assert.Equal(("holding", 1.0), (status.State, status.Readings["held"].Si));
            Assert.Contains("should be absent", (await Failed(Rig.Invoke(driver, motion, "object=absent"))).Message,
                StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_part_that_was_missed_is_a_failure_when_it_must_be_present()
    {
        var rig = New("active=true; object=16 mm");
        rig.Device.Faults["no-object"] = true;
        rig.Run(async driver =>
        {
            var failed = await Failed(Rig.Invoke(driver, "close", "object=present"));
            Assert.Equal(Fault.DeviceFault, failed.Fault);
            Assert.Contains("met none", failed.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Making_safe_stops_a_motion_where_it_is_and_keeps_what_is_held()
    {
        var rig = New("active=true; object=16 mm");
        rig.Run(async driver =>
        {
            await Rig.Invoke(driver, "close", "object=present");
            await driver.MakeSafeAsync(TimeSpan.FromSeconds(5));
            var held = (await driver.ReadStatusAsync(CancellationToken.None)).Readings["position"].Si;
            Assert.InRange(held, 185, 190);
            var opening = Failed(Rig.Invoke(driver, "open", "speed=0 %"));
            await rig.After(1);
            await driver.MakeSafeAsync(TimeSpan.FromSeconds(5));
            await opening;
            var status = await driver.ReadStatusAsync(CancellationToken.None);
            Assert.InRange(status.Readings["position"].Si, 100, 170);
            await rig.After(10);
            Assert.Equal(status.Readings["position"], (await driver.ReadStatusAsync(CancellationToken.None))
                .Readings["position"]);
        });
    }

    [Fact]
    public void Making_safe_ends_an_activation()
    {
        var rig = New("");
        rig.Run(async driver =>
        {
            var waking = Failed(Rig.Invoke(driver, "activate"));
            await rig.After(0.7);
            Assert.NotNull(rig.Device.Danger);
            await driver.MakeSafeAsync(TimeSpan.FromSeconds(5));
            await waking;
            Assert.Equal("asleep", (await driver.ReadStatusAsync(CancellationToken.None)).State);
        });
        Assert.Empty(rig.Device.Effects);
    }

    [Theory]
    [InlineData("partial-effect", "its fingers are at")]
    [InlineData("stale-value", "its fingers are at")]
    [InlineData("overcurrent", "too much current")]
    public void A_motion_that_did_not_come_to_its_end_fails(string fault, string reason)
    {
        var rig = New("active=true");
        rig.Device.Faults[fault] = true;
        rig.Run(async driver => Assert.Contains(
            reason, (await Failed(Rig.Invoke(driver, "close"))).Message, StringComparison.Ordinal));
    }

    /// <summary>Frames of the maker's manual; their CRCs were computed anew.</summary>
    [Fact]
    public void The_driver_says_what_the_manual_says() => TranscriptLines.Run(
        new()
        {
            ["serial:/dev/ttyUSB5"] = """
                > 09 03 07 d0 00 03 04 0e
                < 09 03 06 00 00 00 00 00 00 46 b5
                > 09 10 03 e8 00 03 06 00 00 00 00 00 00 73 30
                < 09 10 03 e8 00 03 01 30
                > 09 03 07 d0 00 03 04 0e
                < 09 03 06 00 00 00 00 00 00 46 b5
                > 09 10 03 e8 00 03 06 01 00 00 00 00 00 72 e1
                < 09 10 03 e8 00 03 01 30
                > 09 03 07 d0 00 03 04 0e
                < 09 03 06 11 00 00 00 00 00 45 f4
                > 09 03 07 d0 00 03 04 0e
                < 09 03 06 31 00 00 00 00 00 42 94
                """,
        }, "modbus-rtu:/dev/ttyUSB5?unit=9&baud=115200", Settings.None, c => new Robotiq2f(c),
        driver => Rig.Invoke(driver, "activate"));

    [Fact]
    public void Closing_at_full_speed_and_force_is_the_frame_of_the_manual() => TranscriptLines.Run(
        new()
        {
            ["serial:/dev/ttyUSB5"] = """
                > 09 03 07 d0 00 03 04 0e
                < 09 03 06 31 00 00 00 00 00 42 94
                > 09 10 03 e8 00 03 06 09 00 00 ff ff ff 42 29
                < 09 10 03 e8 00 03 01 30
                > 09 03 07 d0 00 03 04 0e
                < 09 03 06 39 00 00 ff 0e 0a f7 8b
                > 09 03 07 d0 00 03 04 0e
                < 09 03 06 b9 00 00 ff bd 00 1d 7c
                > 09 03 07 d0 00 03 04 0e
                < 09 03 06 b9 00 00 ff bd 00 1d 7c
                """,
        }, "modbus-rtu:/dev/ttyUSB5?unit=9&baud=115200", Settings.None, c => new Robotiq2f(c),
        async driver =>
        {
            var row = (await Rig.Invoke(driver, "close", "speed=100 %; force=100 %")).Single().Values.ToArray();
            Assert.Equal(85 * (230 - 0xBD) / 227.0, row[0], 1e-9);
            Assert.Equal(1, row[1]);
        });

    [Theory]
    [InlineData("09 10 03 e8 00 03 06 00 00 00 00 00 00 73 30", "09 10 03 e8 00 03 01 30")] // clear
    [InlineData("09 10 03 e8 00 03 06 01 00 00 00 00 00 72 e1", "09 10 03 e8 00 03 01 30")] // activate
    [InlineData("09 03 07 d0 00 01 85 cf", "09 03 02 00 00 59 85")] // asleep
    [InlineData("09 04 07 d0 00 01 30 0f", "09 04 02 00 00 58 f1")] // the same by function 4
    [InlineData("09 06 03 e8 01 00 09 62", "09 86 01 02 62")] // function 6 is unknown
    [InlineData("09 03 00 00 00 01 85 42", "09 83 02 41 33")] // no such address
    [InlineData("09 03 07 d0 00 01 85 ce", "")] // bad CRC
    [InlineData("08 03 07 d0 00 01 84 1e", "")] // another unit
    public void The_simulated_gripper_answers(string request, string answer)
    {
        var rig = New("");
        Assert.Equal(Convert.FromHexString(answer.Replace(" ", "", StringComparison.Ordinal)),
            rig.Exchange(Convert.FromHexString(request.Replace(" ", "", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("model=3f")]
    [InlineData("stroke=1 mm")]
    [InlineData("closed_count=300")]
    public void A_setting_that_no_gripper_has_is_refused(string settings) =>
        Assert.Throws<SettingException>(() => New("", settings).NewDriver());

    private static Rig New(string simulation, string settings = "", string wire = Rtu) =>
        new(wire, settings, simulation, c => new Robotiq2f(c), c => new Robotiq2fSimulator(c));

    private static Task<InstrumentException> Failed(Task work) => Assert.ThrowsAsync<InstrumentException>(() => work);
}
