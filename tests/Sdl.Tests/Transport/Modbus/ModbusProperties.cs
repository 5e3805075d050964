using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;
using Sdl.Core.Instruments;
using Sdl.Transport;
using Sdl.Transport.Channels;
using Sdl.Transport.Modbus;

namespace Sdl.Tests.Transport.Modbus;

public sealed class ModbusProperties
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    private readonly Bank _bank = new();

    [Property(MaxTest = 200)]
    public async Task Registers_written_are_the_registers_read(int framing, byte unit, ushort start, ushort[] values)
    {
        start %= 800;
        values = [.. values.Take(121), 4711];
        var master = Master(framing, unit);
        await master.WriteMultipleRegistersAsync(unit, start, values, Ct);
        Assert.Equal(values, _bank.Registers[start..(start + values.Length)]);
        Assert.Equal(values, await master.ReadHoldingRegistersAsync(unit, start, (ushort)values.Length, Ct));
        Assert.Equal(values, await master.ReadInputRegistersAsync(unit, start, (ushort)values.Length, Ct));
        Array.Reverse(values);
        Assert.Equal(values, await master.ReadWriteMultipleRegistersAsync(
            unit, start, (ushort)values.Length, start, values, Ct));
        await master.WriteSingleRegisterAsync(unit, start, 0xA5C3, Ct);
        await master.MaskWriteRegisterAsync(unit, start, 0xFF00, 0x003C, Ct);
        Assert.Equal(0xA53C, _bank.Registers[start]);
    }

    [Property(MaxTest = 200)]
    public async Task Coils_written_are_the_coils_read(int framing, byte unit, ushort start, bool[] values)
    {
        start %= 800;
        values = [.. values.Take(199), true];
        var master = Master(framing, unit);
        await master.WriteMultipleCoilsAsync(unit, start, values, Ct);
        Assert.Equal(values, _bank.Coils[start..(start + values.Length)]);
        Assert.Equal(values, await master.ReadCoilsAsync(unit, start, (ushort)values.Length, Ct));
        Assert.Equal(values, await master.ReadDiscreteInputsAsync(unit, start, (ushort)values.Length, Ct));
        await master.WriteSingleCoilAsync(unit, start, !values[0], Ct);
        Assert.Equal(!values[0], _bank.Coils[start]);
    }

    [Property(MaxTest = 500)]
    public void Replies_do_not_depend_on_how_the_requests_were_cut(bool rtu, byte[] noise, byte[] cuts)
    {
        // TCP has no way back from noise, so only its requests are cut.
        byte[] stream = rtu
            ? [.. noise, .. Wire.Bytes("01 03 00 01 00 01 D5 CA"), .. noise.Take(3),
                .. Wire.Bytes("01 06 00 02 01 40 28 6A")]
            : Wire.Bytes("00 01 00 00 00 06 00 03 01 02 00 01 00 02 00 00 00 09 00 10 00 00 00 01 02 00 07");
        var framing = rtu ? ModbusFraming.Rtu : ModbusFraming.Tcp;
        var whole = Wire.Replies(new ModbusSlave(0, framing, new Bank()), stream);
        Assert.Equal(whole, Wire.Replies(new ModbusSlave(0, framing, new Bank()), Cut(stream, cuts)));
    }

    [Property(MaxTest = 500)]
    public void Slave_answers_the_second_of_two_requests_after_any_noise(byte[] noise)
    {
        // At most one request can be hidden by noise that looks like a head of a fixed-length frame; functions 15, 16
        // and 23 announce their length and may hide more, which the unit's silence ends.
        if (noise.Any(b => b is 15 or 16 or 23))
            return;
        var slave = new ModbusSlave(1, ModbusFraming.Rtu, _bank);
        Wire.Replies(slave, noise, Wire.Bytes("01 03 00 01 00 01 D5 CA"));
        Assert.Equal("01 03 02 00 00 b8 44", Wire.Replies(slave, Wire.Bytes("01 03 00 01 00 01 D5 CA")));
    }

    [Property(MaxTest = 500)]
    public void Mutated_requests_neither_throw_nor_keep_the_slave_from_answering_after_a_pause(
        bool rtu, byte at, byte flip, byte[] tail)
    {
        var framing = rtu ? ModbusFraming.Rtu : ModbusFraming.Tcp;
        var request = Wire.Bytes(rtu
            ? "01 10 00 01 00 02 04 00 0A 01 02 92 30"
            : "00 01 00 00 00 0B 01 10 00 01 00 02 04 00 0A 01 02");
        request[at % request.Length] ^= flip;
        var slave = new ModbusSlave(1, framing, _bank);
        Wire.Replies(slave, request, tail);
        if (slave.Lost)
            return;
        slave.Reset();
        Assert.NotEmpty(Wire.Replies(slave, Wire.Bytes(rtu
            ? "01 03 00 01 00 01 D5 CA"
            : "00 02 00 00 00 06 01 03 00 01 00 01")));
    }

    [Property(MaxTest = 300)]
    public async Task Mutated_replies_give_an_error_or_the_right_value_and_always_end(
        bool rtu, byte at, byte flip, byte[] extra)
    {
        var reply = Wire.Bytes(rtu ? "01 03 02 01 40 B8 24" : "00 01 00 00 00 05 01 03 02 01 40");
        reply[at % reply.Length] ^= flip;
        var clock = new FakeTimeProvider();
        var (host, device) = MemoryTransport.Pair();
        var address = rtu ? Wire.Serial : Wire.Socket;
        var master = ModbusMaster.Create(new Line(host), address, clock, TimeSpan.FromSeconds(1));
        var asked = Inline.Start(() => master.ReadHoldingRegistersAsync(1, 2, 1, Ct));
        await device.WriteAsync((byte[])[.. reply, .. extra], Ct);
        clock.Advance(TimeSpan.FromSeconds(1));
        try
        {
            var value = Assert.Single(await asked);
            // TCP trusts the checksum of its packets: a flipped data byte is data.
            if (rtu || flip == 0)
                Assert.Equal(320, value);
        }
        catch (Exception e) when (e is ModbusException or TimeoutException or IOException)
        {
            Assert.NotEqual(0, flip);
        }
    }

    private ModbusMaster Master(int which, byte unit)
    {
        var framing = (ModbusFraming)Math.Abs(which % 3);
        // Over a socket, so that no test waits for quiet on a line.
        var address = Address.Parse($"tcp:device:502?framing={framing.ToString().ToLowerInvariant()}");
        var line = new Line(Wire.To(new ModbusSlave(unit, framing, _bank)));
        return ModbusMaster.Create(line, address, TimeProvider.System, TimeSpan.FromSeconds(20));
    }

    private static byte[][] Cut(byte[] stream, byte[] cuts)
    {
        var pieces = new List<byte[]>();
        var rest = stream.AsEnumerable();
        foreach (var cut in cuts)
        {
            pieces.Add([.. rest.Take(cut % 7)]);
            rest = rest.Skip(cut % 7);
        }
        return [.. pieces, [.. rest]];
    }
}
