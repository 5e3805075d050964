namespace Sdl.Transport.Modbus;

/// <summary>RTU framing on the master's side (Modbus over Serial Line V1.02, section 2.5.1).</summary>
internal sealed class MasterRtu(TimeProvider clock, TimeSpan silence, TimeSpan late, MasterLine line)
    : MasterSerial(clock, silence, late, line)
{
    /// <summary>3.5 characters of 11 bits; 1.75 ms above 19200 baud (section 2.5.1.1).</summary>
    public static TimeSpan Silence(int baud) => baud > 19200
        ? TimeSpan.FromMilliseconds(1.75)
        : TimeSpan.FromSeconds(3.5 * 11 / baud);

    protected override byte[] Frame(MasterRequest request)
    {
        byte[] frame = [request.Unit, .. request.Pdu, 0, 0];
        var crc = Crc16.Of(frame.AsSpan(0, frame.Length - 2));
        frame[^2] = (byte)crc;
        frame[^1] = (byte)(crc >> 8);
        return frame;
    }

    /// <remarks>Its end is known from its length, never from a pause. Bytes in front of it, as a transceiver that wakes
    /// up sends them, and whole frames of earlier requests are passed over.</remarks>
    protected override byte[]? Find(MasterRequest request, ReadOnlySpan<byte> came)
    {
        for (var start = 0; start + 1 < came.Length; start++)
        {
            if (came[start] != request.Unit || !request.Begins(came[(start + 1)..]))
                continue;
            var frame = came[start..];
            if (request.ReplyLength(frame[1..]) is not { } pdu || frame.Length < pdu + 3)
                continue;
            if (Crc16.Fits(frame[..(pdu + 3)]))
                return frame[1..(pdu + 1)].ToArray();
            if (start == 0)
                throw request.Unfit("the reply came damaged (bad CRC)", frame[..(pdu + 3)]);
        }
        return null;
    }

    protected override bool IsPart(MasterRequest request, ReadOnlySpan<byte> came) =>
        came.IsEmpty || (came[0] == request.Unit && request.Begins(came[1..]));
}
