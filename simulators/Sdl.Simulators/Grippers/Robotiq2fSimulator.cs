using Sdl.Core.Instruments;
using Sdl.Core.Simulation;
using Sdl.Core.Units;
using Sdl.Transport.Modbus;

namespace Sdl.Simulators.Grippers;

/// <summary>Plays a Robotiq 2F gripper: activation, motion at its speed, object detection, faults.</summary>
/// <remarks>Simulation: <c>active</c> (false: it begins asleep), <c>object</c> and <c>inner_object</c> (mm between the
/// fingers at which closing or opening ones meet something; left out: nothing is there). Settings as the driver's.
/// </remarks>
[Simulates("gripper.robotiq_2f")]
public sealed class Robotiq2fSimulator : ISimulator, IModbusRegisters
{
    private const int Order = 1000, Input = 2000, Length = 3;

    // mm/s from the slowest to the fastest.
    private const double Slow = 20, Fast = 150;

    private readonly RobotiqFingers _fingers;
    private readonly ushort[] _orders = new ushort[Length];
    private double? _forcedPosition;
    private bool? _forcedHeld;
    private double _stale;

    public Robotiq2fSimulator(SimulatorContext context)
    {
        var unit = (byte)context.Address.Integer("unit", 9);
        var framing = context.Address.Framing();
        var settings = context.Settings;
        var usual = settings.Text("model", "2f-85") == "2f-140" ? 140 : 85;
        var stroke = settings.Quantity("stroke", "mm", Quantity.Of(usual, "mm")).In("mm");
        var open = (int)settings.Quantity("open_count", "1", Quantity.Of(3, Unit.One)).Si;
        var closed = (int)settings.Quantity("closed_count", "1", Quantity.Of(230, Unit.One)).Si;
        var perMillimetre = (closed - open) / stroke;
        double? Count(string name) => context.Simulation.Find(name) is null ? null
            : Math.Round(closed - perMillimetre * context.Simulation.Quantity(name, "mm").In("mm"));
        _fingers = new RobotiqFingers(context.Clock, Faults, open, closed, Count("object"), Count("inner_object"),
            Slow * perMillimetre, Fast * perMillimetre);
        if (context.Simulation.Flag("active", false))
        {
            _fingers.Wake = 3;
            _orders[0] = 0x0100;
        }
        Faults.Begun += Begin;
        Ports = [new DevicePort("", framing == ModbusFraming.Tcp ? 502 : 0,
            wire => new ModbusSession(unit, framing, this, wire, context.Clock))];
    }

    public IReadOnlyList<DevicePort> Ports { get; }

    public Faults Faults { get; } = new(
        (FaultKind.StaleValue, "the position stands still in its register"),
        (FaultKind.StuckBusy, "it answers every request with exception 6, busy"),
        (FaultKind.PartialEffect, "the fingers go a part of their way and say that they are there"),
        (FaultKind.PowerCycle, "its power goes and comes back: it sleeps, and the fingers stay where they are"),
        ("no-object", "what it should grip is not there"), ("overcurrent", "its motor takes too much current"));

    public string? Danger => _fingers.IsMoving ? "the fingers move" : null;

    /// <summary>The relay is in its supply.</summary>
    public Action? Watchdog => LosePower;

    /// <inheritdoc/>
    public IReadOnlyList<DeviceEffect> Effects
    {
        get
        {
            _fingers.Advance();
            return _fingers.Effects;
        }
    }

    /// <summary>The fingers are pushed, or something is put between them or taken out.</summary>
    public bool Force(string reading, Quantity? value)
    {
        switch (reading)
        {
            case "position":
                _forcedPosition = value?.Si;
                return true;
            case "held":
                _forcedHeld = value is { } held ? held.Si != 0 : null;
                return true;
            default:
                return false;
        }
    }

    public bool Knows(byte function) => function is 3 or 4 or 16 or 23;

    public ModbusExceptionCode? ReadInput(ushort start, Span<ushort> into) => ReadHolding(start, into);

    public ModbusExceptionCode? ReadHolding(ushort start, Span<ushort> into)
    {
        if (Faults[FaultKind.StuckBusy])
            return ModbusExceptionCode.ServerDeviceBusy;
        if (start < Input || start + into.Length > Input + Length)
            return ModbusExceptionCode.IllegalDataAddress;
        for (var i = 0; i < into.Length; i++)
            into[i] = Shown(start - Input + i);
        return null;
    }

    public ModbusExceptionCode? WriteHolding(ushort start, ReadOnlySpan<ushort> values)
    {
        if (Faults[FaultKind.StuckBusy])
            return ModbusExceptionCode.ServerDeviceBusy;
        if (start < Order || start + values.Length > Order + Length)
            return ModbusExceptionCode.IllegalDataAddress;
        values.CopyTo(_orders.AsSpan(start - Order));
        var action = _orders[0] >> 8;
        _fingers.Activate((action & 1) == 1);
        _fingers.Go((action & 8) == 8, _orders[1] & 0xFF, _orders[2] >> 8);
        if (Faults["overcurrent"] && _fingers.IsMoving)
            _fingers.Trip(0x0E);
        return null;
    }

    private ushort Shown(int i)
    {
        var at = _forcedPosition ?? (Faults[FaultKind.StaleValue] ? _stale : _fingers.Position);
        var met = _forcedHeld is { } held ? held ? 2 : 3 : _fingers.Object;
        var asleep = _fingers.Wake == 0;
        return (ushort)(i switch
        {
            0 => (asleep ? 0 : 1) << 8 | (_fingers.Goes ? 1 : 0) << 11 | _fingers.Wake << 12
                | (_fingers.Wake == 3 ? met : 0) << 14,
            1 => _fingers.Fault << 8 | _fingers.Asked,
            _ => (int)Math.Round(at) << 8 | (_fingers.IsMoving ? 0x0A : 0),
        });
    }

    private void Begin(string fault)
    {
        if (fault == FaultKind.StaleValue)
            _stale = _fingers.Position;
        else if (fault == FaultKind.PowerCycle)
            LosePower();
        else if (fault == "overcurrent" && _fingers.IsMoving)
            _fingers.Trip(0x0E);
    }

    private void LosePower()
    {
        _fingers.LosePower();
        Array.Clear(_orders);
    }
}
