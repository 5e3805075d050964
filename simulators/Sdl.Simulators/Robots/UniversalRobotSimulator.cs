using System.Text;
using Sdl.Core.Instruments;
using Sdl.Core.Simulation;
using Sdl.Core.Units;
using Sdl.Transport.Modbus;

namespace Sdl.Simulators.Robots;

/// <summary>Plays a Universal Robots e-Series controller: dashboard server and Modbus server over one state machine.
/// Its programs move the vials of the bench.</summary>
/// <remarks>Simulation: <c>program.NAME</c> (see <see cref="UrProgramFile"/>; a program that the settings name and
/// nobody describes takes 10 s and moves nothing), <c>gripper_at</c> (the place whose vial a closed gripper holds),
/// <c>powered</c> (true: the arm runs already).</remarks>
[Simulates("robot.ur")]
public sealed class UniversalRobotSimulator : ISimulator
{
    private readonly SimulatorContext _context;
    private readonly UrController _robot;
    private readonly ushort _gripper;
    private readonly bool _closedWhenHigh;
    private readonly UrDashboardServer _dashboard;
    private readonly UrModbusTable _table;
    private bool? _forcedPart;

    public UniversalRobotSimulator(SimulatorContext context)
    {
        _context = context;
        var version = new Version(5, 11, 1);
        var registers = Whole("registers", 128);
        _robot = new UrController(
            context.Clock, Faults, context.Bench, Programs(), registers, context.Simulation.Flag("powered", false));
        var output = Whole("gripper_output", 0);
        var closedWhenHigh = _closedWhenHigh = context.Settings.Text("gripper_closed", "high") == "high";
        _gripper = (ushort)(1 << output);
        var gripperAt = context.Simulation.Find("gripper_at");
        _dashboard = new UrDashboardServer(_robot, version);
        int? partInput = context.Settings.Find("part_input") is null ? null : Whole("part_input", 0);
        _table = new UrModbusTable(_robot, PartInGripper, partInput, version, Faults);
        Ports =
        [
            new DevicePort("dashboard", 29999, wire => new DashboardSession(this, wire, _robot.IsRemote)),
            new DevicePort("modbus", 502, wire => new ModbusSession(this, wire)),
        ];

        Faults.Begun += Begin;

        bool PartInGripper() => _forcedPart ?? (_robot.Outputs >> output & 1) == 1 == closedWhenHigh
            && gripperAt is not null && context.Bench.At(gripperAt) is not null && !Faults["mis-pick"];
    }

    public IReadOnlyList<DevicePort> Ports { get; }

    public Faults Faults { get; } = new(
        (FaultKind.StaleValue, "its Modbus registers are told as they were before"),
        (FaultKind.StuckBusy, "a program waits for ever, for an input that does not come"),
        (FaultKind.PartialEffect, "a program ends early by an error, without its last lines"),
        (FaultKind.PowerCycle, "the controller restarts: arm off, registers empty, connections gone"),
        ("cut", "it does what it is told and then hangs up instead of answering"),
        ("protective-stop", "the arm runs into something, midway in a program"),
        ("emergency-stop", "the button is pressed"), ("mis-pick", "the gripper loses the part"),
        ("local-control", "somebody has switched it to Local Control"),
        ("loops-forever", "the program begins anew at its end"));

    public string? Danger => _robot.ProgramState == "STOPPED" ? null : $"its program is {_robot.ProgramState}";

    public Action? Watchdog => _robot.Stop;

    /// <summary>Above one half: a hand on the output's override, or an object before the sensor.</summary>
    public bool Force(string reading, Quantity? value)
    {
        bool? on = value is { } given ? given.Si > 0.5 : null;
        switch (reading)
        {
            case "gripper_closed":
                _robot.Override(_gripper, on is null ? null : on == _closedWhenHigh);
                return true;
            case "part_present":
                _forcedPart = on;
                return true;
            default:
                return false;
        }
    }

    private List<UrProgramFile> Programs()
    {
        const string prefix = "program.";
        var described = _context.Simulation.Unread
            .Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).Order().ToList()
            .ConvertAll(k => UrProgramFile.Parse(k[prefix.Length..], _context.Simulation.Text(k)));
        var named = _context.Settings.Text("programs", "")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(n => described.TrueForAll(p => p.Name != n));
        return [.. described, .. named.Select(n => UrProgramFile.Parse(n, "10 s none"))];
    }

    private int Whole(string setting, int otherwise) =>
        (int)_context.Settings.Quantity(setting, "1", Quantity.Of(otherwise, Unit.One)).Si;

    public IReadOnlyList<DeviceEffect> Effects => _robot.Effects;

    private void Begin(string fault)
    {
        switch (fault)
        {
            case FaultKind.StaleValue:
                _table.Remember();
                break;
            case FaultKind.PowerCycle:
                _robot.LosePower();
                Faults.HangUp();
                break;
        }
    }

    private void Reply(IDeviceWire wire, byte[] reply)
    {
        if (Faults["cut"])
            wire.Close();
        else
            wire.Send(reply);
    }

    private sealed class DashboardSession : IDeviceSession
    {
        private readonly UniversalRobotSimulator _device;
        private readonly IDeviceWire _wire;
        private readonly bool _wasRemote;
        private readonly StringBuilder _line = new();

        public DashboardSession(UniversalRobotSimulator device, IDeviceWire wire, bool isRemote)
        {
            (_device, _wire, _wasRemote) = (device, wire, isRemote);
            Say(UrDashboardServer.Greeting);
        }

        public void Receive(ReadOnlySpan<byte> bytes)
        {
            foreach (var b in bytes)
            {
                if (b != '\n')
                {
                    _line.Append((char)b);
                    continue;
                }
                var command = _line.ToString().TrimEnd('\r');
                _line.Clear();
                if (command is "quit")
                {
                    Say("Disconnected");
                    _wire.Close();
                    return;
                }
                _device.Reply(_wire, Encoding.ASCII.GetBytes(_device._dashboard.Answer(command, _wasRemote) + "\n"));
            }
        }

        public void Closed()
        {
        }

        private void Say(string text) => _wire.Send(Encoding.ASCII.GetBytes(text + "\n"));
    }

    private sealed class ModbusSession(UniversalRobotSimulator device, IDeviceWire wire) : IDeviceSession
    {
        // The controller answers to any unit number.
        private readonly ModbusSlave _slave = new(0, ModbusFraming.Tcp, device._table);

        public void Receive(ReadOnlySpan<byte> bytes)
        {
            _slave.Receive(bytes, reply => device.Reply(wire, reply));
            if (_slave.Lost)
                wire.Close();
        }

        public void Closed()
        {
        }
    }
}
