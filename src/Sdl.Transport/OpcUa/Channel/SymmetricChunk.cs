using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Sdl.Transport.OpcUa;

/// <summary>Chunks under the keys of a token: MSG and CLO (Part 6, 6.7.2 and 6.7.7).</summary>
internal static class SymmetricChunk
{
    /// <summary>Head, channel and token; the numbers behind them are encrypted already.</summary>
    private const int Head = 16, Numbers = 8;

    /// <summary>How many bytes of a message fit into a chunk.</summary>
    public static int Room(int chunk, MessageSecurityMode mode) => mode switch
    {
        MessageSecurityMode.None => chunk - Head - Numbers,
        MessageSecurityMode.Sign => chunk - Head - Numbers - ChannelKeys.SignatureLength,
        _ => (chunk - Head) / ChannelKeys.Block * ChannelKeys.Block - Numbers - 1 - ChannelKeys.SignatureLength,
    };

    /// <summary>Writes one chunk behind what is there.</summary>
    /// <param name="last">F, C or A.</param>
    public static void Seal(
        UaWriter to, ChunkKind kind, char last, uint channel, ChannelToken token, MessageSecurityMode mode,
        uint sequence, uint request, ReadOnlySpan<byte> body)
    {
        var start = to.Length;
        to.WriteUInt32((uint)kind | (uint)last << 24);
        to.WriteUInt32(0);
        to.WriteUInt32(channel);
        to.WriteUInt32(token.Id);
        to.WriteUInt32(sequence);
        to.WriteUInt32(request);
        to.WriteBytes(body);
        if (mode == MessageSecurityMode.SignAndEncrypt)
        {
            var filled = Numbers + body.Length + 1 + ChannelKeys.SignatureLength;
            var padding = (ChannelKeys.Block - filled % ChannelKeys.Block) % ChannelKeys.Block;
            to.Room(padding + 1).Fill((byte)padding);
        }
        if (mode != MessageSecurityMode.None)
            to.Room(ChannelKeys.SignatureLength);
        var tail = to.Tail(start);
        var chunk = tail.AsSpan();
        BinaryPrimitives.WriteInt32LittleEndian(chunk[4..], chunk.Length);
        if (mode != MessageSecurityMode.None)
            token.Mine!.Sign(chunk[..^ChannelKeys.SignatureLength], chunk[^ChannelKeys.SignatureLength..]);
        if (mode == MessageSecurityMode.SignAndEncrypt)
            token.Mine!.Encrypt(tail[Head..]);
    }

    public static uint TokenOf(ReadOnlySpan<byte> chunk) => chunk.Length >= Head + Numbers
        ? BinaryPrimitives.ReadUInt32LittleEndian(chunk[12..])
        : throw new OpcUaException(StatusCodes.BadDecodingError, "a chunk is too short for its head");

    /// <summary>Decrypts in place and checks the signature.</summary>
    /// <returns>Sequence number, request and body.</returns>
    /// <exception cref="OpcUaException">It was changed on its way.</exception>
    public static Memory<byte> Open(Memory<byte> memory, ChannelToken token, MessageSecurityMode mode)
    {
        var chunk = memory.Span;
        if (mode == MessageSecurityMode.None)
            return memory[Head..];
        var least = Head + Numbers + ChannelKeys.SignatureLength;
        if (chunk.Length < least)
            throw Tampered();
        if (mode == MessageSecurityMode.SignAndEncrypt)
        {
            if ((chunk.Length - Head) % ChannelKeys.Block != 0)
                throw Tampered();
            if (!MemoryMarshal.TryGetArray<byte>(memory, out var array))
                throw new InvalidOperationException("a chunk lies in an array");
            token.Theirs!.Decrypt(array[Head..]);
        }
        var signed = chunk[..^ChannelKeys.SignatureLength];
        if (!token.Theirs!.Verifies(signed, chunk[^ChannelKeys.SignatureLength..]))
            throw Tampered();
        if (mode == MessageSecurityMode.Sign)
            return memory[Head..signed.Length];
        var padding = signed[^1] + 1;
        return signed.Length - padding >= Head + Numbers ? memory[Head..(signed.Length - padding)] : throw Tampered();
    }

    private static OpcUaException Tampered() =>
        new(StatusCodes.BadSecurityChecksFailed, "a message was changed on its way, or is not from who it says");
}
