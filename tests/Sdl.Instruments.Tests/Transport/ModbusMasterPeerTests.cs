using System.Net;
using System.Net.Sockets;
using Sdl.Core.Instruments;
using Sdl.Instruments.Tests.Peers;
using Sdl.Transport.Channels;
using Sdl.Transport.Modbus;

namespace Sdl.Instruments.Tests.Transport;

/// <summary>Our master against servers that others wrote.</summary>
public sealed class ModbusMasterPeerTests : IAsyncDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60), TimeProvider.System);
    private readonly TransportLines _lines = new(TimeProvider.System);

    private CancellationToken Ct => _limit.Token;

    [Fact]
    public async Task Master_and_pymodbus_understand_each_other_over_tcp()
    {
        await Peer.RequirePythonAsync("pymodbus");
        var port = FreePort();
        await using var server = await Peer.PythonAsync("pymodbus_server.py", "tcp", $"{port}");
        var master = Master($"modbus-tcp:127.0.0.1:{port}");
        await AssertUnderstandsAsync(master, 1, 100);
        await AssertUnderstandsAsync(master, 2, 200);
    }

    [Fact]
    public async Task Master_and_pymodbus_understand_each_other_over_a_serial_line()
    {
        await Peer.RequirePythonAsync("pymodbus");
        await Peer.RequirePythonAsync("serial");
        await using var cable = Cable.Require();
        await using var server = await Peer.PythonAsync("pymodbus_server.py", "rtu", cable.Other);
        var master = Master($"modbus-rtu:{cable.One}?baud=19200");
        await AssertUnderstandsAsync(master, 1, 100);
        await AssertUnderstandsAsync(master, 2, 200);
    }

    [Fact]
    public async Task Master_and_libmodbus_understand_each_other_over_tcp()
    {
        Peer.Require("cc");
        await using var server = await Peer.CompiledAsync("libmodbus_server.c", "modbus", "tcp");
        await AssertUnderstandsAsync(Master($"modbus-tcp:127.0.0.1:{server.Ready.Split(' ')[1]}"), 1, 100);
    }

    [Fact]
    public async Task Master_and_libmodbus_understand_each_other_over_a_serial_line()
    {
        Peer.Require("cc");
        await using var cable = Cable.Require();
        await using var server = await Peer.CompiledAsync("libmodbus_server.c", "modbus", "rtu", cable.Other);
        var master = Master($"modbus-rtu:{cable.One}?baud=19200");
        await AssertUnderstandsAsync(master, 1, 100);
        var silence = await Assert.ThrowsAsync<TimeoutException>(async () =>
            await master.ReadHoldingRegistersAsync(7, 0, 1, Ct));
        Assert.StartsWith("unit 7: asked to read 1 holding registers from 0, no answer", silence.Message,
            StringComparison.Ordinal);
        Assert.Equal([100], await master.ReadInputRegistersAsync(1, 0, 1, Ct));
    }

    [Fact]
    public async Task Master_finds_a_server_that_came_back_and_repeats_nothing_by_itself()
    {
        Peer.Require("cc");
        string port;
        var address = "";
        await using (var server = await Peer.CompiledAsync("libmodbus_server.c", "modbus", "tcp"))
        {
            port = server.Ready.Split(' ')[1];
            address = $"modbus-tcp:127.0.0.1:{port}";
            Assert.Equal([100], await Master(address).ReadHoldingRegistersAsync(1, 0, 1, Ct));
        }
        await Assert.ThrowsAsync<IOException>(async () => await Master(address).ReadHoldingRegistersAsync(1, 0, 1, Ct));
        await using var back = await Peer.PythonAsync("pymodbus_server.py", "tcp", port);
        Assert.Equal([205], await Master(address).ReadHoldingRegistersAsync(2, 5, 1, Ct));
    }

    public async ValueTask DisposeAsync()
    {
        await _lines.DisposeAsync();
        _limit.Dispose();
    }

    private ModbusMaster Master(string text)
    {
        var address = Address.Parse(text);
        return ModbusMaster.Create(_lines.Get(new InstrumentId("peer"), address), address, TimeProvider.System,
            TimeSpan.FromSeconds(3));
    }

    private async Task AssertUnderstandsAsync(ModbusMaster master, byte unit, int first)
    {
        var count = (ushort)125;
        var all = Enumerable.Range(first, count).Select(n => (ushort)n);
        Assert.Equal(all, await master.ReadHoldingRegistersAsync(unit, 0, count, Ct));
        Assert.Equal(all, await master.ReadInputRegistersAsync(unit, 0, count, Ct));
        Assert.Equal("010", Text(await master.ReadCoilsAsync(unit, 1, 3, Ct)));
        Assert.Equal("101", Text(await master.ReadDiscreteInputsAsync(unit, 2, 3, Ct)));

        await master.WriteSingleRegisterAsync(unit, 10, 0xBEEF, Ct);
        await master.WriteMultipleRegistersAsync(unit, 11, [1, 0x8000, 0xFFFF], Ct);
        Assert.Equal([0xBEEF, 1, 0x8000, 0xFFFF], await master.ReadHoldingRegistersAsync(unit, 10, 4, Ct));
        await master.MaskWriteRegisterAsync(unit, 10, 0xFF00, 0x0012, Ct);
        Assert.Equal([0xBE12, 7], await master.ReadWriteMultipleRegistersAsync(unit, 10, 2, 11, [7, 8], Ct));

        await master.WriteSingleCoilAsync(unit, 1, true, Ct);
        await master.WriteMultipleCoilsAsync(unit, 2, [.. "0011011101".Select(c => c == '1')], Ct);
        Assert.Equal("10011011101", Text(await master.ReadCoilsAsync(unit, 1, 11, Ct)));

        var refusal = await Assert.ThrowsAsync<ModbusException>(async () =>
            await master.ReadHoldingRegistersAsync(unit, 5000, 1, Ct));
        Assert.Equal(ModbusExceptionCode.IllegalDataAddress, refusal.Code);
    }

    private static string Text(bool[] bits) => string.Concat(bits.Select(b => b ? '1' : '0'));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
