using System.Globalization;
using Sdl.Core.Instruments;
using Sdl.Drivers.Potentiostats;
using Sdl.Instruments.Tests.Support;
using Sdl.Simulators.Potentiostats;
using Sdl.Transport;

namespace Sdl.Instruments.Tests.Potentiostats;

/// <summary>Steps of a cell test on an EmStat Pico, with a large capacitor at 1.5 V for a cell.</summary>
public class EmStatPicoCellTests
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private static readonly (string, string)[] Cell =
    [
        ("cell", "randles"), ("series_resistance", "1 kOhm"), ("parallel_resistance", "10 MOhm"),
        ("capacitance", "0.1 F"), ("rest_potential", "1.5 V"),
    ];

    [Fact]
    public void A_constant_voltage_ends_when_its_current_is_small()
    {
        var bench = new PicoBench(Cell);
        var rows = Do(bench, "constant_voltage", ("voltage", "1.9 V"), ("until_current_below", "100 uA"),
            ("until_time", "1 h"), ("record_time", "10 s"));
        // 0.4 mA that decays with a time constant of 100 s.
        Assert.Equal(100 * Math.Log(4), rows[^1][0], 0.5);
        Assert.Equal(100e-6, rows[^1][2], 1e-6);
        Assert.Equal(0.03 / 3600, rows[^1][3], 1e-7);
        Assert.Equal(1.9 * rows[^1][3], rows[^1][4], 1e-7);
        Assert.Equal([.. Enumerable.Repeat(0.0, rows.Count - 1), 3], rows.Select(r => r[6]));
        Assert.Equal(15, rows.Count);
        Assert.Null(bench.Device.Danger);
    }

    [Fact]
    public void A_rest_lasts_its_time_with_the_cell_off()
    {
        var rows = Do(new PicoBench(Cell), "rest", ("until_time", "60 s"), ("record_time", "20 s"));
        Assert.Equal(60, rows[^1][0], 0.3);
        Assert.All(rows, r => Assert.Equal((1.5, 0.0), (Math.Round(r[1], 6), r[2])));
        Assert.Equal(1, rows[^1][6]);
    }

    [Theory]
    [InlineData(1, 1.9)]
    [InlineData(2, 1.4)]
    [InlineData(3, 1.9)]
    [InlineData(4, 1.4)]
    public void A_scan_makes_as_many_sweeps_as_it_was_told(int sweeps, double last)
    {
        var bench = new PicoBench(Cell);
        var rows = Do(bench, "voltage_scan", ("start_voltage", "1.4 V"), ("end_voltage", "1.9 V"),
            ("scan_rate", "50 mV/s"), ("sweeps", $"{sweeps}"), ("record_time", "0.5 s"));
        Assert.Equal(10.0 * sweeps, rows[^1][0], 0.3);
        Assert.Equal(last, rows[^1][1], 0.02);
        Assert.Equal(1, rows[^1][6]);
        Assert.Equal(1.9, rows.Max(r => r[1]), 0.02);
        Assert.Null(bench.Device.Danger);
    }

    [Theory]
    [InlineData("max_current", "200 uA", "constant_voltage")]
    [InlineData("max_charge", "5 uAh", "constant_voltage")]
    [InlineData("max_voltage", "1.8 V", "constant_voltage")]
    public void A_safety_limit_opens_the_circuit(string limit, string value, string capability)
    {
        var bench = new PicoBench(Cell);
        var failed = Assert.Throws<InstrumentException>(() =>
            Do(bench, capability, ("voltage", "1.9 V"), ("until_time", "1 h"), (limit, value)));
        Assert.Contains(limit, failed.Message, StringComparison.Ordinal);
        Assert.Null(bench.Device.Danger);
    }

    [Theory]
    [InlineData("max_voltage", "1.8 V", "2")]
    [InlineData("min_voltage", "1.95 V", "2")]
    [InlineData("max_current", "200 uA", "2")]
    [InlineData("min_current", "1 mA", "2")]
    [InlineData("max_charge", "5 uAh", "2")]
    public void A_safety_limit_is_passed_no_longer_than_its_delay(string limit, string value, string delay)
    {
        var bench = new PicoBench(Cell);
        var failed = Assert.Throws<InstrumentException>(() => Do(bench, "constant_voltage", ("voltage", "1.9 V"),
            ("until_time", "1 h"), (limit, value), ("safety_delay", $"{delay} s")));
        // 0.4 mA, and more with the time: the charge is there after 59.8 s, all others at once.
        var seconds = double.Parse(failed.Message.Split(" at ")[1].Split(' ')[0], Invariant);
        Assert.InRange(seconds, limit == "max_charge" ? 61.8 : 2, limit == "max_charge" ? 62.2 : 2.4);
        Assert.Contains($"{limit} was passed", failed.Message, StringComparison.Ordinal);
        Assert.Null(bench.Device.Danger);
    }

    [Theory]
    [InlineData("until_voltage_above", "1.7 V", 2)]
    [InlineData("until_current_below", "200 uA", 3)]
    [InlineData("until_charge", "1 uAh", 4)]
    public void An_end_is_met_by_the_device_itself(string end, string value, double why)
    {
        var bench = new PicoBench(Cell);
        var rows = Do(bench, "voltage_scan", ("start_voltage", "1.5 V"), ("end_voltage", "1.9 V"),
            ("scan_rate", "10 mV/s"), ("record_time", "1 s"), (end, value));
        Assert.Equal(why, rows[^1][6]);
        Assert.All(rows.SkipLast(1), r => Assert.Equal(0, r[6]));
        Assert.Null(bench.Device.Danger);
    }

    [Fact]
    public void The_device_says_why_it_left_and_its_word_counts()
    {
        // A point 1 uV below the end, by which the device has left its loop: it has seen more digits.
        const string script = """
            e
            var t
            var p
            var w
            send_string "cell/1"
            set_pgstat_chan 0
            set_pgstat_mode 3
            set_max_bandwidth 40
            set_range ba 5m
            set_autoranging ba 100n 5m
            cell_off
            timer_start
            meas_loop_ocp p 200m 3600
            timer_get t
            store_var w 0 ja
            if p <= 1500m
            store_var w 2 ja
            endif
            if p > 1800m
            store_var w 10 ja
            endif
            pck_start
            pck_add t
            pck_add p
            pck_add w
            pck_end
            if w > 0
            breakloop
            endif
            endloop
            on_finished:
            cell_off
            """;
        var (line, rows) = Rest(script, "e\nTcell/1\nM000B\nPeb80000C8m;ab816E361u;ja8000002 \n*\n\n",
            "until_voltage_below=1.5 V; until_time=1 h; max_voltage=1.8 V");
        Assert.Equal([0.2, 1.500001, 0, 0, 0, 2], Assert.Single(rows()).Values.ToArray().Where(v => !double.IsNaN(v)));
        Assert.True(line.IsOver);
    }

    [Fact]
    public void A_firmware_without_conditions_is_told_apart()
    {
        const string script = """
            e
            var t
            var p
            var w
            send_string "cell/1"
            set_pgstat_chan 0
            set_pgstat_mode 3
            set_max_bandwidth 40
            set_range ba 5m
            set_autoranging ba 100n 5m
            cell_off
            timer_start
            meas_loop_ocp p 200m 60
            timer_get t
            store_var w 0 ja
            if p > 1800m
            store_var w 10 ja
            endif
            pck_start
            pck_add t
            pck_add p
            pck_add w
            pck_end
            if w > 0
            breakloop
            endif
            endloop
            on_finished:
            cell_off
            """;
        var (_, rows) = Rest(script, "e!4001: Line 15, Col 1\n", "until_time=60 s; max_voltage=1.8 V");
        var failed = Assert.Throws<InstrumentException>(rows);
        Assert.Contains("'if p > 1800m'", failed.Message, StringComparison.Ordinal);
        Assert.Contains("MethodSCRIPT 1.3", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 1.5)]
    [InlineData("1.2 V", 1.2)]
    public void A_spectrum_goes_around_what_the_cell_has_or_what_it_is_told(string? bias, double volt)
    {
        var bench = new PicoBench(
            ("cell", "randles"), ("series_resistance", "100 Ohm"), ("parallel_resistance", "1 kOhm"),
            ("capacitance", "10 uF"), ("rest_potential", "1.5 V"));
        (string, string)[] arguments =
        [
            ("amplitude", "10 mV"), ("start_frequency", "10 kHz"), ("end_frequency", "1 Hz"),
            ("points_per_decade", "5"),
        ];
        var rows = Do(bench, "impedance", bias is null ? arguments : [.. arguments, ("bias", bias)]);
        Assert.Equal(21, rows.Count);
        foreach (var row in rows)
        {
            var z = 100 + 1 / new System.Numerics.Complex(1e-3, 2 * Math.PI * row[0] * 10e-6);
            Assert.Equal((z.Real, z.Imaginary), (row[1], row[2]), (a, b) =>
                Math.Abs(a.Item1 - b.Item1) < 1e-3 && Math.Abs(a.Item2 - b.Item2) < 1e-3);
            Assert.Equal(volt, row[3], 1e-6);
            Assert.Equal((volt - 1.5) / 1100, row[4], 1e-9);
        }
        Assert.Null(bench.Device.Danger);
    }

    [Theory]
    [InlineData("measures", "3")]
    [InlineData("amplitude", "400 mV")]
    [InlineData("bias", "3.7 V")]
    public void A_spectrum_that_it_cannot_measure_is_refused(string input, string value)
    {
        var spectrum = new PicoBench().Driver.Capabilities.Single(c => c.Name == "impedance");
        var given = new Arguments(new Dictionary<string, string>
        {
            ["amplitude"] = "10 mV", ["start_frequency"] = "10 kHz", ["end_frequency"] = "1 Hz", [input] = value,
        }.Select(p => KeyValuePair.Create(p.Key, new Argument(Sdl.Core.Units.Quantity.Parse(p.Value)))));
        Assert.Contains(input, Assert.Single(spectrum.Complete(given).Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_without_an_end_is_refused() => Assert.Contains("would never end",
        Assert.Throws<InstrumentException>(() => Do(new PicoBench(Cell), "constant_voltage", ("voltage", "1.9 V")))
            .Message, StringComparison.Ordinal);

    [Fact]
    public void What_a_potentiostat_cannot_do_is_not_offered()
    {
        var capabilities = new PicoBench().Driver.Capabilities;
        Assert.DoesNotContain(capabilities, c => c.Name is "constant_current" or "galvanostatic_impedance");
        Assert.DoesNotContain(capabilities.SelectMany(c => c.Inputs), i => i.Name == "current_limit");
    }

    // A rest by its bytes: the script that is to come, and what the device says to it.
    private static (ScriptedTransport, Func<List<Sample>>) Rest(string script, string answer, string arguments)
    {
        var line = new ScriptedTransport(
            ("\nZ\n", "Z!0006\n"), (script.ReplaceLineEndings("\n") + "\n\n", answer), ("\nZ\n", "Z!0006\n"),
            ("e\ncell_off\nsend_string \"cell is off\"\non_finished:\ncell_off\n\n", "e\nTcell is off\n\n"));
        var time = new Sdl.Runtime.Time.VirtualTime(DateTimeOffset.UnixEpoch);
        var driver = new EmStatPico(new DriverContext(
            new InstrumentId("pico"), Address.Parse("serial:/dev/ttyUSB0?baud=230400"),
            new Settings(new Dictionary<string, string>()), line, time));
        return (line, () => time.Run(() =>
            ThermalBench<EmStatPico, EmStatPicoSimulator>.Invoke(driver, "rest", arguments, "cell/1")));
    }

    private static List<double[]> Do(
        PicoBench bench, string capability, params (string, string)[] arguments) => bench.Time.Run(async () =>
    {
        await bench.Driver.ConnectAsync(CancellationToken.None);
        return await bench.Invoke(capability, "cell/1", arguments);
    });
}
