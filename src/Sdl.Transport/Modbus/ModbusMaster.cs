using System.Text;
using Sdl.Core.Instruments;

namespace Sdl.Transport.Modbus;

/// <summary>Asks Modbus units on one line; any number of masters and units share the line, each exchange in its turn.
/// Addresses are those of the wire, from 0. It repeats nothing. Unit 0 is a unit like others, since some devices answer
/// to it; what is meant for all units goes through the methods named Broadcast.</summary>
/// <remarks>Every method throws <see cref="ModbusException"/> when the unit refuses or its reply is damaged or does not
/// fit, <see cref="TimeoutException"/> when it is silent, <see cref="IOException"/> when the line is gone, and <see
/// cref="ArgumentOutOfRangeException"/> before anything is sent when a request cannot carry so much.</remarks>
public sealed class ModbusMaster
{
    private readonly Line _line;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _timeout;
    private readonly IMasterFraming _framing;

    private ModbusMaster(Line line, TimeProvider clock, TimeSpan timeout, IMasterFraming framing) =>
        (_line, _clock, _timeout, _framing) = (line, clock, timeout, framing);

    /// <summary>Takes framing and speed from the address; see <see cref="ModbusAddress.Framing"/>.</summary>
    /// <param name="timeout">From the start of a request, once the line is free, to the last byte of its reply.</param>
    /// <param name="bare">The framing behind a bare <c>sim:</c>.</param>
    /// <param name="late">How long after a time-out a unit's reply may still come. On a serial line a reply does not
    /// name its request: so long the unit is not asked again. Null: as long as the time-out.</param>
    /// <exception cref="FormatException">An option of the address makes no sense.</exception>
    public static ModbusMaster Create(
        Line line, Address address, TimeProvider clock, TimeSpan timeout, ModbusFraming bare = ModbusFraming.Rtu,
        TimeSpan? late = null)
    {
        var shared = MasterLine.Of(line);
        var baud = address.Integer("baud", 9600);
        if (baud < 50)
            throw new FormatException($"baud={baud} in address '{address}' is no speed of a serial line");
        // A socket's far end keeps its own line quiet.
        var silence = address.Scheme is "tcp" or "modbus-tcp"
            ? TimeSpan.Zero
            : MasterRtu.Silence(baud);
        return new ModbusMaster(line, clock, timeout, address.Framing(bare) switch
        {
            ModbusFraming.Tcp => new MasterTcp(shared),
            ModbusFraming.Ascii => new MasterAscii(clock, late ?? timeout, shared),
            _ => new MasterRtu(clock, silence, late ?? timeout, shared),
        });
    }

    /// <summary>Function 1; 1 to 2000 coils.</summary>
    public async ValueTask<bool[]> ReadCoilsAsync(byte unit, ushort start, ushort count, CancellationToken ct) =>
        await BitsAsync(MasterRequest.ReadBits(1, unit, start, count), count, ct);

    /// <summary>Function 2; 1 to 2000 inputs.</summary>
    public async ValueTask<bool[]> ReadDiscreteInputsAsync(
        byte unit, ushort start, ushort count, CancellationToken ct) =>
        await BitsAsync(MasterRequest.ReadBits(2, unit, start, count), count, ct);

    /// <summary>Function 3; 1 to 125 registers.</summary>
    public async ValueTask<ushort[]> ReadHoldingRegistersAsync(
        byte unit, ushort start, ushort count, CancellationToken ct) =>
        await RegistersAsync(MasterRequest.ReadRegisters(3, unit, start, count), ct);

    /// <summary>Function 4; 1 to 125 registers.</summary>
    public async ValueTask<ushort[]> ReadInputRegistersAsync(
        byte unit, ushort start, ushort count, CancellationToken ct) =>
        await RegistersAsync(MasterRequest.ReadRegisters(4, unit, start, count), ct);

    /// <summary>Function 5.</summary>
    public async ValueTask WriteSingleCoilAsync(byte unit, ushort address, bool value, CancellationToken ct) =>
        await AskAsync(MasterRequest.WriteCoil(unit, address, value), ct);

    /// <summary>Function 6.</summary>
    public async ValueTask WriteSingleRegisterAsync(byte unit, ushort address, ushort value, CancellationToken ct) =>
        await AskAsync(MasterRequest.WriteRegister(unit, address, value), ct);

    /// <summary>Function 15; 1 to 1968 coils.</summary>
    public async ValueTask WriteMultipleCoilsAsync(
        byte unit, ushort start, IReadOnlyList<bool> values, CancellationToken ct) =>
        await AskAsync(MasterRequest.WriteCoils(unit, start, values), ct);

    /// <summary>Function 16; 1 to 123 registers.</summary>
    public async ValueTask WriteMultipleRegistersAsync(
        byte unit, ushort start, IReadOnlyList<ushort> values, CancellationToken ct) =>
        await AskAsync(MasterRequest.WriteRegisters(unit, start, values), ct);

    /// <summary>Function 22: the register becomes (register and <paramref name="and"/>) or (<paramref name="or"/> and
    /// not <paramref name="and"/>).</summary>
    public async ValueTask MaskWriteRegisterAsync(
        byte unit, ushort address, ushort and, ushort or, CancellationToken ct) =>
        await AskAsync(MasterRequest.MaskRegister(unit, address, and, or), ct);

    /// <summary>Function 23: writes 1 to 121 registers, then reads 1 to 125.</summary>
    public async ValueTask<ushort[]> ReadWriteMultipleRegistersAsync(
        byte unit, ushort start, ushort count, ushort writeStart, IReadOnlyList<ushort> values, CancellationToken ct) =>
        await RegistersAsync(MasterRequest.ReadWriteRegisters(unit, start, count, writeStart, values), ct);

    /// <summary>Function 43/14: what the unit says of itself, by object number.</summary>
    public async ValueTask<IReadOnlyDictionary<byte, string>> ReadIdentificationAsync(
        byte unit, IdentificationLevel level, CancellationToken ct)
    {
        var said = new SortedDictionary<byte, string>();
        byte? next = 0;
        while (next is { } first)
        {
            var reply = await AskAsync(MasterRequest.Identification(unit, (byte)level, first), ct);
            next = Objects(reply, said);
            // What goes on behind what has been said never ends otherwise.
            if (next <= first)
                throw new ModbusException(unit, reply[0], null, $"unit {unit}: its identification goes in circles");
        }
        return said;
    }

    /// <summary>Function 6 to all units of a serial line.</summary>
    /// <exception cref="NotSupportedException">The line is no serial one.</exception>
    public ValueTask BroadcastRegisterAsync(ushort address, ushort value, CancellationToken ct) =>
        TellAllAsync(MasterRequest.WriteRegister(0, address, value), ct);

    /// <summary>Function 16 to all units of a serial line; 1 to 123 registers.</summary>
    /// <exception cref="NotSupportedException">The line is no serial one.</exception>
    public ValueTask BroadcastRegistersAsync(ushort start, IReadOnlyList<ushort> values, CancellationToken ct) =>
        TellAllAsync(MasterRequest.WriteRegisters(0, start, values), ct);

    /// <summary>Function 5 to all units of a serial line.</summary>
    /// <exception cref="NotSupportedException">The line is no serial one.</exception>
    public ValueTask BroadcastCoilAsync(ushort address, bool value, CancellationToken ct) =>
        TellAllAsync(MasterRequest.WriteCoil(0, address, value), ct);

    /// <summary>Function 15 to all units of a serial line; 1 to 1968 coils.</summary>
    /// <exception cref="NotSupportedException">The line is no serial one.</exception>
    public ValueTask BroadcastCoilsAsync(ushort start, IReadOnlyList<bool> values, CancellationToken ct) =>
        TellAllAsync(MasterRequest.WriteCoils(0, start, values), ct);

    /// <returns>The object to go on with; null when that was all.</returns>
    private static byte? Objects(ReadOnlySpan<byte> reply, SortedDictionary<byte, string> said)
    {
        for (var at = 7; at < reply.Length; at += 2 + reply[at + 1])
            said[reply[at]] = Encoding.Latin1.GetString(reply.Slice(at + 2, reply[at + 1]));
        return reply[4] == 0xFF ? reply[5] : null;
    }

    private async ValueTask TellAllAsync(MasterRequest request, CancellationToken ct) =>
        await _line.TalkAsync(
            async (transport, token) =>
            {
                await _framing.BroadcastAsync(transport, request, token);
                return true;
            }, ct);

    private async ValueTask<bool[]> BitsAsync(MasterRequest request, int count, CancellationToken ct) =>
        MasterRequest.Bits(await AskAsync(request, ct), count);

    private async ValueTask<ushort[]> RegistersAsync(MasterRequest request, CancellationToken ct) =>
        MasterRequest.Registers(await AskAsync(request, ct));

    private async ValueTask<byte[]> AskAsync(MasterRequest request, CancellationToken ct)
    {
        await _framing.OutlastAsync(request.Unit, ct);
        return await _line.TalkAsync((transport, token) => ExchangeAsync(transport, request, token), ct);
    }

    private async ValueTask<byte[]> ExchangeAsync(ITransport transport, MasterRequest request, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(_timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        var came = new Reply();
        try
        {
            var reply = await _framing.ExchangeAsync(transport, request, came, either.Token);
            return reply[0] == request.Function ? reply : throw request.Refused(reply[1]);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw _framing.GaveUp(transport, request, came.Bytes, _timeout);
        }
    }
}
