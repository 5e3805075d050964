using System.Globalization;
using System.Text;

namespace Sdl.Drivers.Pumps;

/// <summary>The two ways in which the pump packs a line of text (manual 1200-01, 10.2.2 and 10.2.3).</summary>
public static class Ne1000Framing
{
    public const byte Stx = 0x02, Etx = 0x03, Cr = 0x0D;

    /// <summary>Basic mode, to the pump: text and CR.</summary>
    public static byte[] Basic(string text) => [.. Encoding.ASCII.GetBytes(text), Cr];

    /// <summary>Safe mode, either way: STX, the number of bytes from here on, text, CRC high byte first, ETX.</summary>
    public static byte[] Safe(string text)
    {
        var payload = Encoding.ASCII.GetBytes(text);
        var crc = Crc(payload);
        return [Stx, (byte)(payload.Length + 4), .. payload, (byte)(crc >> 8), (byte)crc, Etx];
    }

    /// <summary>CCITT polynomial 0x1021 from 0, not reflected, over the text alone.</summary>
    public static ushort Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0;
        foreach (var b in bytes)
        {
            crc ^= b << 8;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
        }
        return (ushort)crc;
    }
}

/// <summary>Finds packets in what comes from the pump. Whatever stands between packets is dropped: noise, the halves of
/// broken packets, and the CR that some emulators add.</summary>
public sealed class Ne1000Reader(bool safe)
{
    // The longest reply is that to DIS, with 22 characters.
    private const int Longest = 64;

    private readonly List<byte> _bytes = [];
    private bool _hasDropped;

    /// <summary>Bytes have come that belong to no whole packet.</summary>
    public bool HasScraps => _hasDropped || _bytes.Count > 0;

    public void Add(ReadOnlySpan<byte> bytes) => _bytes.AddRange(bytes);

    /// <summary>The text of the next whole packet, or null when more bytes are needed.</summary>
    public string? Next()
    {
        while (true)
        {
            Drop(StartOfPacket());
            var length = safe ? SafeLength() : BasicLength();
            if (length == 0)
                return null;
            if (length < 0)
            {
                Drop(1);
                continue;
            }
            var text = Encoding.ASCII.GetString(_bytes.GetRange(safe ? 2 : 1, length - (safe ? 5 : 2)).ToArray());
            _bytes.RemoveRange(0, length);
            return text;
        }
    }

    private int StartOfPacket()
    {
        var start = _bytes.IndexOf(Ne1000Framing.Stx);
        return start < 0 ? _bytes.Count : start;
    }

    private void Drop(int count)
    {
        _hasDropped |= _bytes.Take(count).Any(b => b != Ne1000Framing.Cr);
        _bytes.RemoveRange(0, count);
    }

    // 0: more is needed; -1: no packet starts here.
    private int BasicLength()
    {
        for (var i = 1; i < _bytes.Count; i++)
            if (_bytes[i] == Ne1000Framing.Etx)
                return i + 1;
            else if (_bytes[i] is < 0x20 or > 0x7E || i > Longest)
                return -1;
        return 0;
    }

    // The length byte and the CRC may have any value, that of ETX among them: only counting finds the end.
    private int SafeLength()
    {
        if (_bytes.Count < 2)
            return 0;
        var length = _bytes[1] + 1;
        if (length is < 6 or > Longest)
            return -1;
        if (_bytes.Count < length)
            return 0;
        var crc = _bytes[length - 3] << 8 | _bytes[length - 2];
        return _bytes[length - 1] == Ne1000Framing.Etx
            && crc == Ne1000Framing.Crc(_bytes.GetRange(2, length - 5).ToArray()) ? length : -1;
    }
}

/// <summary>What a pump says: address, prompt or alarm, data (reference: status, alarm and error tokens).</summary>
/// <param name="Prompt">I infusing, W withdrawing, S stopped, P paused, T timed pause, U waits for a trigger, X
/// purging; A for an alarm.</param>
/// <param name="Alarm">R reset, S stalled, T safe-mode time-out, E program error, O phase out of range; or
/// null.</param>
/// <param name="Data">The answer to a query, or an error such as <c>?OOR</c>.</param>
public sealed record Ne1000Reply(int Address, char Prompt, char? Alarm, string Data)
{
    public bool IsMoving => Prompt is 'I' or 'W' or 'X' or 'T' or 'U';

    public bool IsError => Data.StartsWith('?');

    /// <summary>The prompt in words.</summary>
    public string Word => Prompt switch
    {
        'I' => "infusing",
        'W' => "withdrawing",
        'S' => "stopped",
        'P' => "paused",
        'T' => "in a timed pause",
        'U' => "waiting for a trigger",
        _ => "purging",
    };

    /// <summary>Null when the text is no reply.</summary>
    public static Ne1000Reply? Parse(string text)
    {
        if (text.Length < 3
            || !int.TryParse(text[..2], NumberStyles.None, CultureInfo.InvariantCulture, out var address))
            return null;
        return text[2..] switch
        {
            ['A', '?', 'R' or 'S' or 'T' or 'E' or 'O', .. var rest] => new Ne1000Reply(address, 'A', text[4], rest),
            ['I' or 'W' or 'S' or 'P' or 'T' or 'U' or 'X', .. var data] =>
                new Ne1000Reply(address, text[2], null, data),
            _ => null,
        };
    }
}
