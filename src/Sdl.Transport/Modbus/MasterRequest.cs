using System.Buffers.Binary;

namespace Sdl.Transport.Modbus;

/// <summary>The master's side of one exchange: the request PDU, and how its reply must begin and how long it must be.
/// Reads fix the byte count, writes the echo, so a reply to another request is told apart where the protocol allows
/// it.</summary>
/// <param name="Asked">For messages.</param>
/// <param name="Pdu">Function code and data (Modbus Application Protocol V1.1b3, section 6).</param>
/// <param name="ReplyHead">First bytes of the right reply PDU.</param>
/// <param name="Length">Bytes of the right reply PDU; null when only the reply says so.</param>
internal sealed record MasterRequest(byte Unit, string Asked, byte[] Pdu, byte[] ReplyHead, int? Length)
{
    private const byte Identify = 43;

    public const int MostBits = 2000;
    public const int MostRegisters = 125;
    public const int MostBitsWritten = 1968;
    public const int MostRegistersWritten = 123;
    public const int MostRegistersWrittenAndRead = 121;

    public byte Function => Pdu[0];

    public static MasterRequest ReadBits(byte function, byte unit, ushort start, ushort count)
    {
        Check(start, count, MostBits);
        return Read(function, unit, start, count, (count + 7) / 8, function == 1 ? "coils" : "discrete inputs");
    }

    public static MasterRequest ReadRegisters(byte function, byte unit, ushort start, ushort count)
    {
        Check(start, count, MostRegisters);
        return Read(function, unit, start, count, 2 * count, function == 3 ? "holding registers" : "input registers");
    }

    public static MasterRequest WriteCoil(byte unit, ushort address, bool value) =>
        Echoed(unit, $"write coil {address} = {(value ? 1 : 0)}", Head(5, address, (ushort)(value ? 0xFF00 : 0)), 5);

    public static MasterRequest WriteRegister(byte unit, ushort address, ushort value) =>
        Echoed(unit, $"write register {address} = {value}", Head(6, address, value), 5);

    public static MasterRequest WriteCoils(byte unit, ushort start, IReadOnlyList<bool> values)
    {
        Check(start, values.Count, MostBitsWritten);
        var packed = new byte[(values.Count + 7) / 8];
        for (var i = 0; i < values.Count; i++)
            if (values[i])
                packed[i / 8] |= (byte)(1 << (i % 8));
        return Echoed(unit, $"write {values.Count} coils from {start}",
            [.. Head(15, start, (ushort)values.Count), (byte)packed.Length, .. packed], 5);
    }

    public static MasterRequest WriteRegisters(byte unit, ushort start, IReadOnlyList<ushort> values)
    {
        Check(start, values.Count, MostRegistersWritten);
        return Echoed(unit, $"write {values.Count} registers from {start}",
            [.. Head(16, start, (ushort)values.Count), .. Counted(values)], 5);
    }

    public static MasterRequest MaskRegister(byte unit, ushort address, ushort and, ushort or) =>
        Echoed(unit, $"mask register {address} with and {and:X4}, or {or:X4}",
            [.. Head(22, address, and), .. Word(or)], 7);

    public static MasterRequest ReadWriteRegisters(
        byte unit, ushort start, ushort count, ushort writeStart, IReadOnlyList<ushort> values)
    {
        Check(start, count, MostRegisters);
        Check(writeStart, values.Count, MostRegistersWrittenAndRead);
        return new MasterRequest(
            unit, $"write {values.Count} registers from {writeStart} and read {count} from {start}",
            [.. Head(23, start, count), .. Word(writeStart), .. Word((ushort)values.Count), .. Counted(values)],
            [23, (byte)(2 * count)], 2 + (2 * count));
    }

    /// <param name="code">A level, or 4 for the one object <paramref name="first"/>.</param>
    public static MasterRequest Identification(byte unit, byte code, byte first) => new(
        unit, code == 4 ? $"identify itself by object {first}" : $"identify itself from object {first} on",
        [Identify, 14, code, first], [Identify, 14, code], null);

    /// <summary>Whether this may be the beginning of the right reply, or of a refusal.</summary>
    public bool Begins(ReadOnlySpan<byte> pdu) => IsRefusal(pdu)
        || (pdu.Length >= ReplyHead.Length ? pdu.StartsWith(ReplyHead) : ReplyHead.AsSpan().StartsWith(pdu));

    /// <summary>How long the reply PDU is that begins so; null when more must come to tell.</summary>
    public int? ReplyLength(ReadOnlySpan<byte> pdu)
    {
        if (IsRefusal(pdu))
            return 2;
        if (Length is not null)
            return Length;
        // Objects: number, length, text; their count stands in the seventh byte.
        var length = 7;
        for (var left = pdu.Length < length ? 1 : pdu[6]; left > 0; left--)
        {
            if (pdu.Length < length + 2)
                return null;
            length += 2 + pdu[length + 1];
        }
        return length;
    }

    public static ushort[] Registers(ReadOnlySpan<byte> reply)
    {
        var registers = new ushort[(reply.Length - 2) / 2];
        for (var i = 0; i < registers.Length; i++)
            registers[i] = BinaryPrimitives.ReadUInt16BigEndian(reply[(2 + (2 * i))..]);
        return registers;
    }

    public static bool[] Bits(ReadOnlySpan<byte> reply, int count)
    {
        var bits = new bool[count];
        for (var i = 0; i < count; i++)
            bits[i] = (reply[2 + (i / 8)] >> (i % 8) & 1) != 0;
        return bits;
    }

    private bool IsRefusal(ReadOnlySpan<byte> pdu) => pdu.Length > 0 && pdu[0] == (Function | 0x80);

    /// <summary>The reply's refusal.</summary>
    public ModbusException Refused(byte code) => new(Unit, Function, (ModbusExceptionCode)code,
        $"unit {Unit}: asked to {Asked}, it {ModbusException.Explain((ModbusExceptionCode)code)} "
        + $"(exception {code:X2})");

    public ModbusException Unfit(string what, ReadOnlySpan<byte> came) => new(Unit, Function, null,
        $"unit {Unit}: asked to {Asked}, {what}: {Convert.ToHexString(came)}; check unit number and line settings");

    public TimeoutException Silent(TimeSpan timeout, ReadOnlySpan<byte> came) => new(
        $"unit {Unit}: asked to {Asked}, "
        + (came.IsEmpty ? "no answer" : $"only {Convert.ToHexString(came)} came")
        + $" within {timeout.TotalSeconds:0.###} s; check power, wiring, unit number and line settings");

    private static MasterRequest Read(byte function, byte unit, ushort start, ushort count, int bytes, string what) =>
        new(unit, $"read {count} {what} from {start}", Head(function, start, count), [function, (byte)bytes],
            2 + bytes);

    private static MasterRequest Echoed(byte unit, string asked, byte[] pdu, int echo) =>
        new(unit, asked, pdu, pdu[..echo], echo);

    private static byte[] Head(byte function, ushort first, ushort second) =>
        [function, .. Word(first), .. Word(second)];

    private static byte[] Word(ushort value) => [(byte)(value >> 8), (byte)value];

    private static IEnumerable<byte> Counted(IReadOnlyList<ushort> values) =>
        values.SelectMany(Word).Prepend((byte)(2 * values.Count));

    private static void Check(ushort start, int count, int most)
    {
        if (count < 1 || count > most)
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"one Modbus request carries 1 to {most} of these");
        if (start + count > 0x10000)
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"{count} from {start} goes past address 65535");
    }
}
