using Microsoft.Extensions.Time.Testing;
using Sdl.Core.Instruments;
using Sdl.Transport;
using Sdl.Transport.Channels;
using Sdl.Transport.Modbus;

namespace Sdl.Tests.Transport.Modbus;

public sealed class ModbusBroadcastTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task All_units_do_it_none_answers_and_the_line_rests_until_they_have_digested_it()
    {
        var (one, two) = (new Bank(), new Bank());
        ModbusSlave[] slaves = [new(1, ModbusFraming.Rtu, one), new(2, ModbusFraming.Rtu, two)];
        var (host, device) = MemoryTransport.Pair();
        var master = ModbusMaster.Create(new Line(host), Wire.Serial, _clock, TimeSpan.FromSeconds(1));
        await master.BroadcastRegistersAsync(3, [7, 8], Ct);
        Assert.Equal("", await HearAsync(device, slaves));
        Assert.Equal([7, 8], one.Registers[3..5]);
        Assert.Equal([7, 8], two.Registers[3..5]);

        var asked = Inline.Start(() => master.ReadHoldingRegistersAsync(2, 4, 1, Ct));
        _clock.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal("", await HearAsync(device, slaves));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotEqual("", await HearAsync(device, slaves));
        Assert.Equal([8], await asked);
    }

    [Fact]
    public async Task Each_writing_function_can_be_meant_for_all()
    {
        var bank = new Bank();
        var master = ModbusMaster.Create(
            new Line(Wire.To(new ModbusSlave(9, ModbusFraming.Ascii, bank))),
            Address.Parse("serial:COM3?framing=ascii"), TimeProvider.System, TimeSpan.FromSeconds(5));
        await master.BroadcastRegisterAsync(1, 11, Ct);
        await master.BroadcastCoilAsync(2, true, Ct);
        await master.BroadcastCoilsAsync(4, [true, false, true], Ct);
        // The reply to this comes behind all of that.
        Assert.Equal([11], await master.ReadHoldingRegistersAsync(9, 1, 1, Ct));
        Assert.Equal([true, false, true, false, true], bank.Coils[2..7]);
    }

    [Fact]
    public async Task Tcp_has_none()
    {
        var master = ModbusMaster.Create(
            new Line(MemoryTransport.Pair().Host), Wire.Socket, _clock, TimeSpan.FromSeconds(1));
        var error = await Assert.ThrowsAsync<NotSupportedException>(async () =>
            await master.BroadcastCoilAsync(1, true, Ct));
        Assert.Contains("write to each unit", error.Message, StringComparison.Ordinal);
    }

    private static async Task<string> HearAsync(MemoryTransport device, ModbusSlave[] slaves)
    {
        using var moment = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        var buffer = new byte[64];
        var replies = new List<byte[]>();
        try
        {
            var count = await device.ReadAsync(buffer, moment.Token);
            foreach (var slave in slaves)
                slave.Receive(buffer.AsSpan(0, count), replies.Add);
        }
        catch (OperationCanceledException)
        {
            // Nothing was said.
        }
        foreach (var reply in replies)
            await device.WriteAsync(reply, Ct);
        return string.Join(' ', replies.Select(Convert.ToHexString));
    }
}
