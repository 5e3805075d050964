using System.Globalization;
using System.Text;

namespace Sdl.Transport.Modbus;

/// <summary>ASCII framing on the master's side (Modbus over Serial Line V1.02, section 2.5.2): a colon, the bytes in
/// hexadecimal with their longitudinal redundancy check, carriage return and line feed.</summary>
internal sealed class MasterAscii(TimeProvider clock, TimeSpan late, MasterLine line)
    : MasterSerial(clock, TimeSpan.Zero, late, line)
{
    protected override byte[] Frame(MasterRequest request)
    {
        byte[] bytes = [request.Unit, .. request.Pdu];
        return Encoding.ASCII.GetBytes($":{Convert.ToHexString(bytes)}{Lrc(bytes):X2}\r\n");
    }

    protected override byte[]? Find(MasterRequest request, ReadOnlySpan<byte> came)
    {
        // A colon always begins a frame, so that the last one before the line's end counts.
        while (came.IndexOf("\r\n"u8) is >= 0 and var end)
        {
            var start = came[..end].LastIndexOf((byte)':');
            var text = Encoding.ASCII.GetString(came[(start + 1)..end]);
            came = came[(end + 2)..];
            if (start < 0)
                continue;
            if (!TryDecode(text, out var bytes))
                throw request.Unfit("the reply came damaged (bad LRC)", Encoding.ASCII.GetBytes(text));
            if (bytes[0] == request.Unit && bytes.Length > 3 && request.Begins(bytes.AsSpan(1, bytes.Length - 2))
                && request.ReplyLength(bytes.AsSpan(1, bytes.Length - 2)) == bytes.Length - 2)
                return bytes[1..^1];
        }
        return null;
    }

    protected override bool IsPart(MasterRequest request, ReadOnlySpan<byte> came) =>
        came.IsEmpty || came[0] == ':';

    private static byte Lrc(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        foreach (var b in bytes)
            sum += b;
        return (byte)-sum;
    }

    private static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = text.Length is >= 4 and <= 512 && text.Length % 2 == 0 ? new byte[text.Length / 2] : [];
        for (var i = 0; i < bytes.Length; i++)
            if (!byte.TryParse(
                text.AsSpan(2 * i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[i]))
                return false;
        return bytes.Length > 0 && Lrc(bytes) == 0;
    }
}
