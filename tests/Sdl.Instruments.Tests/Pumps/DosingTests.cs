using Sdl.Drivers.Balances;
using Sdl.Instruments.Tests.Support;
using Sdl.Simulators.Balances;
using static Sdl.Instruments.Tests.Pumps.Ne1000Tests;
using static Sdl.Instruments.Tests.Support.DosingBench;

namespace Sdl.Instruments.Tests.Pumps;

/// <summary>A pump and a balance on one bench.</summary>
public class DosingTests
{
    [Fact]
    public void The_balance_weighs_what_the_pump_really_gave_and_not_what_it_counted()
    {
        var rig = Build(Pump("pump"), new Device(
            "balance", "tcp:10.0.0.5:4305", c => new MtSics(c), c => new MtSicsSimulator(c), [], []));
        var mass = rig.Time.Run(async () =>
        {
            var (pump, balance) = (rig.NewDriver(), rig.NewDriver(1));
            await pump.ConnectAsync(CancellationToken.None);
            await balance.ConnectAsync(CancellationToken.None);
            rig.Bench.PutNew("balance", 1);
            await balance.Finish(Call("t", "tare", ("timeout", "30 s")));
            await pump.Finish(Dispense("d", "2 mL"));
            return (await balance.Finish(Call("w", "weigh", ("timeout", "30 s")))).Last()[0];
        });
        var flown = 2 * (1 + 0.01 * rig.Noise.Normal("gain/pump")) * (1 + 0.005 * rig.Noise.Normal("dose/pump/1"));
        Assert.Equal(1.288 * flown, mass, 1.5e-3);
        Assert.True(Math.Abs(mass - 1.288 * 2) > 1.5e-3);
    }

    [Fact]
    public void What_a_pump_has_drawn_in_from_a_vial_it_gives_into_another_and_no_more()
    {
        var rig = Build(Pump("filler"), Pump("dispenser") with
        {
            Address = "serial:/dev/other?baud=19200",
            Simulation = new() { ["inlet"] = "balance", ["outlet"] = "assembly" },
        });
        var (vial, cell) = (rig.Bench.PutNew("balance", 1), rig.Bench.PutNew("assembly", 2));
        rig.Time.Run(async () =>
        {
            var (filler, dispenser) = (rig.NewDriver(), rig.NewDriver(1));
            await filler.ConnectAsync(CancellationToken.None);
            await dispenser.ConnectAsync(CancellationToken.None);
            await filler.Finish(Dispense("f", "2 mL"));
            var before = vial.Content;
            await dispenser.Finish(Call("in", "withdraw", ("volume", "1 mL"), ("rate", "5 mL/min")));
            await dispenser.Finish(Dispense("out", "0.5 mL"));
            Assert.InRange(cell.Content.Volume, 0.48e-6, 0.52e-6);
            Assert.InRange(before.Volume - vial.Content.Volume, 0.96e-6, 1.04e-6);
            await dispenser.Finish(Dispense("more", "3 mL"));
            Assert.Equal(before.Volume, vial.Content.Volume + cell.Content.Volume, 1e-15);
            foreach (var (substance, moles) in before.Moles)
                Assert.Equal(moles, vial.Content.Moles[substance] + cell.Content.Moles[substance], 1e-12 * moles);
        });
    }
}
