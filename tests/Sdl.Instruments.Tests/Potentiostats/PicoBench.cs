using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Drivers.Potentiostats;
using Sdl.Runtime.Time;
using Sdl.Simulators;
using Sdl.Simulators.Hosting;
using Sdl.Simulators.Physics;
using Sdl.Simulators.Potentiostats;
using Sdl.Transport;

namespace Sdl.Instruments.Tests.Potentiostats;

/// <summary>A driver and a simulated device on a virtual clock.</summary>
internal sealed class PicoBench
{
    private static readonly InstrumentId Id = new("pico");
    private static readonly Address Serial = Address.Parse("sim:serial:/dev/ttyUSB3?baud=230400");

    public PicoBench(params (string Name, string Value)[] simulation)
    {
        var noise = new Noise(5);
        Bench = new Bench(new Dictionary<string, Stock>(), noise);
        var devices = new DeviceClock(Time);
        var settings = new Settings(simulation.ToDictionary(s => s.Name, s => s.Value));
        Device = new EmStatPicoSimulator(
            new SimulatorContext(Id, Serial, Settings.None, settings, Bench, noise, devices));
        Lines = new SimulatedLines([new SimulatedInstrument(Id, Serial, Device, devices)], devices, Time);
        Driver = new EmStatPico(new DriverContext(Id, Serial, Settings.None, Lines, Time));
    }

    public VirtualTime Time { get; } = new(new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero));
    public Bench Bench { get; }
    public EmStatPicoSimulator Device { get; }
    public SimulatedLines Lines { get; }
    public EmStatPico Driver { get; }
    public Line Line => Lines.Get(Id, Serial);

    /// <summary>Invokes a capability with the defaults filled in and gives its rows.</summary>
    public Task<List<double[]>> Invoke(string capability, string id, params (string, string)[] arguments) =>
        InvokeUntil(Call(capability, id, arguments), CancellationToken.None);

    public async Task<List<double[]>> InvokeUntil(Invocation call, CancellationToken ct)
    {
        var rows = new List<double[]>();
        await foreach (var sample in Driver.InvokeAsync(call, ct))
            rows.Add(sample.Values.ToArray());
        return rows;
    }

    public Invocation Call(string capability, string id, params (string Name, string Value)[] arguments)
    {
        var given = Arguments.Of(arguments.Select(a => (a.Name, Sdl.Core.Units.Quantity.Parse(a.Value))).ToArray());
        var (complete, errors) = Driver.Capabilities.Single(c => c.Name == capability).Complete(given);
        Assert.Empty(errors);
        return new Invocation(new CallId(id), capability, complete!);
    }

    /// <summary>Talks to the device by hand: sends, then gives every line that comes within the time.</summary>
    public async Task<string[]> Say(string text, double seconds = 1)
    {
        var bytes = new List<byte>();
        await Line.TalkAsync(async (transport, ct) =>
        {
            await transport.WriteAsync(System.Text.Encoding.ASCII.GetBytes(text), ct);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), Time);
            var buffer = new byte[256];
            try
            {
                while (true)
                    bytes.AddRange(buffer.AsSpan(0, await transport.ReadAsync(buffer, limit.Token)));
            }
            catch (OperationCanceledException)
            {
                return true;
            }
        }, CancellationToken.None);
        var answer = System.Text.Encoding.Latin1.GetString([.. bytes]);
        return answer.Length == 0 ? [] : answer[..^1].Split('\n');
    }
}
