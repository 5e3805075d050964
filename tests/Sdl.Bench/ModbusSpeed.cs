using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Sdl.Core.Instruments;
using Sdl.Transport;
using Sdl.Transport.Channels;
using Sdl.Transport.Modbus;

namespace Sdl.Bench;

/// <summary>Ten registers read from one libmodbus server by our master, by libmodbus and by pymodbus, over a socket and
/// over a pair of pseudo-terminals. Everybody waits three milliseconds between exchanges, in which our master keeps the
/// line quiet, as the standard wants and the others do not.</summary>
public static class ModbusSpeed
{
    private const int RoundCount = 7, Exchanges = 300;
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(3), Timeout = TimeSpan.FromSeconds(5);

    private const string PyModbus = """
        import sys, time
        from pymodbus.client import ModbusTcpClient, ModbusSerialClient
        tcp = sys.argv[1] == 'tcp'
        client = ModbusTcpClient('127.0.0.1', port=int(sys.argv[2])) if tcp else ModbusSerialClient(
            port=sys.argv[2], baudrate=115200)
        client.connect()
        times = []
        for _ in range(int(sys.argv[3])):
            time.sleep(0.003)
            begun = time.perf_counter()
            if len(client.read_holding_registers(0, 10, slave=1).registers) != 10:
                sys.exit(1)
            times.append(time.perf_counter() - begun)
        print(sorted(times)[len(times) // 2] * 1e6)
        """;

    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("sdl-modbus-").FullName;
        try
        {
            var program = Path.Combine(folder, "peer");
            if (await RunAsync("cc", "-O2", "-o", program, Source(), "-lmodbus") is null)
            {
                Console.Error.WriteLine("libmodbus and a C compiler are not here: apt-get install gcc libmodbus-dev");
                return 1;
            }
            await TcpAsync(program);
            await SerialAsync(program, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return 0;
    }

    private static async Task TcpAsync(string program)
    {
        using var server = Process.Start(
            new ProcessStartInfo(program, ["serve", "tcp"]) { RedirectStandardOutput = true })!;
        try
        {
            var port = (await server.StandardOutput.ReadLineAsync())!.Split(' ')[1];
            await CompareAsync("Modbus TCP", $"modbus-tcp:127.0.0.1:{port}", program, ["tcp", port], 1.1);
        }
        finally
        {
            server.Kill();
        }
    }

    private static async Task SerialAsync(string program, string folder)
    {
        var (one, other) = (Path.Combine(folder, "one"), Path.Combine(folder, "other"));
        using var cable = Start("socat", $"pty,raw,echo=0,link={one}", $"pty,raw,echo=0,link={other}");
        if (cable is null)
        {
            Console.Error.WriteLine("socat is not here: apt-get install socat");
            return;
        }
        try
        {
            while (!File.Exists(one) || !File.Exists(other))
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            using var server = Process.Start(
                new ProcessStartInfo(program, ["serve", "rtu", other]) { RedirectStandardOutput = true })!;
            await server.StandardOutput.ReadLineAsync();
            await CompareAsync("Modbus RTU", $"modbus-rtu:{one}?baud=115200", program, ["rtu", one], 1.2);
            server.Kill();
        }
        finally
        {
            cable.Kill();
        }
    }

    private static async Task CompareAsync(string what, string address, string program, string[] peer, double most)
    {
        List<double> ours = [], theirs = [], pythons = [];
        for (var round = 0; round < RoundCount; round++)
        {
            ours.Add(await OursAsync(address));
            theirs.Add(await RunAsync(program, ["ask", .. peer, $"{Exchanges}"])
                ?? throw new InvalidOperationException("libmodbus got no answer"));
            if (Peer.Python(PyModbus, [.. peer, $"{Exchanges}"]) is { } python)
                pythons.Add(python);
        }
        var ratio = Rounds.Median([.. ours.Zip(theirs, (o, t) => o / t)]);
        Rounds.Print($"{what}, ten registers, p50", Text($"{Rounds.Median(ours):0} µs"),
            Text($"<= {most} x libmodbus: {ratio:0.00} x its {Rounds.Median(theirs):0} µs"), ratio <= most);
        if (pythons.Count == 0)
        {
            Console.WriteLine("pymodbus is not here");
            return;
        }
        var quicker = Rounds.Median([.. pythons.Zip(ours, (p, o) => p / o)]);
        Rounds.Print($"{what}, ten registers, p50", Text($"{Rounds.Median(ours):0} µs"),
            Text($">= 1.5 x as fast as pymodbus: {quicker:0.0} x, its {Rounds.Median(pythons):0} µs"), quicker >= 1.5);
    }

    private static async Task<double> OursAsync(string text)
    {
        var address = Address.Parse(text);
        await using var line = new Line(TransportLines.Open(address, TimeProvider.System));
        var master = ModbusMaster.Create(line, address, TimeProvider.System, Timeout);
        var times = new List<double>();
        for (var i = 0; i < Exchanges; i++)
        {
            await Task.Delay(Gap, TimeProvider.System);
            var begun = Stopwatch.GetTimestamp();
            await master.ReadHoldingRegistersAsync(1, 0, 10, CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
        }
        return Rounds.Median(times);
    }

    /// <returns>The number that it prints, 0 if it prints nothing; null when it fails or is not here.</returns>
    private static async Task<double?> RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        if (process is null)
            return null;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode != 0 ? null
            : double.TryParse(output, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private static Process? Start(string program, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string Source([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "modbus_peer.c");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
