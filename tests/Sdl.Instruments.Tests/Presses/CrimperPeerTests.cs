using Sdl.Core.Instruments;
using Sdl.Drivers.Presses;
using Sdl.Instruments.Tests.Peers;
using Sdl.Simulators.Presses;
using Rig = Sdl.Instruments.Tests.Support.ThermalBench<
    Sdl.Drivers.Presses.Crimper, Sdl.Simulators.Presses.CrimperSimulator>;

namespace Sdl.Instruments.Tests.Presses;

/// <summary>Driver and simulator with Modbus programs that others wrote.</summary>
public class CrimperPeerTests
{
    [Fact]
    public Task The_driver_crimps_with_a_pymodbus_server_over_tcp() => ModbusPeer.OverTcpAsync(
        "crimper_server.py", "modbus-tcp:127.0.0.1:{0}?unit=7", c => new Crimper(c), CrimpsAsync);

    [Fact]
    public Task The_driver_crimps_with_a_pymodbus_server_over_a_serial_line() => ModbusPeer.OverSerialAsync(
        "crimper_server.py", "modbus-rtu:{0}?baud=115200&unit=7", c => new Crimper(c), CrimpsAsync);

    [Fact]
    public async Task Pymodbus_reads_the_press_and_is_refused_what_it_may_not_do()
    {
        string[] answers =
        [
            .. await ModbusPeer.AskAsync("modbus-tcp:127.0.0.1:502?unit=7", Settings.None,
                c => new CrimperSimulator(c),
                "h 0 4 i 10 12 w 40 100 h 40 1 h 30 1 w 50 1,0,0,4000,100,0,1 w 50 1,0,8000,4000,100,0,1 "
                + "w 50 1,0,8000,4000,100,0,2 h 14 3"),
        ];
        Assert.Equal(
            ["17232 1 20000 5000", "3 0 0 0 0 0 0 0 0 0 0 0", "ok", "100", "exception 2", "exception 3", "ok",
                "exception 6", "0 1 1"],
            answers);
    }

    private static async Task CrimpsAsync(Crimper driver, CancellationToken ct)
    {
        await driver.ConnectAsync(ct);
        var row = (await Rig.InvokeUntil(driver, "crimp", "force=8 kN", ct)).Single();
        Assert.Equal(new[] { 8, 8, 36.8, 1 }, row.Values.ToArray());
        var outcome = await driver.ReconcileAsync(Rig.Call(driver, "crimp", "force=8 kN"), ct);
        Assert.Equal(CallProgress.Done, outcome.Progress);
        await driver.MakeSafeAsync(TimeSpan.FromSeconds(10));
    }
}
