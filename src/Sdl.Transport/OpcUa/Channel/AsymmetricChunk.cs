using System.Buffers.Binary;

namespace Sdl.Transport.OpcUa;

/// <summary>The chunk that opens a channel or renews its token, under the keys of the certificates (Part 6, 6.7.2.3 and
/// 6.7.4). It is one chunk, always.</summary>
internal static class AsymmetricChunk
{
    private const int Head = 12, Numbers = 8;

    /// <summary>What stands before the encrypted part.</summary>
    /// <param name="Start">Where the encrypted part starts.</param>
    internal sealed record Header(uint Channel, string? PolicyUri, byte[]? Sender, byte[]? Receiver, int Start);

    public static void Seal(
        UaWriter to, uint channel, ChannelSecurity security, uint sequence, uint request, ReadOnlySpan<byte> body)
    {
        var start = to.Length;
        to.WriteUInt32((uint)ChunkKind.Open | 'F' << 24);
        to.WriteUInt32(0);
        to.WriteUInt32(channel);
        to.WriteString(security.Policy.Uri);
        to.WriteByteString(security.Policy.IsNone ? null : security.Own!.Encoded);
        to.WriteByteString(security.Policy.IsNone ? null : security.Peer!.Thumbprint);
        var head = to.Length - start;
        to.WriteUInt32(sequence);
        to.WriteUInt32(request);
        to.WriteBytes(body);
        if (security.Policy.IsNone)
        {
            BinaryPrimitives.WriteInt32LittleEndian(to.Tail(start)[4..], to.Length - start);
            return;
        }
        var (signature, cipherBlock) = (security.Own!.Key.KeySize / 8, security.Peer!.Key.KeySize / 8);
        var plainBlock = security.Policy.PlainBlock(security.Peer.Key);
        Pad(to, Numbers + body.Length + signature, plainBlock, isLong: cipherBlock > 256);
        var plain = to.Length - start - head + signature;
        BinaryPrimitives.WriteInt32LittleEndian(to.Tail(start)[4..], head + plain / plainBlock * cipherBlock);
        to.WriteBytes(security.Policy.Sign(security.Own.Key, to.Tail(start)));
        var encrypted = security.Policy.Encrypt(security.Peer.Key, to.Tail(start + head));
        encrypted.AsSpan(0, plain).CopyTo(to.Tail(start + head));
        to.WriteBytes(encrypted.AsSpan(plain));
    }

    public static Header ReadHeader(ReadOnlySpan<byte> chunk)
    {
        var from = new UaReader(chunk[8..]);
        var header = new Header(from.ReadUInt32(), from.ReadString(), from.ReadByteString(), from.ReadByteString(), 0);
        return header with { Start = chunk.Length - from.Left };
    }

    /// <returns>Sequence number, request and body.</returns>
    /// <exception cref="OpcUaException">It is not meant for us, or was changed on its way.</exception>
    public static Memory<byte> Open(Memory<byte> memory, Header header, ChannelSecurity security)
    {
        if (security.Policy.IsNone)
            return memory[header.Start..];
        if (header.Receiver is null || !header.Receiver.AsSpan().SequenceEqual(security.Own!.Thumbprint))
            throw new OpcUaException(StatusCodes.BadCertificateInvalid,
                "the other side means another certificate than this application's; it may hold an old one");
        var chunk = memory.Span;
        var plain = security.Policy.Decrypt(security.Own.Key, chunk[header.Start..]);
        var signature = security.Peer!.Key.KeySize / 8;
        if (plain.Length < Numbers + signature + 1)
            throw Tampered();
        // The signature is over the head as it came and the rest before it was encrypted.
        byte[] whole = [.. chunk[..header.Start], .. plain];
        if (!security.Policy.Verify(security.Peer.Key, whole.AsSpan(0, whole.Length - signature),
            whole.AsSpan(whole.Length - signature)))
            throw Tampered();
        var padded = whole.AsMemory(0, whole.Length - signature);
        var padding = security.Own.Key.KeySize > 2048
            ? (padded.Span[^1] << 8 | padded.Span[^2]) + 2
            : padded.Span[^1] + 1;
        return padded.Length - padding >= header.Start + Numbers
            ? padded[header.Start..^padding]
            : throw Tampered();
    }

    private static void Pad(UaWriter to, int filled, int block, bool isLong)
    {
        var extra = isLong ? 2 : 1;
        var padding = (block - (filled + extra) % block) % block;
        to.Room(padding + 1).Fill((byte)padding);
        if (isLong)
            to.WriteByte((byte)(padding >> 8));
    }

    private static OpcUaException Tampered() =>
        new(StatusCodes.BadSecurityChecksFailed, "the opening message was changed on its way");
}
