using Sdl.Core.Instruments;

namespace Sdl.Transport.Modbus;

/// <summary>What RTU and ASCII share on the master's side: quiet before a request, one unit after another, and nothing
/// in a reply that names its request.</summary>
/// <param name="silence">What the line must be quiet for before a request.</param>
/// <param name="late">How long after a time-out the unit's reply may still come; so long it is not asked again, because
/// that reply would be taken for the next one's.</param>
internal abstract class MasterSerial(TimeProvider clock, TimeSpan silence, TimeSpan late, MasterLine line)
    : IMasterFraming
{
    // Section 2.4.1: units need this to digest a broadcast, since nobody says that he has.
    private static readonly TimeSpan Turnaround = TimeSpan.FromMilliseconds(100);

    public async ValueTask<byte[]> ExchangeAsync(
        ITransport transport, MasterRequest request, Reply came, CancellationToken ct)
    {
        await DelayAsync(line.Quiet(clock), ct);
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
            line.QuietFrom(clock.GetTimestamp(), silence);
        }
    }

    public ValueTask OutlastAsync(byte unit, CancellationToken ct) => DelayAsync(line.Late(unit, clock), ct);

    public async ValueTask BroadcastAsync(ITransport transport, MasterRequest request, CancellationToken ct)
    {
        await DelayAsync(line.Quiet(clock), ct);
        await transport.WriteAsync(Frame(request), ct);
        line.QuietFrom(clock.GetTimestamp(), silence > Turnaround ? silence : Turnaround);
    }

    public Exception GaveUp(ITransport transport, MasterRequest request, ReadOnlySpan<byte> came, TimeSpan timeout)
    {
        line.Unanswered(request.Unit, clock.GetTimestamp(), late);
        return IsPart(request, came)
            ? request.Silent(timeout, came)
            : request.Unfit("what came is no answer to it", came);
    }

    protected abstract byte[] Frame(MasterRequest request);

    /// <summary>The PDU of the reply once it is complete.</summary>
    protected abstract byte[]? Find(MasterRequest request, ReadOnlySpan<byte> came);

    /// <summary>Whether what came may be the beginning of the reply.</summary>
    protected abstract bool IsPart(MasterRequest request, ReadOnlySpan<byte> came);

    // Timers count whole milliseconds and would cut the rest off.
    private async ValueTask DelayAsync(TimeSpan time, CancellationToken ct)
    {
        if (time > TimeSpan.Zero)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds)), clock, ct);
    }
}
