namespace Sdl.Transport.Modbus;

/// <summary>ASCII framing on the device's side.</summary>
internal static class SlaveAscii
{
    private const int Longest = 513;
    private const string Digits = "0123456789ABCDEF";

    /// <summary>The request that the last byte completes, without its check, or null; to be called after each
    /// byte.</summary>
    public static byte[]? Take(List<byte> bytes)
    {
        if (bytes[^1] == ':')
            bytes.RemoveRange(0, bytes.Count - 1);
        if (bytes[0] != ':' || bytes.Count > Longest)
            bytes.Clear();
        if (bytes.Count < 3 || bytes[^1] != '\n' || bytes[^2] != '\r')
            return null;
        var message = Bytes(bytes);
        bytes.Clear();
        var sum = 0;
        foreach (var b in message)
            sum = (sum + b) & 0xFF;
        return message.Count >= 3 && sum == 0 ? [.. message[..^1]] : null;
    }

    public static byte[] Wrap(byte unit, byte[] pdu)
    {
        var wrapped = new List<byte> { (byte)':' };
        var check = 0;
        foreach (var b in (byte[])[unit, .. pdu])
        {
            Add(b);
            check -= b;
        }
        Add((byte)check);
        wrapped.AddRange("\r\n"u8);
        return [.. wrapped];

        void Add(byte b)
        {
            wrapped.Add((byte)Digits[b >> 4]);
            wrapped.Add((byte)Digits[b & 15]);
        }
    }

    /// <summary>Empty when it is no hexadecimal.</summary>
    private static List<byte> Bytes(List<byte> line)
    {
        var message = new List<byte>();
        for (var i = 1; i + 2 < line.Count; i += 2)
        {
            var (high, low) = (Value(line[i]), Value(line[i + 1]));
            if (high < 0 || low < 0)
                return [];
            message.Add((byte)(high * 16 + low));
        }
        return message;
    }

    private static int Value(byte digit) =>
        Digits.IndexOf(char.ToUpperInvariant((char)digit), StringComparison.Ordinal);
}
