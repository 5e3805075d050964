using System.Text;
using Sdl.Core.Simulation;
using Sdl.Simulators.Physics.Cells;
using Sdl.Transport.Modbus;

namespace Sdl.Simulators.Cyclers;

/// <summary>The registers of a simulated PSB with what it does to the cell at its terminals. It regulates voltage,
/// current and power at every moment; time passes in short steps up to whenever somebody looks.</summary>
internal sealed class PsbTable(
    double volt, double ampere, double watt, string type, ICycledCell cell, Func<double> ambient, TimeProvider clock,
    Faults faults) : IModbusRegisters
{
    private const double Whole = 0xCCCC;
    private const ushort Remote = 402, Output = 405, Acknowledge = 411, MostSet = 0xD0E5, MostThreshold = 0xE147;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(0.25);

    private readonly SortedDictionary<int, ushort> _set = Fresh();
    private DateTimeOffset _seen = clock.GetUtcNow();
    private bool _remote, _on;
    private uint _alarms;
    private CellPoint? _stale;

    public Forced Forced { get; } = new();

    public string? Danger
    {
        get
        {
            Advance();
            return _on ? "its DC terminals are on" : null;
        }
    }

    public bool Knows(byte function) => function is 1 or 3 or 5 or 6 or 16;

    public void Off()
    {
        Advance();
        _on = false;
    }

    /// <summary>A fault begins.</summary>
    public void Begin(string fault)
    {
        Advance();
        if (fault == FaultKind.StaleValue)
            _stale = Measured;
        if (fault == FaultKind.PowerCycle)
        {
            (_on, _remote, _alarms) = (false, false, 0);
            foreach (var (register, value) in Fresh())
                _set[register] = value;
        }
        if (fault == "overheated")
            Trip(1u << 19);
    }

    public ModbusExceptionCode? ReadHolding(ushort start, Span<ushort> into)
    {
        Advance();
        if (faults[FaultKind.StuckBusy])
            return ModbusExceptionCode.ServerDeviceBusy;
        for (var i = 0; i < into.Length; i++)
            if (Read(start + i) is { } value)
                into[i] = value;
            else
                return ModbusExceptionCode.IllegalDataAddress;
        return null;
    }

    public ModbusExceptionCode? ReadCoils(ushort start, Span<bool> into)
    {
        Span<ushort> word = stackalloc ushort[1];
        for (var i = 0; i < into.Length; i++)
        {
            if (ReadHolding((ushort)(start + i), word) is { } refused)
                return refused;
            into[i] = word[0] != 0;
        }
        return null;
    }

    public ModbusExceptionCode? WriteCoils(ushort start, ReadOnlySpan<bool> values)
    {
        Advance();
        if (faults[FaultKind.StuckBusy])
            return ModbusExceptionCode.ServerDeviceBusy;
        if (values.Length != 1 || start is not (Remote or Output or Acknowledge))
            return ModbusExceptionCode.IllegalDataAddress;
        if (start == Remote)
            _remote = values[0];
        else if (!_remote)
            return ModbusExceptionCode.Acknowledge;
        else if (start == Acknowledge)
            _alarms = faults["overheated"] ? _alarms : 0;
        else if (values[0] && _alarms != 0)
            return ModbusExceptionCode.Acknowledge;
        else
            _on = values[0];
        return null;
    }

    public ModbusExceptionCode? WriteHolding(ushort start, ReadOnlySpan<ushort> values)
    {
        Advance();
        if (faults[FaultKind.StuckBusy])
            return ModbusExceptionCode.ServerDeviceBusy;
        for (var i = 0; i < values.Length; i++)
        {
            if (!_set.ContainsKey(start + i))
                return ModbusExceptionCode.IllegalDataAddress;
            if (values[i] > (start + i >= 550 ? MostThreshold : MostSet))
                return ModbusExceptionCode.IllegalDataValue;
        }
        if (!_remote)
            return ModbusExceptionCode.Acknowledge;
        for (var i = 0; i < values.Length; i++)
            _set[start + i] = values[i];
        return null;
    }

    // 498 power, 499 current of the sink; 500 voltage, 501 current, 502 power of the source; thresholds at the top.
    private static SortedDictionary<int, ushort> Fresh() => new()
    {
        [498] = (ushort)Whole, [499] = 0, [500] = 0, [501] = 0, [502] = (ushort)Whole, [550] = MostThreshold,
        [553] = MostThreshold, [556] = MostThreshold,
    };

    private CellPoint Measured
    {
        get
        {
            var point = _on ? Regulated().Point : cell.At(Load.Open);
            return new CellPoint(Forced.Voltage ?? point.Voltage, Forced.Current ?? point.Current);
        }
    }

    private double Set(int register, double nominal) => _set[register] / Whole * nominal;

    // Voltage first; where it takes more current or power than is allowed, these are kept instead.
    private (Load Load, CellPoint Point, int Mode) Regulated()
    {
        var load = Load.Voltage(Set(500, volt));
        var point = cell.At(load);
        var isSink = point.Current < 0;
        var most = Set(isSink ? 499 : 501, ampere);
        var mode = 0;
        if (Math.Abs(point.Current) > most)
        {
            load = Load.Current(isSink ? -most : most);
            (point, mode) = (cell.At(load), 2);
        }
        var power = Set(isSink ? 498 : 502, watt);
        if (Math.Abs(point.Current * point.Voltage) <= power)
            return (load, point, mode);
        load = Load.Power(isSink ? -power : power);
        return (load, cell.At(load), 3);
    }

    private void Advance()
    {
        var now = clock.GetUtcNow();
        while (now > _seen)
        {
            var length = _on && now - _seen > Step ? Step : now - _seen;
            cell.Temperature = ambient();
            cell.Advance(length.TotalSeconds, _on ? Regulated().Load : Load.Open);
            _seen += length;
            Protect();
        }
    }

    private void Protect()
    {
        if (!_on)
            return;
        var (voltage, current) = Measured;
        if (voltage > Set(550, volt))
            Trip(1u << 16);
        else if (Math.Abs(current) > Set(553, ampere))
            Trip(1u << 17);
        else if (Math.Abs(voltage * current) > Set(556, watt))
            Trip(1u << 18);
    }

    // An alarm switches off and stays until it is acknowledged.
    private void Trip(uint alarm) => (_on, _alarms) = (false, _alarms | alarm | 1u << 15);

    private ushort? Read(int register)
    {
        var point = _stale is { } stale && faults[FaultKind.StaleValue] ? stale : Measured;
        return register switch
        {
            0 => 0x003A,
            >= 1 and <= 20 => Word(type, register - 1),
            >= 21 and <= 40 => Word("EA Elektro-Automatik", register - 21),
            >= 121 and <= 126 => Single(register is 121 or 122 ? volt : register is 123 or 124 ? ampere : watt,
                (register - 121) % 2),
            >= 151 and <= 170 => Word("0000000000", register - 151),
            Remote => (ushort)(_remote ? 0xFF00 : 0),
            Output => (ushort)(_on ? 0xFF00 : 0),
            505 => (ushort)(State(point) >> 16),
            506 => (ushort)State(point),
            507 => Part(point.Voltage / volt),
            508 => Part(Math.Abs(point.Current) / ampere),
            509 => Part(Math.Abs(point.Voltage * point.Current) / watt),
            _ => _set.TryGetValue(register, out var value) ? value : null,
        };
    }

    private uint State(CellPoint point) => (_remote ? 3u | 1u << 11 : 0) | (_on ? 1u << 7 : 0) | _alarms
        | (point.Current < 0 ? 1u << 12 : 0) | (_on ? (uint)Regulated().Mode << 9 : 0);

    private static ushort Part(double part) => (ushort)Math.Clamp(Math.Round(part * Whole), 0, ushort.MaxValue);

    private static ushort Single(double value, int word) =>
        (ushort)(BitConverter.SingleToUInt32Bits((float)value) >> (word == 0 ? 16 : 0));

    private static ushort Word(string text, int at)
    {
        var bytes = Encoding.ASCII.GetBytes(text.PadRight(40, '\0'));
        return (ushort)(bytes[2 * at] << 8 | bytes[2 * at + 1]);
    }
}
