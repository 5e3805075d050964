using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Units;
using Sdl.Runtime.Time;
using Sdl.Simulators;
using Sdl.Simulators.Hosting;
using Sdl.Simulators.Physics;
using Sdl.Transport;

namespace Sdl.Instruments.Tests.Support;

/// <summary>One simulated device on a virtual clock, and as many drivers for it as a test wants.</summary>
public sealed class ThermalBench<TDriver, TSimulator>
    where TDriver : IInstrument
    where TSimulator : ISimulator
{
    private static readonly InstrumentId Id = new("device");

    private readonly Address _address;
    private readonly Dictionary<string, string> _settings;
    private readonly Func<DriverContext, TDriver> _driver;

    public ThermalBench(
        string address, string settings, string simulation, Func<DriverContext, TDriver> driver,
        Func<SimulatorContext, TSimulator> simulator, DeviceTape? tape = null)
    {
        (_address, _settings, _driver) = (Address.Parse(address), Pairs(settings), driver);
        var devices = new DeviceClock(Time);
        var noise = new Noise(1);
        Bench = new Bench(new Dictionary<string, Stock>(), noise);
        Device = simulator(new SimulatorContext(
            Id, _address, new Settings(_settings), new Settings(Pairs(simulation)), Bench, noise, devices));
        Lines = new SimulatedLines([new SimulatedInstrument(Id, _address, Device, devices)], devices, Time)
        {
            Tape = tape,
        };
    }

    public VirtualTime Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    public Bench Bench { get; }
    public TSimulator Device { get; }
    public SimulatedLines Lines { get; }

    /// <summary>A driver as a program that has just started would have it.</summary>
    public TDriver NewDriver() => _driver(new DriverContext(Id, _address, new Settings(_settings), Lines, Time));

    /// <summary>Runs <paramref name="test"/> with a connected driver.</summary>
    public void Run(Func<TDriver, Task> test) => Time.Run(async () =>
    {
        var driver = NewDriver();
        await driver.ConnectAsync(CancellationToken.None);
        await test(driver);
    });

    public Task After(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), Time);

    public static Invocation Call(
        IInstrument instrument, string capability, string arguments = "", string id = "call-1")
    {
        var given = new Arguments(Pairs(arguments).Select(p => KeyValuePair.Create(p.Key,
            Quantity.TryParse(p.Value, out var quantity, out _) ? new Argument(quantity) : new Argument(p.Value))));
        var (complete, errors) = instrument.Capabilities.Single(c => c.Name == capability).Complete(given);
        return complete is null
            ? throw new ArgumentException(string.Join("; ", errors))
            : new Invocation(new CallId(id), capability, complete);
    }

    public static Task<List<Sample>> Invoke(
        IInstrument instrument, string capability, string arguments = "", string id = "call-1") =>
        InvokeUntil(instrument, capability, arguments, CancellationToken.None, id);

    public static async Task<List<Sample>> InvokeUntil(
        IInstrument instrument, string capability, string arguments, CancellationToken cancelled, string id = "call-1")
    {
        var samples = new List<Sample>();
        await foreach (var sample in instrument.InvokeAsync(Call(instrument, capability, arguments, id), cancelled))
            samples.Add(sample);
        return samples;
    }

    /// <summary>Sends bytes to the device without a driver; what came back within five seconds.</summary>
    public byte[] Exchange(byte[] request, string port = "", int number = 0)
    {
        var came = new List<byte>();
        Time.Run(async () =>
        {
            var line = Lines.Get(Id, port.Length == 0 ? _address : _address.Port(port, number));
            await line.TalkAsync(async (transport, ct) =>
            {
                await transport.WriteAsync(request, ct);
                using var over = new CancellationTokenSource(TimeSpan.FromSeconds(5), Time);
                await ReadAllAsync(transport, came, over.Token);
                return true;
            }, CancellationToken.None);
        });
        return came.ToArray();
    }

    private static async Task ReadAllAsync(ITransport transport, List<byte> came, CancellationToken ct)
    {
        var buffer = new byte[256];
        try
        {
            while (await transport.ReadAsync(buffer, ct) is > 0 and var n)
                came.AddRange(buffer.AsSpan(0, n));
        }
        catch (OperationCanceledException)
        {
            // All that comes has come.
        }
    }

    private static Dictionary<string, string> Pairs(string text) => text
        .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(p => p.Split('=', 2))
        .ToDictionary(p => p[0].Trim(), p => p[1].Trim());
}
