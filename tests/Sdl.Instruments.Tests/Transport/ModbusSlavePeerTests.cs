using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Sdl.Instruments.Tests.Peers;
using Sdl.Transport.Channels;
using Sdl.Transport.Modbus;

namespace Sdl.Instruments.Tests.Transport;

/// <summary>Our slave asked by mbpoll, which stands on libmodbus.</summary>
public sealed partial class ModbusSlavePeerTests
{
    private readonly Registers _registers = new();

    [Fact]
    public async Task Mbpoll_reads_and_writes_our_slave_over_tcp()
    {
        Peer.Require("mbpoll");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        var serving = ServeTcpAsync(listener, stop.Token);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await AssertUnderstoodAsync("-m", "tcp", "-p", $"{port}", "127.0.0.1");
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving);
    }

    [Fact]
    public async Task Mbpoll_reads_and_writes_our_slave_over_a_serial_line()
    {
        Peer.Require("mbpoll");
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no pseudo-terminals");
        await using var port = new Pseudoterminal();
        var serving = ServeSerialAsync(port);
        await AssertUnderstoodAsync("-m", "rtu", "-b", "19200", "-P", "none", port.Path);
        await port.DisposeAsync();
        await serving;
    }

    private async Task AssertUnderstoodAsync(params string[] line)
    {
        // -1 asks once, -0 counts from 0, -t 4 are holding and -t 3 input registers, -t 0 coils, -t 1 inputs.
        Assert.Equal(["[10]: 1010", "[11]: 1011", "[12]: 1012"],
            await PollAsync(["-t", "4", "-r", "10", "-c", "3"], line));
        Assert.Equal(["[20]: 1020"], await PollAsync(["-t", "3", "-r", "20", "-c", "1"], line));
        Assert.Equal(["[3]: 1", "[4]: 0"], await PollAsync(["-t", "0", "-r", "3", "-c", "2"], line));
        Assert.Equal(["[4]: 0", "[5]: 1"], await PollAsync(["-t", "1", "-r", "4", "-c", "2"], line));

        await PollAsync(["-t", "4", "-r", "30"], line, "7");
        await PollAsync(["-t", "4", "-r", "31"], line, "8", "65535");
        Assert.Equal([7, 8, 65535], _registers.Holding[30..33]);
        await PollAsync(["-t", "0", "-r", "41"], line, "0");
        await PollAsync(["-t", "0", "-r", "50"], line, "1", "1", "0");
        Assert.Equal([false, true, true, false], (bool[])[_registers.Coils[41], .. _registers.Coils[50..53]]);

        var (_, output) = await Peer.RunAsync("mbpoll", ["-1", "-0", "-a", "5", "-t", "4", "-r", "500", .. line]);
        Assert.Contains("Illegal data address", output, StringComparison.Ordinal);
    }

    private static async Task<string[]> PollAsync(string[] what, string[] line, params string[] values)
    {
        var (code, output) = await Peer.RunAsync("mbpoll", ["-1", "-0", "-a", "5", .. what, .. line, .. values]);
        Assert.True(code == 0, output);
        return [.. Value().Matches(output).Select(m => $"[{m.Groups[1].Value}]: {m.Groups[2].Value}")];
    }

    private async Task ServeTcpAsync(TcpListener listener, CancellationToken ct)
    {
        while (true)
        {
            using var socket = await listener.AcceptSocketAsync(ct);
            var slave = new ModbusSlave(5, ModbusFraming.Tcp, _registers);
            var buffer = new byte[512];
            while (await socket.ReceiveAsync(buffer, ct) is > 0 and var count)
                slave.Receive(buffer.AsSpan(0, count), reply => socket.Send(reply));
        }
    }

    private async Task ServeSerialAsync(Pseudoterminal port)
    {
        var slave = new ModbusSlave(5, ModbusFraming.Rtu, _registers);
        var buffer = new byte[512];
        while (await port.ReadAsync(buffer, CancellationToken.None) is > 0 and var count)
        {
            var replies = new List<byte[]>();
            slave.Receive(buffer.AsSpan(0, count), replies.Add);
            foreach (var reply in replies)
                await port.WriteAsync(reply, CancellationToken.None);
        }
    }

    [GeneratedRegex(@"^\[(\d+)\]:\s+(\d+)", RegexOptions.Multiline)]
    private static partial Regex Value();

    /// <summary>Register n holds 1000 + n, coil n is on when n is odd.</summary>
    private sealed class Registers : IModbusRegisters
    {
        public ushort[] Holding { get; } = [.. Enumerable.Range(1000, 100).Select(n => (ushort)n)];

        public bool[] Coils { get; } = [.. Enumerable.Range(0, 100).Select(n => n % 2 == 1)];

        public ModbusExceptionCode? ReadHolding(ushort start, Span<ushort> into) => Read(Holding, start, into);

        public ModbusExceptionCode? ReadInput(ushort start, Span<ushort> into) => Read(Holding, start, into);

        public ModbusExceptionCode? ReadCoils(ushort start, Span<bool> into) => Read(Coils, start, into);

        public ModbusExceptionCode? ReadDiscreteInputs(ushort start, Span<bool> into) => Read(Coils, start, into);

        public ModbusExceptionCode? WriteHolding(ushort start, ReadOnlySpan<ushort> values)
        {
            values.CopyTo(Holding.AsSpan(start));
            return null;
        }

        public ModbusExceptionCode? WriteCoils(ushort start, ReadOnlySpan<bool> values)
        {
            values.CopyTo(Coils.AsSpan(start));
            return null;
        }

        private static ModbusExceptionCode? Read<T>(T[] store, ushort start, Span<T> into)
        {
            if (start + into.Length > store.Length)
                return ModbusExceptionCode.IllegalDataAddress;
            store.AsSpan(start, into.Length).CopyTo(into);
            return null;
        }
    }
}
