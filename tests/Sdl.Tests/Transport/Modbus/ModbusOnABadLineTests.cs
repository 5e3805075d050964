using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;
using Sdl.Core.Instruments;
using Sdl.Transport;
using Sdl.Transport.Channels;
using Sdl.Transport.Modbus;

namespace Sdl.Tests.Transport.Modbus;

/// <summary>Master and slave over a line that damages one reply: that exchange fails or is right, the next one is
/// right. </summary>
public sealed class ModbusOnABadLineTests : IAsyncDisposable
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    /// <summary>Every byte of the seven of an RTU reply and of the eleven of a TCP one.</summary>
    public static readonly TheoryData<bool, int> Bytes = new(
        Enumerable.Range(0, 7).Select(at => (true, at)).Concat(Enumerable.Range(0, 11).Select(at => (false, at))));

    private readonly FakeTimeProvider _clock = new();
    private readonly Bank _bank = new();
    private FaultyTransport _wire = new(MemoryTransport.Pair().Host, TimeProvider.System);

    [Theory]
    [MemberData(nameof(Bytes))]
    public async Task Dropped_byte_is_an_error_and_the_next_exchange_is_right(bool rtu, int at)
    {
        var master = Master(rtu);
        _wire.Drop(at);
        await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(master, 1));
        await AssertRecoversAsync(master);
    }

    [Theory]
    [MemberData(nameof(Bytes))]
    public async Task Corrupt_byte_is_never_taken_for_a_value_where_a_crc_guards_it(bool rtu, int at)
    {
        var master = Master(rtu);
        _wire.Corrupt(at, 0x40);
        var error = await Record.ExceptionAsync(() => AskAsync(master, 1));
        // TCP leaves data to the checksum of its packets: positions 9 and 10 are the register.
        Assert.Equal(!rtu && at >= 9, error is null);
        await AssertRecoversAsync(master);
    }

    [Property(MaxTest = 200)]
    public async Task Noise_before_an_rtu_reply_is_passed_over_or_an_error(byte[] noise)
    {
        var master = Master(rtu: true);
        _wire.Garbage(noise);
        try
        {
            Assert.Equal([101], await AskAsync(master, 1));
        }
        catch (ModbusException e)
        {
            Assert.Equal(Fault.BadReply, e.Fault);
        }
        await AssertRecoversAsync(master);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Late_reply_is_never_the_answer_to_the_next_request(bool rtu)
    {
        var master = Master(rtu);
        _wire.Delay(Timeout * 1.5);
        await Assert.ThrowsAsync<TimeoutException>(() => AskAsync(master, 1));
        // It arrives half a timeout after this was asked for, and looks like the reply to it on a serial line.
        var next = Inline.Start(() => master.ReadHoldingRegistersAsync(1, 2, 1, Ct));
        for (var i = 0; i < 40; i++)
            _clock.Advance(Timeout / 25);
        Assert.Equal([102], await next);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cut_line_fails_at_once_and_works_again_when_mended(bool rtu)
    {
        var master = Master(rtu);
        _wire.Delay(Timeout / 2);
        var asked = Inline.Start(() => master.ReadHoldingRegistersAsync(1, 1, 1, Ct));
        _wire.Cut();
        await Assert.ThrowsAsync<IOException>(() => asked);
        _wire.Mend();
        _clock.Advance(Timeout);
        Assert.Equal([105], await AskAsync(master, 5));
    }

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    private ModbusMaster Master(bool rtu)
    {
        for (var i = 0; i < 10; i++)
            _bank.Registers[i] = (ushort)(100 + i);
        var host = Inline.Start(() => ValueTask.FromResult(
            Wire.To(new ModbusSlave(1, rtu ? ModbusFraming.Rtu : ModbusFraming.Tcp, _bank)))).Result;
        _wire = new FaultyTransport(host, _clock);
        return ModbusMaster.Create(new Line(_wire), rtu ? Wire.Serial : Wire.Socket, _clock, Timeout);
    }

    private Task<ushort[]> AskAsync(ModbusMaster master, ushort start)
    {
        var asked = Inline.Start(() => master.ReadHoldingRegistersAsync(1, start, 1, Ct));
        // The time of late replies and quiet time first, then the time-out, should it be needed.
        for (var i = 0; i < 22; i++)
            _clock.Advance(Timeout / 10);
        Assert.True(asked.IsCompleted);
        return asked;
    }

    /// <summary>One reconnection is allowed: a TCP stream out of step costs the connection, not a wrong
    /// value.</summary>
    private async Task AssertRecoversAsync(ModbusMaster master) => Assert.Equal([105], await AskAsync(master, 5));
}
