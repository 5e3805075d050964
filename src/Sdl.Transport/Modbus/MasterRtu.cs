using Sdl.Core.Instruments;

namespace Sdl.Transport.Modbus;

/// <summary>RTU framing on the master's side (Modbus over Serial Line V1.02, section 2.5.1).</summary>
/// <param name="silence">What the line must be quiet for before a request.</param>
internal sealed class MasterRtu(TimeProvider clock, TimeSpan silence, MasterLine line) : IMasterFraming
{
    /// <summary>3.5 characters of 11 bits; 1.75 ms above 19200 baud (section 2.5.1.1).</summary>
    public static TimeSpan Silence(int baud) => baud > 19200
        ? TimeSpan.FromMilliseconds(1.75)
        : TimeSpan.FromSeconds(3.5 * 11 / baud);

    public async ValueTask<byte[]> ExchangeAsync(
        ITransport transport, MasterRequest request, Reply came, CancellationToken ct)
    {
        await KeepQuietAsync(ct);
        // A frame names neither its request nor its time: what is here now can only belong to an earlier one.
        transport.DiscardInput();
        try
        {
            await transport.WriteAsync(Frame(request), ct);
            while (true)
            {
                await came.MoreAsync(transport, ct);
                if (Find(request, came.Bytes) is { } reply)
                    return reply;
            }
        }
        finally
        {
            line.LastTraffic = clock.GetTimestamp();
        }
    }

    public Exception GaveUp(ITransport transport, MasterRequest request, ReadOnlySpan<byte> came, TimeSpan timeout) =>
        came.IsEmpty || (came[0] == request.Unit && Begins(came[1..], request.ReplyHead))
            ? request.Silent(timeout, came)
            : request.Unfit("what came is no answer to it", came);

    private async ValueTask KeepQuietAsync(CancellationToken ct)
    {
        if (line.LastTraffic is not { } last)
            return;
        var left = silence - clock.GetElapsedTime(last);
        if (left > TimeSpan.Zero)
            // Timers count whole milliseconds and would cut the rest off.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), clock, ct);
    }

    private static byte[] Frame(MasterRequest request)
    {
        byte[] frame = [request.Unit, .. request.Pdu, 0, 0];
        var crc = Crc16.Of(frame.AsSpan(0, frame.Length - 2));
        frame[^2] = (byte)crc;
        frame[^1] = (byte)(crc >> 8);
        return frame;
    }

    /// <summary>The reply PDU once it is complete. Its end is known from its length, never from a pause. Bytes in front
    /// of it, as a transceiver that wakes up sends them, and whole frames of earlier requests are passed
    /// over.</summary>
    private static byte[]? Find(MasterRequest request, ReadOnlySpan<byte> came)
    {
        for (var start = 0; start + 1 < came.Length; start++)
        {
            if (came[start] != request.Unit)
                continue;
            var frame = came[start..];
            var refusal = frame[1] == (request.Function | 0x80);
            if (!refusal && !Begins(frame[1..], request.ReplyHead))
                continue;
            var length = (refusal ? 2 : request.ReplyLength) + 3;
            if (frame.Length < length)
                continue;
            if (Crc16.Fits(frame[..length]))
                return frame[1..(length - 2)].ToArray();
            if (start == 0)
                throw request.Unfit("the reply came damaged (bad CRC)", frame[..length]);
        }
        return null;
    }

    private static bool Begins(ReadOnlySpan<byte> pdu, ReadOnlySpan<byte> head) =>
        pdu.Length >= head.Length ? pdu.StartsWith(head) : head.StartsWith(pdu);
}
