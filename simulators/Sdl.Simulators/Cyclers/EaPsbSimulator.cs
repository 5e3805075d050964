using Sdl.Core.Instruments;
using Sdl.Core.Simulation;
using Sdl.Core.Units;
using Sdl.Transport.Modbus;

namespace Sdl.Simulators.Cyclers;

/// <summary>Plays an EA PSB with a cell at its terminals. Registers and behaviour: the page of the driver.</summary>
/// <remarks>Simulation: <c>cell</c> (simple, or a parameter set with the settings of <c>CellBuild</c>) with
/// <c>capacity</c>, <c>resistance</c> and <c>state_of_charge</c>; <c>place</c> whose temperature the cell has;
/// <c>type</c> (PSB 9000).</remarks>
[Simulates("cycler.ea_psb")]
public sealed class EaPsbSimulator : ISimulator
{
    private static readonly TimeSpan HalfRequest = TimeSpan.FromSeconds(0.1);

    private readonly TimeProvider _clock;
    private readonly PsbTable _table;
    private readonly ModbusFraming _framing;

    public EaPsbSimulator(SimulatorContext context)
    {
        (_clock, _framing) = (context.Clock, context.Address.Framing());
        var (volt, ampere) = (context.Settings.Quantity("nominal_voltage", "V").Si,
            context.Settings.Quantity("nominal_current", "A").Si);
        var place = context.Simulation.Text("place", "");
        // Such supplies give a third of the product of their nominal values.
        _table = new PsbTable(
            volt, ampere, volt * ampere / 3, context.Simulation.Text("type", "PSB 9000"),
            CellsOnTest.Of(context), () => context.Bench.Temperature(place) - 273.15, context.Clock, Faults);
        Faults.Begun += _table.Begin;
        Ports = [new DevicePort("", _framing == ModbusFraming.Tcp ? 502 : 0, wire => new Session(this, wire))];
    }

    public IReadOnlyList<DevicePort> Ports { get; }

    public Faults Faults { get; } = new(
        (FaultKind.StaleValue, "voltage and current stand still in their registers"),
        (FaultKind.StuckBusy, "it answers every request with exception 6, busy"),
        (FaultKind.PowerCycle, "it restarts with its terminals off and out of remote control"),
        ("overheated", "it is too hot, and has switched its terminals off"));

    public string? Danger => _table.Danger;

    public Action? Watchdog => _table.Off;

    /// <summary>The measuring side is shown another value; the supply's own protection sees it, too.</summary>
    public bool Force(string reading, Quantity? value)
    {
        switch (reading)
        {
            case "voltage":
                _table.Forced.Voltage = value?.Si;
                return true;
            case "current":
                _table.Forced.Current = value?.Si;
                return true;
            default:
                return false;
        }
    }

    // It answers to every unit number, also to 0, which others take for a broadcast.
    private sealed class Session(EaPsbSimulator device, IDeviceWire wire) : IDeviceSession
    {
        private readonly ModbusSlave _slave = new(0, device._framing, device._table);

        private DateTimeOffset _heard;

        public void Receive(ReadOnlySpan<byte> bytes)
        {
            // Half a request that nobody finished.
            if (device._clock.GetUtcNow() - _heard > HalfRequest)
                _slave.Reset();
            _heard = device._clock.GetUtcNow();
            _slave.Receive(bytes, reply => wire.Send(reply));
            if (_slave.Lost)
                wire.Close();
        }

        public void Closed()
        {
        }
    }
}
