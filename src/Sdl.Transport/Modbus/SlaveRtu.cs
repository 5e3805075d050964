using System.Runtime.InteropServices;

namespace Sdl.Transport.Modbus;

/// <summary>RTU framing on the device's side. A real unit ends a frame at a pause; here the length that the function
/// fixes and the CRC find it, because time passes differently in a simulation.</summary>
internal static class SlaveRtu
{
    private const int Longest = 256;

    /// <summary>The request that the last byte completes, without its CRC, or null; to be called after each byte.
    /// Anything in front of it is dropped, and so are requests that damaged bytes had hidden until now: their time has
    /// passed.</summary>
    public static byte[]? Take(List<byte> bytes)
    {
        var all = CollectionsMarshal.AsSpan(bytes);
        for (var start = 0; start + 4 <= all.Length;)
        {
            var rest = all[start..];
            // Of an unknown function only the CRC tells the end, so it may end here but never holds up what follows.
            var length = Length(rest) ?? (start == 0 ? rest.Length : 0);
            if (length > rest.Length)
                break;
            var whole = length >= 4 && Crc16.Fits(rest[..length]);
            if (whole && length == rest.Length)
            {
                var frame = rest[..^2].ToArray();
                bytes.Clear();
                return frame;
            }
            start += whole ? length : 1;
        }
        if (bytes.Count >= Longest)
            bytes.RemoveAt(0);
        return null;
    }

    public static byte[] Wrap(byte unit, byte[] pdu)
    {
        var crc = Crc16.Of([unit, .. pdu]);
        return [unit, .. pdu, (byte)(crc & 0xFF), (byte)(crc >> 8)];
    }

    /// <summary>Bytes of a request with its CRC; more than there are while its head is short; null for an unknown
    /// function. </summary>
    private static int? Length(ReadOnlySpan<byte> request) => request[1] switch
    {
        >= 1 and <= 6 => 8,
        15 or 16 => request.Length < 7 ? Longest : 9 + request[6],
        22 => 10,
        23 => request.Length < 11 ? Longest : 13 + request[10],
        43 => 7,
        _ => null,
    };
}
