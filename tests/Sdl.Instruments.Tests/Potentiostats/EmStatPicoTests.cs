using Sdl.Core.Instruments;
using Sdl.Drivers.Potentiostats;

namespace Sdl.Instruments.Tests.Potentiostats;

public class EmStatPicoTests
{
    private const string Resistor = "resistor";

    private static readonly (string, string)[] Spectrum =
        [("start_frequency", "100 kHz"), ("end_frequency", "100 Hz"), ("points", "13"), ("amplitude", "10 mV")];

    [Fact]
    public void Script_of_a_spectrum_names_its_call_and_switches_the_cell_off_at_its_end() => Assert.Equal(
        """
        e
        var f
        var r
        var j
        send_string "run-7/3"
        set_pgstat_chan 0
        set_pgstat_mode 3
        set_max_bandwidth 200k
        set_range_minmax da 0 0
        set_range ba 5m
        set_autoranging ba 100n 5m
        set_e 0
        cell_on
        meas_loop_eis f r j 10m 100k 100 13 0
        pck_start
        pck_add f
        pck_add r
        pck_add j
        pck_end
        endloop
        on_finished:
        cell_off


        """.ReplaceLineEndings("\n"),
        MethodScript.Measurement("run-7/3", "frj", 200e3, 5e-3, [0], "meas_loop_eis f r j 10m 100k 100 13 0", "frj"));

    [Fact]
    public void Tag_is_the_call_or_short_plain_and_different_for_different_calls()
    {
        Assert.Equal("run-7/3.2", MethodScript.Tag(new CallId("run-7/3.2")));
        var tags = new[] { "a \"quoted\" call", "a 'quoted' call", new string('x', 41), new string('x', 42), "µ\n" }
            .Select(id => MethodScript.Tag(new CallId(id))).ToList();
        Assert.All(tags, t => Assert.Matches("^[A-Za-z0-9/._~-]{1,40}$", t));
        Assert.Equal(tags.Count, tags.Distinct().Count());
    }

    [Fact]
    public void Device_names_itself_when_connected()
    {
        var bench = new PicoBench(("cell", Resistor));
        bench.Time.Run(async () =>
        {
            await bench.Driver.ConnectAsync(default);
            var status = await bench.Driver.ReadStatusAsync(default);
            Assert.Contains("EmStat Pico", status.Identity);
            Assert.Contains("serial number ESP20110042", status.Identity);
            Assert.False(status.Busy);
        });
    }

    [Fact]
    public void Spectrum_of_a_randles_cell_is_its_impedance()
    {
        var bench = new PicoBench(("cell", "randles"), ("series_resistance", "100 Ohm"),
            ("parallel_resistance", "1 kOhm"),
            ("capacitance", "1 uF"));
        bench.Time.Run(async () =>
        {
            await bench.Driver.ConnectAsync(default);
            var started = bench.Time.GetUtcNow();
            var rows = await bench.Invoke("eis", "r/1", Spectrum);
            Assert.Equal(13, rows.Count);
            foreach (var row in rows)
            {
                var wrc = 2 * Math.PI * row[0] * 1e-3;
                Assert.Equal(100 + 1000 / (1 + wrc * wrc), row[1], 1e-3);
                Assert.Equal(-1000 * wrc / (1 + wrc * wrc), row[2], 1e-3);
                Assert.Equal(0, row[3]);
            }
            Assert.Equal((100e3, 100), (Math.Round(rows[0][0], 3), Math.Round(rows[^1][0], 3)));
            Assert.InRange((bench.Time.GetUtcNow() - started).TotalSeconds, 13 * 0.15, 13 * 0.15 + 1);
            Assert.False(bench.Device.CellIsOn);
        });
    }

    [Fact]
    public void Spectrum_of_the_conductivity_cell_is_repeated_exactly_by_the_same_call_and_scatters_with_another()
    {
        var bench = new PicoBench();
        var moles = new Dictionary<string, double> { ["EC"] = 0.04, ["EMC"] = 0.05, ["LiPF6"] = 0.008 };
        bench.Bench.PutNew("cell", 1).Add(new Sdl.Simulators.Physics.Liquid(moles));
        bench.Time.Run(async () =>
        {
            await bench.Driver.ConnectAsync(default);
            var first = await bench.Invoke("eis", "r/1", Spectrum);
            Assert.Equal(first, await bench.Invoke("eis", "r/1", Spectrum));
            var other = await bench.Invoke("eis", "r/2", Spectrum);
            Assert.InRange(Math.Abs(other[2][1] / first[2][1] - 1), 1e-4, 0.2);
        });
    }

    [Fact]
    public void Open_leads_are_an_underload_in_the_status_column()
    {
        var bench = new PicoBench();
        bench.Time.Run(async () =>
        {
            await bench.Driver.ConnectAsync(default);
            var rows = await bench.Invoke("eis", "r/1", Spectrum);
            Assert.Equal(4, rows[^1][3]);
            Assert.True(rows[0][1] * rows[0][1] + rows[0][2] * rows[0][2] > 1e10);
        });
    }

    [Fact]
    public void Current_beyond_the_range_is_cut_off_and_its_row_says_so()
    {
        var bench = new PicoBench(("cell", Resistor), ("resistance", "100 Ohm"));
        bench.Time.Run(async () =>
        {
            await bench.Driver.ConnectAsync(default);
            var rows = await bench.Invoke("chronoamperometry", "r/1", ("potential", "1 V"), ("duration", "2 s"));
            Assert.All(rows, row => Assert.Equal([1, 5e-3, 2], row[1..]));
        });
    }

    [Fact]
    public void Amperometry_voltammetry_and_open_circuit_give_time_potential_and_current()
    {
        var bench = new PicoBench(("cell", "randles"), ("series_resistance", "100 Ohm"),
            ("parallel_resistance", "900 Ohm"),
            ("capacitance", "10 uF"), ("rest_potential", "0.25 V"));
        bench.Time.Run(async () =>
        {
            await bench.Driver.ConnectAsync(default);
            var rest = await bench.Invoke("ocp", "r/1", ("duration", "5 s"));
            Assert.Equal(5, rest.Count);
            Assert.All(rest, (row, i) => Assert.Equal([i + 1, 0.25, 0], row.Select(v => Math.Round(v, 2))));
            var steps = await bench.Invoke("chronoamperometry", "r/2",
                ("potential", "0.75 V"), ("duration", "2 s"), ("interval", "0.5 s"));
            Assert.Equal(4, steps.Count);
            Assert.Equal(0.5e-3, steps[^1][2], 1e-9);
            var scans = await bench.Invoke("cyclic_voltammetry", "r/3", ("begin", "0 V"), ("vertex_1", "0.5 V"),
                ("vertex_2", "-0.5 V"), ("step", "10 mV"), ("rate", "100 mV/s"), ("scans", "2"));
            Assert.Equal(400, scans.Count);
            Assert.Equal([1.0, 2.0], scans.Select(r => r[0]).Distinct());
            Assert.Equal((0.5, -0.5), (scans.Max(r => r[1]), scans.Min(r => r[1])));
            Assert.False(bench.Device.CellIsOn);
        });
    }

    [Fact]
    public void Cancelling_aborts_the_script_and_leaves_the_cell_off_and_the_line_ready()
    {
        var bench = new PicoBench(("cell", Resistor));
        bench.Time.Run(async () =>
        {
            await bench.Driver.ConnectAsync(default);
            using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(4), bench.Time);
            var started = bench.Time.GetUtcNow();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.InvokeUntil(
                bench.Call("chronoamperometry", "r/1", ("potential", "1 V"), ("duration", "100 s")), stop.Token));
            Assert.InRange((bench.Time.GetUtcNow() - started).TotalSeconds, 4, 5);
            Assert.False(bench.Device.CellIsOn);
            Assert.Equal(13, (await bench.Invoke("eis", "r/2", Spectrum)).Count);
        });
    }

    [Fact]
    public void Reader_who_leaves_early_stops_the_device_too()
    {
        var bench = new PicoBench(("cell", Resistor));
        bench.Time.Run(async () =>
        {
            await bench.Driver.ConnectAsync(default);
            await foreach (var _ in bench.Driver.InvokeAsync(bench.Call("eis", "r/1", Spectrum), default))
                break;
            Assert.False(bench.Device.CellIsOn);
            Assert.False((await bench.Driver.ReadStatusAsync(default)).Busy);
        });
    }

    [Fact]
    public void Making_safe_stops_a_running_measurement_which_then_says_why()
    {
        var bench = new PicoBench(("cell", Resistor));
        bench.Time.Run(async () =>
        {
            await bench.Driver.ConnectAsync(default);
            var running = bench.Invoke("chronoamperometry", "r/1", ("potential", "1 V"), ("duration", "100 s"));
            await Task.Delay(TimeSpan.FromSeconds(3), bench.Time);
            Assert.True(bench.Device.CellIsOn);
            var started = bench.Time.GetUtcNow();
            await bench.Driver.MakeSafeAsync(TimeSpan.FromSeconds(5));
            Assert.True(bench.Time.GetUtcNow() - started < TimeSpan.FromSeconds(1));
            Assert.False(bench.Device.CellIsOn);
            var error = await Assert.ThrowsAsync<InstrumentException>(() => running);
            Assert.Contains("made safe", error.Message);
            Assert.Equal(13, (await bench.Invoke("eis", "r/2", Spectrum)).Count);
        });
    }

    [Fact]
    public void Making_safe_before_the_script_has_started_keeps_it_from_starting()
    {
        var bench = new PicoBench(("cell", Resistor));
        bench.Time.Run(async () =>
        {
            // Not connected: the invocation synchronises first, and is caught in that.
            var running = bench.Invoke("chronoamperometry", "r/1", ("potential", "1 V"), ("duration", "100 s"));
            await Task.Delay(TimeSpan.FromMilliseconds(50), bench.Time);
            await bench.Driver.MakeSafeAsync(TimeSpan.FromSeconds(5));
            Assert.Contains("made safe", (await Assert.ThrowsAsync<InstrumentException>(() => running)).Message);
            await Task.Delay(TimeSpan.FromSeconds(3), bench.Time);
            Assert.False(bench.Device.CellIsOn);
        });
    }

    [Fact]
    public void Making_safe_works_while_the_device_stalls_in_mid_loop()
    {
        var bench = new PicoBench(("cell", Resistor));
        bench.Time.Run(async () =>
        {
            await bench.Driver.ConnectAsync(default);
            bench.Device.Faults["stall"] = true;
            var running = bench.Invoke("eis", "r/1", Spectrum);
            await Task.Delay(TimeSpan.FromSeconds(2), bench.Time);
            await bench.Driver.MakeSafeAsync(TimeSpan.FromSeconds(5));
            Assert.False(bench.Device.CellIsOn);
            await Assert.ThrowsAsync<InstrumentException>(() => running);
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Making_safe_that_cannot_be_shown_ends_within_its_limit_and_says_what_to_do(bool lineIsTaken)
    {
        var bench = new PicoBench(("cell", Resistor));
        bench.Time.Run(async () =>
        {
            await bench.Driver.ConnectAsync(default);
            bench.Device.Faults["mute"] = !lineIsTaken;
            using var release = new CancellationTokenSource();
            // Someone who sits on the line and does not listen to anyone.
            var hog = lineIsTaken ? bench.Line.TalkAsync(async (_, _) =>
            {
                await Task.Delay(TimeSpan.FromHours(1), bench.Time, release.Token);
                return true;
            }, default).AsTask() : Task.CompletedTask;
            var started = bench.Time.GetUtcNow();
            var error = await Assert.ThrowsAsync<InstrumentException>(
                () => bench.Driver.MakeSafeAsync(TimeSpan.FromSeconds(5)).AsTask());
            Assert.InRange((bench.Time.GetUtcNow() - started).TotalSeconds, 4.9, 5.5);
            Assert.Equal(Fault.Timeout, error.Fault);
            Assert.Contains("unplug the cell leads", error.Message);
            release.Cancel();
            await Task.WhenAny(hog);
        });
    }

    [Fact]
    public void Scan_and_rest_set_up_the_potential_window_and_the_cell_as_they_need_them()
    {
        Assert.Contains(
            "set_range_minmax da -500m 1\nset_range ba 5m\nset_autoranging ba 100n 5m\nset_e 200m\ncell_on\nmeas",
            MethodScript.Measurement("a", "pc", 400, 5e-3, [0.2, 1, -0.5], "meas_loop_cv p c 200m 1 -500m 10m 100m",
                "pc"));
        var rest = MethodScript.Measurement("a", "tp", 40, 5e-3, [], "meas_loop_ocp p 1 10", "tp");
        Assert.Contains(
            "set_autoranging ba 100n 5m\ncell_off\ntimer_start\nmeas_loop_ocp p 1 10\ntimer_get t\npck_start\n",
            rest);
        Assert.DoesNotContain("set_range_minmax", rest);
    }

    [Theory]
    [InlineData("mute", Fault.Timeout, "no complete answer")]
    [InlineData("garbage", Fault.Timeout, "no complete answer")]
    [InlineData("drop-byte", Fault.Timeout, "no complete answer")]
    [InlineData("overload", Fault.DeviceFault, "overload at 1E+05 Hz")]
    [InlineData("abort-midway", Fault.DeviceFault, "error 0001 (unspecified error) in line 18 ('pck_end')")]
    [InlineData("stall", Fault.Timeout, "the next point")]
    public void Faulty_device_is_an_instrument_fault_and_works_again_when_the_fault_is_gone(string fault, Fault kind,
        string text)
    {
        var bench = new PicoBench(("cell", Resistor));
        bench.Time.Run(async () =>
        {
            await bench.Driver.ConnectAsync(default);
            bench.Device.Faults[fault] = true;
            var error = await Assert.ThrowsAsync<InstrumentException>(() => bench.Invoke("eis", "r/1", Spectrum));
            Assert.Equal(kind, error.Fault);
            Assert.Contains(text, error.Message);
            bench.Device.Faults[fault] = false;
            await bench.Driver.MakeSafeAsync(TimeSpan.FromSeconds(10));
            Assert.False(bench.Device.CellIsOn);
            Assert.Equal(13, (await bench.Invoke("eis", "r/2", Spectrum)).Count);
        });
    }

    [Fact]
    public void Late_output_of_an_earlier_script_is_not_taken_for_this_one()
    {
        var bench = new PicoBench(("cell", Resistor), ("resistance", "500 Ohm"));
        bench.Time.Run(async () =>
        {
            await bench.Driver.ConnectAsync(default);
            // Left running by a program that died; its points keep coming.
            await bench.Say(
                "e\nvar p\nvar c\nset_e 100m\ncell_on\nmeas_loop_ca p c 100m 10m 60\n"
                + "pck_start\npck_add p\npck_add c\npck_end\nendloop\non_finished:\ncell_off\n\n", 0.005);
            var again = new EmStatPico(new Sdl.Transport.DriverContext(
                bench.Driver.Id, Address.Parse("sim:serial:/dev/ttyUSB3?baud=230400"), Settings.None, bench.Lines,
                    bench.Time));
            var rows = new List<double[]>();
            await foreach (var sample in again.InvokeAsync(bench.Call("eis", "r/1", Spectrum), default))
                rows.Add(sample.Values.ToArray());
            Assert.Equal(13, rows.Count);
            Assert.All(rows, r => Assert.Equal(500, r[1], 1e-3));
        });
    }

    [Fact]
    public void Arguments_that_the_device_could_not_do_together_are_refused_before_anything_is_sent()
    {
        var bench = new PicoBench(("cell", Resistor));
        bench.Device.Faults["mute"] = true;
        bench.Time.Run(async () =>
        {
            async Task<string> Refusal(string capability, params (string, string)[] arguments)
            {
                var error = await Assert.ThrowsAsync<InstrumentException>(() =>
                    bench.Invoke(capability, "r", arguments));
                Assert.Equal(Fault.OutOfRange, error.Fault);
                return error.Message;
            }

            Assert.Contains("whole number",
                await Refusal("eis", [.. Spectrum.Where(a => a.Item1 != "points"), ("points", "2.5")]));
            Assert.Contains("should differ",
                await Refusal("eis", ("start_frequency", "1 kHz"), ("end_frequency", "1 kHz"), ("points", "3")));
            Assert.Contains("step / rate", await Refusal("cyclic_voltammetry", ("begin", "0 V"), ("vertex_1", "1 V"),
                ("vertex_2", "0 V"), ("step", "1 mV"), ("rate", "1 V/s")));
        });
    }

    [Fact]
    public void Passing_charge_is_never_repeated_and_looking_is_safe() => Assert.Equal(
        [("eis", Replay.Safe), ("ocp", Replay.Safe), ("chronoamperometry", Replay.Never),
            ("cyclic_voltammetry", Replay.Never), ("rest", Replay.Safe), ("constant_voltage", Replay.Never),
            ("voltage_scan", Replay.Never), ("impedance", Replay.Safe)],
        new PicoBench().Driver.Capabilities.Select(c => (c.Name, c.Replay)));

    [Fact]
    public void Predicted_time_of_a_spectrum_is_the_time_it_takes()
    {
        var bench = new PicoBench(("cell", Resistor));
        (string, string)[] slow = [("start_frequency", "10 kHz"), ("end_frequency", "0.1 Hz"), ("points", "21")];
        bench.Time.Run(async () =>
        {
            await bench.Driver.ConnectAsync(default);
            var call = bench.Call("eis", "r/1", slow);
            var predicted = bench.Driver.Capabilities[0].Predict!(call.Arguments);
            var started = bench.Time.GetUtcNow();
            await bench.Invoke("eis", "r/1", slow);
            Assert.InRange(predicted / (bench.Time.GetUtcNow() - started), 0.95, 1.05);
        });
    }
}
