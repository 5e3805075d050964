using FsCheck.Xunit;
using Sdl.Core.Instruments;
using Sdl.Transport;
using Sdl.Transport.Channels;
using Sdl.Transport.Modbus;

namespace Sdl.Tests.Transport.Modbus;

/// <summary>Function 43/14 (Modbus Application Protocol V1.1b3, section 6.21).</summary>
public sealed class ModbusIdentificationTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Fact]
    public async Task Master_asks_on_until_all_has_been_said()
    {
        var master = Playing(
            "> 00 01 00 00 00 05 01 2B 0E 02 00", "< 00 01 00 00 00 0D 01 2B 0E 02 82 FF 03 01 00 03 53 44 4C",
            "> 00 02 00 00 00 05 01 2B 0E 02 03", "< 00 02 00 00 00 0C 01 2B 0E 02 82 00 00 01 03 02 68 69");
        var said = await master.ReadIdentificationAsync(1, IdentificationLevel.Regular, Ct);
        Assert.Equal("SDL", said[IdentificationObject.VendorName]);
        Assert.Equal("hi", said[IdentificationObject.VendorUrl]);
        Assert.Equal(2, said.Count);
    }

    [Theory]
    // It sends back where it was asked from; objects that end before their text; a count that promises more.
    [InlineData("< 00 01 00 00 00 0D 01 2B 0E 01 81 FF 00 01 00 03 53 44 4C")]
    [InlineData("< 00 01 00 00 00 0C 01 2B 0E 01 81 00 00 01 00 03 53 44")]
    [InlineData("< 00 01 00 00 00 0D 01 2B 0E 01 81 00 00 02 00 03 53 44 4C")]
    [InlineData("< 00 01 00 00 00 0D 01 2B 0E 02 81 00 00 01 00 03 53 44 4C")]
    public async Task Master_takes_no_reply_that_contradicts_itself(string reply)
    {
        var error = await Assert.ThrowsAsync<ModbusException>(async () =>
            await Playing("> 00 01 00 00 00 05 01 2B 0E 01 00", reply)
                .ReadIdentificationAsync(1, IdentificationLevel.Basic, Ct));
        Assert.Equal(Fault.BadReply, error.Fault);
    }

    [Theory]
    [InlineData("2b 0e 01 00", "2b 0e 01 83 00 00 02 00 03 53 44 4c 02 02 76 31")]
    [InlineData("2b 0e 01 02", "2b 0e 01 83 00 00 01 02 02 76 31")]
    [InlineData("2b 0e 02 00", "2b 0e 02 83 00 00 03 00 03 53 44 4c 02 02 76 31 04 01 43")]
    [InlineData("2b 0e 03 80", "2b 0e 03 83 00 00 01 80 01 78")]
    [InlineData("2b 0e 04 02", "2b 0e 04 83 00 00 01 02 02 76 31")]
    [InlineData("2b 0e 04 05", "ab 02")]
    [InlineData("2b 0e 05 00", "ab 03")]
    [InlineData("2b 0e 00 00", "ab 03")]
    [InlineData("2b 0d 01 00", "ab 01")]
    public void Slave_says_what_it_declares(string request, string reply)
    {
        var slave = new ModbusSlave(7, ModbusFraming.Tcp, new Named(new Dictionary<byte, string>
        {
            [0] = "SDL", [2] = "v1", [4] = "C", [0x80] = "x",
        }));
        Assert.Equal(
            $"be ef 00 00 00 {(reply.Length / 3) + 2:x2} 07 {reply}",
            Wire.Replies(slave, Wire.Bytes($"BE EF 00 00 00 05 07 {request}")));
    }

    [Property(MaxTest = 200)]
    public async Task Whatever_a_unit_is_named_its_master_reads(int framing, byte[] keys, byte[] lengths)
    {
        var objects = keys.Distinct().Zip(lengths.Concat(Enumerable.Repeat<byte>(244, 256)))
            .ToDictionary(o => o.First, o => new string((char)(o.First % 90 + 33), Math.Min(o.Second, (byte)244)));
        objects[0] = "maker";
        var wire = (ModbusFraming)(Math.Abs(framing % 3));
        var name = wire switch { ModbusFraming.Tcp => "tcp", ModbusFraming.Rtu => "rtu", _ => "ascii" };
        var master = ModbusMaster.Create(
            new Line(Wire.To(new ModbusSlave(3, wire, new Named(objects)))),
            Address.Parse($"tcp:device:502?framing={name}"), TimeProvider.System, TimeSpan.FromSeconds(20));
        Assert.Equal(
            objects.OrderBy(o => o.Key), await master.ReadIdentificationAsync(3, IdentificationLevel.Extended, Ct));
    }

    private static ModbusMaster Playing(params string[] lines) => ModbusMaster.Create(
        new Line(new ReplayTransport(Transcript.Parse(string.Join('\n', lines)))), Wire.Socket, TimeProvider.System,
        TimeSpan.FromSeconds(5));

    private sealed class Named(IReadOnlyDictionary<byte, string> objects) : IModbusRegisters
    {
        public IReadOnlyDictionary<byte, string> Identification => objects;
    }
}
