using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Sdl.Core.Instruments;
using Sdl.Transport.Channels;

namespace Sdl.Bench;

/// <summary>A question of 5 bytes and an answer of 12 over a pseudo-terminal, by who holds the port: the C library
/// alone, this project's channel, System.IO.Ports, and pyserial where Python has it.</summary>
public static class SerialSpeed
{
    private const int RoundCount = 7, Exchanges = 400;
    private const int ReadWriteNoTerminal = 0x102;
    private static readonly byte[] Question = "0VER\r"u8.ToArray(), Answer = "\x0200SNE1000\r\n\x03"u8.ToArray();

    private const string PySerial = """
        import sys, time, serial
        port = serial.Serial(sys.argv[1], 115200, timeout=5)
        times = []
        for _ in range(int(sys.argv[2])):
            begun = time.perf_counter()
            port.write(b'0VER\r')
            if len(port.read(int(sys.argv[3]))) != int(sys.argv[3]):
                sys.exit(1)
            times.append(time.perf_counter() - begun)
        print(sorted(times)[len(times) // 2] * 1e6)
        """;

    public static async Task<int> RunAsync()
    {
        if (!TerminalTransport.IsPossible)
        {
            Console.Error.WriteLine("this benchmark wants Linux: elsewhere System.IO.Ports is what there is");
            return 1;
        }
        using var device = new Device();
        List<double> floors = [], ours = [], theirs = [], pyserials = [];
        for (var round = 0; round < RoundCount; round++)
        {
            floors.Add(Floor(device.Path));
            ours.Add(await ChannelAsync(new TerminalTransport(Address.Parse($"serial:{device.Path}?baud=115200"))));
            theirs.Add(await ChannelAsync(new SerialTransport(Address.Parse($"serial:{device.Path}?baud=115200"))));
            if (Peer.Python(PySerial, device.Path, $"{Exchanges}", $"{Answer.Length}") is { } pyserial)
                pyserials.Add(pyserial);
        }
        var ratio = Rounds.Median([.. ours.Zip(floors, (o, f) => o / f)]);
        Rounds.Print("serial exchange, p50", Text($"{Rounds.Median(ours):0} µs"),
            Text($"<= 2 x the C library alone: {ratio:0.00} x its {Rounds.Median(floors):0} µs"), ratio <= 2);
        if (pyserials.Count == 0)
            Console.WriteLine("pyserial is not here");
        else
        {
            var beside = Rounds.Median([.. ours.Zip(pyserials, (o, p) => o / p)]);
            Rounds.Print("serial exchange, p50", Text($"{Rounds.Median(ours):0} µs"),
                Text($"<= pyserial: {beside:0.00} x its {Rounds.Median(pyserials):0} µs"), beside <= 1);
        }
        Console.WriteLine(Text($"System.IO.Ports: {Rounds.Median(theirs):0} µs"));
        return 0;
    }

    private static async Task<double> ChannelAsync(ITransport channel)
    {
        await using var port = channel;
        await port.OpenAsync(CancellationToken.None);
        var times = new List<double>();
        var buffer = new byte[Answer.Length];
        for (var i = 0; i < Exchanges; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await port.WriteAsync(Question, CancellationToken.None);
            for (var have = 0; have < buffer.Length;)
                have += await port.ReadAsync(buffer.AsMemory(have), CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
        }
        return Rounds.Median(times);
    }

    private static double Floor(string path)
    {
        var port = Open(Encoding.UTF8.GetBytes(path + "\0"), ReadWriteNoTerminal);
        var times = new List<double>();
        var buffer = new byte[Answer.Length];
        for (var i = 0; i < Exchanges; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            _ = Write(port, Question, Question.Length);
            for (var have = 0; have < buffer.Length;)
                have += (int)Read(port, buffer, buffer.Length - have);
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
        }
        _ = Close(port);
        return Rounds.Median(times);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int file);

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    private static extern nint Read(int file, byte[] into, nint count);

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    private static extern nint Write(int file, byte[] bytes, nint count);

    /// <summary>Answers each carriage return, as quickly as a program can.</summary>
    private sealed class Device : IDisposable
    {
        private readonly Pseudoterminal _terminal = new();

        public Device() => _ = Task.Run(AnswerAsync);

        public string Path => _terminal.Path;

        public void Dispose() => _terminal.DisposeAsync().AsTask().GetAwaiter().GetResult();

        private async Task AnswerAsync()
        {
            var buffer = new byte[256];
            while (await _terminal.ReadAsync(buffer, CancellationToken.None) is > 0 and var count)
                foreach (var _ in buffer.AsSpan(0, count).ToArray().Where(b => b == '\r'))
                    await _terminal.WriteAsync(Answer, CancellationToken.None);
        }
    }
}
