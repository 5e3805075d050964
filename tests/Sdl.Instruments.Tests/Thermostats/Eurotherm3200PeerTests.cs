using System.Net;
using System.Net.Sockets;
using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Drivers.Thermostats;
using Sdl.Instruments.Tests.Peers;
using Sdl.Instruments.Tests.Support;
using Sdl.Instruments.Tests.Transport;
using Sdl.Simulators;
using Sdl.Simulators.Hosting;
using Sdl.Simulators.Physics;
using Sdl.Simulators.Thermostats;
using Sdl.Transport;
using Sdl.Transport.Channels;
using Rig = Sdl.Instruments.Tests.Support.ThermalBench<
    Sdl.Drivers.Thermostats.Eurotherm3200, Sdl.Simulators.Thermostats.Eurotherm3200Simulator>;

namespace Sdl.Instruments.Tests.Thermostats;

/// <summary>Driver and simulator with Modbus programs that others wrote.</summary>
public sealed class Eurotherm3200PeerTests : IAsyncDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60), TimeProvider.System);
    private readonly TransportLines _lines = new(TimeProvider.System);

    [Fact]
    public async Task The_driver_controls_a_pymodbus_server_over_tcp()
    {
        await Peer.RequirePythonAsync("pymodbus");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var server = await Peer.PythonAsync("eurotherm_server.py", "tcp", $"{port}");
        await AssertControlsAsync($"modbus-tcp:127.0.0.1:{port}?unit=1");
    }

    [Fact]
    public async Task The_driver_controls_a_pymodbus_server_over_a_serial_line()
    {
        await Peer.RequirePythonAsync("pymodbus");
        await Peer.RequirePythonAsync("serial");
        await using var cable = Cable.Require();
        await using var server = await Peer.PythonAsync("eurotherm_server.py", "rtu", cable.Other);
        await AssertControlsAsync($"modbus-rtu:{cable.One}?baud=9600&unit=1");
    }

    [Fact]
    public async Task Mbpoll_reads_and_sets_the_simulated_controller()
    {
        Peer.Require("mbpoll");
        var clock = new DeviceClock(TimeProvider.System);
        var noise = new Noise(1);
        var device = new Eurotherm3200Simulator(new SimulatorContext(new InstrumentId("device"),
            Address.Parse("modbus-tcp:127.0.0.1:502?unit=3"), Settings.None, Settings.None,
            new Bench(new Dictionary<string, Stock>(), noise), noise, clock));
        await using var loopback = new LoopbackDevice(device, clock);
        string[] who = ["-1", "-0", "-a", "3", "-m", "tcp", "-p", $"{loopback.Numbers[""]}", "-t", "4"];

        Assert.Contains("[1]: \t250", await PollAsync([.. who, "-r", "1", "127.0.0.1"]), StringComparison.Ordinal);
        await PollAsync([.. who, "-r", "24", "127.0.0.1", "320"]);
        Assert.Contains("[5]: \t320", await PollAsync([.. who, "-r", "5", "127.0.0.1"]), StringComparison.Ordinal);
        var refused = await Peer.RunAsync("mbpoll", [.. who, "-r", "24", "127.0.0.1", "3000"]);
        Assert.Contains("Illegal data value", refused.Output, StringComparison.Ordinal);
        Assert.Equal(1, device.EepromWrites);
    }

    public async ValueTask DisposeAsync()
    {
        await _lines.DisposeAsync();
        _limit.Dispose();
    }

    private async Task AssertControlsAsync(string address)
    {
        var driver = new Eurotherm3200(new DriverContext(new InstrumentId("peer"), Address.Parse(address),
            new Settings(new Dictionary<string, string> { ["interval"] = "0.1 s" }), _lines, TimeProvider.System));
        await driver.ConnectAsync(_limit.Token);
        var rows = await Rig.InvokeUntil(driver, "settle", "temperature=32.5 degC; hold=0.3 s", _limit.Token);
        Assert.Equal(32.5, rows[^1].Values.Span[1]);
        await driver.MakeSafeAsync(TimeSpan.FromSeconds(10));
        var status = await driver.ReadStatusAsync(_limit.Token);
        Assert.Equal("manual", status.State);
        Assert.Equal(0, status.Readings["output"].Si);
    }

    private static async Task<string> PollAsync(string[] arguments)
    {
        var (code, output) = await Peer.RunAsync("mbpoll", arguments);
        Assert.True(code == 0, output);
        return output;
    }
}
