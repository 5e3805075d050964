using Sdl.Core.Instruments;
using Sdl.Core.Simulation;
using Sdl.Core.Units;
using Sdl.Transport.Modbus;

namespace Sdl.Simulators.Thermostats;

/// <summary>Plays a Eurotherm 3216 with heating and cooling output on a small metal block, which is the place
/// <c>place</c> of the bench. Registers: handbook HA028651, p. 81.</summary>
/// <remarks>Simulation: <c>place</c> (cell), <c>low</c> and <c>high</c> (set-point limits, -20 and 100 °C),
/// <c>decimals</c> (as the lab file says).</remarks>
[Simulates("thermostat.eurotherm-3200")]
public sealed class Eurotherm3200Simulator : ISimulator
{
    private readonly EurothermTable _table;
    private readonly byte _unit;
    private readonly ModbusFraming _framing;

    public Eurotherm3200Simulator(SimulatorContext context)
    {
        _unit = (byte)context.Address.Integer("unit", 1);
        _framing = context.Address.Framing();
        var asSetUp = context.Settings.Quantity("decimals", "1", Quantity.Of(1, Unit.One));
        _table = new EurothermTable(context.Clock, Faults,
            (int)context.Simulation.Quantity("decimals", "1", asSetUp).Si,
            context.Simulation.Quantity("low", "degC", Quantity.Of(-20, Unit.Celsius)).In(Unit.Celsius),
            context.Simulation.Quantity("high", "degC", Quantity.Of(100, Unit.Celsius)).In(Unit.Celsius));
        context.Bench.SetTemperature(context.Simulation.Text("place", "cell"),
            () => Quantity.Of(_table.Temperature, Unit.Celsius).Si);
        Faults.Begun += _table.Begin;
        Ports = [new DevicePort("", _framing == ModbusFraming.Tcp ? 502 : 0, wire => new Session(this, wire))];
    }

    public IReadOnlyList<DevicePort> Ports { get; }

    public Faults Faults { get; } = new(
        (FaultKind.StaleValue, "the measured temperature stands still in its register"),
        (FaultKind.StuckBusy, "it answers every request with exception 6, busy"),
        (FaultKind.WrongUnit, "somebody has set its display to degrees Fahrenheit"),
        (FaultKind.PartialEffect, "each time that it is switched on, its element gives a part of its power"),
        (FaultKind.PowerCycle, "it restarts in automatic control at the set-point of its EEPROM"),
        ("sensor-break", "the sensor is broken"), ("stuck", "the temperature does not move"));

    /// <inheritdoc cref="EurothermTable.SetPoints"/>
    public (double Low, double High)? SetPoints => _table.SetPoints;

    /// <summary>Writes to parameters that live in the EEPROM, which lasts for about 100 000.</summary>
    public int EepromWrites => _table.EepromWrites;

    public string? Danger => _table.Danger;

    public Action? Watchdog => _table.StandBy;

    /// <summary>The block is held at a temperature from outside; set-point and output are set by hand at the
    /// controller, which holds until the host sets others.</summary>
    public bool Force(string reading, Quantity? value)
    {
        switch (reading)
        {
            case "temperature":
                _table.ForceTemperature(value?.In(Unit.Celsius));
                return true;
            case "setpoint":
                _table.SetByHand(value?.In(Unit.Celsius));
                return true;
            case "output":
                _table.OutputByHand(value?.In("%"));
                return true;
            default:
                return false;
        }
    }

    private sealed class Session(Eurotherm3200Simulator device, IDeviceWire wire) : IDeviceSession
    {
        private readonly ModbusSlave _slave = new(device._unit, device._framing, device._table);

        public void Receive(ReadOnlySpan<byte> bytes)
        {
            _slave.Receive(bytes, reply => wire.Send(reply));
            if (_slave.Lost)
                wire.Close();
        }

        public void Closed()
        {
        }
    }
}
