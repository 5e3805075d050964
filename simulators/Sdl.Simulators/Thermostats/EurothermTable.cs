using Sdl.Core.Simulation;
using Sdl.Transport.Modbus;

namespace Sdl.Simulators.Thermostats;

/// <summary>The parameters of a 3216 as its Modbus registers show them: scaled integers at their address, and the same
/// as IEEE floats at 0x8000 + 2 × address (HA028651, p. 81).</summary>
internal sealed class EurothermTable : IModbusRegisters
{
    private const int Pv = 1, TargetSp = 2, ManualOp = 3, WorkingOp = 4, WorkingSp = 5, Pb = 6, Ti = 8, RangeLow = 11,
        RangeHigh = 12, Alarm1 = 13, Alarm2 = 14, SpSelect = 15, Sp1 = 24, Sp2 = 25, RemoteSp = 26, StatusWord = 75,
        SpHigh = 111, SpLow = 112, AutoManual = 273, AcknowledgeAll = 274, LocalRemote = 276;

    private const int Twins = 0x8000;

    // Written values of these stay in the EEPROM; outputs, modes and the remote set-point do not.
    private static readonly HashSet<int> Lasting = [TargetSp, Pb, Ti, Alarm1, Alarm2, SpSelect, Sp1, Sp2];

    // A remote set-point that is not refreshed for so long is given up for the local one, with an alarm.
    private static readonly TimeSpan RemoteLife = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _clock;
    private readonly Faults _faults;
    private readonly double _temperatureScale;
    private readonly ControlledBlock _block;
    private readonly SortedDictionary<int, double> _values;
    private DateTimeOffset _refreshed;
    private double _stale;

    public EurothermTable(TimeProvider clock, Faults faults, int decimals, double low, double high)
    {
        (_clock, _faults) = (clock, faults);
        _temperatureScale = Math.Pow(10, decimals);
        _block = new ControlledBlock(clock);
        _values = new SortedDictionary<int, double>
        {
            [ManualOp] = 0, [Pb] = _block.ProportionalBand, [Ti] = _block.IntegralTime,
            [RangeLow] = -50, [RangeHigh] = 150, [Alarm1] = 150, [Alarm2] = -50, [SpSelect] = 0,
            [Sp1] = ControlledBlock.Ambient, [Sp2] = ControlledBlock.Ambient, [RemoteSp] = ControlledBlock.Ambient,
            [SpHigh] = high, [SpLow] = low, [AutoManual] = 0, [AcknowledgeAll] = 0, [LocalRemote] = 0,
        };
    }

    public int EepromWrites { get; private set; }

    /// <summary>°C; the lowest and highest set-point that was ever in force, if one was.</summary>
    public (double Low, double High)? SetPoints { get; private set; }

    /// <summary>°C, as it really is.</summary>
    public double Temperature
    {
        get
        {
            Advance();
            return _block.Temperature;
        }
    }

    /// <summary>Why it may heat or cool; null when it cannot.</summary>
    public string? Danger
    {
        get
        {
            Advance();
            return _values[AutoManual] != 1 ? "the controller is in automatic"
                : _values[ManualOp] != 0 ? $"its output is {_values[ManualOp]} %"
                : null;
        }
    }

    /// <summary>The heater is switched off.</summary>
    public void StandBy()
    {
        (_values[AutoManual], _values[ManualOp]) = (1, 0);
        Advance();
    }

    /// <summary>°C from outside, or null.</summary>
    public void ForceTemperature(double? celsius)
    {
        Advance();
        _block.Forced = celsius;
    }

    /// <summary>°C as set at the panel, which has no limits here; null sets nothing.</summary>
    public void SetByHand(double? celsius)
    {
        Advance();
        if (celsius is { } value)
            (_values[LocalRemote], _values[SpSelect], _values[Sp1]) = (0, 0, value);
        Steer();
    }

    /// <summary>% in manual control as set at the panel; null sets nothing.</summary>
    public void OutputByHand(double? percent)
    {
        Advance();
        if (percent is { } value)
            (_values[AutoManual], _values[ManualOp]) = (1, value);
        Steer();
    }

    private bool Broken => _faults["sensor-break"];

    private bool RemoteFailed => _values[LocalRemote] == 1 && _clock.GetUtcNow() - _refreshed > RemoteLife;

    private double SetPoint => _values[LocalRemote] == 1 && !RemoteFailed ? _values[RemoteSp]
        : _values[_values[SpSelect] == 1 ? Sp2 : Sp1];

    public bool Knows(byte function) => function is 3 or 4 or 6 or 16;

    public ModbusExceptionCode? ReadInput(ushort start, Span<ushort> into) => ReadHolding(start, into);

    /// <summary>A fault begins.</summary>
    public void Begin(string fault)
    {
        Advance();
        if (fault == FaultKind.StaleValue)
            _stale = _block.Temperature;
        if (fault != FaultKind.PowerCycle)
            return;
        // What does not stay in the EEPROM is as it leaves the factory.
        (_values[AutoManual], _values[LocalRemote], _values[ManualOp]) = (0, 0, 0);
        _values[RemoteSp] = ControlledBlock.Ambient;
        _block.Restart();
        Steer();
    }

    public ModbusExceptionCode? ReadHolding(ushort start, Span<ushort> into)
    {
        Advance();
        if (_faults[FaultKind.StuckBusy])
            return ModbusExceptionCode.ServerDeviceBusy;
        for (var i = 0; i < into.Length; i++)
        {
            var address = start + i;
            if (address < Twins && Shown(address) is { } value)
                into[i] = (ushort)(short)Math.Clamp(Math.Round(value * Scale(address)), short.MinValue, short.MaxValue);
            else if (address >= Twins && Shown((address - Twins) / 2) is { } twin)
                into[i] = (ushort)(BitConverter.SingleToUInt32Bits((float)twin) >> (address % 2 == 0 ? 16 : 0));
            else
                return ModbusExceptionCode.IllegalDataAddress;
        }
        return null;
    }

    public ModbusExceptionCode? WriteHolding(ushort start, ReadOnlySpan<ushort> values)
    {
        Advance();
        if (_faults[FaultKind.StuckBusy])
            return ModbusExceptionCode.ServerDeviceBusy;
        var wanted = new List<(int Address, double Value)>();
        for (var i = 0; i < values.Length; i++)
        {
            // The target set-point is that of the source that is selected.
            var address = start + i == TargetSp ? (_values[SpSelect] == 1 ? Sp2 : Sp1) : start + i;
            if (!_values.ContainsKey(address) || address is RangeLow or RangeHigh)
                return ModbusExceptionCode.IllegalDataAddress;
            var value = Told(address, (short)values[i] / Scale(address));
            if (!Allows(address, value))
                return ModbusExceptionCode.IllegalDataValue;
            wanted.Add((address, value));
        }
        foreach (var (address, value) in wanted)
            Write(address, value);
        return null;
    }

    private void Write(int address, double value)
    {
        _values[address] = value;
        if (address is RemoteSp or LocalRemote)
            _refreshed = _clock.GetUtcNow();
        if (Lasting.Contains(address))
            EepromWrites++;
        Steer();
    }

    private void Advance()
    {
        _block.Stuck = _faults["stuck"];
        // A remote set-point may have ended between two looks; the block is told when it is looked at next.
        _block.Advance();
        Steer();
    }

    private void Steer()
    {
        // With a broken sensor the output goes to its safe value, 0.
        if (Broken)
            _block.Hold(0);
        else if (_values[AutoManual] == 1)
            _block.Hold(_values[ManualOp] / 100);
        else if (_block.Control(SetPoint, _values[Pb], _values[Ti]))
        {
            _block.Power = _faults.ShareOfEffect();
            var (low, high) = SetPoints ?? (SetPoint, SetPoint);
            SetPoints = (Math.Min(SetPoint, low), Math.Max(SetPoint, high));
        }
        if (_values[AutoManual] == 0)
            _values[ManualOp] = Math.Round(_block.Output * 100, 1);
    }

    private static bool IsTemperature(int address) =>
        address is Pv or TargetSp or WorkingSp or Sp1 or Sp2 or RemoteSp or SpHigh or SpLow or RangeLow or RangeHigh;

    private double? Shown(int address) => _faults[FaultKind.WrongUnit] && IsTemperature(address)
        ? Read(address) * 1.8 + 32
        : Read(address);

    private double Told(int address, double value) => _faults[FaultKind.WrongUnit] && IsTemperature(address)
        ? (value - 32) / 1.8
        : value;

    private double? Read(int address) => address switch
    {
        Pv when _faults[FaultKind.StaleValue] && !Broken => _stale,
        Pv => Broken ? _values[RangeHigh] : _block.Temperature,
        TargetSp => _values[_values[SpSelect] == 1 ? Sp2 : Sp1],
        WorkingOp => _block.Output * 100,
        WorkingSp => SetPoint,
        StatusWord => Status(),
        _ => _values.TryGetValue(address, out var value) ? value : null,
    };

    private int Status() =>
        (_block.Temperature > _values[Alarm1] ? 0x0001 : 0) | (_block.Temperature < _values[Alarm2] ? 0x0002 : 0)
        | (Broken ? 0x0020 : 0) | (RemoteFailed ? 0x4000 : 0);

    private double Scale(int address) => address switch
    {
        ManualOp or WorkingOp => 10,
        Ti or SpSelect or StatusWord or AutoManual or AcknowledgeAll or LocalRemote => 1,
        _ => _temperatureScale,
    };

    private bool Allows(int address, double value) => address switch
    {
        Sp1 or Sp2 or RemoteSp => value >= _values[SpLow] && value <= _values[SpHigh],
        SpHigh or SpLow => value >= _values[RangeLow] && value <= _values[RangeHigh],
        ManualOp => value is >= -100 and <= 100,
        SpSelect or AutoManual or AcknowledgeAll or LocalRemote => value is 0 or 1,
        Pb => value > 0,
        Ti => value >= 0,
        _ => true,
    };
}
