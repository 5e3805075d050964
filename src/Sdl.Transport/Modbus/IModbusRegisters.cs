using System.Collections.ObjectModel;

namespace Sdl.Transport.Modbus;

/// <summary>The device behind a <see cref="ModbusSlave"/>. Addresses are those of the wire, from 0. Every method gives
/// null when it is done, or why it is refused; a refused write has changed nothing. What a device does not implement is
/// an illegal function.</summary>
public interface IModbusRegisters
{
    /// <summary>Whether the device knows a function code (1 to 6, 15, 16, 22, 23, 43) at all.</summary>
    bool Knows(byte function) => true;

    /// <summary>What it says of itself (function 43/14), by <see cref="IdentificationObject"/>, each of 244 characters
    /// at most; empty when it does not know that function.</summary>
    IReadOnlyDictionary<byte, string> Identification => ReadOnlyDictionary<byte, string>.Empty;

    ModbusExceptionCode? ReadCoils(ushort start, Span<bool> into) => ModbusExceptionCode.IllegalFunction;

    ModbusExceptionCode? ReadDiscreteInputs(ushort start, Span<bool> into) => ModbusExceptionCode.IllegalFunction;

    ModbusExceptionCode? ReadHolding(ushort start, Span<ushort> into) => ModbusExceptionCode.IllegalFunction;

    ModbusExceptionCode? ReadInput(ushort start, Span<ushort> into) => ModbusExceptionCode.IllegalFunction;

    ModbusExceptionCode? WriteCoils(ushort start, ReadOnlySpan<bool> values) => ModbusExceptionCode.IllegalFunction;

    ModbusExceptionCode? WriteHolding(ushort start, ReadOnlySpan<ushort> values) => ModbusExceptionCode.IllegalFunction;
}
