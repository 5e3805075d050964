using System.Buffers.Binary;
using Sdl.Core.Instruments;

namespace Sdl.Transport.Modbus;

/// <summary>MBAP framing on the master's side (Modbus Messaging on TCP/IP V1.0b, section 3.1.3).</summary>
internal sealed class MasterTcp(MasterLine line) : IMasterFraming
{
    private const int Header = 7;

    public async ValueTask<byte[]> ExchangeAsync(
        ITransport transport, MasterRequest request, Reply came, CancellationToken ct)
    {
        var transaction = ++line.Transaction;
        await transport.WriteAsync(Frame(transaction, request), ct);
        while (true)
        {
            await came.MoreAsync(transport, ct);
            while (Whole(transport, came.Bytes) is { } length)
            {
                var frame = came.Bytes[..length];
                if (BinaryPrimitives.ReadUInt16BigEndian(frame) == transaction)
                    return Checked(request, frame).ToArray();
                // A late reply of an earlier request that was given up.
                came.Skip(length);
            }
        }
    }

    public ValueTask OutlastAsync(byte unit, CancellationToken ct) => ValueTask.CompletedTask;

    public ValueTask BroadcastAsync(ITransport transport, MasterRequest request, CancellationToken ct) =>
        throw new NotSupportedException($"{transport.Name}: Modbus TCP has no broadcast; write to each unit");

    /// <remarks>The rest of half a frame would be taken for the head of the next: the connection is given up.</remarks>
    public Exception GaveUp(ITransport transport, MasterRequest request, ReadOnlySpan<byte> came, TimeSpan timeout)
    {
        var silent = request.Silent(timeout, came);
        return came.IsEmpty ? silent : new IOException($"{transport.Name}: {silent.Message}", silent);
    }

    private static byte[] Frame(ushort transaction, MasterRequest request)
    {
        var frame = new byte[Header + request.Pdu.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, transaction);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(4), (ushort)(1 + request.Pdu.Length));
        frame[6] = request.Unit;
        request.Pdu.CopyTo(frame, Header);
        return frame;
    }

    /// <summary>Length of the first frame, once it is there.</summary>
    /// <exception cref="IOException">The stream is out of step; only a new connection brings it back.</exception>
    private static int? Whole(ITransport transport, ReadOnlySpan<byte> came)
    {
        if (came.Length < 6)
            return null;
        var protocol = BinaryPrimitives.ReadUInt16BigEndian(came[2..]);
        var length = BinaryPrimitives.ReadUInt16BigEndian(came[4..]);
        if (protocol != 0 || length is < 3 or > 254)
            throw new IOException($"{transport.Name}: what came is no Modbus TCP frame: {Convert.ToHexString(came)}");
        return came.Length < 6 + length ? null : 6 + length;
    }

    private static ReadOnlySpan<byte> Checked(MasterRequest request, ReadOnlySpan<byte> frame)
    {
        var pdu = frame[Header..];
        if (frame[6] != request.Unit)
            throw request.Unfit("another unit answered", frame);
        return request.Begins(pdu) && request.ReplyLength(pdu) == pdu.Length
            ? pdu
            : throw request.Unfit("the reply does not fit", frame);
    }
}
