using Sdl.Core.Units;
using Sdl.Simulators.Physics;

namespace Sdl.Simulators;

/// <summary>Plays one device: the device side of its real wire protocol, with a physical effect on the
/// <see cref="Bench"/>.</summary>
/// <remarks>One thread at a time: whoever hosts simulators serialises the sessions' calls and the timers of their
/// clock. All behaviour is a function of the lab, the seed and the bytes received with their times, so that the tape of
/// those bytes rebuilds the device after a crash.</remarks>
public interface ISimulator
{
    /// <summary>The ports on which the device can be reached; at least one, the first is the main one.</summary>
    IReadOnlyList<DevicePort> Ports { get; }

    /// <summary>How it misbehaves when it is told to.</summary>
    Faults Faults { get; }

    /// <summary>What it has really done and cannot be undone, in order.</summary>
    IReadOnlyList<DeviceEffect> Effects => [];

    /// <summary>Why the device is not in its declared safe state, as it really stands, whatever its replies say; null
    /// when it is.</summary>
    string? Danger { get; }

    /// <summary>What a watchdog relay does to the device when its line has been silent for too long: brings it into its
    /// safe state. Null when the device's own protocol has such a time-out, which the driver arms.</summary>
    Action? Watchdog { get; }

    /// <summary>Makes a reading of the instrument show a value, at the physical quantity behind it: a block is heated
    /// from outside, a weight is put on the pan. What the host does then is real; what is forced is on no
    /// tape.</summary>
    /// <param name="value">Null lets go of it: what follows is up to the device.</param>
    /// <returns>False when the device has no such reading.</returns>
    bool Force(string reading, Quantity? value);
}

/// <summary>Something that a device has done to the bench.</summary>
/// <param name="Until">Null while it goes on.</param>
/// <param name="Amount">m3 moved by a pump as it counts it; 1 for a program that came to its end.</param>
public sealed record DeviceEffect(DateTimeOffset From, DateTimeOffset? Until, string What, double Amount);

/// <summary>A port of a simulated device.</summary>
/// <param name="Name">Empty for the only port, else the option of the address that overrides its number
/// (<c>dashboard</c>).</param>
/// <param name="Number">TCP port of the real device; 0 for a serial port.</param>
/// <param name="Connect">Called when a host opens the port, and again when another does: the device's state stays, what
/// it sends goes to the wire it was asked on, and what it says unasked to the newest wire.</param>
public sealed record DevicePort(string Name, int Number, Func<IDeviceWire, IDeviceSession> Connect)
{
    /// <summary>False while its cable is out.</summary>
    public Func<bool> IsReachable { get; init; } = () => true;
}

/// <summary>The host's bytes arriving at a device.</summary>
public interface IDeviceSession
{
    void Receive(ReadOnlySpan<byte> bytes);

    /// <summary>The host has closed the connection (never on a serial line).</summary>
    void Closed();
}

/// <summary>A device's bytes on their way to the host.</summary>
public interface IDeviceWire
{
    /// <summary>Sends now. The line's speed is the wire's business; a device that takes its time sets
    /// a timer first.</summary>
    void Send(ReadOnlySpan<byte> bytes);

    /// <summary>The device hangs up.</summary>
    void Close();
}
