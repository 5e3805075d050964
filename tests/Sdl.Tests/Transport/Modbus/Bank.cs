using Sdl.Transport.Modbus;

namespace Sdl.Tests.Transport.Modbus;

/// <summary>A device of 1000 coils and 1000 holding registers; inputs read the same store.</summary>
internal sealed class Bank : IModbusRegisters
{
    public bool[] Coils { get; } = new bool[1000];

    public ushort[] Registers { get; } = new ushort[1000];

    public ModbusExceptionCode? ReadCoils(ushort start, Span<bool> into) => Read(Coils, start, into);

    public ModbusExceptionCode? ReadDiscreteInputs(ushort start, Span<bool> into) => Read(Coils, start, into);

    public ModbusExceptionCode? ReadHolding(ushort start, Span<ushort> into) => Read(Registers, start, into);

    public ModbusExceptionCode? ReadInput(ushort start, Span<ushort> into) => Read(Registers, start, into);

    public ModbusExceptionCode? WriteCoils(ushort start, ReadOnlySpan<bool> values) => Write(Coils, start, values);

    public ModbusExceptionCode? WriteHolding(ushort start, ReadOnlySpan<ushort> values) =>
        Write(Registers, start, values);

    private static ModbusExceptionCode? Read<T>(T[] store, ushort start, Span<T> into)
    {
        if (start + into.Length > store.Length)
            return ModbusExceptionCode.IllegalDataAddress;
        store.AsSpan(start, into.Length).CopyTo(into);
        return null;
    }

    private static ModbusExceptionCode? Write<T>(T[] store, ushort start, ReadOnlySpan<T> values)
    {
        if (start + values.Length > store.Length)
            return ModbusExceptionCode.IllegalDataAddress;
        values.CopyTo(store.AsSpan(start));
        return null;
    }
}
