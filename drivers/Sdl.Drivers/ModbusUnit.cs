using Sdl.Core.Instruments;
using Sdl.Transport.Modbus;

namespace Sdl.Drivers;

/// <summary>The registers of one Modbus unit, with errors in the words of an instrument.</summary>
internal sealed class ModbusUnit(InstrumentId id, ModbusMaster master, byte unit)
{
    public async ValueTask<ushort> ReadAsync(ushort address, CancellationToken ct) =>
        (await ReadAsync(address, 1, ct))[0];

    public ValueTask<ushort[]> ReadAsync(ushort start, ushort count, CancellationToken ct) =>
        TalkAsync(() => master.ReadHoldingRegistersAsync(unit, start, count, ct));

    public async ValueTask WriteAsync(ushort address, ushort value, CancellationToken ct) =>
        await TalkAsync(() => DoneAsync(master.WriteSingleRegisterAsync(unit, address, value, ct)));

    public async ValueTask WriteAsync(ushort start, ushort[] values, CancellationToken ct) =>
        await TalkAsync(() => DoneAsync(master.WriteMultipleRegistersAsync(unit, start, values, ct)));

    /// <summary>Writes, then reads, in one exchange.</summary>
    public ValueTask<ushort[]> WriteAndReadAsync(
        ushort writeStart, ushort[] values, ushort start, ushort count, CancellationToken ct) => TalkAsync(
            () => master.ReadWriteMultipleRegistersAsync(unit, start, count, writeStart, values, ct));

    public async ValueTask WriteCoilAsync(ushort address, bool value, CancellationToken ct) =>
        await TalkAsync(() => DoneAsync(master.WriteSingleCoilAsync(unit, address, value, ct)));

    private static async ValueTask<bool> DoneAsync(ValueTask work)
    {
        await work;
        return true;
    }

    private async ValueTask<T> TalkAsync<T>(Func<ValueTask<T>> talk)
    {
        try
        {
            return await talk();
        }
        catch (ModbusException e)
        {
            throw new InstrumentException(id, e.Fault, e.Message, e);
        }
        catch (TimeoutException e)
        {
            throw new InstrumentException(id, Fault.Timeout, e.Message, e);
        }
        catch (IOException e)
        {
            throw new InstrumentException(id, Fault.Disconnected, e.Message, e);
        }
    }
}
