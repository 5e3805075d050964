using System.Net;
using System.Net.Sockets;
using Sdl.Core.Instruments;
using Sdl.Transport.Channels;

namespace Sdl.Instruments.Tests.Transport;

public sealed class TcpTransportTests : IAsyncDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(20), TimeProvider.System);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TcpTransport _host;

    public TcpTransportTests()
    {
        _listener.Start();
        _host = To("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
    }

    private CancellationToken Ct => _limit.Token;

    [Fact]
    public async Task Bytes_pass_in_both_directions_and_the_end_is_zero()
    {
        using var device = await ConnectAsync();
        await _host.WriteAsync("ask"u8.ToArray(), Ct);
        var buffer = new byte[8];
        Assert.Equal(3, await device.ReceiveAsync(buffer, Ct));
        await device.SendAsync("answer"u8.ToArray(), Ct);
        Assert.Equal(6, await _host.ReadAsync(buffer, Ct));
        device.Close();
        Assert.Equal(0, await _host.ReadAsync(buffer, Ct));
    }

    [Fact]
    public async Task Loss_is_known_before_anything_is_said_on_the_connection()
    {
        Assert.False(_host.IsLost);
        using var device = await ConnectAsync();
        Assert.False(_host.IsLost);
        await device.SendAsync("last words"u8.ToArray(), Ct);
        device.Close();
        var heard = new byte[16];
        Assert.Equal(10, await _host.ReadAsync(heard, Ct));
        while (!_host.IsLost)
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Ct);
    }

    [Fact]
    public async Task Cancelled_read_loses_no_later_byte()
    {
        using var device = await ConnectAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var read = _host.ReadAsync(new byte[8], stop.Token).AsTask();
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        await device.SendAsync("later"u8.ToArray(), Ct);
        Assert.Equal(5, await _host.ReadAsync(new byte[8], Ct));
    }

    [Fact]
    public async Task Discarded_input_is_not_read()
    {
        using var device = await ConnectAsync();
        await device.SendAsync("xold"u8.ToArray(), Ct);
        // Loopback delivers a segment whole: with its first byte the others are here.
        Assert.Equal(1, await _host.ReadAsync(new byte[1], Ct));
        _host.DiscardInput();
        await device.SendAsync("new"u8.ToArray(), Ct);
        var buffer = new byte[8];
        Assert.Equal(3, await _host.ReadAsync(buffer, Ct));
        Assert.Equal("new"u8, buffer.AsSpan(0, 3));
    }

    [Fact]
    public async Task Connection_reset_is_an_io_exception_and_a_new_one_can_be_opened()
    {
        using (var device = await ConnectAsync())
            device.Close(0);
        var error = await Assert.ThrowsAsync<IOException>(async () => await _host.ReadAsync(new byte[8], Ct));
        Assert.Contains("dropped the connection", error.Message, StringComparison.Ordinal);
        await _host.DisposeAsync();
        using var again = await ConnectAsync();
        await again.SendAsync("back"u8.ToArray(), Ct);
        Assert.Equal(4, await _host.ReadAsync(new byte[8], Ct));
    }

    [Fact]
    public async Task Closing_ends_a_waiting_read()
    {
        using var device = await ConnectAsync();
        var read = _host.ReadAsync(new byte[8], Ct).AsTask();
        await _host.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => read);
    }

    [Fact]
    public async Task Dropping_input_of_a_lost_connection_is_harmless()
    {
        using (var device = await ConnectAsync())
        {
            await device.SendAsync("rest"u8.ToArray(), Ct);
            device.Close(0);
        }
        _host.DiscardInput();
        await Assert.ThrowsAsync<IOException>(async () => await _host.ReadAsync(new byte[8], Ct));
        _host.DiscardInput();
    }

    [Fact]
    public async Task Refused_connection_says_that_nothing_listens()
    {
        _listener.Stop();
        var error = await Assert.ThrowsAsync<IOException>(async () => await _host.OpenAsync(Ct));
        Assert.Contains("nothing listens there", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_host_is_an_io_exception()
    {
        // RFC 6761 reserves the name: it never exists.
        await using var nobody = To("nobody.invalid", 4000);
        await Assert.ThrowsAsync<IOException>(async () => await nobody.OpenAsync(Ct));
    }

    [Fact]
    public async Task Writing_before_opening_is_an_io_exception() =>
        await Assert.ThrowsAsync<IOException>(async () => await _host.WriteAsync(new byte[1], Ct));

    [Fact]
    public async Task Lines_trace_both_directions_behind_the_lines_name()
    {
        var traced = new List<string>();
        await using var lines = new TransportLines(TimeProvider.System, traced.Add);
        var accepted = _listener.AcceptSocketAsync(Ct);
        var read = lines.Get(new InstrumentId("robot"), Address.Parse(_host.Name)).TalkAsync(async (transport, ct) =>
        {
            await transport.WriteAsync("ask"u8.ToArray(), ct);
            return await transport.ReadAsync(new byte[8], ct);
        }, Ct);
        using var device = await accepted;
        await device.SendAsync("\n"u8.ToArray(), Ct);
        Assert.Equal(1, await read);
        Assert.Collection(traced,
            line => Assert.Matches($@"^{_host.Name} \d\d:\d\d:\d\d\.\d\d\d > 61 73 6b  ask$", line),
            line => Assert.Matches($@"^{_host.Name} \d\d:\d\d:\d\d\.\d\d\d < 0a  \.$", line));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _listener.Dispose();
        _limit.Dispose();
    }

    private static TcpTransport To(string host, int port) =>
        new(host, port, TimeProvider.System, TimeSpan.FromSeconds(10));

    private async Task<Socket> ConnectAsync()
    {
        var accepted = _listener.AcceptSocketAsync(Ct);
        await _host.OpenAsync(Ct);
        return await accepted;
    }
}
