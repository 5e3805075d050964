using Sdl.Core.Instruments;
using Sdl.Transport.Modbus;

namespace Sdl.Drivers;

/// <summary>The registers of one Modbus unit, with errors in the words of an instrument.</summary>
/// <param name="outlast">How long after a time-out a late reply may still come. An RTU reply does not name its
/// register, so that it would be taken for the next one's: until then nothing else is asked. Zero for TCP, whose
/// replies are numbered.</param>
internal sealed class ModbusUnit(InstrumentId id, ModbusMaster master, byte unit, TimeProvider clock, TimeSpan outlast)
{
    private long? _unanswered;

    public async ValueTask<ushort> ReadAsync(ushort address, CancellationToken ct) =>
        (await ReadAsync(address, 1, ct))[0];

    public ValueTask<ushort[]> ReadAsync(ushort start, ushort count, CancellationToken ct) =>
        TalkAsync(() => master.ReadHoldingRegistersAsync(unit, start, count, ct), ct);

    public async ValueTask WriteAsync(ushort address, ushort value, CancellationToken ct) =>
        await TalkAsync(() => DoneAsync(master.WriteSingleRegisterAsync(unit, address, value, ct)), ct);

    public async ValueTask WriteAsync(ushort start, ushort[] values, CancellationToken ct) =>
        await TalkAsync(() => DoneAsync(master.WriteMultipleRegistersAsync(unit, start, values, ct)), ct);

    /// <summary>Writes, then reads, in one exchange.</summary>
    public ValueTask<ushort[]> WriteAndReadAsync(
        ushort writeStart, ushort[] values, ushort start, ushort count, CancellationToken ct) => TalkAsync(
            () => master.ReadWriteMultipleRegistersAsync(unit, start, count, writeStart, values, ct), ct);

    public async ValueTask WriteCoilAsync(ushort address, bool value, CancellationToken ct) =>
        await TalkAsync(() => DoneAsync(master.WriteSingleCoilAsync(unit, address, value, ct)), ct);

    private static async ValueTask<bool> DoneAsync(ValueTask work)
    {
        await work;
        return true;
    }

    private async ValueTask<T> TalkAsync<T>(Func<ValueTask<T>> talk, CancellationToken ct)
    {
        if (_unanswered is { } since && outlast - clock.GetElapsedTime(since) is { Ticks: > 0 } left)
            await Task.Delay(left, clock, ct);
        _unanswered = null;
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
            _unanswered = clock.GetTimestamp();
            throw new InstrumentException(id, Fault.Timeout, e.Message, e);
        }
        catch (IOException e)
        {
            throw new InstrumentException(id, Fault.Disconnected, e.Message, e);
        }
    }
}
