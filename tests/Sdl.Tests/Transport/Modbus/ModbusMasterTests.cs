using Microsoft.Extensions.Time.Testing;
using Sdl.Core.Instruments;
using Sdl.Transport;
using Sdl.Transport.Channels;
using Sdl.Transport.Modbus;

namespace Sdl.Tests.Transport.Modbus;

public sealed class ModbusMasterTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    private static readonly CancellationToken Ct = CancellationToken.None;

    private readonly FakeTimeProvider _clock = new();
    private readonly MemoryTransport _device;
    private readonly MemoryTransport _host;

    public ModbusMasterTests() => (_host, _device) = MemoryTransport.Pair();

    [Fact]
    public async Task Rtu_reads_what_the_eurotherm_page_has()
    {
        var master = Playing("> 01 03 00 02 00 01 25 CA", "< 01 03 02 01 40 B8 24");
        Assert.Equal([320], await master.ReadHoldingRegistersAsync(1, 2, 1, Ct));
    }

    [Fact]
    public async Task Rtu_writes_what_the_robotiq_manual_has()
    {
        var master = Playing("> 09 10 03 E8 00 03 06 09 00 00 FF FF FF 42 29", "< 09 10 03 E8 00 03 01 30");
        await master.WriteMultipleRegistersAsync(9, 1000, [0x0900, 0x00FF, 0xFFFF], Ct);
    }

    [Fact]
    public async Task Rtu_asks_unit_0_since_an_ea_supply_answers_to_it()
    {
        var master = Playing("> 00 05 01 92 FF 00 2D FA", "< 00 05 01 92 FF 00 2D FA");
        await master.WriteSingleCoilAsync(0, 402, true, Ct);
    }

    [Fact]
    public async Task Tcp_reads_the_robot_mode_of_the_universal_robots_page()
    {
        var master = PlayingTcp("> 00 01 00 00 00 06 00 03 01 02 00 01", "< 00 01 00 00 00 05 00 03 02 00 07");
        Assert.Equal([7], await master.ReadHoldingRegistersAsync(0, 258, 1, Ct));
    }

    // The examples of the Modbus Application Protocol V1.1b3, sections 6.1 to 6.17, behind an MBAP header.

    [Fact]
    public async Task Function_1_is_as_in_the_standard() => Assert.Equal(
        "1011001111010110101",
        Text(await Standard("01 00 13 00 13", "01 03 CD 6B 05").ReadCoilsAsync(1, 19, 19, Ct)));

    [Fact]
    public async Task Function_2_is_as_in_the_standard() => Assert.Equal(
        "0011010111011011101011",
        Text(await Standard("02 00 C4 00 16", "02 03 AC DB 35").ReadDiscreteInputsAsync(1, 196, 22, Ct)));

    [Fact]
    public async Task Function_3_is_as_in_the_standard() => Assert.Equal(
        [0x022B, 0x0000, 0x0064],
        await Standard("03 00 6B 00 03", "03 06 02 2B 00 00 00 64").ReadHoldingRegistersAsync(1, 107, 3, Ct));

    [Fact]
    public async Task Function_4_is_as_in_the_standard() => Assert.Equal(
        [10], await Standard("04 00 08 00 01", "04 02 00 0A").ReadInputRegistersAsync(1, 8, 1, Ct));

    [Fact]
    public async Task Function_5_is_as_in_the_standard() =>
        await Standard("05 00 AC FF 00", "05 00 AC FF 00").WriteSingleCoilAsync(1, 172, true, Ct);

    [Fact]
    public async Task Function_6_is_as_in_the_standard() =>
        await Standard("06 00 01 00 03", "06 00 01 00 03").WriteSingleRegisterAsync(1, 1, 3, Ct);

    [Fact]
    public async Task Function_15_is_as_in_the_standard() =>
        await Standard("0F 00 13 00 0A 02 CD 01", "0F 00 13 00 0A").WriteMultipleCoilsAsync(
            1, 19, [true, false, true, true, false, false, true, true, true, false], Ct);

    [Fact]
    public async Task Function_16_is_as_in_the_standard() =>
        await Standard("10 00 01 00 02 04 00 0A 01 02", "10 00 01 00 02")
            .WriteMultipleRegistersAsync(1, 1, [10, 258], Ct);

    [Fact]
    public async Task Function_22_is_as_in_the_standard() =>
        await Standard("16 00 04 00 F2 00 25", "16 00 04 00 F2 00 25").MaskWriteRegisterAsync(1, 4, 0xF2, 0x25, Ct);

    [Fact]
    public async Task Function_23_is_as_in_the_standard() => Assert.Equal(
        [0x00FE, 0x0ACD, 0x0001, 0x0003, 0x000D, 0x00FF],
        await Standard("17 00 03 00 06 00 0E 00 03 06 00 FF 00 FF 00 FF", "17 0C 00 FE 0A CD 00 01 00 03 00 0D 00 FF")
            .ReadWriteMultipleRegistersAsync(1, 3, 6, 14, [255, 255, 255], Ct));

    [Fact]
    public async Task Refusal_names_unit_function_code_and_reason()
    {
        var error = await Assert.ThrowsAsync<ModbusException>(async () =>
            await Standard("01 04 A1 00 01", "81 02").ReadCoilsAsync(1, 0x4A1, 1, Ct));
        Assert.Equal(1, error.Unit);
        Assert.Equal(1, error.Function);
        Assert.Equal(ModbusExceptionCode.IllegalDataAddress, error.Code);
        Assert.Equal(Fault.Rejected, error.Fault);
        Assert.Equal("unit 1: asked to read 1 coils from 1185, it has no such address (exception 02)", error.Message);
    }

    [Fact]
    public async Task Rtu_refusal_needs_no_timeout_to_end()
    {
        var error = await Assert.ThrowsAsync<ModbusException>(async () =>
            await Playing("> 01 03 00 01 00 01 D5 CA", "< 01 83 02 C0 F1").ReadHoldingRegistersAsync(1, 1, 1, Ct));
        Assert.Equal(ModbusExceptionCode.IllegalDataAddress, error.Code);
    }

    [Fact]
    public async Task Rtu_reply_with_a_bad_crc_is_told_apart_at_once()
    {
        var master = Playing("> 01 03 00 01 00 01 D5 CA", "< 01 03 02 00 00 B8 45");
        var error = await Assert.ThrowsAsync<ModbusException>(async () =>
            await master.ReadHoldingRegistersAsync(1, 1, 1, Ct));
        Assert.Null(error.Code);
        Assert.Equal(Fault.BadReply, error.Fault);
        Assert.Contains("0103020000B845", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rtu_passes_over_what_a_waking_transceiver_sends()
    {
        var master = Playing("> 01 03 00 01 00 01 D5 CA", "< 00 FF 01 01 03 02 00 00 B8 44");
        Assert.Equal([0], await master.ReadHoldingRegistersAsync(1, 1, 1, Ct));
    }

    [Fact]
    public async Task Rtu_does_not_take_the_late_echo_of_another_write()
    {
        var master = Playing("> 14 06 04 b0 00 01 4a 18", "< 14 06 04 b0 00 00 8b d8", "< 14 06 04 b0 00 01 4a 18");
        await master.WriteSingleRegisterAsync(0x14, 0x4B0, 1, Ct);
    }

    [Fact]
    public async Task Rtu_drops_a_late_reply_before_it_asks_again()
    {
        var master = On(Wire.Serial);
        await AssertSilentAsync(master);
        await HeardAsync("01 03 00 01 00 01 d5 ca");
        var second = Ask(master, 1, 2);
        // It may still come, and would fit the second request as well as the first; another unit is free meanwhile.
        _clock.Advance(Timeout / 2);
        await SayAsync("01 03 02 00 00 B8 44");
        Assert.Equal(0, await PendingAsync());
        var other = Ask(master, 2);
        await HeardAsync("02 03 00 01 00 01 d5 f9");
        await SayAsync("02 03 02 00 07 BD 86");
        Assert.Equal([7], await other);
        _clock.Advance(Timeout / 2);
        await HeardAsync("01 03 00 02 00 01 25 ca");
        await SayAsync("01 03 02 01 40 B8 24");
        Assert.Equal([320], await second);
    }

    [Fact]
    public async Task Tcp_passes_over_the_reply_to_a_request_that_it_gave_up()
    {
        var master = On(Wire.Socket);
        await AssertSilentAsync(master);
        var second = Ask(master);
        await SayAsync("00 01 00 00 00 05 01 03 02 00 0A 00 02 00 00 00 05 01 03 02 00 0B");
        Assert.Equal([11], await second);
    }

    [Fact]
    public async Task Tcp_masters_on_one_line_never_use_the_same_transaction_id()
    {
        var line = new Line(_host);
        var (one, other) = (Create(line, Wire.Socket), Create(line, Wire.Socket));
        await AssertSilentAsync(one);
        await AssertSilentAsync(other);
        await HeardAsync("00 01 00 00 00 06 01 03 00 01 00 01 00 02 00 00 00 06 01 03 00 01 00 01");
    }

    [Theory]
    [InlineData("00 01 00 00 00 05 02 03 02 00 0A", "another unit")]
    [InlineData("00 01 00 00 00 05 01 04 02 00 0A", "does not fit")]
    [InlineData("00 01 00 00 00 07 01 03 04 00 0A 00 0B", "does not fit")]
    [InlineData("00 01 00 00 00 05 01 03 03 00 0A", "does not fit")]
    public async Task Tcp_reply_of_another_unit_function_or_length_is_refused(string reply, string why)
    {
        var asked = Ask(On(Wire.Socket));
        await SayAsync(reply);
        var error = await Assert.ThrowsAsync<ModbusException>(() => asked);
        Assert.Null(error.Code);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00 01 00 07 00 05 01 03 02 00 0A")]
    [InlineData("48 54 54 50 2F 31 2E 31 20 34 30 30")]
    public async Task Tcp_stream_that_is_no_modbus_costs_the_connection(string reply)
    {
        var asked = Ask(On(Wire.Socket));
        await SayAsync(reply);
        await Assert.ThrowsAsync<IOException>(() => asked);
    }

    [Fact]
    public async Task Tcp_reply_that_stops_half_way_costs_the_connection()
    {
        var asked = Ask(On(Wire.Socket));
        await SayAsync("00 01 00 00 00 05 01 03");
        _clock.Advance(Timeout);
        var error = await Assert.ThrowsAsync<IOException>(() => asked);
        Assert.IsType<TimeoutException>(error.InnerException);
    }

    [Fact]
    public async Task Silence_is_a_timeout_that_says_what_was_asked()
    {
        var master = On(Wire.Serial);
        var asked = Inline.Start(() => master.ReadInputRegistersAsync(20, 1000, 2, Ct));
        _clock.Advance(Timeout - TimeSpan.FromMilliseconds(1));
        Assert.False(asked.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        var error = await Assert.ThrowsAsync<TimeoutException>(() => asked);
        Assert.StartsWith("unit 20: asked to read 2 input registers from 1000, no answer within 1 s", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_units_chatter_is_no_answer()
    {
        var asked = Ask(On(Wire.Serial), unit: 2);
        await SayAsync("01 03 02 00 00 B8 44");
        _clock.Advance(Timeout);
        Assert.Equal(Fault.BadReply, (await Assert.ThrowsAsync<ModbusException>(() => asked)).Fault);
    }

    [Fact]
    public async Task Cancelling_is_no_timeout()
    {
        using var stop = new CancellationTokenSource();
        var master = On(Wire.Serial);
        var asked = Inline.Start(() => master.ReadHoldingRegistersAsync(1, 1, 1, stop.Token));
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task A_lost_line_is_an_io_exception_and_nothing_is_sent_twice()
    {
        var master = On(Wire.Serial);
        var asked = master.WriteSingleRegisterAsync(1, 2, 3, Ct).AsTask();
        _host.Cut();
        await Assert.ThrowsAsync<IOException>(() => asked);
        await Assert.ThrowsAsync<IOException>(async () => await master.WriteSingleRegisterAsync(1, 2, 3, Ct));
        _host.Mend();
        _ = master.ReadHoldingRegistersAsync(1, 1, 1, Ct).AsTask();
        await _device.OpenAsync(Ct);
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        await HeardAsync("01 03 00 01 00 01 d5 ca");
    }

    [Theory]
    [InlineData(1200, 33)]
    [InlineData(9600, 5)]
    [InlineData(19200, 3)]
    [InlineData(38400, 2)]
    [InlineData(115200, 2)]
    public async Task Rtu_keeps_the_line_quiet_for_three_and_a_half_characters_in_whole_milliseconds(
        int baud, int milliseconds)
    {
        var master = On(Address.Parse($"modbus-rtu:/dev/ttyUSB0?baud={baud}"));
        var first = Ask(master);
        await SayAsync("01 03 02 00 00 B8 44");
        await first;
        await HeardAsync("01 03 00 01 00 01 d5 ca");
        var second = Ask(master, start: 2);
        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds - 0.01));
        Assert.Equal(0, await PendingAsync());
        _clock.Advance(TimeSpan.FromMilliseconds(0.01));
        await HeardAsync("01 03 00 02 00 01 25 ca");
        Assert.False(second.IsCompleted);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 126)]
    [InlineData(65535, 2)]
    public async Task Count_that_no_request_carries_is_refused_before_anything_is_sent(ushort start, ushort count)
    {
        var master = On(Wire.Serial);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () =>
            await master.ReadHoldingRegistersAsync(1, start, count, Ct));
        Assert.Equal(0, await PendingAsync());
    }

    [Theory]
    [InlineData("modbus-rtu:COM3", ModbusFraming.Rtu)]
    [InlineData("serial:COM3", ModbusFraming.Rtu)]
    [InlineData("tcp:host:502", ModbusFraming.Tcp)]
    [InlineData("sim:modbus-tcp:host", ModbusFraming.Tcp)]
    [InlineData("tcp:host:4001?framing=rtu", ModbusFraming.Rtu)]
    [InlineData("serial:COM3?framing=ascii", ModbusFraming.Ascii)]
    [InlineData("sim:", ModbusFraming.Rtu)]
    public void Framing_follows_the_address(string address, ModbusFraming framing) =>
        Assert.Equal(framing, Address.Parse(address).Framing());

    [Theory]
    [InlineData("sim:modbus-rtu:COM3?baud=0")]
    [InlineData("sim:modbus-rtu:COM3?baud=fast")]
    public void Speed_that_does_not_exist_is_refused(string address) =>
        Assert.Throws<FormatException>(() => On(Address.Parse(address)));

    [Fact]
    public void Framing_that_does_not_exist_is_refused() =>
        Assert.Throws<FormatException>(() => Address.Parse("tcp:host:1?framing=rtv").Framing());

    private ModbusMaster On(Address address) => Create(new Line(_host), address);

    private ModbusMaster Create(Line line, Address address) => ModbusMaster.Create(line, address, _clock, Timeout);

    private ModbusMaster Playing(params string[] lines) =>
        Create(new Line(new ReplayTransport(Transcript.Parse(string.Join('\n', lines)))), Wire.Serial);

    private ModbusMaster PlayingTcp(params string[] lines) =>
        Create(new Line(new ReplayTransport(Transcript.Parse(string.Join('\n', lines)))), Wire.Socket);

    private ModbusMaster Standard(string request, string reply) => PlayingTcp(Mbap('>', request), Mbap('<', reply));

    private static string Mbap(char direction, string pdu) =>
        $"{direction} 00 01 00 00 00 {(pdu.Length / 3) + 2:x2} 01 {pdu}";

    private static string Text(bool[] bits) => string.Concat(bits.Select(b => b ? '1' : '0'));

    private static Task<ushort[]> Ask(ModbusMaster master, byte unit = 1, ushort start = 1) =>
        Inline.Start(() => master.ReadHoldingRegistersAsync(unit, start, 1, Ct));

    private async Task AssertSilentAsync(ModbusMaster master)
    {
        var asked = Ask(master);
        _clock.Advance(Timeout);
        await Assert.ThrowsAsync<TimeoutException>(() => asked);
    }

    private ValueTask SayAsync(string hex) => _device.WriteAsync(Wire.Bytes(hex), Ct);

    private async Task HeardAsync(string hex)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);
        var expected = Wire.Bytes(hex);
        var heard = new byte[expected.Length];
        for (var have = 0; have < heard.Length;)
            have += await _device.ReadAsync(heard.AsMemory(have), limit.Token);
        Assert.Equal(hex, Transcript.Hex(heard));
    }

    private async Task<int> PendingAsync()
    {
        using var now = new CancellationTokenSource();
        var read = _device.ReadAsync(new byte[256], now.Token).AsTask();
        now.Cancel();
        try
        {
            return await read;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
    }
}
