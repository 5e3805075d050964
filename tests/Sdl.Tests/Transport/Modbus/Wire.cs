using Sdl.Core.Instruments;
using Sdl.Transport.Channels;
using Sdl.Transport.Modbus;

namespace Sdl.Tests.Transport.Modbus;

/// <summary>Hexadecimal frames and lines for them.</summary>
internal static class Wire
{
    public static readonly Address Serial = Address.Parse("modbus-rtu:/dev/ttyUSB0?baud=19200");
    public static readonly Address Socket = Address.Parse("modbus-tcp:device:502");

    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>What a slave replies; replies are separated by a bar.</summary>
    public static string Replies(ModbusSlave slave, params byte[][] pieces)
    {
        var replies = new List<string>();
        foreach (var piece in pieces)
            slave.Receive(piece, r => replies.Add(Transcript.Hex(r)));
        return string.Join(" | ", replies);
    }

    /// <summary>The host end of a cable at whose device end the slave answers at once.</summary>
    public static MemoryTransport To(ModbusSlave slave)
    {
        var (host, device) = MemoryTransport.Pair();
        _ = ServeAsync(slave, device);
        return host;
    }

    private static async Task ServeAsync(ModbusSlave slave, MemoryTransport device)
    {
        var buffer = new byte[512];
        while (await device.ReadAsync(buffer, CancellationToken.None) is > 0 and var count)
        {
            var replies = new List<byte[]>();
            slave.Receive(buffer.AsSpan(0, count), replies.Add);
            foreach (var reply in replies)
                await device.WriteAsync(reply, CancellationToken.None);
        }
    }
}
