namespace Sdl.Simulators.Hosting;

/// <summary>A relay that hears every byte on the way to a device and brings the device into its safe state when none
/// has come for a while. It watches from the first byte on, and again from the next byte after it has acted. On a line
/// that several devices share it hears what is said to any of them.</summary>
public sealed class WatchdogRelay(TimeSpan limit, Action act, DeviceClock clock)
{
    private DateTimeOffset _heard;
    private ITimer? _timer;

    /// <summary>How often it has acted.</summary>
    public int Trips { get; private set; }

    /// <summary>The port with the relay on its line.</summary>
    public DevicePort At(DevicePort port) => port with { Connect = wire => new Session(this, port.Connect(wire)) };

    private void Hear()
    {
        _heard = clock.GetUtcNow();
        _timer ??= After(limit);
    }

    // One timer that looks when it may be time, rather than one that each byte sets anew.
    private void Look()
    {
        _timer?.Dispose();
        var left = limit - (clock.GetUtcNow() - _heard);
        _timer = left > TimeSpan.Zero ? After(left) : null;
        if (_timer is not null)
            return;
        Trips++;
        act();
    }

    private ITimer After(TimeSpan time) => clock.CreateTimer(_ => Look(), null, time, Timeout.InfiniteTimeSpan);

    private sealed class Session(WatchdogRelay relay, IDeviceSession device) : IDeviceSession
    {
        public void Receive(ReadOnlySpan<byte> bytes)
        {
            relay.Hear();
            device.Receive(bytes);
        }

        public void Closed() => device.Closed();
    }
}
