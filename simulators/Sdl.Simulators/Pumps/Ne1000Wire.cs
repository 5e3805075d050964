using System.Text;

namespace Sdl.Simulators.Pumps;

/// <summary>The pump's side of the wire: finds commands in the bytes of the host and packs replies
/// (manual 1200-01, 10.2.2 and 10.2.3).</summary>
internal sealed class Ne1000Wire(TimeProvider clock)
{
    private const byte Stx = 2, Etx = 3, Cr = 13;
    private const int Longest = 80;

    // A packet that pauses for longer than this is dropped.
    private static readonly TimeSpan BetweenBytes = TimeSpan.FromSeconds(0.5);

    private readonly List<byte> _received = [];
    private DateTimeOffset _last;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        var now = clock.GetUtcNow();
        if (_received.Count > 0 && _received[0] == Stx && now - _last > BetweenBytes)
            _received.Clear();
        _last = now;
        _received.AddRange(bytes);
    }

    public void Clear() => _received.Clear();

    /// <summary>The next command, or null. A packet that is damaged has no text.</summary>
    public (string? Text, bool IsPacket)? Next()
    {
        // Line feeds and stray ends between commands mean nothing.
        while (_received.Count > 0 && _received[0] is Etx or (byte)'\n')
            _received.RemoveAt(0);
        if (_received.Count == 0)
            return null;
        return _received[0] == Stx ? NextPacket() : NextLine();
    }

    public static byte[] Pack(string text, bool safe)
    {
        var body = Encoding.ASCII.GetBytes(text);
        if (!safe)
            return [Stx, .. body, Etx];
        var crc = Remainder(body);
        return [Stx, (byte)(body.Length + 4), .. body, (byte)(crc / 256), (byte)(crc % 256), Etx];
    }

    private (string? Text, bool IsPacket)? NextPacket()
    {
        if (_received.Count < 2 || _received.Count < _received[1] + 1)
            return null;
        var length = _received[1];
        if (length < 4)
        {
            _received.RemoveAt(0);
            return (null, true);
        }
        var packet = _received.Take(length + 1).ToArray();
        _received.RemoveRange(0, length + 1);
        var body = packet[2..^3];
        var isSound = packet[^1] == Etx && packet[^3] * 256 + packet[^2] == Remainder(body);
        return (isSound ? Encoding.ASCII.GetString(body) : null, true);
    }

    private (string? Text, bool IsPacket)? NextLine()
    {
        var end = _received.IndexOf(Cr);
        if (end < 0)
        {
            if (_received.Count > Longest)
                _received.Clear();
            return null;
        }
        var text = Encoding.ASCII.GetString(_received.Take(end).Where(b => b is > 32 and < 127).ToArray());
        _received.RemoveRange(0, end + 1);
        return (text.ToUpperInvariant(), false);
    }

    // Long division of the text, followed by sixteen zeros, by x^16 + x^12 + x^5 + 1.
    private static int Remainder(byte[] text)
    {
        var rest = 0;
        for (var i = 0; i < (text.Length + 2) * 8; i++)
        {
            var bit = i / 8 < text.Length ? text[i / 8] >> (7 - i % 8) & 1 : 0;
            rest = rest << 1 | bit;
            if (rest > 0xFFFF)
                rest ^= 0x11021;
        }
        return rest;
    }
}
