using System.Reflection;
using Sdl.Core.Instruments;
using Sdl.Simulators.Physics;

namespace Sdl.Simulators.Hosting;

/// <summary>A whole laboratory played by simulators on one bench.</summary>
public sealed class SimulatedLab
{
    private SimulatedLab(Bench bench, DeviceClock devices, IReadOnlyList<SimulatedInstrument> instruments)
    {
        Bench = bench;
        Devices = devices;
        Instruments = instruments;
    }

    public Bench Bench { get; }

    public DeviceClock Devices { get; }

    public IReadOnlyList<SimulatedInstrument> Instruments { get; }

    /// <exception cref="SimulatedLabException">There is no simulator of a kind, or a setting
    /// cannot be used.</exception>
    public static SimulatedLab Build(Lab lab, ulong seed, TimeProvider clock, params IEnumerable<Assembly> assemblies)
    {
        var kinds = (from assembly in assemblies
                     from type in assembly.GetExportedTypes()
                     let attribute = type.GetCustomAttribute<SimulatesAttribute>()
                     where attribute is not null
                     select (attribute.Kind, type)).ToDictionary(k => k.Kind, k => k.type);
        var noise = new Noise(seed);
        var bench = new Bench(lab.Stocks, noise);
        var devices = new DeviceClock(clock);
        var instruments = new List<SimulatedInstrument>();
        foreach (var i in lab.Instruments)
        {
            if (!kinds.TryGetValue(i.Driver, out var type))
                throw new SimulatedLabException(
                    i.Id,
                    $"there is no simulator of '{i.Driver}'; "
                    + $"there are {string.Join(", ", kinds.Keys.Order())}");
            var context = new SimulatorContext(
                i.Id, i.Address, new Settings(i.Settings), new Settings(i.Simulation), bench, noise, devices);
            instruments.Add(new SimulatedInstrument(i.Id, i.Address, Create(type, context), i.Deadman, devices));
        }
        return new SimulatedLab(bench, devices, instruments);
    }

    private static ISimulator Create(Type type, SimulatorContext context)
    {
        try
        {
            var simulator = (ISimulator)Activator.CreateInstance(type, context)!;
            return context.Simulation.Unread.FirstOrDefault() is { } unread
                ? throw new SimulatedLabException(context.Id, $"setting '{unread}' of its simulation is unknown")
                : simulator;
        }
        catch (TargetInvocationException e)
            when (e.InnerException is SettingException or KeyNotFoundException or FormatException)
        {
            throw new SimulatedLabException(context.Id, e.InnerException.Message);
        }
    }
}

/// <summary>A laboratory that cannot be played as its file says.</summary>
public sealed class SimulatedLabException(InstrumentId id, string message) : Exception($"{id}: {message}")
{
    public InstrumentId Id => id;
}
