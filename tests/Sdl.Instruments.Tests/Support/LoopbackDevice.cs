using System.Net;
using System.Net.Sockets;
using Sdl.Simulators;
using Sdl.Simulators.Hosting;

namespace Sdl.Instruments.Tests.Support;

/// <summary>Lets foreign programs speak to a simulator: each of its ports listens on the loopback, on a number of its
/// own.</summary>
internal sealed class LoopbackDevice : IAsyncDisposable
{
    private readonly DeviceClock _clock;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<TcpListener> _listeners = [];
    private readonly List<Task> _serving = [];

    public LoopbackDevice(ISimulator device, DeviceClock clock)
    {
        _clock = clock;
        foreach (var port in device.Ports)
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            _listeners.Add(listener);
            _serving.Add(AcceptAsync(listener, port));
            Numbers[port.Name] = ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }

    /// <summary>By the name of the device's port.</summary>
    public Dictionary<string, int> Numbers { get; } = [];

    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        foreach (var listener in _listeners)
            listener.Dispose();
        await Task.WhenAll(_serving);
        _stop.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, DevicePort port)
    {
        var open = new List<Task>();
        try
        {
            while (true)
                open.Add(ServeAsync(await listener.AcceptSocketAsync(_stop.Token), port));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(Socket socket, DevicePort port)
    {
        using var owned = socket;
        IDeviceSession session;
        lock (_clock.Gate)
            session = port.Connect(new SocketWire(socket));
        var buffer = new byte[1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, _stop.Token) is > 0 and var n)
                lock (_clock.Gate)
                    session.Receive(buffer.AsSpan(0, n));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over, or the other program hung up its own way.
        }
        lock (_clock.Gate)
            session.Closed();
    }

    private sealed class SocketWire(Socket socket) : IDeviceWire
    {
        public void Send(ReadOnlySpan<byte> bytes) => socket.Send(bytes);

        public void Close() => socket.Shutdown(SocketShutdown.Both);
    }
}
