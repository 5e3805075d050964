using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Drivers.Cyclers;
using Sdl.Instruments.Tests.Support;
using Sdl.Runtime.Time;
using Sdl.Simulators;
using Sdl.Simulators.Cyclers;
using Sdl.Simulators.Hosting;
using Sdl.Simulators.Physics;
using Sdl.Transport;
using Sdl.Transport.Channels;
using static Sdl.Instruments.Tests.Support.DosingBench;

namespace Sdl.Instruments.Tests.Cyclers;

/// <summary>What goes over the wire, byte for byte; the checks in the blocks were computed by another program.</summary>
public class MultichannelCyclerFrameTests
{
    private const string Address = "modbus-tcp:10.0.0.20:502?unit=1";

    [Fact]
    public void Making_safe_stops_the_channel_and_reads_its_state_back() => Replayed(
        """
        > 00 01 00 00 00 06 01 06 44 52 00 01
        < 00 01 00 00 00 06 01 06 44 52 00 01
        > 00 02 00 00 00 06 01 03 42 cc 00 0e
        < 00 02 00 00 00 1f 01 03 1c 00 11 00 03 00 00 00 00 00 00 00 00 00 12 40 6c cc cd 00 00 00 00 41 c8 00 00 c5 01
        """, async driver => await driver.MakeSafeAsync(TimeSpan.FromSeconds(2)));

    [Fact]
    public void Making_safe_fails_aloud_when_the_channel_goes_on() => Replayed(
        """
        > 00 01 00 00 00 06 01 06 44 52 00 01
        < 00 01 00 00 00 06 01 06 44 52 00 01
        > 00 02 00 00 00 06 01 03 42 cc 00 0e
        < 00 02 00 00 00 1f 01 03 1c 00 11 00 01 00 00 00 00 00 00 00 00 00 12 40 6c cc cd 00 00 00 00 41 c8 00 00 0f 17
        """, async driver =>
        {
            var failed = await Assert.ThrowsAsync<InstrumentException>(
                () => driver.MakeSafeAsync(TimeSpan.FromSeconds(2)).AsTask());
            Assert.Contains("still runs; take the cell out", failed.Message, StringComparison.Ordinal);
        });

    [Fact]
    public void A_block_with_one_bit_flipped_is_no_reading() => Replayed(
        """
        > 00 01 00 00 00 06 01 03 42 cc 00 0e
        < 00 01 00 00 00 1f 01 03 1c 00 11 00 03 00 00 00 00 00 00 00 00 00 12 40 6c cc cc 00 00 00 00 41 c8 00 00 c5 01
        """, async driver =>
        {
            var failed = await Assert.ThrowsAsync<InstrumentException>(
                () => driver.ReadStatusAsync(CancellationToken.None).AsTask());
            Assert.Equal(Fault.BadReply, failed.Fault);
        });

    [Fact]
    public void Channels_share_a_line_and_answer_for_themselves_alone()
    {
        var rig = Build(Channel(3, "0.2"), Channel(17, "0.8"));
        rig.Time.Run(async () =>
        {
            var (one, two) = (rig.NewDriver(), rig.NewDriver(1));
            await one.ConnectAsync(CancellationToken.None);
            await two.ConnectAsync(CancellationToken.None);
            var charging = one.Finish(Call("a", "constant_current", [.. Arguments, ("current", "3 mA")]));
            var discharging = two.Finish(Call("b", "constant_current", [.. Arguments, ("current", "-3 mA")]));
            var (up, down) = ((await charging).Last(), (await discharging).Last());
            Assert.Equal((0.5e-3, -0.5e-3), (Math.Round(up[3], 8), Math.Round(down[3], 8)));
            Assert.InRange(down[1] - up[1], 0.05, 0.5);
        });
    }

    [Fact]
    public void Two_instruments_on_one_channel_are_refused()
    {
        var refused = Assert.Throws<SettingException>(() => Build(Channel(3, "0.2"), Channel(3, "0.8")));
        Assert.Contains("is taken by another instrument", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>The traffic follows the rows and the end, not the clock: eight rows fit into a look.</summary>
    [Fact]
    public void A_day_of_rest_with_a_row_a_minute_takes_one_frame_for_eight_rows()
    {
        var counted = new CountingLines();
        counted.Time.Run(async () =>
        {
            var driver = counted.NewDriver(new() { ["channel"] = "3", ["interval"] = "8 min" });
            var rows = await driver.Finish(Call(
                "a", "rest", ("until_time", "24 h"), ("record_time", "1 min"), ("safety_delay", "0 s")));
            Assert.Equal(1441, rows.Count);
        });
        Assert.InRange(counted.Frames, 1441 / 8, 1.1 * 1441 / 8);
    }

    private static (string, string)[] Arguments =>
        [("until_time", "10 min"), ("record_time", "1 min"), ("safety_delay", "0 s")];

    private static Device Channel(int number, string charge) => new(
        $"channel_{number}", Address, c => new MultichannelCycler(c), c => new MultichannelCyclerSimulator(c),
        new() { ["channel"] = $"{number}" }, new() { ["state_of_charge"] = charge });

    private static void Replayed(string transcript, Func<MultichannelCycler, Task> test) => TranscriptLines.Run(
        new() { ["tcp:10.0.0.20:502"] = transcript }, Address,
        new Settings(new Dictionary<string, string> { ["channel"] = "17" }), c => new MultichannelCycler(c), test);

    /// <summary>A channel whose requests are counted.</summary>
    private sealed class CountingLines
    {
        private readonly ILines _lines;

        public CountingLines()
        {
            var (devices, noise) = (new DeviceClock(Time), new Noise(1));
            var address = Sdl.Core.Instruments.Address.Parse("sim:" + Address);
            var device = new MultichannelCyclerSimulator(new SimulatorContext(
                new InstrumentId("channel_3"), address,
                new Settings(new Dictionary<string, string> { ["channel"] = "3" }), Settings.None,
                new Bench(new Dictionary<string, Stock>(), noise), noise, devices));
            _lines = new SimulatedLines(
                [new SimulatedInstrument(new InstrumentId("channel_3"), address, device, devices)], devices, Time)
            {
                Decorate = wire => new TracingTransport(
                    wire, Time, line => Frames += line.Contains(" > ", StringComparison.Ordinal) ? 1 : 0),
            };
        }

        public VirtualTime Time { get; } = new(Start);

        public int Frames { get; private set; }

        public MultichannelCycler NewDriver(Dictionary<string, string> settings) => new(new DriverContext(
            new InstrumentId("channel_3"), Sdl.Core.Instruments.Address.Parse("sim:" + Address), new Settings(settings),
            _lines, Time));
    }
}
