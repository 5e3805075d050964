using System.Diagnostics;
using Sdl.Core.Instruments;
using Sdl.Transport.Channels;
using Xunit.Sdk;

namespace Sdl.Instruments.Tests.Transport;

public sealed class SerialTransportTests() : SerialPortTests(address => new SerialTransport(address));

public sealed class TerminalTransportTests() : SerialPortTests(
    address => TerminalTransport.IsPossible
        ? new TerminalTransport(address)
        : throw SkipException.ForSkip("only Linux' terminals are known"))
{
    [Fact]
    public async Task Writer_waits_while_nobody_takes_the_bytes_and_none_is_lost()
    {
        await Host.OpenAsync(Ct);
        var sent = new byte[300_000];
        new Random(7).NextBytes(sent);
        var writing = Host.WriteAsync(sent, Ct).AsTask();
        Assert.Equal(sent, await ReadAsync(Device, sent.Length));
        await writing;
    }

    [Fact]
    public async Task Second_program_on_the_port_is_refused()
    {
        await Host.OpenAsync(Ct);
        await using var second = new TerminalTransport(Address.Parse($"serial:{Device.Path}"));
        var error = await Assert.ThrowsAsync<IOException>(async () => await second.OpenAsync(Ct));
        Assert.Contains("another program holds it", error.Message, StringComparison.Ordinal);
        await Host.DisposeAsync();
        await second.OpenAsync(Ct);
    }

    [Theory]
    [InlineData(31_250)]
    [InlineData(250_000)]
    [InlineData(3_000_000)]
    public async Task Any_speed_can_be_asked_for(int baud)
    {
        await using var host = new TerminalTransport(Address.Parse($"serial:{Device.Path}?baud={baud}"));
        await host.OpenAsync(Ct);
        await host.WriteAsync("x"u8.ToArray(), Ct);
        Assert.Equal("x"u8.ToArray(), await ReadAsync(Device, 1));
    }

    [Fact]
    public async Task File_that_is_no_port_is_said_to_be_none()
    {
        await using var host = new TerminalTransport(Address.Parse("serial:/dev/null"));
        var error = await Assert.ThrowsAsync<IOException>(async () => await host.OpenAsync(Ct));
        Assert.Contains("it is no serial port", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_and_a_half_stop_bits_want_five_data_bits()
    {
        _ = new TerminalTransport(Address.Parse("serial:/dev/ttyS0?stop=1.5&data=5"));
        Assert.Throws<FormatException>(() => new TerminalTransport(Address.Parse("serial:/dev/ttyS0?stop=1.5")));
    }
}

/// <summary>What a serial port has to do whoever opens it, on a pseudo-terminal.</summary>
public abstract class SerialPortTests : IAsyncDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(20), TimeProvider.System);
    private readonly Pseudoterminal _device;
    private readonly ITransport _host;
    private readonly Func<Address, ITransport> _port;

    protected SerialPortTests(Func<Address, ITransport> port)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no pseudo-terminals");
        _device = new Pseudoterminal();
        _port = port;
        _host = port(Address.Parse($"serial:{_device.Path}?baud=115200"));
    }

    protected Pseudoterminal Device => _device;

    protected ITransport Host => _host;

    protected CancellationToken Ct => _limit.Token;

    [Fact]
    public async Task Every_byte_value_passes_unchanged_in_both_directions()
    {
        var all = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        await _host.OpenAsync(Ct);
        await _host.WriteAsync(all, Ct);
        Assert.Equal(all, await ReadAsync(_device, 256));
        await _device.WriteAsync(all, Ct);
        Assert.Equal(all, await ReadAsync(_host, 256));
    }

    [Fact]
    public async Task Loss_is_known_before_anything_is_said_on_the_line()
    {
        Assert.False(_host.IsLost);
        await _host.OpenAsync(Ct);
        Assert.False(_host.IsLost);
        await _device.DisposeAsync();
        Assert.True(_host.IsLost);
    }

    [Fact]
    public async Task Cancelled_read_ends_soon_and_loses_no_later_byte()
    {
        await _host.OpenAsync(Ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var read = _host.ReadAsync(new byte[8], stop.Token).AsTask();
        var watch = Stopwatch.StartNew();
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        await _device.WriteAsync("later"u8.ToArray(), Ct);
        Assert.Equal("later"u8.ToArray(), await ReadAsync(_host, 5));
    }

    [Fact]
    public async Task Discarded_input_is_not_read_even_when_a_cancelled_read_had_fetched_it()
    {
        await _host.OpenAsync(Ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var read = _host.ReadAsync(new byte[8], stop.Token).AsTask();
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        await _device.WriteAsync("old"u8.ToArray(), Ct);
        // No read says when bytes have arrived without taking them: give the port a tenth of a second.
        await Task.Delay(TimeSpan.FromSeconds(0.1), TimeProvider.System, Ct);
        _host.DiscardInput();
        await _device.WriteAsync("new"u8.ToArray(), Ct);
        Assert.Equal("new"u8.ToArray(), await ReadAsync(_host, 3));
    }

    [Fact]
    public async Task Closed_port_can_be_opened_again()
    {
        for (var time = 0; time < 3; time++)
        {
            await _host.OpenAsync(Ct);
            await _device.WriteAsync("hello"u8.ToArray(), Ct);
            Assert.Equal("hello"u8.ToArray(), await ReadAsync(_host, 5));
            await _host.DisposeAsync();
        }
    }

    [Fact]
    public async Task Closing_ends_a_waiting_read()
    {
        await _host.OpenAsync(Ct);
        var read = _host.ReadAsync(new byte[8], Ct).AsTask();
        await _host.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => read);
    }

    [Fact]
    public async Task Pulled_cable_is_an_io_exception()
    {
        await _host.OpenAsync(Ct);
        var read = _host.ReadAsync(new byte[8], Ct).AsTask();
        await _device.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => read);
    }

    [Fact]
    public async Task Reading_after_the_cable_was_pulled_is_an_io_exception()
    {
        await _host.OpenAsync(Ct);
        await _device.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(async () => await _host.ReadAsync(new byte[8], Ct));
    }

    [Fact]
    public async Task Writing_after_the_cable_was_pulled_is_an_io_exception_and_dropping_input_is_harmless()
    {
        await _host.OpenAsync(Ct);
        await _device.DisposeAsync();
        _host.DiscardInput();
        await Assert.ThrowsAsync<IOException>(async () => await _host.WriteAsync("ask"u8.ToArray(), Ct));
        await Assert.ThrowsAsync<IOException>(async () => await _host.ReadAsync(new byte[8], Ct));
        _host.DiscardInput();
    }

    [Fact]
    public async Task Missing_port_is_named_with_those_that_exist()
    {
        var missing = _port(Address.Parse("serial:/dev/ttyNone7"));
        var error = await Assert.ThrowsAsync<IOException>(async () => await missing.OpenAsync(Ct));
        Assert.StartsWith("serial:/dev/ttyNone7: no such port; ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pseudoterminal_lives_on_while_programs_come_and_go_and_nobody_listens()
    {
        await _device.WriteAsync(new byte[200_000], Ct);
        await _host.OpenAsync(Ct);
        await _host.WriteAsync("one"u8.ToArray(), Ct);
        Assert.Equal("one"u8.ToArray(), await ReadAsync(_device, 3));
        await _host.DisposeAsync();
        await _host.OpenAsync(Ct);
        await _host.WriteAsync("two"u8.ToArray(), Ct);
        Assert.Equal("two"u8.ToArray(), await ReadAsync(_device, 3));
    }

    [Theory]
    [InlineData("baud=9600&parity=even&data=7")]
    [InlineData("baud=19200&parity=even")]
    [InlineData("baud=4800&parity=odd&stop=2")]
    [InlineData("baud=9600&flow=rtscts")]
    public async Task Line_settings_of_instruments_can_be_used_on_a_pseudoterminal(string options)
    {
        await using var host = _port(Address.Parse($"serial:{_device.Path}?{options}"));
        await host.OpenAsync(Ct);
        await host.WriteAsync("START_4\r\n"u8.ToArray(), Ct);
        Assert.Equal("START_4\r\n"u8.ToArray(), await ReadAsync(_device, 9));
        await _device.WriteAsync("OK\r\n"u8.ToArray(), Ct);
        Assert.Equal("OK\r\n"u8.ToArray(), await ReadAsync(host, 4));
    }

    [Theory]
    [InlineData("dtr=on")]
    [InlineData("rts=off")]
    public async Task Control_line_that_a_port_does_not_have_is_named(string option)
    {
        await using var host = _port(Address.Parse($"serial:{_device.Path}?{option}"));
        var error = await Assert.ThrowsAsync<IOException>(async () => await host.OpenAsync(Ct));
        Assert.Contains("has no DTR and RTS lines", error.Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _device.DisposeAsync();
        _limit.Dispose();
        GC.SuppressFinalize(this);
    }

    protected async Task<byte[]> ReadAsync(ITransport from, int count)
    {
        var bytes = new byte[count];
        for (var have = 0; have < count;)
            have += await from.ReadAsync(bytes.AsMemory(have), Ct);
        return bytes;
    }
}
