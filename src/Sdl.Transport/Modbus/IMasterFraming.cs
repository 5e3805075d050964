using Sdl.Core.Instruments;

namespace Sdl.Transport.Modbus;

/// <summary>Sends a request and finds its reply among the bytes that come.</summary>
internal interface IMasterFraming
{
    /// <summary>Returns the PDU of the reply that fits the request, or of its refusal. What has come when the token is
    /// cancelled is in <paramref name="came"/>.</summary>
    ValueTask<byte[]> ExchangeAsync(ITransport transport, MasterRequest request, Reply came, CancellationToken ct);

    /// <summary>Waits until no late reply of the unit can be taken for the next one's. The line is others'
    /// meanwhile.</summary>
    ValueTask OutlastAsync(byte unit, CancellationToken ct);

    /// <summary>Sends a request that nobody answers.</summary>
    /// <exception cref="NotSupportedException">There are no such requests.</exception>
    ValueTask BroadcastAsync(ITransport transport, MasterRequest request, CancellationToken ct);

    /// <summary>What it means that the time is over and only this came.</summary>
    Exception GaveUp(ITransport transport, MasterRequest request, ReadOnlySpan<byte> came, TimeSpan timeout);
}

/// <summary>The bytes that have come in answer to one request.</summary>
internal sealed class Reply
{
    // The longest frame is 260 bytes on TCP; more room lets stale frames in front be read in the same gulp.
    private readonly byte[] _bytes = new byte[1024];
    private int _start;
    private int _end;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(_start, _end - _start);

    public void Skip(int count) => _start += count;

    /// <exception cref="IOException">The other side has hung up.</exception>
    public async ValueTask MoreAsync(ITransport transport, CancellationToken ct)
    {
        if (_end == _bytes.Length)
        {
            Bytes.CopyTo(_bytes);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _bytes.Length)
            throw new IOException($"{transport.Name}: more than {_bytes.Length} bytes came that are no Modbus reply");
        var count = await transport.ReadAsync(_bytes.AsMemory(_end), ct);
        if (count == 0)
            throw new IOException($"{transport.Name}: the other side closed the connection before it answered");
        _end += count;
    }
}
