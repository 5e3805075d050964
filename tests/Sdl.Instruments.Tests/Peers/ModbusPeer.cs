using System.Net;
using System.Net.Sockets;
using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Instruments.Tests.Support;
using Sdl.Instruments.Tests.Transport;
using Sdl.Simulators;
using Sdl.Simulators.Hosting;
using Sdl.Simulators.Physics;
using Sdl.Transport;
using Sdl.Transport.Channels;

namespace Sdl.Instruments.Tests.Peers;

/// <summary>Our drivers with servers, and our simulators with clients, that stand on pymodbus.</summary>
internal static class ModbusPeer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs a driver against a script over TCP.</summary>
    /// <param name="address">With the port in place of {0}.</param>
    public static async Task OverTcpAsync<TDriver>(
        string script, string address, Func<DriverContext, TDriver> create, Func<TDriver, CancellationToken, Task> test)
    {
        await Peer.RequirePythonAsync("pymodbus");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var server = await Peer.PythonAsync(script, "tcp", $"{port}");
        await RunAsync(string.Format(null, address, port), create, test);
    }

    /// <summary>The same over a serial line.</summary>
    /// <param name="address">With the device in place of {0}.</param>
    public static async Task OverSerialAsync<TDriver>(
        string script, string address, Func<DriverContext, TDriver> create, Func<TDriver, CancellationToken, Task> test)
    {
        await Peer.RequirePythonAsync("pymodbus");
        await Peer.RequirePythonAsync("serial");
        await using var cable = Cable.Require();
        await using var server = await Peer.PythonAsync(script, "rtu", cable.Other);
        await RunAsync(string.Format(null, address, cable.One), create, test);
    }

    /// <summary>What a simulator answers to the requests, as pymodbus_client.py takes and prints them.</summary>
    public static async Task<string[]> AskAsync(
        string address, Settings simulation, Func<SimulatorContext, ISimulator> create, string requests)
    {
        await Peer.RequirePythonAsync("pymodbus");
        var clock = new DeviceClock(TimeProvider.System);
        var noise = new Noise(1);
        var where = Address.Parse(address);
        var device = create(new SimulatorContext(new InstrumentId("device"), where, Settings.None, simulation,
            new Bench(new Dictionary<string, Stock>(), noise), noise, clock));
        await using var loopback = new LoopbackDevice(device, clock);
        await using var client = await Peer.PythonAsync("pymodbus_client.py",
        [
            where.Scheme == "modbus-tcp" ? "tcp" : "rtutcp", $"{loopback.Numbers[""]}", $"{where.Integer("unit", 1)}",
            .. requests.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ]);
        return [client.Ready, .. (await client.RestAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static async Task RunAsync<TDriver>(
        string address, Func<DriverContext, TDriver> create, Func<TDriver, CancellationToken, Task> test)
    {
        await using var lines = new TransportLines(TimeProvider.System);
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        await test(create(new DriverContext(new InstrumentId("peer"), Address.Parse(address), Settings.None, lines,
            TimeProvider.System)), limit.Token);
    }
}
