using Sdl.Transport.Channels;

namespace Sdl.Tests.Transport.Channels;

public sealed class MemoryTransportTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    private readonly MemoryTransport _host;
    private readonly MemoryTransport _device;
    private readonly byte[] _buffer = new byte[16];

    public MemoryTransportTests() => (_host, _device) = MemoryTransport.Pair();

    [Fact]
    public async Task Bytes_arrive_in_order_and_in_the_readers_portions()
    {
        await _host.WriteAsync("abc"u8.ToArray(), Ct);
        await _host.WriteAsync("de"u8.ToArray(), Ct);
        Assert.Equal(2, await _device.ReadAsync(_buffer.AsMemory(0, 2), Ct));
        Assert.Equal(3, await _device.ReadAsync(_buffer.AsMemory(2), Ct));
        Assert.Equal("abcde"u8, _buffer.AsSpan(0, 5));
    }

    [Fact]
    public async Task Cancelled_read_loses_no_later_byte()
    {
        using var stop = new CancellationTokenSource();
        var read = Inline.Start(() => _device.ReadAsync(_buffer, stop.Token));
        Assert.False(read.IsCompleted);
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        await _host.WriteAsync("x"u8.ToArray(), Ct);
        Assert.Equal(1, await _device.ReadAsync(_buffer, Ct));
    }

    [Fact]
    public async Task Cut_wakes_the_reader_and_fails_both_ends_until_mended_and_opened()
    {
        var read = Inline.Start(() => _host.ReadAsync(_buffer, Ct));
        _device.Cut();
        await Assert.ThrowsAsync<IOException>(() => read);
        await Assert.ThrowsAsync<IOException>(async () => await _device.WriteAsync(_buffer, Ct));
        await Assert.ThrowsAsync<IOException>(async () => await _host.OpenAsync(Ct));
        _host.Mend();
        await _host.OpenAsync(Ct);
        await _device.WriteAsync("y"u8.ToArray(), Ct);
        Assert.Equal(1, await _host.ReadAsync(_buffer, Ct));
    }

    [Fact]
    public async Task Other_end_of_one_that_hung_up_reads_the_rest_and_then_the_end()
    {
        await _host.WriteAsync("z"u8.ToArray(), Ct);
        _host.HangUp();
        Assert.Equal(1, await _device.ReadAsync(_buffer, Ct));
        Assert.Equal(0, await _device.ReadAsync(_buffer, Ct));
    }

    [Fact]
    public async Task Discarded_input_is_not_read()
    {
        await _host.WriteAsync("old"u8.ToArray(), Ct);
        _device.DiscardInput();
        await _host.WriteAsync("new"u8.ToArray(), Ct);
        Assert.Equal(3, await _device.ReadAsync(_buffer, Ct));
        Assert.Equal("new"u8, _buffer.AsSpan(0, 3));
    }
}
