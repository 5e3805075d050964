using Sdl.Core.Instruments;
using Sdl.Drivers.Thermostats;
using Sdl.Instruments.Tests.Support;
using Sdl.Simulators.Thermostats;
using Rig = Sdl.Instruments.Tests.Support.ThermalBench<
    Sdl.Drivers.Thermostats.Eurotherm3200, Sdl.Simulators.Thermostats.Eurotherm3200Simulator>;

namespace Sdl.Instruments.Tests.Thermostats;

/// <summary>What goes over the wire, byte for byte. The first three exchanges of the simulator are those that an
/// independent emulator of the 3200 gave.</summary>
public class Eurotherm3200FrameTests
{
    [Theory]
    [InlineData("01 06 00 02 01 40 28 6a", "01 06 00 02 01 40 28 6a")] // target set-point 32.0
    [InlineData("01 03 00 02 00 01 25 ca", "01 03 02 00 fa 38 07")] // 25.0 at the start
    [InlineData("01 03 00 01 00 01 d5 ca", "01 03 02 00 fa 38 07")] // PV 25.0
    [InlineData("01 03 80 02 00 02 4c 0b", "01 03 04 41 c8 00 00 6f f1")] // PV as an IEEE float
    [InlineData("01 03 00 c8 00 01 05 f4", "01 83 02 c0 f1")] // no such address
    [InlineData("01 06 00 18 07 d0 0a 61", "01 86 03 02 61")] // SP1 200.0 is above SP.HI
    [InlineData("01 05 00 01 ff 00 dd fa", "01 85 01 83 50")] // coils are unknown
    [InlineData("01 03 00 01 00 01 d5 cb", "")] // bad CRC
    [InlineData("02 03 00 01 00 01 d5 f9", "")] // another unit
    public void The_simulated_controller_answers(string request, string answer)
    {
        var rig = new Rig("sim:modbus-rtu:/dev/ttyUSB1?baud=9600&unit=1", "", "", c => new Eurotherm3200(c),
            c => new Eurotherm3200Simulator(c));
        Assert.Equal(Convert.FromHexString(answer.Replace(" ", "", StringComparison.Ordinal)),
            rig.Exchange(Convert.FromHexString(request.Replace(" ", "", StringComparison.Ordinal))));
    }

    [Fact]
    public void A_written_target_set_point_is_read_back_scaled_by_the_decimal_places()
    {
        var rig = new Rig("sim:modbus-rtu:/dev/ttyUSB1?baud=9600&unit=1", "", "", c => new Eurotherm3200(c),
            c => new Eurotherm3200Simulator(c));
        rig.Exchange(Convert.FromHexString("010600020140286A"));
        Assert.Equal("0103020140B824", Convert.ToHexString(rig.Exchange(Convert.FromHexString("01030002000125CA"))));
        Assert.Equal(1, rig.Device.EepromWrites);
    }

    [Fact]
    public void Reading_asks_temperature_set_point_output_and_then_status_one_by_one() => Replayed(
        """
        > 01 03 00 01 00 01 d5 ca
        < 01 03 02 00 fa 38 07
        > 01 03 00 05 00 01 94 0b
        < 01 03 02 01 40 b8 24
        > 01 03 00 04 00 01 c5 cb
        < 01 03 02 00 c8 b9 d2
        > 01 03 00 4b 00 01 f4 1c
        < 01 03 02 00 00 b8 44
        """, async driver =>
        {
            var row = (await Rig.Invoke(driver, "read_temperature")).Single().Values.ToArray();
            Assert.Equal(new[] { 25.0, 20.0 }, row);
        });

    [Fact]
    public void Making_safe_writes_manual_before_the_output_and_reads_both_back() => Replayed(
        """
        > 01 06 01 11 00 01 19 f3
        < 01 06 01 11 00 01 19 f3
        > 01 06 00 03 00 00 79 ca
        < 01 06 00 03 00 00 79 ca
        > 01 03 01 11 00 01 d5 f3
        < 01 03 02 00 01 79 84
        > 01 03 00 04 00 01 c5 cb
        < 01 03 02 00 00 b8 44
        """, async driver => await driver.MakeSafeAsync(TimeSpan.FromSeconds(2)));

    [Fact]
    public void Making_safe_fails_aloud_when_the_output_does_not_go_off() => Replayed(
        """
        > 01 06 01 11 00 01 19 f3
        < 01 06 01 11 00 01 19 f3
        > 01 06 00 03 00 00 79 ca
        < 01 06 00 03 00 00 79 ca
        > 01 03 01 11 00 01 d5 f3
        < 01 03 02 00 01 79 84
        > 01 03 00 04 00 01 c5 cb
        < 01 03 02 00 c8 b9 d2
        """, async driver =>
        {
            var failed = await Assert.ThrowsAsync<InstrumentException>(
                () => driver.MakeSafeAsync(TimeSpan.FromSeconds(2)).AsTask());
            Assert.Contains("manual control with output 20 %; switch the heater off by hand", failed.Message,
                StringComparison.Ordinal);
        });

    [Fact]
    public void A_set_point_is_set_while_manual_and_only_then_controlled() => Replayed(
        """
        > 01 03 00 4b 00 01 f4 1c
        < 01 03 02 00 00 b8 44
        > 01 03 01 14 00 01 c5 f2
        < 01 03 02 00 00 b8 44
        > 01 03 00 0f 00 01 b4 09
        < 01 03 02 00 00 b8 44
        > 01 03 00 18 00 01 04 0d
        < 01 03 02 00 fa 38 07
        > 01 06 00 18 01 40 09 ad
        < 01 06 00 18 01 40 09 ad
        > 01 03 01 11 00 01 d5 f3
        < 01 03 02 00 01 79 84
        > 01 06 01 11 00 00 d8 33
        < 01 06 01 11 00 00 d8 33
        > 01 03 00 02 00 01 25 ca
        < 01 03 02 01 40 b8 24
        """, driver => Rig.Invoke(driver, "set_temperature", "temperature=32 degC"));

    private static void Replayed(string transcript, Func<Eurotherm3200, Task> test) => TranscriptLines.Run(
        new() { ["serial:/dev/ttyUSB1"] = transcript }, "modbus-rtu:/dev/ttyUSB1?unit=1", Settings.None,
        c => new Eurotherm3200(c), test);
}
