using System.Reflection;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Simulation;
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

    /// <summary>From now on the instruments misbehave as this scenario says, and no other. Lab time counts from
    /// now.</summary>
    /// <param name="seed">Of the draws, where the scenario has none of its own.</param>
    /// <param name="log">Is told what strikes, and when.</param>
    public void Misbehave(FaultScenario scenario, ulong seed, Action<string> log)
    {
        var (noise, start) = (new Noise(scenario.Seed ?? seed), Devices.GetUtcNow());
        foreach (var i in Instruments)
            i.Simulator.Faults.Follow(scenario.Faults.Index().Where(f => Concerns(f.Item, i)).Select(f => new Strikes(
                f.Item, $"{f.Index}/{f.Item.Line ?? i.Id.Value}", noise, start,
                (at, what) => log($"{at:O}\t{i.Id}\t{f.Item.Kind.Name}\t{what}"))), Devices);
    }

    /// <summary>What of a scenario cannot happen in this lab.</summary>
    public IEnumerable<Finding> Judge(FaultScenario scenario)
    {
        foreach (var fault in scenario.Faults)
        {
            var targets = Instruments.Where(i => IsTarget(fault, i)).ToList();
            var what = fault.Line is null ? "instrument" : "line";
            if (targets.Count == 0)
                yield return new Finding(fault.At, $"the lab has no {what} '{fault.Instrument ?? fault.Line ?? "all"}' "
                    + "that is simulated; it has "
                    + string.Join(", ", Instruments.Select(i => fault.Line is null ? i.Id.Value : $"{i.Address}")));
            else if (!targets.Exists(i => Concerns(fault, i)))
                yield return new Finding(fault.At, $"{string.Join(", ", targets.Select(i => i.Id))} cannot have the "
                    + $"fault '{fault.Kind.Name}'; there are " + string.Join(", ", targets
                        .SelectMany(i => i.Simulator.Faults.Known).Distinct().Order(StringComparer.Ordinal)));
        }
    }

    private static bool IsTarget(PlannedFault fault, SimulatedInstrument i) =>
        fault.Line is { } line
            ? Address.Parse(line).ToSimulated().Endpoint(i.Id) == i.Address.ToSimulated().Endpoint(i.Id)
        : fault.Instrument is null || fault.Instrument == i.Id.Value;

    private static bool Concerns(PlannedFault fault, SimulatedInstrument i) =>
        IsTarget(fault, i) && i.Simulator.Faults.Known.Contains(fault.Kind.Name);

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
