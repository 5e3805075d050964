using Sdl.Transport.Modbus;

namespace Sdl.Simulators;

/// <summary>One connection or line to a simulated Modbus unit.</summary>
internal sealed class ModbusSession(
    byte unit, ModbusFraming framing, IModbusRegisters registers, IDeviceWire wire, TimeProvider clock) : IDeviceSession
{
    // A unit takes a pause of a few characters for the end of a request. Time that is quickened tears requests apart,
    // so that the pause is longer here, and still shorter than any host waits before it asks again.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.5);

    private readonly ModbusSlave _slave = new(unit, framing, registers);
    private long _heard = clock.GetTimestamp();

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        if (framing != ModbusFraming.Tcp && clock.GetElapsedTime(_heard) > Pause)
            _slave.Reset();
        _heard = clock.GetTimestamp();
        _slave.Receive(bytes, reply => wire.Send(reply));
        if (_slave.Lost)
            wire.Close();
    }

    public void Closed()
    {
    }
}
