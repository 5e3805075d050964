using System.Text;
using Microsoft.Extensions.Time.Testing;
using Sdl.Core.Instruments;
using Sdl.Transport;
using Sdl.Transport.Channels;
using Sdl.Transport.Modbus;

namespace Sdl.Tests.Transport.Modbus;

/// <summary>Frames of Modbus over Serial Line V1.02, section 2.5.2, with their check computed by hand.</summary>
public sealed class ModbusAsciiTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly Address Address = Address.Parse("serial:COM3?framing=ascii");

    private readonly FakeTimeProvider _clock = new();
    private readonly Bank _bank = new();

    [Theory]
    [InlineData(":0103020140B9\r\n")]
    [InlineData(":0103020140b9\r\n")]
    [InlineData("\0\xff\r\n:0103020140B9\r\n")]
    [InlineData(":01:0103020140B9\r\n")]
    [InlineData(":020302014 :0103020140B9\r\n")]
    [InlineData(":02030200FFFA\r\n:0103020140B9\r\n")]
    public async Task Master_reads_a_register_and_passes_over_what_is_no_frame_of_the_unit(string reply) =>
        Assert.Equal([320], await Playing(":010300020001F9\r\n", reply).ReadHoldingRegistersAsync(1, 2, 1, Ct));

    [Fact]
    public async Task Master_tells_a_damaged_reply_at_once()
    {
        var error = await Assert.ThrowsAsync<ModbusException>(async () =>
            await Playing(":010300020001F9\r\n", ":0103020141B9\r\n").ReadHoldingRegistersAsync(1, 2, 1, Ct));
        Assert.Equal(Fault.BadReply, error.Fault);
        Assert.Contains("bad LRC", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Master_understands_a_refusal() =>
        Assert.Equal(ModbusExceptionCode.IllegalDataAddress, (await Assert.ThrowsAsync<ModbusException>(async () =>
            await Playing(":010300020001F9\r\n", ":0183027A\r\n").ReadHoldingRegistersAsync(1, 2, 1, Ct))).Code);

    [Theory]
    [InlineData(":010300020001F9\r\n", ":0103020140B9\r\n")]
    [InlineData("noise:01:010300020001F9\r\n", ":0103020140B9\r\n")]
    [InlineData(":010300020001F8\r\n:010300020001F9\r\n", ":0103020140B9\r\n")]
    [InlineData(":020300020001F8\r\n", "")]
    [InlineData(":0106000300F105\r\n", ":0106000300F105\r\n")]
    [InlineData(":0006000300F106\r\n", "")]
    [InlineData(":0103FFFF0002FC\r\n", ":0183027A\r\n")]
    [InlineData(":zz\r\n", "")]
    public void Slave_answers_what_is_meant_for_it(string request, string reply)
    {
        _bank.Registers[2] = 320;
        var slave = new ModbusSlave(1, ModbusFraming.Ascii, _bank);
        var said = new StringBuilder();
        slave.Receive(Encoding.Latin1.GetBytes(request), r => said.Append(Encoding.Latin1.GetString(r)));
        Assert.Equal(reply, said.ToString());
    }

    private ModbusMaster Playing(string request, string reply) => ModbusMaster.Create(
        new Line(new ReplayTransport(Transcript.Parse($"> {Hex(request)}\n< {Hex(reply)}"))), Address, _clock,
        TimeSpan.FromSeconds(1));

    private static string Hex(string text) => Transcript.Hex(Encoding.Latin1.GetBytes(text));
}
