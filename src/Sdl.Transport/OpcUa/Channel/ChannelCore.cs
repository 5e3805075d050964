using System.Buffers.Binary;
using Sdl.Core.Instruments;

namespace Sdl.Transport.OpcUa;

/// <summary>A message, or the chunk that greets.</summary>
/// <param name="Body">The encoded message; of HEL and ACK the whole chunk. Good until the next is received.</param>
/// <param name="IsAborted">The sender gave the message up; the body says why.</param>
internal readonly record struct ReceivedMessage(
    ChunkKind Kind, uint Request, ReadOnlyMemory<byte> Body, bool IsAborted = false);

/// <summary>What both ends of a channel do alike: cut messages into chunks, protect, number, check and join them
/// (Part 6, 6.7).</summary>
internal sealed class ChannelCore(ITransport transport, ChannelLimits limits, TimeProvider clock) : IAsyncDisposable
{
    private readonly ChunkInput _input = new(transport, limits.Chunk);
    private readonly Sequence _sent = new();
    private readonly Sequence _received = new();
    private readonly Turns _sending = new();
    private readonly UaWriter _message = new();
    private readonly UaWriter _wire = new();
    private readonly UaWriter _parts = new();
    private bool _isClosed;
    private int _chunks;
    private uint _partsOf;

    /// <summary>Chosen by the server; 0 before the channel is open.</summary>
    public uint Id { get; set; }

    public ChannelSecurity Security { get; set; } = ChannelSecurity.None;

    public ChannelTokens Tokens { get; } = new(clock);

    /// <summary>What the other side takes.</summary>
    public ChannelLimits Peer { get; set; } = new(ChannelLimits.SmallestChunk);

    /// <summary>Judges the head of an opening message and says with which keys to open it.</summary>
    public required Func<AsymmetricChunk.Header, ChannelSecurity> Identify { get; init; }

    /// <summary>Sends bytes as they are: HEL, ACK, ERR.</summary>
    public async ValueTask SendRawAsync(byte[] chunk, CancellationToken ct)
    {
        using var turn = await _sending.TakeAsync(ct);
        await WriteAsync(chunk, ct);
    }

    /// <exception cref="OpcUaException">The other side does not take so long a message; nothing was sent.</exception>
    /// <exception cref="IOException">The line is gone.</exception>
    public async ValueTask SendAsync(ChunkKind kind, uint request, IUaStructure message, CancellationToken ct)
    {
        using var turn = await _sending.TakeAsync(ct);
        _message.Clear();
        _message.WriteMessage(message);
        _wire.Clear();
        Seal(kind, request, _message.Written.Span);
        await WriteAsync(_wire.Written, ct);
    }

    /// <returns>Null when the other side has closed.</returns>
    /// <exception cref="OpcUaException">What came is not genuine, not in order, too large or no OPC UA; the channel is
    /// of no more use.</exception>
    /// <exception cref="IOException">The line is gone.</exception>
    public async ValueTask<ReceivedMessage?> ReceiveAsync(CancellationToken ct)
    {
        while (true)
        {
            var chunk = await _input.ReadAsync(ct);
            if (chunk.IsEmpty)
                return null;
            if (Take(chunk) is { } message)
                return message;
        }
    }

    /// <summary>Once, whoever notices first that it has ended.</summary>
    public ValueTask DisposeAsync() =>
        Interlocked.Exchange(ref _isClosed, true) ? ValueTask.CompletedTask : transport.DisposeAsync();

    private void Seal(ChunkKind kind, uint request, ReadOnlySpan<byte> body)
    {
        var size = Math.Min(Peer.Chunk, limits.Chunk);
        if (kind == ChunkKind.Open)
        {
            AsymmetricChunk.Seal(_wire, Id, Security, _sent.Next(), request, body);
            return;
        }
        var room = SymmetricChunk.Room(size, Security.Mode);
        if (body.Length > Peer.Message || (body.Length + room - 1) / room > Peer.Chunks)
            throw new OpcUaException(StatusCodes.BadEncodingLimitsExceeded,
                $"{transport.Name}: a message of {body.Length} bytes is more than the other side takes");
        var token = Tokens.Sending;
        do
        {
            var part = body[..Math.Min(room, body.Length)];
            body = body[part.Length..];
            SymmetricChunk.Seal(_wire, kind, body.IsEmpty ? 'F' : 'C', Id, token, Security.Mode, _sent.Next(), request,
                part);
        }
        while (!body.IsEmpty);
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        try
        {
            await transport.WriteAsync(bytes, ct);
        }
        catch (OperationCanceledException)
        {
            // Half a chunk may be out: nothing sensible can follow it.
            await DisposeAsync();
            throw;
        }
    }

    private ReceivedMessage? Take(Memory<byte> chunk)
    {
        var kind = ConnectionMessages.KindOf(chunk.Span);
        switch (kind)
        {
            case ChunkKind.Error:
                throw ConnectionMessages.ReadError(chunk.Span[8..]);
            case ChunkKind.Hello or ChunkKind.Acknowledge:
                return new ReceivedMessage(kind, 0, chunk);
        }
        var last = (char)chunk.Span[3];
        if (last is not ('F' or 'C' or 'A') || last != 'F' && kind == ChunkKind.Open)
            throw new OpcUaException(StatusCodes.BadTcpMessageTypeInvalid, $"a chunk is marked '{last}'");
        var opened = kind == ChunkKind.Open ? OpenAsymmetric(chunk) : OpenSymmetric(chunk);
        if (opened.Length < 8)
            throw new OpcUaException(StatusCodes.BadDecodingError, "a chunk is too short for its numbers");
        _received.Check(BinaryPrimitives.ReadUInt32LittleEndian(opened.Span));
        var request = BinaryPrimitives.ReadUInt32LittleEndian(opened.Span[4..]);
        return Join(kind, last, request, opened[8..]);
    }

    private ReceivedMessage? Join(ChunkKind kind, char last, uint request, ReadOnlyMemory<byte> body)
    {
        if (_chunks > 0 && request != _partsOf)
            throw new OpcUaException(StatusCodes.BadTcpInternalError, "a message begins in the middle of another");
        if (last == 'A' || last == 'F' && _chunks == 0)
        {
            _chunks = 0;
            return body.Length <= limits.Message
                ? new ReceivedMessage(kind, request, body, last == 'A')
                : throw TooLarge();
        }
        if (_chunks == 0)
            _parts.Clear();
        if (++_chunks > limits.Chunks || _parts.Length + body.Length > limits.Message)
            throw TooLarge();
        _partsOf = request;
        _parts.WriteBytes(body.Span);
        if (last == 'C')
            return null;
        _chunks = 0;
        return new ReceivedMessage(kind, request, _parts.Written);
    }

    private Memory<byte> OpenAsymmetric(Memory<byte> chunk)
    {
        var header = AsymmetricChunk.ReadHeader(chunk.Span);
        if (Id != 0 && header.Channel != Id)
            throw WrongChannel(header.Channel);
        return AsymmetricChunk.Open(chunk, header, Identify(header));
    }

    private Memory<byte> OpenSymmetric(Memory<byte> chunk)
    {
        var token = Tokens.Received(SymmetricChunk.TokenOf(chunk.Span));
        if (BinaryPrimitives.ReadUInt32LittleEndian(chunk.Span[8..]) is var channel && channel != Id)
            throw WrongChannel(channel);
        var opened = SymmetricChunk.Open(chunk, token, Security.Mode);
        Tokens.Confirmed(token);
        return opened;
    }

    private OpcUaException TooLarge() =>
        new(StatusCodes.BadTcpMessageTooLarge, $"a message is larger than {limits.Message} bytes");

    private OpcUaException WrongChannel(uint channel) =>
        new(StatusCodes.BadTcpSecureChannelUnknown, $"a chunk is for channel {channel}; this one is {Id}");
}
