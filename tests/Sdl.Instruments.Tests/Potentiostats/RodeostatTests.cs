using System.Runtime.CompilerServices;
using System.Text;
using Sdl.Core.Instruments;
using Sdl.Drivers.Potentiostats;
using Sdl.Instruments.Tests.Support;
using Sdl.Simulators.Potentiostats;
using Rig = Sdl.Instruments.Tests.Support.ThermalBench<
    Sdl.Drivers.Potentiostats.Rodeostat, Sdl.Simulators.Potentiostats.RodeostatSimulator>;

namespace Sdl.Instruments.Tests.Potentiostats;

public class RodeostatTests
{
    private const string Port = "sim:serial:/dev/ttyACM0?baud=115200";

    [Theory]
    [InlineData("rodeostat-firmware.txt")]
    [InlineData("rodeostat-refusals.txt")]
    [InlineData("rodeostat-runs.txt")]
    public void The_simulator_says_byte_for_byte_what_the_firmware_said(string recording)
    {
        var rig = New("cell=resistor");
        var (due, came) = (new StringBuilder(), new StringBuilder());
        foreach (var line in File.ReadAllLines(Recorded(recording)).Where(l => l.Length > 1))
            if (line[0] == '#')
                rig.Device.Faults["power-cycle"] = true;
            else if (line[0] == '>')
                came.Append(Encoding.ASCII.GetString(rig.Exchange(Encoding.ASCII.GetBytes(line[2..] + "\n"))));
            else
                due.Append(line[2..]).Append("\r\n");
        Assert.Equal(due.ToString(), came.ToString());
    }

    [Fact]
    public void Every_line_of_the_firmware_is_understood()
    {
        var lines = File.ReadAllLines(Recorded()).Where(l => l.StartsWith("< ", StringComparison.Ordinal))
            .Select(l => RodeostatLine.Parse(l[2..])).ToList();
        Assert.Equal(16, lines.OfType<RodeostatLine.Point>().Count());
        Assert.Equal(2, lines.OfType<RodeostatLine.End>().Count());
        Assert.Contains(new RodeostatLine.Point(0.15, 0.9, 8.998777 * 1e-6, false), lines);
        Assert.Contains(lines, l => l is RodeostatLine.Answer { Success: false, Message: "test not found" });
        Assert.Equal(7, lines.OfType<RodeostatLine.Point>().Count(p => p.IsOverloaded));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"t\":1}")]
    [InlineData("{\"t\":1,\"v\":\"x\",\"i\":2}")]
    [InlineData("{\"success\":true}")]
    [InlineData("{\"t\":1,\"v\":2,\"i\":")]
    public void Anything_else_is_no_line(string line) =>
        Assert.Throws<FormatException>(() => RodeostatLine.Parse(line));

    [Fact]
    public void A_current_over_a_resistor_follows_the_potential() => New("cell=resistor", "current_range=10uA").Run(
        async driver =>
        {
            var rows = await Rig.Invoke(driver, "chronoamperometry", "potential=0.9 V; duration=10 s; interval=2 s");
            Assert.Equal([2, 4, 6, 8, 10], rows.Select(r => r.Values.Span[0]));
            Assert.All(rows, r => Assert.Equal(9e-6, r.Values.Span[2], 5e-9));
            rows = await Rig.Invoke(driver, "chronoamperometry", "potential=1.5 V; duration=1 s; interval=0.5 s");
            Assert.All(rows, r => Assert.Equal((1e-5, 2), (Math.Round(r.Values.Span[2], 9), r.Values.Span[3])));
        });

    [Theory]
    [InlineData("0.1 V", "0.5 V", "-0.3 V")]
    [InlineData("0.1 V", "-0.3 V", "0.5 V")]
    [InlineData("0.5 V", "-1.5 V", "0.5 V")]
    [InlineData("-2 V", "2 V", "-2 V")]
    public void A_voltammogram_begins_where_it_was_told_and_turns_at_its_vertices(
        string begin, string first, string second) => New("cell=resistor").Run(async driver =>
    {
        var rows = await Rig.Invoke(driver, "cyclic_voltammetry",
            $"begin={begin}; vertex_1={first}; vertex_2={second}; rate=100 mV/s; step=5 mV; scans=2");
        double Volt(string text) => Sdl.Core.Units.Quantity.Parse(text).Si;
        var potentials = rows.Select(r => r.Values.Span[1]).ToList();
        Assert.Equal(Volt(begin), potentials[0], 0.006);
        Assert.Equal(Math.Max(Volt(first), Volt(second)), potentials.Max(), 0.006);
        Assert.Equal(Math.Min(Volt(first), Volt(second)), potentials.Min(), 0.006);
        if (begin != first)
            Assert.Equal(Math.Sign(Volt(first) - Volt(begin)), Math.Sign(potentials[10] - potentials[0]));
        Assert.Equal([1, 2], rows.Select(r => r.Values.Span[0]).Distinct());
        // What is said to be applied is applied: 100 kOhm.
        Assert.All(rows, r => Assert.Equal(r.Values.Span[1] / 1e5, r.Values.Span[2], 1e-6));
    });

    [Fact]
    public void A_charge_at_constant_voltage_ends_when_its_current_is_small()
    {
        var rig = New("cell=battery");
        rig.Run(async driver =>
        {
            var rows = await Rig.Invoke(driver, "constant_voltage",
                "voltage=4 V; until_current_below=100 uA; until_time=10 h; record_time=60 s");
            var last = rows.Last();
            Assert.Equal(3, last[6]);
            Assert.InRange(last[2], 90e-6, 100e-6);
            Assert.InRange(last[3], 2e-5, 9e-5);
            Assert.Equal(last[3] * 4, last[4], 1e-6);
            Assert.All(rows.SkipLast(1), r => Assert.Equal(0, r.Values.Span[6]));
            Assert.Null(rig.Device.Danger);
        });
    }

    [Fact]
    public void A_rest_draws_nothing_and_shows_the_open_circuit_voltage() => New("cell=battery").Run(async driver =>
    {
        var rows = await Rig.Invoke(driver, "rest", "until_time=30 s; record_time=10 s");
        Assert.Equal(4, rows.Count);
        Assert.All(rows, r => Assert.Equal(3.66, r.Values.Span[1], 0.01));
        Assert.All(rows, r => Assert.Equal(0, r.Values.Span[2]));
        Assert.Equal(1, rows.Last()[6]);
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_scan_makes_as_many_sweeps_as_it_was_told(int sweeps) => New("cell=resistor").Run(async driver =>
    {
        var rows = await Rig.Invoke(driver, "voltage_scan",
            $"start_voltage=1 V; end_voltage=-1 V; scan_rate=100 mV/s; sweeps={sweeps}; record_time=1 s");
        Assert.Equal(20 * sweeps, rows.Last()[0], 0.3);
        Assert.Equal(sweeps % 2 == 1 ? -1 : 1, rows.Last()[1], 0.03);
        Assert.Equal(1, rows.Last()[6]);
    });

    [Theory]
    [InlineData("constant_voltage", "voltage=4 V; until_time=1 h; max_current=200 uA", "max_current")]
    [InlineData("constant_voltage", "voltage=4.3 V; until_time=1 h; max_charge=10 uAh; safety_delay=1 s", "max_charge")]
    [InlineData(
        "voltage_scan", "start_voltage=3.6 V; end_voltage=4.3 V; scan_rate=10 mV/s; max_voltage=4.2 V", "max_voltage")]
    public void A_safety_limit_opens_the_circuit(string name, string arguments, string limit)
    {
        var rig = New("cell=battery");
        rig.Run(async driver =>
        {
            var failed = await Failed(Rig.Invoke(driver, name, arguments));
            Assert.Contains(limit, failed.Message, StringComparison.Ordinal);
            Assert.Null(rig.Device.Danger);
        });
    }

    [Fact]
    public void A_cell_step_beyond_the_current_range_opens_the_circuit()
    {
        var rig = New("cell=battery", "current_range=100uA");
        rig.Run(async driver =>
        {
            var failed = await Failed(Rig.Invoke(driver, "constant_voltage", "voltage=4 V; until_time=1 h"));
            Assert.Contains("passed the range of 100uA", failed.Message, StringComparison.Ordinal);
            Assert.Null(rig.Device.Danger);
        });
    }

    [Fact]
    public void What_the_device_cannot_do_is_not_offered()
    {
        var capabilities = New("cell=battery").NewDriver().Capabilities;
        Assert.Equal(["ocp", "chronoamperometry", "cyclic_voltammetry", "rest", "constant_voltage", "voltage_scan"],
            capabilities.Select(c => c.Name));
        Assert.DoesNotContain(capabilities.SelectMany(c => c.Inputs), i => i.Name == "current_limit");
        Assert.All(capabilities.Where(c => c.Replay != Replay.Never), c => Assert.Contains(c.Name, "ocp rest"));
    }

    [Theory]
    [InlineData("current_range=5uA")]
    [InlineData("voltage_range=3V")]
    public void A_range_that_the_device_does_not_have_is_refused(string settings) =>
        Assert.Throws<SettingException>(() => New("", settings).NewDriver());

    [Theory]
    [InlineData("begin=1 V; vertex_1=0.5 V; vertex_2=-0.5 V; rate=100 mV/s", "outside them")]
    [InlineData("begin=0 V; vertex_1=0.5 V; vertex_2=-0.5 V; rate=1 mV/s", "a point in 1 ms to 1 s")]
    public void A_voltammogram_that_the_device_cannot_draw_is_refused(string arguments, string reason) =>
        New("cell=resistor").Run(async driver =>
        {
            var refused = await Failed(Rig.Invoke(driver, "cyclic_voltammetry", arguments));
            Assert.Equal(Fault.OutOfRange, refused.Fault);
            Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        });

    private static Rig New(string simulation, string settings = "") =>
        new(Port, settings, simulation, c => new Rodeostat(c), c => new RodeostatSimulator(c));

    private static Task<InstrumentException> Failed(Task work) => Assert.ThrowsAsync<InstrumentException>(() => work);

    private static string Recorded(string name = "rodeostat-firmware.txt", [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, name);
}
