using Sdl.Transport.Modbus;

namespace Sdl.Tests.Transport.Modbus;

/// <summary>Master and slave share the CRC, so only frames from elsewhere can prove it. A slave answers only to a right
/// CRC. </summary>
public sealed class Crc16Tests
{
    [Theory]
    // Eurotherm 3200 (lewis emulator), Robotiq 2F manual, EA PSB, DULCOflex: see the instruments' pages.
    [InlineData("01 03 00 01 00 01 D5 CA")]
    [InlineData("01 06 00 02 01 40 28 6A")]
    [InlineData("09 10 03 E8 00 03 06 01 00 00 00 00 00 72 E1")]
    [InlineData("09 04 07 D0 00 01 30 0F")]
    [InlineData("00 05 01 92 FF 00 2D FA")]
    [InlineData("14 10 04 BB 00 02 04 40 20 00 00 DA AE")]
    public void Crc_accepts_the_frame_and_no_frame_with_one_bit_flipped(string hex)
    {
        var frame = Wire.Bytes(hex);
        Assert.NotEmpty(Answer(frame));
        for (var bit = 0; bit < 8 * frame.Length; bit++)
        {
            var damaged = (byte[])frame.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Empty(Answer(damaged));
        }
    }

    private static string Answer(byte[] frame) =>
        Wire.Replies(new ModbusSlave(0, ModbusFraming.Rtu, new Bank()), frame);
}
