using System.Buffers.Binary;
using Sdl.Core.Instruments;

namespace Sdl.Transport.OpcUa;

/// <summary>Cuts what a transport carries into chunks (Part 6, 6.7.2.2).</summary>
internal sealed class ChunkInput(ITransport transport, int limit)
{
    private const int Head = 8;

    private readonly byte[] _buffer = new byte[limit];
    private int _begin;
    private int _end;

    /// <summary>The next chunk, head and all; good until the next call. Empty when the other side has closed.</summary>
    /// <exception cref="OpcUaException">What came is no chunk, or too large a one.</exception>
    /// <exception cref="IOException">The line is gone, or it ended within a chunk.</exception>
    public async ValueTask<Memory<byte>> ReadAsync(CancellationToken ct)
    {
        while (true)
        {
            if (_end - _begin >= Head && Length() is var length && _end - _begin >= length)
            {
                var chunk = _buffer.AsMemory(_begin, length);
                _begin += length;
                return chunk;
            }
            if (_begin > 0)
            {
                _buffer.AsSpan(_begin, _end - _begin).CopyTo(_buffer);
                (_begin, _end) = (0, _end - _begin);
            }
            var count = await transport.ReadAsync(_buffer.AsMemory(_end), ct);
            if (count > 0)
                _end += count;
            else if (_end == 0)
                return Memory<byte>.Empty;
            else
                throw new IOException($"{transport.Name}: the connection ended within a message");
        }
    }

    private int Length()
    {
        var head = _buffer.AsSpan(_begin, Head);
        if (!Enum.IsDefined((ChunkKind)(BinaryPrimitives.ReadUInt32LittleEndian(head) & 0xFFFFFF)))
            throw new OpcUaException(StatusCodes.BadTcpMessageTypeInvalid,
                $"{transport.Name}: what came is no OPC UA: {Convert.ToHexString(head)}");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        if (length < Head || length > _buffer.Length)
            throw new OpcUaException(StatusCodes.BadTcpMessageTooLarge,
                $"{transport.Name}: a chunk of {length} bytes, where {_buffer.Length} are allowed");
        return (int)length;
    }
}
