using System.Text;
using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Units;
using Sdl.Runtime.Time;
using Sdl.Simulators;
using Sdl.Simulators.Hosting;
using Sdl.Simulators.Physics;
using Sdl.Transport;

namespace Sdl.Instruments.Tests.Support;

/// <summary>Drivers against simulators on a virtual clock, with one stock and one vial on the balance.</summary>
internal static class DosingBench
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>EC:EMC 1:1 by mass with 1.5 M LiPF6.</summary>
    public static readonly Stock Electrolyte = new("electrolyte",
        new Dictionary<string, double> { ["EC"] = 0.411, ["EMC"] = 0.412, ["LiPF6"] = 0.177 }, 1288, 1, 299.8);

    public static Rig Build(params Device[] devices) => new(devices);

    /// <summary>Does it to the end and gives the rows.</summary>
    public static Task<List<Sample>> Finish(this IInstrument instrument, Invocation call) =>
        instrument.InvokeAsync(call, CancellationToken.None).Rows();

    public static async Task<List<Sample>> Rows(this IAsyncEnumerable<Sample> samples)
    {
        var rows = new List<Sample>();
        await foreach (var row in samples)
            rows.Add(row);
        return rows;
    }

    /// <summary>Numbers of the last row.</summary>
    public static double[] Last(this List<Sample> rows) => rows[^1].Values.ToArray();

    public static Invocation Call(string id, string capability, params (string Name, string Value)[] arguments) => new(
        new CallId(id), capability, Arguments.Of(arguments.Select(a => (a.Name, Quantity.Parse(a.Value))).ToArray()));

    public sealed record Device(
        string Id, string Address,
        Func<DriverContext, IInstrument> Driver, Func<SimulatorContext, ISimulator> Simulator,
        Dictionary<string, string> Settings, Dictionary<string, string> Simulation)
    {
        public TimeSpan? Deadman { get; init; }
    }

    public sealed class Rig
    {
        private readonly Device[] _devices;
        private readonly SimulatedInstrument[] _simulated;
        private readonly ILines _lines;

        public Rig(Device[] devices)
        {
            _devices = devices;
            Noise = new Noise(7);
            Bench = new Bench(new Dictionary<string, Stock> { [Electrolyte.Name] = Electrolyte }, Noise);
            var clock = new DeviceClock(Time);
            _simulated = devices.Select(d => new SimulatedInstrument(
                new InstrumentId(d.Id), Sdl.Core.Instruments.Address.Parse(d.Address), d.Simulator(new SimulatorContext(
                    new InstrumentId(d.Id), Sdl.Core.Instruments.Address.Parse(d.Address), new Settings(d.Settings),
                    new Settings(d.Simulation), Bench, Noise, clock)))).ToArray();
            _lines = new SimulatedLines(_simulated, clock, Time);
        }

        public VirtualTime Time { get; } = new(Start);
        public Noise Noise { get; }
        public Bench Bench { get; }

        public Faults Faults(int device = 0) => _simulated[device].Simulator.Faults;

        /// <summary>A driver that knows nothing of the past, as after a restart of the program.</summary>
        /// <param name="settings">Other settings than those of the lab file.</param>
        public IInstrument NewDriver(int device = 0, Dictionary<string, string>? settings = null) =>
            NewDriver(device, _lines, settings);

        /// <summary>A driver whose line to the device can be cut, as when the program dies.</summary>
        public (IInstrument Driver, Action Cut) NewMortalDriver(int device = 0)
        {
            var lines = new CutLines(Line(device));
            return (NewDriver(device, lines), () => lines.IsCut = true);
        }

        /// <summary>Sends bytes past the driver and gives what comes back until it is quiet for 0.1 s.</summary>
        public async Task<string> Say(string text, int device = 0) => await Line(device).TalkAsync(async (line, ct) =>
        {
            var (heard, buffer) = (new StringBuilder(), new byte[256]);
            await line.WriteAsync(Encoding.Latin1.GetBytes(text), ct);
            while (true)
            {
                using var quiet = new CancellationTokenSource(TimeSpan.FromSeconds(0.1), Time);
                try
                {
                    heard.Append(Encoding.Latin1.GetString(buffer, 0, await line.ReadAsync(buffer, quiet.Token)));
                }
                catch (OperationCanceledException)
                {
                    return heard.ToString();
                }
            }
        }, CancellationToken.None);

        public Task Wait(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), Time);

        private Line Line(int device) =>
            _lines.Get(_simulated[device].Id, _simulated[device].Address.ToSimulated());

        private IInstrument NewDriver(int device, ILines lines, Dictionary<string, string>? settings = null)
        {
            var d = _devices[device];
            var address = Sdl.Core.Instruments.Address.Parse(d.Address).ToSimulated();
            return d.Driver(new DriverContext(
                new InstrumentId(d.Id), address, new Settings(settings ?? d.Settings), lines, Time)
            {
                Deadman = d.Deadman,
            });
        }
    }

    private sealed class CutLines(Line line) : ILines
    {
        public bool IsCut { get; set; }

        public Line Get(InstrumentId id, Address address) =>
            IsCut ? throw new InstrumentException(id, Fault.Disconnected, "the program is dead") : line;
    }
}
