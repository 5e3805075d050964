namespace Sdl.Transport.Modbus;

/// <summary>The device's side of the application protocol: request PDU in, reply PDU out (Modbus Application Protocol
/// V1.1b3, section 6). Reads and writes bytes by itself, so that a mistake of the master's codec meets no twin
/// here.</summary>
internal sealed class SlaveEngine(IModbusRegisters registers)
{
    public byte[] Answer(ReadOnlySpan<byte> request)
    {
        var function = request[0];
        var reply = new List<byte>(64) { function };
        var refusal = registers.Knows(function)
            ? Serve(function, request[1..], reply)
            : ModbusExceptionCode.IllegalFunction;
        return refusal is { } code ? [(byte)(function | 0x80), (byte)code] : reply.ToArray();
    }

    private ModbusExceptionCode? Serve(byte function, ReadOnlySpan<byte> data, List<byte> reply) => function switch
    {
        1 or 2 => ReadBits(function, data, reply),
        3 or 4 => ReadRegisters(function, data, reply),
        5 => WriteCoil(data, reply),
        6 => WriteRegister(data, reply),
        15 => WriteCoils(data, reply),
        16 => WriteRegisters(data, reply),
        22 => MaskRegister(data, reply),
        23 => WriteAndRead(data, reply),
        43 => SlaveIdentification.Answer(registers.Identification, data, reply),
        _ => ModbusExceptionCode.IllegalFunction,
    };

    private ModbusExceptionCode? ReadBits(byte function, ReadOnlySpan<byte> data, List<byte> reply)
    {
        if (data.Length != 4 || Range(data, 2000) is not { } range)
            return ModbusExceptionCode.IllegalDataValue;
        if (range.Outside)
            return ModbusExceptionCode.IllegalDataAddress;
        var bits = new bool[range.Count];
        var refusal = function == 1
            ? registers.ReadCoils(range.Start, bits)
            : registers.ReadDiscreteInputs(range.Start, bits);
        if (refusal is not null)
            return refusal;
        reply.Add((byte)((bits.Length + 7) >> 3));
        foreach (var eight in bits.Chunk(8))
        {
            var packed = 0;
            for (var i = eight.Length - 1; i >= 0; i--)
                packed = (packed << 1) + (eight[i] ? 1 : 0);
            reply.Add((byte)packed);
        }
        return null;
    }

    private ModbusExceptionCode? ReadRegisters(byte function, ReadOnlySpan<byte> data, List<byte> reply)
    {
        if (data.Length != 4 || Range(data, 125) is not { } range)
            return ModbusExceptionCode.IllegalDataValue;
        return Read(function, range, reply);
    }

    private ModbusExceptionCode? Read(byte function, Block range, List<byte> reply)
    {
        if (range.Outside)
            return ModbusExceptionCode.IllegalDataAddress;
        var values = new ushort[range.Count];
        var refusal = function == 4
            ? registers.ReadInput(range.Start, values)
            : registers.ReadHolding(range.Start, values);
        if (refusal is not null)
            return refusal;
        reply.Add((byte)(values.Length << 1));
        foreach (var value in values)
        {
            reply.Add((byte)(value >> 8));
            reply.Add((byte)value);
        }
        return null;
    }

    private ModbusExceptionCode? WriteCoil(ReadOnlySpan<byte> data, List<byte> reply)
    {
        // Only FF00 and 0000 are values of a coil (section 6.5).
        if (data.Length != 4 || data[3] != 0 || data[2] is not (0x00 or 0xFF))
            return ModbusExceptionCode.IllegalDataValue;
        var refusal = registers.WriteCoils(Number(data), [data[2] == 0xFF]);
        reply.AddRange(data);
        return refusal;
    }

    private ModbusExceptionCode? WriteRegister(ReadOnlySpan<byte> data, List<byte> reply)
    {
        if (data.Length != 4)
            return ModbusExceptionCode.IllegalDataValue;
        var refusal = registers.WriteHolding(Number(data), [Number(data[2..])]);
        reply.AddRange(data);
        return refusal;
    }

    private ModbusExceptionCode? WriteCoils(ReadOnlySpan<byte> data, List<byte> reply)
    {
        if (data.Length < 6 || Range(data, 1968) is not { } range
            || data[4] != (range.Count + 7) >> 3 || data.Length != 5 + data[4])
            return ModbusExceptionCode.IllegalDataValue;
        if (range.Outside)
            return ModbusExceptionCode.IllegalDataAddress;
        var bits = new bool[range.Count];
        for (var i = 0; i < bits.Length; i++)
            bits[i] = (data[5 + (i >> 3)] & (1 << (i & 7))) != 0;
        var refusal = registers.WriteCoils(range.Start, bits);
        reply.AddRange(data[..4]);
        return refusal;
    }

    private ModbusExceptionCode? WriteRegisters(ReadOnlySpan<byte> data, List<byte> reply)
    {
        if (data.Length < 7 || Range(data, 123) is not { } range || !Carries(data[4..], range.Count))
            return ModbusExceptionCode.IllegalDataValue;
        if (range.Outside)
            return ModbusExceptionCode.IllegalDataAddress;
        var refusal = registers.WriteHolding(range.Start, Values(data[5..]));
        reply.AddRange(data[..4]);
        return refusal;
    }

    private ModbusExceptionCode? MaskRegister(ReadOnlySpan<byte> data, List<byte> reply)
    {
        if (data.Length != 6)
            return ModbusExceptionCode.IllegalDataValue;
        Span<ushort> value = stackalloc ushort[1];
        if (registers.ReadHolding(Number(data), value) is { } refusal)
            return refusal;
        var (and, or) = (Number(data[2..]), Number(data[4..]));
        reply.AddRange(data);
        return registers.WriteHolding(Number(data), [(ushort)((value[0] & and) | (or & ~and))]);
    }

    private ModbusExceptionCode? WriteAndRead(ReadOnlySpan<byte> data, List<byte> reply)
    {
        if (data.Length < 11 || Range(data, 125) is not { } read || Range(data[4..], 121) is not { } write
            || !Carries(data[8..], write.Count))
            return ModbusExceptionCode.IllegalDataValue;
        if (read.Outside || write.Outside)
            return ModbusExceptionCode.IllegalDataAddress;
        // The write comes first (section 6.17), so a read that is refused must be found before it.
        return registers.ReadHolding(read.Start, new ushort[read.Count])
            ?? registers.WriteHolding(write.Start, Values(data[9..]))
            ?? Read(3, read, reply);
    }

    private static ushort Number(ReadOnlySpan<byte> data) => (ushort)((data[0] << 8) + data[1]);

    private static ushort[] Values(ReadOnlySpan<byte> data)
    {
        var values = new ushort[data.Length >> 1];
        for (var i = 0; i < values.Length; i++)
            values[i] = Number(data[(i << 1)..]);
        return values;
    }

    private static bool Carries(ReadOnlySpan<byte> counted, int registers) =>
        counted[0] == registers << 1 && counted.Length == 1 + counted[0];

    private static Block? Range(ReadOnlySpan<byte> data, int most)
    {
        var count = Number(data[2..]);
        return count >= 1 && count <= most ? new Block(Number(data), count) : null;
    }

    private readonly record struct Block(ushort Start, ushort Count)
    {
        public bool Outside => Start + Count > 65536;
    }
}
