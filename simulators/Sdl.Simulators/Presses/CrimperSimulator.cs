using Sdl.Core.Instruments;
using Sdl.Core.Simulation;
using Sdl.Core.Units;
using Sdl.Transport.Modbus;

namespace Sdl.Simulators.Presses;

/// <summary>Plays the crimping press of drivers/Sdl.Drivers/Presses/Crimper.md.</summary>
/// <remarks>Simulation: <c>max_force</c> and <c>stroke</c> of the press (20 kN, 50 mm), <c>stack</c> (36 mm: where the
/// ram meets the parts in the die).</remarks>
[Simulates("press.crimper")]
public sealed class CrimperSimulator : ISimulator
{
    private readonly CrimperTable _table;

    public CrimperSimulator(SimulatorContext context)
    {
        var unit = (byte)context.Address.Integer("unit", 1);
        var framing = context.Address.Framing();
        double Of(string name, string unit, double otherwise) =>
            context.Simulation.Quantity(name, unit, Quantity.Of(otherwise, unit)).In(unit);
        _table = new CrimperTable(context.Clock, Faults,
            new CrimperRam(context.Clock, Faults, context.Noise, $"press/{context.Id}", Of("stack", "mm", 36)),
            Of("max_force", "N", 20_000), Of("stroke", "mm", 50));
        Faults.Begun += _table.Begin;
        Ports = [new DevicePort("", framing == ModbusFraming.Tcp ? 502 : 0,
            wire => new ModbusSession(unit, framing, _table, wire, context.Clock))];
    }

    public IReadOnlyList<DevicePort> Ports { get; }

    public Faults Faults { get; } = new(
        (FaultKind.StaleValue, "force and position stand still in their registers"),
        (FaultKind.StuckBusy, "it answers every request with exception 6, busy"),
        (FaultKind.PartialEffect, "its drive gives way in the dwell: less force is held than was reached"),
        (FaultKind.PowerCycle, "its power goes: a spring opens it"),
        ("guard-open", "somebody opens the guard"), ("emergency-stop", "somebody presses its emergency stop"),
        ("empty-die", "nothing lies in the die"), ("drive-trip", "its drive trips while it presses"));

    public string? Danger => _table.Danger;

    /// <summary>None: the press has a watchdog of its own.</summary>
    public Action? Watchdog => null;

    public IReadOnlyList<DeviceEffect> Effects
    {
        get
        {
            _table.Ram.Advance();
            return _table.Ram.Effects;
        }
    }

    /// <summary>The load cell is loaded from outside, the scale is pushed, the guard is opened or closed by
    /// hand.</summary>
    public bool Force(string reading, Quantity? value)
    {
        switch (reading)
        {
            case "force":
                _table.ForcedForce = value?.In("N");
                return true;
            case "position":
                _table.ForcedPosition = value?.In("mm");
                return true;
            case "guard_closed":
                _table.GuardByHand = value is not { Si: 0 };
                return true;
            default:
                return false;
        }
    }
}
