namespace Sdl.Transport.Modbus;

/// <summary>CRC-16/MODBUS: polynomial 0xA001 (reflected 0x8005), start 0xFFFF, sent low byte first (Modbus over Serial
/// Line V1.02, section 6.2.2). The one piece that master and slave share; tested on literal frames.</summary>
internal static class Crc16
{
    private static readonly ushort[] Table = BuildTable();

    public static ushort Of(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFF;
        foreach (var b in bytes)
            crc = (crc >> 8) ^ Table[(crc ^ b) & 0xFF];
        return (ushort)crc;
    }

    /// <summary>Whether the last two bytes are the CRC of those before. The CRC of a message and its CRC is
    /// zero.</summary>
    public static bool Fits(ReadOnlySpan<byte> frame) => Of(frame) == 0;

    private static ushort[] BuildTable()
    {
        var table = new ushort[256];
        for (var i = 0; i < table.Length; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ 0xA001;
            table[i] = (ushort)value;
        }
        return table;
    }
}
