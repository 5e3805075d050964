using System.Net;
using System.Net.Sockets;
using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Drivers.Cyclers;
using Sdl.Instruments.Tests.Peers;
using Sdl.Instruments.Tests.Support;
using Sdl.Simulators;
using Sdl.Simulators.Cyclers;
using Sdl.Simulators.Hosting;
using Sdl.Simulators.Physics;
using Sdl.Transport;
using Sdl.Transport.Channels;
using Rig = Sdl.Instruments.Tests.Support.ThermalBench<
    Sdl.Drivers.Cyclers.MultichannelCycler, Sdl.Simulators.Cyclers.MultichannelCyclerSimulator>;

namespace Sdl.Instruments.Tests.Cyclers;

/// <summary>Drivers and simulators of cyclers with Modbus programs that others wrote.</summary>
public sealed class CyclerPeerTests : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Psb = new()
    {
        ["nominal_voltage"] = "80 V", ["nominal_current"] = "120 A", ["min_voltage"] = "2.5 V",
        ["max_voltage"] = "4.25 V", ["max_current"] = "60 A", ["interval"] = "0.1 s",
    };

    private static readonly Dictionary<string, string> Channel = new() { ["channel"] = "17", ["interval"] = "0.1 s" };

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60), TimeProvider.System);
    private readonly TransportLines _lines = new(TimeProvider.System);

    [Fact]
    public async Task The_driver_of_a_channel_speaks_to_a_pymodbus_server()
    {
        await Peer.RequirePythonAsync("pymodbus");
        var port = FreePort();
        await using var server = await Peer.PythonAsync("cycler_server.py", $"{port}");
        var driver = new MultichannelCycler(Context(port, Channel));
        await driver.ConnectAsync(_limit.Token);
        var status = await driver.ReadStatusAsync(_limit.Token);
        Assert.Equal(("PEER-64, firmware 2.7, channel 17", "idle"), (status.Identity, status.State));
        var call = Rig.Call(driver, "rest", "until_time=60 s");
        var rows = await driver.InvokeAsync(call, _limit.Token).Rows();
        Assert.Equal([60, 3.7f, 0, 0, 0, 25.5, 1], Assert.Single(rows).Values.ToArray());
        var outcome = await driver.ReconcileAsync(call, _limit.Token);
        Assert.Equal((CallProgress.Done, 1), (outcome.Progress, outcome.Samples!.Count));
        await driver.MakeSafeAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("stopped", (await driver.ReadStatusAsync(_limit.Token)).State);
    }

    [Fact]
    public async Task The_driver_of_a_supply_speaks_to_a_pymodbus_server()
    {
        await Peer.RequirePythonAsync("pymodbus");
        var port = FreePort();
        await using var server = await Peer.PythonAsync("psb_server.py", $"{port}");
        var driver = new EaPsb(Context(port, Psb));
        await driver.ConnectAsync(_limit.Token);
        var rows = await driver.InvokeAsync(
            Rig.Call(driver, "constant_current", "current=10 A; until_time=0.5 s; record_time=0.1 s"),
            _limit.Token).Rows();
        Assert.All(rows, r => Assert.Equal(10, r.Values.Span[2], 2));
        Assert.Equal(1, rows[^1].Values.Span[6]);
        var status = await driver.ReadStatusAsync(_limit.Token);
        Assert.Equal(("EA PSB peer", "off"), (status.Identity, status.State));
    }

    [Fact]
    public async Task Pymodbus_runs_a_step_on_the_simulated_channel()
    {
        await Peer.RequirePythonAsync("pymodbus");
        var clock = new DeviceClock(TimeProvider.System);
        await using var loopback = new LoopbackDevice(
            new MultichannelCyclerSimulator(Simulated(clock, Channel)), clock);
        await using var client = await Peer.PythonAsync("cycler_client.py", "multichannel", $"{loopback.Numbers[""]}");
        // Ended by time after 0.3 s with a row each 0.1 s, 1 mA for 0.3 s are 0.0833 uAh.
        Assert.Equal("SDL-MC64 2 1 4 0.0833 30 1", client.Ready);
    }

    [Fact]
    public async Task Pymodbus_commands_the_simulated_supply()
    {
        await Peer.RequirePythonAsync("pymodbus");
        var clock = new DeviceClock(TimeProvider.System);
        await using var loopback = new LoopbackDevice(new EaPsbSimulator(Simulated(clock, Psb)), clock);
        await using var client = await Peer.PythonAsync("cycler_client.py", "psb", $"{loopback.Numbers[""]}");
        // On, remote, at constant current (2), which is 437 of 52428.
        Assert.Equal("PSB 9000 80.0 120.0 True 1 1 2 437", client.Ready);
    }

    public async ValueTask DisposeAsync()
    {
        await _lines.DisposeAsync();
        _limit.Dispose();
    }

    private DriverContext Context(int port, Dictionary<string, string> settings) => new(
        new InstrumentId("peer"), Address.Parse($"modbus-tcp:127.0.0.1:{port}?unit=1"), new Settings(settings), _lines,
        TimeProvider.System);

    private static SimulatorContext Simulated(DeviceClock clock, Dictionary<string, string> settings)
    {
        var noise = new Noise(1);
        return new SimulatorContext(
            new InstrumentId("device"), Address.Parse("modbus-tcp:127.0.0.1:502?unit=1"), new Settings(settings),
            new Settings(new Dictionary<string, string> { ["capacity"] = "50 Ah", ["resistance"] = "1 mOhm" }),
            new Bench(new Dictionary<string, Stock>(), noise), noise, clock);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
