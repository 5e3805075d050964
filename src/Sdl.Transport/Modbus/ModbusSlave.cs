namespace Sdl.Transport.Modbus;

/// <summary>Plays one Modbus unit: bytes in, in any pieces, replies out at once. Without tasks and timers, so that a
/// simulator can call it from where bytes arrive. One connection (TCP) or line (RTU) each.</summary>
/// <param name="unit">The unit that it plays; 0 answers to every number.</param>
public sealed class ModbusSlave(byte unit, ModbusFraming framing, IModbusRegisters registers)
{
    private readonly SlaveEngine _engine = new(registers);
    private readonly List<byte> _bytes = [];

    /// <summary>The stream carries no Modbus TCP; a server hangs up now. A serial line never is.</summary>
    public bool Lost { get; private set; }

    /// <summary>Drops half a request, as a serial unit does when the line falls silent.</summary>
    public void Reset() => _bytes.Clear();

    public void Receive(ReadOnlySpan<byte> bytes, Action<byte[]> reply)
    {
        // Byte by byte: the replies depend on what came, not on how it was cut into pieces.
        foreach (var b in bytes)
        {
            if (Lost)
                return;
            _bytes.Add(b);
            var answer = framing == ModbusFraming.Tcp ? NextTcp() : NextSerial();
            if (answer is not null)
                reply(answer);
        }
    }

    private byte[]? NextTcp()
    {
        if (_bytes.Count < 6)
            return null;
        var length = (_bytes[4] << 8) + _bytes[5];
        if (_bytes[2] != 0 || _bytes[3] != 0 || length is < 2 or > 254)
        {
            Lost = true;
            return null;
        }
        if (_bytes.Count < 6 + length)
            return null;
        var frame = _bytes.ToArray();
        _bytes.Clear();
        // A gateway says so when it has no such unit; 0 and 255 mean the device itself (Messaging on TCP/IP, section
        // 4.4.2).
        var pdu = unit == 0 || frame[6] == unit || frame[6] is 0 or 255
            ? _engine.Answer(frame.AsSpan(7))
            : [(byte)(frame[7] | 0x80), (byte)ModbusExceptionCode.GatewayTargetFailedToRespond];
        return [frame[0], frame[1], 0, 0, (byte)((pdu.Length + 1) >> 8), (byte)(pdu.Length + 1), frame[6], .. pdu];
    }

    private byte[]? NextSerial()
    {
        var isRtu = framing == ModbusFraming.Rtu;
        if ((isRtu ? SlaveRtu.Take(_bytes) : SlaveAscii.Take(_bytes)) is not { } frame)
            return null;
        // A broadcast is done and not answered.
        var broadcast = frame[0] == 0 && unit != 0;
        if (unit != 0 && !broadcast && frame[0] != unit)
            return null;
        var pdu = _engine.Answer(frame.AsSpan(1));
        return broadcast ? null : isRtu ? SlaveRtu.Wrap(frame[0], pdu) : SlaveAscii.Wrap(frame[0], pdu);
    }
}
