using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sdl.Core.Instruments;
using Sdl.Transport.Channels;

namespace Sdl.Simulators.Hosting;

/// <summary>Serves simulated devices on real ports of this machine: pseudo-terminals for serial lines (loopback ports
/// on Windows, which has none), loopback ports for networks.</summary>
public sealed class SimulatorServer : IAsyncDisposable
{
    private readonly DeviceClock _devices;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<IAsyncDisposable> _ports = [];
    private readonly List<Task> _tasks = [];

    private SimulatorServer(DeviceClock devices) => _devices = devices;

    /// <summary>Where each instrument can be reached, in the order of the lab.</summary>
    public IReadOnlyList<(InstrumentId Id, Address Address)> Addresses { get; private set; } = [];

    /// <summary>Opens all ports; they answer at once.</summary>
    public static SimulatorServer Start(SimulatedLab lab)
    {
        var server = new SimulatorServer(lab.Devices);
        var opened = new Dictionary<string, string>();
        server.Addresses = lab.Instruments.Select(i => (i.Id, server.Open(i, lab, opened))).ToList();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        foreach (var port in _ports)
            await port.DisposeAsync();
        await Task.WhenAll(_tasks);
        _stop.Dispose();
    }

    private Address Open(SimulatedInstrument instrument, SimulatedLab lab, Dictionary<string, string> opened)
    {
        var address = instrument.Address;
        var main = instrument.FaultyPorts(lab.Devices).First();
        var isNetwork = main.Number > 0 && !address.Scheme.Contains("serial", StringComparison.Ordinal)
            || address.Scheme is "tcp" or "modbus-tcp";
        if (main.Name.Length > 0)
        {
            var options = address.Options.ToDictionary(o => o.Key, o => o.Value);
            foreach (var port in instrument.FaultyPorts(lab.Devices))
                options[port.Name] = Listen([port]).ToString(CultureInfo.InvariantCulture);
            return new Address(false, "tcp", IPAddress.Loopback.ToString(), options);
        }
        var endpoint = address.ToSimulated().Endpoint(instrument.Id);
        if (!opened.TryGetValue(endpoint, out var target))
        {
            // All devices on a bus hear what is said on it.
            var bus = lab.Instruments.Where(i => i.Address.ToSimulated().Endpoint(i.Id) == endpoint)
                .Select(i => i.FaultyPorts(lab.Devices).First()).ToList();
            target = opened[endpoint] = isNetwork || OperatingSystem.IsWindows()
                ? $"{IPAddress.Loopback}:{Listen(bus)}"
                : Terminal(bus);
        }
        var scheme = !target.StartsWith('/') ? address.Scheme is "modbus-tcp" or "modbus-rtu" ? "modbus-tcp" : "tcp"
            : address.Scheme is "modbus-rtu" ? "modbus-rtu" : "serial";
        return new Address(false, scheme, target, address.Options);
    }

    private string Terminal(List<DevicePort> devices)
    {
        var terminal = new Pseudoterminal();
        _ports.Add(terminal);
        // A pseudo-terminal takes bytes at once or drops them; it never waits.
        var wire = new Outgoing(
            bytes => terminal.WriteAsync(bytes, CancellationToken.None).AsTask().GetAwaiter().GetResult(),
            () => { });
        var sessions = Connect(devices, wire);
        _tasks.Add(ServeAsync(terminal.ReadAsync, sessions));
        return terminal.Path;
    }

    private int Listen(List<DevicePort> devices)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ports.Add(new Closing(listener.Stop));
        _tasks.Add(AcceptAsync(listener, devices));
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task AcceptAsync(TcpListener listener, List<DevicePort> devices)
    {
        while (!_stop.IsCancellationRequested)
            try
            {
                var socket = await listener.AcceptSocketAsync(_stop.Token);
                socket.NoDelay = true;
                _ports.Add(new Closing(socket.Dispose));
                var wire = new Outgoing(bytes => Send(socket, bytes), socket.Dispose);
                _tasks.Add(ServeAsync((b, ct) => socket.ReceiveAsync(b, ct), Connect(devices, wire)));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
    }

    private static void Send(Socket socket, byte[] bytes)
    {
        try
        {
            socket.Send(bytes);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The host has hung up: a device that talks to nobody notices nothing.
        }
    }

    private List<IDeviceSession> Connect(List<DevicePort> devices, IDeviceWire wire)
    {
        lock (_devices.Gate)
            return devices.ConvertAll(d => d.Connect(wire));
    }

    private async Task ServeAsync(
        Func<Memory<byte>, CancellationToken, ValueTask<int>> read, List<IDeviceSession> sessions)
    {
        var buffer = new byte[4096];
        try
        {
            while (await read(buffer, _stop.Token) is > 0 and var count)
                lock (_devices.Gate)
                    foreach (var session in sessions)
                        session.Receive(buffer.AsSpan(0, count));
        }
        catch (Exception e)
            when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // The port is closed, by the host or by us.
        }
        lock (_devices.Gate)
            foreach (var session in sessions)
                session.Closed();
    }

    private sealed class Outgoing(Action<byte[]> send, Action close) : IDeviceWire
    {
        public void Send(ReadOnlySpan<byte> bytes) => send(bytes.ToArray());

        public void Close() => close();
    }

    private sealed class Closing(Action close) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            close();
            return ValueTask.CompletedTask;
        }
    }
}
