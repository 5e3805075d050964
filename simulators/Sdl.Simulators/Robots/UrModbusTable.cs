using Sdl.Core.Simulation;
using Sdl.Transport.Modbus;

namespace Sdl.Simulators.Robots;

/// <summary>The Modbus server of the controller: inputs and outputs, general-purpose registers, robot state (Universal
/// Robots, Modbus server data). Joint and tool registers are not played: they are refused as unknown
/// addresses.</summary>
internal sealed class UrModbusTable(UrController robot, Func<bool> partInput, int? partBit, Version version,
    Faults faults)
    : IModbusRegisters
{
    private readonly Dictionary<int, ushort> _before = [];

    /// <summary>Keeps what is told from now on while values are stale.</summary>
    public void Remember()
    {
        foreach (var address in Enumerable.Range(0, 300))
            if (Read(address) is { } value)
                _before[address] = value;
    }

    public bool Knows(byte function) => function is 3 or 4 or 6 or 16;

    public ModbusExceptionCode? ReadInput(ushort start, Span<ushort> into) => ReadHolding(start, into);

    public ModbusExceptionCode? ReadHolding(ushort start, Span<ushort> into)
    {
        robot.Refresh();
        for (var i = 0; i < into.Length; i++)
        {
            if (Read(start + i) is not { } value)
                return ModbusExceptionCode.IllegalDataAddress;
            into[i] = faults[FaultKind.StaleValue] ? _before.GetValueOrDefault(start + i, value) : value;
        }
        return null;
    }

    public ModbusExceptionCode? WriteHolding(ushort start, ReadOnlySpan<ushort> values)
    {
        robot.Refresh();
        for (var i = 0; i < values.Length; i++)
            if (start + i is not ((>= 1 and <= 3) or (>= 128 and <= 255)))
                return ModbusExceptionCode.IllegalDataAddress;
        for (var i = 0; i < values.Length; i++)
            Write(start + i, values[i]);
        return null;
    }

    private void Write(int address, ushort value)
    {
        switch (address)
        {
            case 1:
                robot.Outputs = value;
                break;
            case 2:
                robot.Outputs |= value;
                break;
            case 3:
                robot.Outputs &= (ushort)~value;
                break;
            default:
                robot[address] = value;
                break;
        }
    }

    private ushort? Read(int address) => address switch
    {
        0 => (ushort)(partBit is { } bit && partInput() ? 1 << bit : 0),
        1 => robot.Outputs,
        2 or 3 => 0,
        >= 128 and <= 255 => robot[address],
        256 => (ushort)version.Major,
        257 => (ushort)version.Minor,
        258 => (ushort)Array.IndexOf(UrController.Modes, robot.Mode),
        260 => Flag(robot.IsPoweredOn),
        261 => Flag(robot.Safety == "PROTECTIVE_STOP"),
        262 => Flag(robot.Safety == "ROBOT_EMERGENCY_STOP"),
        263 or 264 or 265 => 0,
        _ => null,
    };

    private static ushort Flag(bool value) => value ? (ushort)1 : (ushort)0;
}
