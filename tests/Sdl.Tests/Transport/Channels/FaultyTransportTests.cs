using System.Text;
using Microsoft.Extensions.Time.Testing;
using Sdl.Transport.Channels;

namespace Sdl.Tests.Transport.Channels;

public sealed class FaultyTransportTests : IAsyncDisposable
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    private readonly FakeTimeProvider _clock = new();
    private readonly MemoryTransport _device;
    private readonly FaultyTransport _line;

    public FaultyTransportTests()
    {
        (var host, _device) = MemoryTransport.Pair();
        _line = new FaultyTransport(host, _clock);
    }

    [Fact]
    public async Task Faults_damage_the_next_reply_and_no_other()
    {
        _line.Drop(0);
        _line.Corrupt(2, 0x20);
        Assert.Equal("bCd", await AskAsync());
        Assert.Equal("abcd", await AskAsync());
    }

    [Fact]
    public async Task Positions_count_over_reads()
    {
        _line.Drop(3);
        await _line.WriteAsync("?"u8.ToArray(), Ct);
        await SayAsync("ab");
        Assert.Equal("ab", await ReadAsync());
        await SayAsync("cde");
        Assert.Equal("ce", await ReadAsync());
    }

    [Fact]
    public async Task Garbage_comes_before_the_reply()
    {
        _line.Garbage((byte)'#', (byte)'!');
        Assert.Equal("#!", await AskAsync());
        Assert.Equal("abcd", await ReadAsync());
    }

    [Fact]
    public async Task Delayed_reply_comes_late_even_when_its_reader_has_given_up_and_input_was_dropped()
    {
        _line.Delay(TimeSpan.FromSeconds(2));
        await _line.WriteAsync("?"u8.ToArray(), Ct);
        await SayAsync("late");
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), _clock))
        {
            var read = Inline.Start(() => _line.ReadAsync(new byte[9], limit.Token));
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        }
        _line.DiscardInput();
        await _line.WriteAsync("?"u8.ToArray(), Ct);
        var second = Inline.Start(() => ReadAsync());
        Assert.False(second.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("late", await second);
    }

    [Fact]
    public async Task Cut_line_fails_until_it_is_mended()
    {
        _line.Cut();
        await Assert.ThrowsAsync<IOException>(async () => await AskAsync());
        await Assert.ThrowsAsync<IOException>(async () => await _line.OpenAsync(Ct));
        _line.Mend();
        Assert.Equal("abcd", await AskAsync());
    }

    [Fact]
    public async Task Cut_wakes_the_waiting_reader()
    {
        var read = Inline.Start(() => _line.ReadAsync(new byte[9], Ct));
        _line.Cut();
        await Assert.ThrowsAsync<IOException>(() => read);
    }

    public ValueTask DisposeAsync() => _line.DisposeAsync();

    private async Task<string> AskAsync()
    {
        await _line.WriteAsync("?"u8.ToArray(), Ct);
        await SayAsync("abcd");
        return await ReadAsync();
    }

    private ValueTask SayAsync(string text) => _device.WriteAsync(Encoding.ASCII.GetBytes(text), Ct);

    private async ValueTask<string> ReadAsync()
    {
        var buffer = new byte[16];
        return Encoding.ASCII.GetString(buffer, 0, await _line.ReadAsync(buffer, Ct));
    }
}
