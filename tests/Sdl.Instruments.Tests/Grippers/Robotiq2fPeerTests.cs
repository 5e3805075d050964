using Sdl.Core.Instruments;
using Sdl.Drivers.Grippers;
using Sdl.Instruments.Tests.Peers;
using Sdl.Simulators.Grippers;
using Rig = Sdl.Instruments.Tests.Support.ThermalBench<
    Sdl.Drivers.Grippers.Robotiq2f, Sdl.Simulators.Grippers.Robotiq2fSimulator>;

namespace Sdl.Instruments.Tests.Grippers;

/// <summary>Driver and simulator with Modbus programs that others wrote.</summary>
public class Robotiq2fPeerTests
{
    [Fact]
    public Task The_driver_grips_with_a_pymodbus_server_over_a_serial_line() => ModbusPeer.OverSerialAsync(
        "robotiq_server.py", "modbus-rtu:{0}?baud=115200&unit=9", c => new Robotiq2f(c), async (driver, ct) =>
        {
            await driver.ConnectAsync(ct);
            await Rig.InvokeUntil(driver, "activate", "", ct);
            var closed = (await Rig.InvokeUntil(driver, "close", "object=present", ct)).Single().Values.ToArray();
            Assert.Equal(85 * 130 / 227.0, closed[0], 1e-9);
            Assert.Equal(1, closed[1]);
            var open = (await Rig.InvokeUntil(driver, "open", "object=absent", ct)).Single().Values.ToArray();
            Assert.Equal(new[] { 85.0, 0 }, open);
            await driver.MakeSafeAsync(TimeSpan.FromSeconds(10));
        });

    // This pymodbus cannot read replies of function 23 over RTU.
    [Theory]
    [InlineData("tcp:127.0.0.1:54321?framing=rtu&unit=9", "w 1000 256,0,0")]
    [InlineData("modbus-tcp:127.0.0.1:502?unit=9", "x 2000 1 1000 256,0,0")]
    public async Task Pymodbus_sends_the_gripper_somewhere_and_stops_it(string address, string stop)
    {
        var answers = await ModbusPeer.AskAsync(address,
            new Settings(new Dictionary<string, string> { ["active"] = "true" }), c => new Robotiq2fSimulator(c),
            $"h 2000 3 w 1000 2304,0,65535 i 2000 3 {stop} h 2000 1 h 1000 1");
        // Awake; told to go where it is; told to stand; what is written cannot be read.
        Assert.Equal(["61696 0 768", "ok", "63744 0 768", stop[0] == 'w' ? "ok" : "61696", "61696", "exception 2"],
            answers);
    }
}
