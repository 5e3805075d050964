using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Drivers.Potentiostats;
using Sdl.Instruments.Tests.Support;
using Sdl.Runtime.Time;
using Sdl.Transport;

namespace Sdl.Instruments.Tests.Potentiostats;

/// <summary>The driver by its bytes alone: what the vendor's client says and what devices answer.</summary>
public class EmStatPicoTranscriptTests
{
    private const string Script = """
        e
        var f
        var r
        var j
        send_string "run/4"
        set_pgstat_chan 0
        set_pgstat_mode 3
        set_max_bandwidth 200k
        set_range_minmax da -100m -100m
        set_range ba 100u
        set_autoranging ba 100n 100u
        set_e -100m
        cell_on
        meas_loop_eis f r j 15m 200k 100 2 -100m
        pck_start
        pck_add f
        pck_add r
        pck_add j
        pck_end
        endloop
        on_finished:
        cell_off


        """;

    private const string CellOff = "e\ncell_off\nsend_string \"cell is off\"\non_finished:\ncell_off\n\n";
    private const string First = "Pdc8030D40 ;cc896D904m,10,287;cd82DB1A8u,10,287\n";
    private const string Second = "PdcDF5DFF4u;cc896D904m,10,287;cd82DB1A8u,10,287\n";

    private static readonly (string, string)
        Idle = ("\nZ\n", "Z!0006\n"), SafeAgain = (CellOff, "e\nTcell is off\n\n");

    [Fact]
    public void Connecting_synchronises_then_asks_who_is_there()
    {
        var line = new ScriptedTransport(
            Idle, ("t\n", "tespico1201#Jan 11 2021 12:00:00\nR*\n"), ("i\n", "iES4LR20B0001\n"),
                ("i\n", "iES4LR20B0001\n"));
        Run(line, async pico =>
        {
            await pico.ConnectAsync(CancellationToken.None);
            var status = await pico.ReadStatusAsync(CancellationToken.None);
            Assert.Equal("PalmSens EmStat Pico, firmware 1201#Jan 11 2021 12:00:00 R, serial number ES4LR20B0001",
                status.Identity);
        });
    }

    [Fact]
    public void Script_that_was_left_running_is_aborted_and_its_output_drained()
    {
        var line = new ScriptedTransport(
            ("\nZ\n", "Pda84E63DAn;ba82AB973f,14,284\nZ\n*\n\n"), ("t\n", "tespico1201#Jan\n*\n"), ("i\n", "i1\n"));
        Run(line, async pico => await pico.ConnectAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("tes4_lr1002#Mar\nR*\n", "no EmStat Pico")]
    [InlineData("tespbl_0101#Mar\nR*\n", "boot loader")]
    [InlineData("t!0003\n", "unknown command")]
    [InlineData("x\n", "was answered with 'x'")]
    public void Other_devices_are_refused(string answer, string why)
    {
        var line = new ScriptedTransport(Idle, ("t\n", answer));
        Run(line, async pico => Assert.Contains(why, (await Assert.ThrowsAsync<InstrumentException>(
            () => pico.ConnectAsync(CancellationToken.None).AsTask())).Message));
    }

    [Fact]
    public void Spectrum_is_the_packages_between_the_name_of_the_call_and_the_empty_line()
    {
        // The first line is left over from a script before.
        var line = new ScriptedTransport(Idle, (Script, First + "e\nTrun/4\nM000D\n" + First + Second + "*\n\n"));
        Run(line, async pico =>
        {
            var rows = await pico.Finish(Eis(pico));
            Assert.Equal([200000, 9885.956, 2.9946, 0], rows[0].Values.ToArray());
            Assert.Equal([99.999732, 9885.956, 2.9946, 0], rows[1].Values.ToArray());
            Assert.Equal(2, rows.Count);
        });
    }

    [Fact]
    public void Flow_control_and_carriage_returns_are_no_part_of_a_line()
    {
        var line = new ScriptedTransport(Idle,
            (Script, "\x11e\r\nTrun/4\r\n\x13\x11M000D\r\n" + First + Second + "*\r\n\r\n"));
        Run(line, async pico => Assert.Equal(2, (await pico.Finish(Eis(pico))).Count));
    }

    [Fact]
    public void Line_without_an_end_is_no_line()
    {
        var line = new ScriptedTransport((Idle.Item1, new string('U', 500)));
        Run(line, async pico => Assert.Equal(Fault.Timeout, (await Assert.ThrowsAsync<InstrumentException>(
            () => pico.ConnectAsync(CancellationToken.None).AsTask())).Fault));
    }

    [Fact]
    public void Script_error_is_told_with_the_line_that_caused_it()
    {
        var line = new ScriptedTransport(Idle, (Script, "e!4003: Line 13, Col 21\n"));
        Run(line, async pico =>
        {
            var error = await Assert.ThrowsAsync<InstrumentException>(() => pico.Finish(Eis(pico)));
            Assert.Equal(Fault.Rejected, error.Fault);
            Assert.Contains(
                "error 4003 (script argument out of range) in line 13 ('meas_loop_eis f r j 15m 200k 100 2 -100m'), "
                + "column 21",
                error.Message);
        });
    }

    [Theory]
    [InlineData("Pdc8030D40 ;cc     nan,12,287;cd     nan,12,287\n", Fault.DeviceFault, "no value")]
    [InlineData("Pdc8030D40 ;cc896D904m,12,287;cd82DB1A8u,10,287\n", Fault.DeviceFault, "overload at 2E+05 Hz")]
    [InlineData("Pdc8030D40 ;cc896D904m,10,287\n", Fault.BadReply, "came where one of dc, cc, cd was due")]
    [InlineData("Pda8030D40 ;cc896D904m,10,287;cd82DB1A8u,10,287\n", Fault.BadReply,
        "came where one of dc, cc, cd was due")]
    [InlineData("!0010: Line 13\n", Fault.Rejected, "error 0010")]
    [InlineData("!7FFF: Line 13\n", Fault.DeviceFault, "switch the device off and on")]
    [InlineData("?\n", Fault.BadReply, "'?' is no line of a running script")]
    public void Trouble_in_mid_measurement_stops_the_device_and_switches_the_cell_off(string trouble, Fault fault,
        string text)
    {
        var line = new ScriptedTransport(
            Idle, (Script, "e\nTrun/4\nM000D\n" + trouble), ("\nZ\n", "Z\n*\n\n"), SafeAgain);
        Run(line, async pico =>
        {
            var error = await Assert.ThrowsAsync<InstrumentException>(() => pico.Finish(Eis(pico)));
            Assert.Equal(fault, error.Fault);
            Assert.Contains(text, error.Message);
        });
    }

    [Fact]
    public void Spectrum_that_ends_early_is_a_fault_and_no_shorter_spectrum()
    {
        var line = new ScriptedTransport(Idle, (Script, "e\nTrun/4\nM000D\n" + First + "*\n\n"));
        Run(line, async pico => Assert.Contains("ended after 1 of 2 points",
            (await Assert.ThrowsAsync<InstrumentException>(() => pico.Finish(Eis(pico)))).Message));
    }

    [Fact]
    public void Safe_state_is_an_abort_and_a_script_that_says_that_the_cell_is_off()
    {
        var line = new ScriptedTransport(("\nZ\n", "Z\n\n"), SafeAgain);
        Run(line, async pico => await pico.MakeSafeAsync(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void Port_that_is_gone_is_tried_until_the_limit_and_no_longer()
    {
        var time = new VirtualTime(DateTimeOffset.UnixEpoch);
        var port = new MissingPort();
        time.Run(async () =>
        {
            var pico = new EmStatPico(new DriverContext(
                new InstrumentId("pico"), Address.Parse("serial:/dev/ttyUSB0"), Settings.None, port, time));
            Assert.Equal(Fault.Disconnected, (await Assert.ThrowsAsync<InstrumentException>(
                () => pico.ConnectAsync(CancellationToken.None).AsTask())).Fault);
            var error = await Assert.ThrowsAsync<InstrumentException>(() =>
                pico.MakeSafeAsync(TimeSpan.FromSeconds(2)).AsTask());
            Assert.Contains("no such port", error.Message);
            Assert.InRange(time.GetUtcNow().ToUnixTimeMilliseconds(), 2000, 2200);
            Assert.InRange(port.Opened, 10, 22);
        });
    }

    [Fact]
    public void Largest_current_outside_the_ranges_of_the_device_is_refused_in_the_lab_file() =>
        Assert.Throws<SettingException>(() =>
            Pico(new ScriptedTransport(), new VirtualTime(DateTimeOffset.UnixEpoch), "6 mA"));

    private static Invocation Eis(EmStatPico pico)
    {
        var (arguments, errors) = pico.Capabilities[0].Complete(Arguments.Of(
            ("amplitude", Quantity.Parse("15 mV")), ("start_frequency", Quantity.Parse("200 kHz")),
            ("end_frequency", Quantity.Parse("100 Hz")), ("points", Quantity.Parse("2")),
                ("bias", Quantity.Parse("-0.1 V"))));
        Assert.Empty(errors);
        return new Invocation(new CallId("run/4"), "eis", arguments!);
    }

    private static void Run(ScriptedTransport line, Func<EmStatPico, Task> test)
    {
        var time = new VirtualTime(DateTimeOffset.UnixEpoch);
        time.Run(() => test(Pico(line, time, "100 uA")));
        Assert.True(line.IsOver);
    }

    private static EmStatPico Pico(ScriptedTransport line, TimeProvider time, string largestCurrent) =>
        new(new DriverContext(
        new InstrumentId("pico"), Address.Parse("serial:/dev/ttyUSB0?baud=230400"),
        new Settings(new Dictionary<string, string> { ["max_current"] = largestCurrent }), line, time));

    private sealed class MissingPort : ITransport, ILines
    {
        private Line? _line;

        public int Opened { get; private set; }

        public string Name => "/dev/ttyUSB0";

        public Line Get(InstrumentId id, Address address) => _line ??= new Line(this);

        public ValueTask OpenAsync(CancellationToken ct)
        {
            Opened++;
            throw new IOException("no such port");
        }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) =>
            throw new IOException("not open");

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct) => throw new IOException("not open");

        public void DiscardInput()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
