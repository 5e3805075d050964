using System.Text;
using Sdl.Core.Instruments;
using Sdl.Transport;
using Sdl.Transport.Modbus;

namespace Sdl.Shared.Tests.Fuzz;

/// <summary>Master and slave of each framing.</summary>
public static class ModbusDecoders
{
    // A frame has 260 bytes; errors carry it in words.
    private const long MostBytes = 64 * 1024;

    private static readonly byte[][] Requests =
    [
        [1, 3, 0, 1, 0, 10], [1, 1, 0, 0, 0, 9], [1, 6, 0, 2, 1, 64], [1, 5, 0, 4, 0xFF, 0],
        [1, 16, 0, 1, 0, 2, 4, 0, 10, 1, 2], [1, 15, 0, 1, 0, 9, 2, 0xCD, 1], [1, 22, 0, 4, 0, 0xF2, 0, 0x25],
        [1, 23, 0, 3, 0, 2, 0, 14, 0, 1, 2, 0, 0xFF], [1, 43, 14, 1, 0],
    ];

    private static readonly byte[][] Replies =
    [
        [1, 3, 4, 0, 10, 1, 2], [1, 0x83, 2], [1, 43, 14, 3, 0x83, 0, 0, 2, 0, 3, 83, 68, 76, 1, 1, 49],
        [1, 43, 14, 3, 0x83, 0xFF, 5, 1, 0, 3, 83, 68, 76],
    ];

    public static IEnumerable<Decoder> All =>
        Enum.GetValues<ModbusFraming>().SelectMany(framing => new[] { Slave(framing), Master(framing) });

    private static Decoder Slave(ModbusFraming framing)
    {
        var registers = new Registers();
        var slave = new ModbusSlave(1, framing, registers);
        return new($"Modbus {framing} slave", [.. Requests.Select(r => Wrap(framing, r))], MostBytes, message =>
        {
            if (slave.Lost)
                slave = new ModbusSlave(1, framing, registers);
            slave.Receive(message, _ => { });
        });
    }

    private static Decoder Master(ModbusFraming framing)
    {
        var transport = new Said();
        var address = Address.Parse($"tcp:device:502?framing={framing.ToString().ToLowerInvariant()}");
        var asked = 0;
        return new($"Modbus {framing} master", [.. Replies.Select(r => Wrap(framing, r))], MostBytes, message =>
        {
            transport.Message = message;
            // A line of its own: the numbers of requests begin anew, so that the replies are those of the first.
            var master = ModbusMaster.Create(
                new Line(transport), address, TimeProvider.System, TimeSpan.FromSeconds(10), late: TimeSpan.Zero);
            try
            {
                if (asked++ % 2 == 0)
                    Finish(master.ReadHoldingRegistersAsync(1, 1, 2, CancellationToken.None).AsTask());
                else
                    Finish(master.ReadIdentificationAsync(1, IdentificationLevel.Extended, CancellationToken.None)
                        .AsTask());
            }
            catch (Exception e) when (e is ModbusException or IOException or TimeoutException)
            {
                // As documented.
            }
        });
    }

    private static void Finish(Task task)
    {
        if (!task.IsCompleted)
            throw new InvalidOperationException("it waits for more than came");
        task.GetAwaiter().GetResult();
    }

    private static byte[] Wrap(ModbusFraming framing, byte[] message) => framing switch
    {
        ModbusFraming.Tcp => [0, 1, 0, 0, 0, (byte)message.Length, .. message],
        ModbusFraming.Rtu => [.. message, .. Crc(message)],
        _ => Encoding.ASCII.GetBytes($":{Convert.ToHexString(message)}{(byte)-message.Sum(b => b):X2}\r\n"),
    };

    private static byte[] Crc(byte[] message)
    {
        var crc = 0xFFFF;
        foreach (var b in message)
        {
            crc ^= b;
            for (var i = 0; i < 8; i++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xA001 : crc >> 1;
        }
        return [(byte)crc, (byte)(crc >> 8)];
    }

    /// <summary>Says one message, then hangs up.</summary>
    private sealed class Said : ITransport
    {
        private int _at;

        public byte[] Message { get; set; } = [];

        public string Name => "said";

        public ValueTask OpenAsync(CancellationToken ct)
        {
            _at = 0;
            return ValueTask.CompletedTask;
        }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) => ValueTask.CompletedTask;

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
        {
            var count = Math.Min(buffer.Length, Message.Length - _at);
            Message.AsMemory(_at, count).CopyTo(buffer);
            _at += count;
            return ValueTask.FromResult(count);
        }

        public void DiscardInput()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Registers : IModbusRegisters
    {
        public IReadOnlyDictionary<byte, string> Identification { get; } =
            new Dictionary<byte, string> { [0] = "SDL", [1] = "fuzz", [0x80] = new string('x', 240) };

        public ModbusExceptionCode? ReadCoils(ushort start, Span<bool> into) => null;

        public ModbusExceptionCode? ReadHolding(ushort start, Span<ushort> into) => null;

        public ModbusExceptionCode? WriteCoils(ushort start, ReadOnlySpan<bool> values) => null;

        public ModbusExceptionCode? WriteHolding(ushort start, ReadOnlySpan<ushort> values) => null;
    }
}
