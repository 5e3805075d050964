using Sdl.Drivers.Cyclers;
using Sdl.Simulators.Cyclers;
using Rig = Sdl.Instruments.Tests.Support.ThermalBench<
    Sdl.Drivers.Cyclers.MultichannelCycler, Sdl.Simulators.Cyclers.MultichannelCyclerSimulator>;

namespace Sdl.Instruments.Tests.Cyclers;

public class MultichannelCyclerTests
{
    private const int Time = 0, Voltage = 1, Current = 2, Charge = 3, Energy = 4, End = 6;

    [Fact]
    public void A_charge_ends_at_its_voltage_with_the_charge_that_has_gone_in() => New().Run(async driver =>
    {
        var rows = await Rig.Invoke(driver, "constant_current",
            "current=3 mA; until_voltage_above=4.2 V; until_time=2 h; record_time=5 min");
        var last = rows[^1].Values.Span.ToArray();
        Assert.Equal(2, last[End]);
        Assert.Equal(4.2, last[Voltage], 4);
        Assert.Equal(3e-3, last[Current], 8);
        Assert.Equal(last[Time] / 3600 * 3e-3, last[Charge], 7);
        Assert.True(last[Energy] > 3.4 * last[Charge] && last[Energy] < 4.2 * last[Charge]);
        Assert.All(rows.SkipLast(1), r => Assert.Equal(0, r.Values.Span[End]));
        Assert.Equal(rows.Select((_, i) => Math.Min(300.0 * i, last[Time])), rows.Select(r => r.Values.Span[Time]));
    });

    [Fact]
    public void A_held_voltage_stays_within_its_current_limit_and_ends_at_a_small_current() => New().Run(async driver =>
    {
        var rows = await Rig.Invoke(driver, "constant_voltage",
            "voltage=4.1 V; current_limit=3 mA; until_current_below=0.15 mA; record_time=1 min");
        Assert.All(rows, r => Assert.InRange(r.Values.Span[Current], 0, 3.0001e-3));
        Assert.All(rows, r => Assert.InRange(r.Values.Span[Voltage], 3, 4.10002));
        var last = rows[^1].Values.Span.ToArray();
        Assert.Equal(3, last[End]);
        Assert.InRange(last[Current], 0.148e-3, 0.15e-3);
    });

    private static Rig New(string settings = "channel=17", string simulation = "") => new(
        "sim:modbus-tcp:10.0.0.20:502?unit=1", settings, simulation, c => new MultichannelCycler(c),
        c => new MultichannelCyclerSimulator(c));
}
