using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Sdl.Core.Instruments;
using Sdl.Core.Simulation;
using Sdl.Core.Units;
using Sdl.Simulators.Physics;
using Sdl.Transport.Modbus;

namespace Sdl.Simulators.Cyclers;

/// <summary>Plays one channel of the 64-channel cycler with a cell on its terminals; channels at one address share a
/// device and its line. Registers: the page of the driver.</summary>
/// <remarks>Simulation: <c>cell</c> (simple, or a parameter set with the settings of <c>CellBuild</c>) with
/// <c>capacity</c> (3 mAh), <c>resistance</c> (10 Ohm) and <c>state_of_charge</c> (0.3); <c>place</c> whose temperature
/// the cell has; <c>range_current</c> (as the lab file).</remarks>
[Simulates("cycler.multichannel")]
public sealed class MultichannelCyclerSimulator : ISimulator
{
    private const int Channels = 64;

    private static readonly ConditionalWeakTable<Bench, Dictionary<string, SortedSet<int>>> Devices = [];

    private static readonly TimeSpan HalfRequest = TimeSpan.FromSeconds(0.5);

    private readonly TimeProvider _clock;
    private readonly CyclerChannel _channel;
    private readonly CyclerTable _table;
    private readonly SortedSet<int> _siblings;
    private readonly int _number;
    private readonly byte _unit;

    public MultichannelCyclerSimulator(SimulatorContext context)
    {
        _clock = context.Clock;
        _unit = (byte)context.Address.Integer("unit", 1);
        _number = (int)context.Settings.Quantity("channel", "1").Si;
        var devices = Devices.GetOrCreateValue(context.Bench);
        var endpoint = context.Address.ToSimulated().Endpoint(context.Id) + $"/{_unit}";
        _siblings = devices.TryGetValue(endpoint, out var known) ? known : devices[endpoint] = [];
        if (!_siblings.Add(_number))
            throw new SettingException("channel", $"= {_number} is taken by another instrument at {context.Address}");
        var volt = context.Settings.Quantity("max_voltage", "V", Quantity.Of(5, "V")).Si;
        var least = context.Settings.Quantity("min_voltage", "V", Quantity.Of(0, "V")).Si;
        var most = context.Settings.Quantity("max_current", "A", Quantity.Of(0.01, "A"));
        var range = new CyclerRange(
            least, volt, context.Simulation.Quantity("range_current", "A", most).Si);
        var place = context.Simulation.Text("place", "");
        _channel = new CyclerChannel(
            CellsOnTest.Of(context), range.Current,
            () => context.Bench.Temperature(place) - 273.15, context.Clock, Faults);
        _table = new CyclerTable(_number, Channels, range, _channel, Faults);
        Faults.Begun += _channel.Begin;
        Ports = [new DevicePort("", 502, wire => new Session(this, wire))];
    }

    public IReadOnlyList<DevicePort> Ports { get; }

    public Faults Faults { get; } = new(
        (FaultKind.StaleValue, "voltage and current stand still in their registers"),
        (FaultKind.StuckBusy, "it answers every request with exception 6, busy"),
        (FaultKind.PowerCycle, "it restarts with the circuit open and has forgotten its step"),
        ("blind-limits", "it does not notice that a safety limit is passed"));

    public string? Danger
    {
        get
        {
            _channel.Advance();
            return _channel.IsApplying ? $"channel {_number} applies a step to its cell" : null;
        }
    }

    public Action? Watchdog => null;

    /// <summary>The measuring side of the channel is shown another value; limits and ends see it, too.</summary>
    public bool Force(string reading, Quantity? value)
    {
        switch (reading)
        {
            case "voltage":
                _channel.Force(f => f.Voltage = value?.Si);
                return true;
            case "current":
                _channel.Force(f => f.Current = value?.Si);
                return true;
            case "temperature":
                _channel.Force(f => f.Temperature = value?.In(Unit.Celsius));
                return true;
            default:
                return false;
        }
    }

    // All channels hear the line. The one that is meant answers, and the lowest for the device and for nobody.
    private bool IsMeant(ReadOnlySpan<byte> frame)
    {
        var address = frame.Length >= 10 ? BinaryPrimitives.ReadUInt16BigEndian(frame[8..]) : 0;
        var channel = frame[6] == _unit ? address / CyclerTable.Width : 0;
        return channel == _number || (_number == _siblings.Min && !_siblings.Contains(channel));
    }

    private sealed class Session(MultichannelCyclerSimulator device, IDeviceWire wire) : IDeviceSession
    {
        private readonly ModbusSlave _slave = new(device._unit, ModbusFraming.Tcp, device._table);
        private byte[] _held = [];
        private DateTimeOffset _heard;

        public void Receive(ReadOnlySpan<byte> bytes)
        {
            // Half a request that nobody finished.
            if (device._clock.GetUtcNow() - _heard > HalfRequest)
                _held = [];
            _heard = device._clock.GetUtcNow();
            ReadOnlySpan<byte> all = _held.Length == 0 ? bytes : (byte[])[.. _held, .. bytes];
            while (all.Length >= 6)
            {
                var length = BinaryPrimitives.ReadUInt16BigEndian(all[4..]);
                if (all[2] != 0 || all[3] != 0 || length is < 2 or > 254)
                {
                    _held = [];
                    wire.Close();
                    return;
                }
                if (all.Length < 6 + length)
                    break;
                var frame = all[..(6 + length)];
                if (device.IsMeant(frame))
                    _slave.Receive(frame, reply => wire.Send(reply));
                all = all[(6 + length)..];
            }
            _held = all.ToArray();
        }

        public void Closed()
        {
        }
    }
}
