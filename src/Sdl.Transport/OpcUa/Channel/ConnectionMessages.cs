using System.Buffers.Binary;

namespace Sdl.Transport.OpcUa;

/// <summary>The messages before a channel and at its violent end (Part 6, 7.1.2).</summary>
internal static class ConnectionMessages
{
    private const int LongestUrl = 4_096;

    public static byte[] Hello(ChannelLimits limits, string endpointUrl) =>
        Chunk(ChunkKind.Hello, to =>
        {
            WriteLimits(to, limits, limits.Chunk);
            to.WriteString(endpointUrl);
        });

    public static byte[] Acknowledge(ChannelLimits limits, int send) =>
        Chunk(ChunkKind.Acknowledge, to => WriteLimits(to, limits, send));

    public static byte[] Error(StatusCode status, string reason) =>
        Chunk(ChunkKind.Error, to =>
        {
            to.WriteStatusCode(status);
            to.WriteString(reason.Length > 1000 ? reason[..1000] : reason);
        });

    public static ChunkKind KindOf(ReadOnlySpan<byte> chunk) =>
        (ChunkKind)(BinaryPrimitives.ReadUInt32LittleEndian(chunk) & 0xFFFFFF);

    /// <summary>What the other side takes, from its HEL or ACK, and the address that a HEL names.</summary>
    /// <exception cref="OpcUaException">It makes no sense.</exception>
    public static (ChannelLimits Peer, string? EndpointUrl) ReadLimits(ReadOnlySpan<byte> chunk)
    {
        var from = new UaReader(chunk[8..]);
        from.ReadUInt32();
        var receives = from.ReadUInt32();
        from.ReadUInt32();
        var message = from.ReadUInt32();
        var chunks = from.ReadUInt32();
        if (receives < ChannelLimits.SmallestChunk)
            throw new OpcUaException(StatusCodes.BadConnectionRejected,
                $"the other side takes chunks of {receives} bytes; {ChannelLimits.SmallestChunk} is the least");
        var url = KindOf(chunk) == ChunkKind.Hello ? from.ReadString() : null;
        if (url?.Length > LongestUrl)
            throw new OpcUaException(StatusCodes.BadTcpEndpointUrlInvalid, "the address is too long");
        return (new ChannelLimits((int)Math.Min(receives, int.MaxValue), NoLimit(message), NoLimit(chunks)), url);
    }

    /// <summary>Says what the other side's ERR message, or the body of its abort chunk, says.</summary>
    public static OpcUaException ReadError(ReadOnlySpan<byte> body)
    {
        var from = new UaReader(body);
        var status = from.ReadStatusCode();
        return new OpcUaException(status, $"the other side says: {from.ReadString() ?? "no reason"}");
    }

    private static int NoLimit(uint value) => value is 0 or > int.MaxValue ? int.MaxValue : (int)value;

    private static void WriteLimits(UaWriter to, ChannelLimits limits, int send)
    {
        to.WriteUInt32(0);
        to.WriteUInt32((uint)limits.Chunk);
        to.WriteUInt32((uint)send);
        to.WriteUInt32((uint)limits.Message);
        to.WriteUInt32((uint)limits.Chunks);
    }

    private static byte[] Chunk(ChunkKind kind, Action<UaWriter> body)
    {
        var to = new UaWriter();
        to.WriteUInt32((uint)kind | 'F' << 24);
        to.WriteUInt32(0);
        body(to);
        var chunk = to.Written.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), chunk.Length);
        return chunk;
    }
}
