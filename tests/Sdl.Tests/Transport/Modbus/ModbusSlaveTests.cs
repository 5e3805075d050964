using Sdl.Transport.Modbus;

namespace Sdl.Tests.Transport.Modbus;

public sealed class ModbusSlaveTests
{
    private readonly Bank _bank = new();

    // The examples of the Modbus Application Protocol V1.1b3, sections 6.1 to 6.17.
    [Theory]
    [InlineData("01 00 13 00 13", "01 03 cd 6b 05")]
    [InlineData("02 00 13 00 0a", "02 02 cd 03")]
    [InlineData("03 00 6b 00 03", "03 06 02 2b 00 00 00 64")]
    [InlineData("04 00 6d 00 01", "04 02 00 64")]
    [InlineData("05 00 ac ff 00", "05 00 ac ff 00")]
    [InlineData("06 00 01 00 03", "06 00 01 00 03")]
    [InlineData("0f 00 13 00 0a 02 cd 01", "0f 00 13 00 0a")]
    [InlineData("10 00 01 00 02 04 00 0a 01 02", "10 00 01 00 02")]
    [InlineData("16 00 04 00 f2 00 25", "16 00 04 00 f2 00 25")]
    [InlineData("17 00 6b 00 03 00 0e 00 01 02 00 ff", "17 06 02 2b 00 00 00 64")]
    // Refusals: unknown function, no such address, count 0, count too high, coil that is neither on nor off, byte
    // counts.
    [InlineData("2b 0e 01 00", "ab 01")]
    [InlineData("03 03 e8 00 01", "83 02")]
    [InlineData("03 ff ff 00 02", "83 02")]
    [InlineData("03 00 00 00 00", "83 03")]
    [InlineData("03 00 00 00 7e", "83 03")]
    [InlineData("01 00 00 07 d1", "81 03")]
    [InlineData("05 00 00 12 34", "85 03")]
    [InlineData("10 00 01 00 02 02 00 0a", "90 03")]
    [InlineData("0f 00 13 00 0a 01 cd", "8f 03")]
    [InlineData("03 00", "83 03")]
    public void Slave_replies_as_the_standard_has_it(string request, string reply)
    {
        Store();
        var length = (request.Length / 3) + 2;
        var asked = Wire.Bytes($"BE EF 00 00 00 {length:x2} 07 {request}");
        var expected = $"be ef 00 00 00 {(reply.Length / 3) + 2:x2} 07 {reply}";
        Assert.Equal(expected, Wire.Replies(new ModbusSlave(7, ModbusFraming.Tcp, _bank), asked));
    }

    [Fact]
    public void Mask_write_gives_the_result_of_the_standard()
    {
        _bank.Registers[4] = 0x12;
        var slave = new ModbusSlave(0, ModbusFraming.Tcp, _bank);
        Wire.Replies(slave, Wire.Bytes("00 01 00 00 00 08 01 16 00 04 00 F2 00 25"));
        Assert.Equal(0x17, _bank.Registers[4]);
    }

    [Fact]
    public void Writes_arrive_in_their_places()
    {
        Assert.Equal("09 10 03 88 00 03 01 2e", Wire.Replies(Rtu(9),
            Wire.Bytes("09 10 03 88 00 03 06 09 00 00 FF FF FF"), Crc("09 10 03 88 00 03 06 09 00 00 FF FF FF")));
        Assert.Equal([0x0900, 0x00FF, 0xFFFF], _bank.Registers[0x388..0x38B]);
    }

    [Fact]
    public void Rtu_slave_replies_what_the_eurotherm_page_has()
    {
        _bank.Registers[2] = 320;
        Assert.Equal("01 03 02 01 40 b8 24 | 01 06 00 02 01 40 28 6a", Wire.Replies(Rtu(1),
            Wire.Bytes("01 03 00 02 00 01 25 CA 01 06 00 02 01 40 28 6A")));
    }

    [Theory]
    [InlineData("02 03 00 02 00 01 25 F9")]
    [InlineData("01 03 00 02 00 01 25 CB")]
    public void Rtu_slave_is_silent_for_other_units_and_bad_crcs(string frame) =>
        Assert.Empty(Wire.Replies(Rtu(1), Wire.Bytes(frame)));

    [Fact]
    public void Rtu_broadcast_is_done_and_not_answered()
    {
        Assert.Empty(Wire.Replies(Rtu(1), Wire.Bytes("00 06 00 02 01 40"), Crc("00 06 00 02 01 40")));
        Assert.Equal(320, _bank.Registers[2]);
    }

    [Theory]
    [InlineData("00")]
    [InlineData("FF FF FF")]
    [InlineData("01 99 12")]
    [InlineData("01 03 00 02")]
    [InlineData("01 03 00 02 00 01 25 CB")]
    public void Rtu_slave_finds_the_request_behind_garbage(string garbage) =>
        Assert.Equal("01 03 02 00 00 b8 44", Wire.Replies(Rtu(1), Wire.Bytes(garbage + "01 03 00 01 00 01 D5 CA")));

    [Fact]
    public void Rtu_slave_does_not_answer_requests_that_half_a_frame_had_swallowed()
    {
        // 20 data bytes announced, 2 sent: the next requests are taken for data until the CRC tells.
        var slave = Rtu(1);
        Wire.Replies(slave, Wire.Bytes("01 10 00 00 00 0A 14 00 00"));
        var replies = Enumerable.Range(0, 3).Select(_ => Wire.Replies(slave, Wire.Bytes("01 03 00 01 00 01 D5 CA")));
        Assert.Equal(["", "", "01 03 02 00 00 b8 44"], replies);
    }

    [Fact]
    public void Rtu_slave_forgets_half_a_frame_when_the_line_falls_silent()
    {
        var slave = Rtu(1);
        Wire.Replies(slave, Wire.Bytes("01 10 00 00 00 0A 14 00 00"));
        slave.Reset();
        Assert.Equal("01 03 02 00 00 b8 44", Wire.Replies(slave, Wire.Bytes("01 03 00 01 00 01 D5 CA")));
    }

    [Fact]
    public void Rtu_slave_refuses_an_unknown_function() =>
        Assert.Equal("01 91 01 8c 50", Wire.Replies(Rtu(1), Wire.Bytes("01 11 C0 2C")));

    [Fact]
    public void Function_that_the_device_does_not_know_is_refused() =>
        Assert.Equal("00 01 00 00 00 03 01 83 01", Wire.Replies(
            new ModbusSlave(1, ModbusFraming.Tcp, new OnlyCoils()), Wire.Bytes("00 01 00 00 00 06 01 03 00 00 00 01")));

    [Fact]
    public void Tcp_slave_speaks_for_a_unit_that_is_not_there_as_a_gateway_does() =>
        Assert.Equal("00 01 00 00 00 03 05 83 0b", Wire.Replies(
            new ModbusSlave(1, ModbusFraming.Tcp, _bank), Wire.Bytes("00 01 00 00 00 06 05 03 00 00 00 01")));

    [Theory]
    [InlineData("00 01 00 01 00 06")]
    [InlineData("00 01 00 00 01 06")]
    [InlineData("00 01 00 00 00 01")]
    public void Tcp_slave_gives_up_a_stream_that_is_no_modbus(string head)
    {
        var slave = new ModbusSlave(0, ModbusFraming.Tcp, _bank);
        Assert.Empty(Wire.Replies(slave, Wire.Bytes(head + "00 01 00 00 00 06 01 03 00 00 00 01")));
        Assert.True(slave.Lost);
    }

    private ModbusSlave Rtu(byte unit) => new(unit, ModbusFraming.Rtu, _bank);

    private void Store()
    {
        new ushort[] { 0x022B, 0, 0x64 }.CopyTo(_bank.Registers, 107);
        for (var i = 0; i < 19; i++)
            _bank.Coils[19 + i] = "1011001111010110101"[i] == '1';
    }

    // Bit by bit, unlike the product's table.
    private static byte[] Crc(string hex)
    {
        uint crc = 0xFFFF;
        foreach (var b in Wire.Bytes(hex))
        {
            crc ^= b;
            for (var i = 0; i < 8; i++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xA001 : crc >> 1;
        }
        return [(byte)crc, (byte)(crc >> 8)];
    }

    private sealed class OnlyCoils : IModbusRegisters
    {
        public bool Knows(byte function) => function == 1;
    }
}
