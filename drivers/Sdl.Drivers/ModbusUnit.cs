using Sdl.Core.Instruments;
using Sdl.Transport.Modbus;

namespace Sdl.Drivers;

/// <summary>The registers of one Modbus unit, with errors in the words of an instrument.</summary>
internal sealed class ModbusUnit(InstrumentId id, ModbusMaster master, byte unit)
{
    public async ValueTask<ushort> ReadAsync(ushort address, CancellationToken ct) =>
        (await ReadAsync(address, 1, ct))[0];

    public ValueTask<ushort[]> ReadAsync(ushort start, ushort count, CancellationToken ct) =>
        TranslateAsync(() => master.ReadHoldingRegistersAsync(unit, start, count, ct));

    public async ValueTask WriteAsync(ushort address, ushort value, CancellationToken ct) =>
        await TranslateAsync(() => DoneAsync(master.WriteSingleRegisterAsync(unit, address, value, ct)));

    public async ValueTask WriteAsync(ushort start, ushort[] values, CancellationToken ct) =>
        await TranslateAsync(() => DoneAsync(master.WriteMultipleRegistersAsync(unit, start, values, ct)));

    private static async ValueTask<bool> DoneAsync(ValueTask work)
    {
        await work;
        return true;
    }

    private async ValueTask<T> TranslateAsync<T>(Func<ValueTask<T>> talk)
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
