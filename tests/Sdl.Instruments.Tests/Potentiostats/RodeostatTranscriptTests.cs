using System.Runtime.CompilerServices;
using Sdl.Core.Instruments;
using Sdl.Drivers.Potentiostats;
using Sdl.Instruments.Tests.Support;
using Sdl.Runtime.Time;
using Sdl.Simulators.Potentiostats;
using Sdl.Transport;
using Rig = Sdl.Instruments.Tests.Support.ThermalBench<
    Sdl.Drivers.Potentiostats.Rodeostat, Sdl.Simulators.Potentiostats.RodeostatSimulator>;

namespace Sdl.Instruments.Tests.Potentiostats;

/// <summary>The driver by its bytes alone: what it said to the real firmware, and what that answered.</summary>
public class RodeostatTranscriptTests
{
    [Theory]
    [InlineData("voltage_scan", 11, 1.1, 0.267087, 2.686279e-6)]
    [InlineData("constant_voltage voltage=-1.5V", 4, 1.2, -1.5, -15.01831e-6)]
    [InlineData("chronoamperometry potential=0.7V duration=1s interval=0.2s", 5, 1, 0.7, 6.996336e-6)]
    [InlineData("cyclic_voltammetry", 32, 2, 0.1, 0.995908e-6)]
    public void What_the_firmware_measured_is_what_the_rows_say(
        string invocation, int count, double first, double volt, double ampere) => Replay(invocation, async work =>
        {
            var rows = await work();
            Assert.Equal(count, rows.Count);
            Assert.Equal([first, volt, ampere], rows.Last()[..3].Select(v => Math.Round(v, 12)));
        });

    [Theory]
    [InlineData("constant_voltage voltage=1.5V until_time=2s", "the current has passed the range of 10uA at 0.2 s")]
    [InlineData("constant_voltage voltage=1.5V until_time=5s", "has passed the safety limit max_current")]
    public void What_the_firmware_let_pass_ends_with_open_electrodes(string invocation, string why) => Replay(
        invocation, async work =>
        {
            var failed = await Assert.ThrowsAsync<InstrumentException>(work);
            Assert.Contains(why, failed.Message, StringComparison.Ordinal);
        });

    [Fact]
    public void A_range_of_another_variant_is_refused_when_it_connects()
    {
        var (settings, _, script) = Recorded().Single(r => r.Settings == "10000uA");
        var time = new VirtualTime(DateTimeOffset.UnixEpoch);
        var refused = Assert.Throws<InstrumentException>(
            () => time.Run(() => Driver(settings, new ScriptedTransport(script), time)
                .ConnectAsync(CancellationToken.None).AsTask()));
        Assert.Equal(Fault.Rejected, refused.Fault);
        Assert.Contains("currRange, 10000uA, not found", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("constant_voltage", "voltage=1 V; until_time=1.25 s; record_time=0.4 s", 1.25)]
    [InlineData(
        "voltage_scan", "start_voltage=0.4 V; end_voltage=-0.1 V; scan_rate=0.77 V/s; record_time=0.1 s", 0.65)]
    public void An_end_between_two_points_of_the_device_is_reached(string name, string arguments, double most)
    {
        var rig = new Rig("sim:serial:/dev/ttyACM0?baud=115200", "", "cell=resistor",
            c => new Rodeostat(c), c => new RodeostatSimulator(c));
        rig.Run(async driver =>
        {
            var last = (await Rig.Invoke(driver, name, arguments)).Last();
            Assert.Equal(1, last[6]);
            Assert.InRange(last[0], most - 0.2, most);
            Assert.Null(rig.Device.Danger);
        });
    }

    private static void Replay(string invocation, Func<Func<Task<List<Sample>>>, Task> test)
    {
        var (settings, call, script) = Recorded().First(r => r.Call.StartsWith(invocation, StringComparison.Ordinal));
        var time = new VirtualTime(DateTimeOffset.UnixEpoch);
        var line = new ScriptedTransport(script);
        var words = call.Split(' ', 2);
        time.Run(async () =>
        {
            var driver = Driver(settings, line, time);
            await driver.ConnectAsync(CancellationToken.None);
            await test(() => Rig.Invoke(driver, words[0], Spaced(words[1])));
            await driver.MakeSafeAsync(TimeSpan.FromSeconds(5));
        });
        Assert.True(line.IsOver);
    }

    private static string Spaced(string arguments) => arguments.Replace(' ', ';');

    private static Rodeostat Driver(string range, ScriptedTransport line, TimeProvider time) => new(new DriverContext(
        new InstrumentId("rodeostat"), Address.Parse("serial:/dev/ttyACM0?baud=115200"),
        new Settings(new Dictionary<string, string> { ["current_range"] = range }), line, time));

    /// <summary>Each request with all that came before the next one.</summary>
    private static IEnumerable<(string Settings, string Call, (string, string)[] Script)> Recorded()
    {
        var blocks = string.Join('\n', File.ReadAllLines(Path()).Where(l => !l.StartsWith('#')))
            .Split("= ", StringSplitOptions.RemoveEmptyEntries).Select(b => b.TrimEnd('\n').Split('\n'));
        foreach (var block in blocks)
        {
            var script = new List<(string Says, string Hears)>();
            var isSaying = false;
            foreach (var line in block.Skip(1))
            {
                if (line[0] == '<')
                    script[^1] = (script[^1].Says, script[^1].Hears + line[2..] + "\r\n");
                else if (isSaying)
                    script[^1] = (script[^1].Says + line[2..] + "\n", "");
                else
                    script.Add((line.Length > 2 ? line[2..] + "\n" : "\n", ""));
                isSaying = line[0] == '>';
            }
            var head = block[0].Split(' ', 2);
            yield return (head[0], head[1], script.ToArray());
        }
    }

    private static string Path([CallerFilePath] string here = "") =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "rodeostat-driver.txt");
}
