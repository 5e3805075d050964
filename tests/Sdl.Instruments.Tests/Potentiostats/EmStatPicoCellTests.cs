using Sdl.Core.Instruments;

namespace Sdl.Instruments.Tests.Potentiostats;

/// <summary>Steps of a cell test on an EmStat Pico, with a large capacitor at 1.5 V for a cell.</summary>
public class EmStatPicoCellTests
{
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

    private static List<double[]> Do(
        PicoBench bench, string capability, params (string, string)[] arguments) => bench.Time.Run(async () =>
    {
        await bench.Driver.ConnectAsync(CancellationToken.None);
        return await bench.Invoke(capability, "cell/1", arguments);
    });
}
