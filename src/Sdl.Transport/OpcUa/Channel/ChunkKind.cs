namespace Sdl.Transport.OpcUa;

/// <summary>The first three letters of a chunk (Part 6, 6.7.2.2 and 7.1.2.2), as a number.</summary>
internal enum ChunkKind
{
    Hello = 'H' | 'E' << 8 | 'L' << 16,
    Acknowledge = 'A' | 'C' << 8 | 'K' << 16,
    Error = 'E' | 'R' << 8 | 'R' << 16,
    Open = 'O' | 'P' << 8 | 'N' << 16,
    Message = 'M' | 'S' << 8 | 'G' << 16,
    Close = 'C' | 'L' << 8 | 'O' << 16,
}

/// <summary>What one side takes (Part 6, 7.1.2.3).</summary>
/// <param name="Chunk">Bytes of a chunk, 8192 at least.</param>
/// <param name="Message">Bytes of a message that was put together from chunks.</param>
/// <param name="Chunks">Chunks of a message.</param>
public sealed record ChannelLimits(int Chunk = 65_536, int Message = 16 * 1024 * 1024, int Chunks = 4_096)
{
    /// <summary>The least that a side must take.</summary>
    public const int SmallestChunk = 8_192;
}
