using Sdl.Core.Simulation;
using Sdl.Transport.Modbus;

namespace Sdl.Simulators.Presses;

/// <summary>The register map of the crimping press, version 1 (drivers/Sdl.Drivers/Presses/Crimper.md), with what the
/// press allows.</summary>
internal sealed class CrimperTable : IModbusRegisters
{
    private const int State = 10, StateEnd = 22, WatchdogAt = 40, Order = 50, OrderLength = 7;

    private readonly TimeProvider _clock;
    private readonly Faults _faults;
    private readonly double _mostForce, _stroke;
    private ushort _watchdog;
    private DateTimeOffset _heard;
    private ITimer? _timer;
    private bool _guardByHand = true;
    private (double Force, double Position) _stale;

    /// <param name="mostForce">N.</param>
    /// <param name="stroke">mm.</param>
    public CrimperTable(TimeProvider clock, Faults faults, CrimperRam ram, double mostForce, double stroke)
    {
        (_clock, _faults, Ram, _mostForce, _stroke) = (clock, faults, ram, mostForce, stroke);
        _heard = clock.GetUtcNow();
    }

    public CrimperRam Ram { get; }

    /// <summary>N that its load cell is made to show from outside, or null.</summary>
    public double? ForcedForce { get; set; }

    /// <summary>mm that its scale is made to show, or null.</summary>
    public double? ForcedPosition { get; set; }

    /// <summary>The guard door is opened or closed by hand.</summary>
    public bool GuardByHand
    {
        get => _guardByHand;
        set
        {
            _guardByHand = value;
            if (!value)
                Ram.Stop(1);
        }
    }

    public string? Danger
    {
        get
        {
            Look();
            return Ram.Phase != RamPhase.Stands ? $"the ram is {Ram.Phase}"
                : Ram.Force > 0 ? "the ram presses"
                : !Ram.IsOpen && Guarded ? "the ram is not open" : null;
        }
    }

    private bool Guarded => _guardByHand && !_faults["guard-open"];

    // What stands half-way without force is left alone: it never moves because a guard was closed.
    private bool IsCrimping => Ram.Phase is RamPhase.Closing or RamPhase.Dwelling;

    private bool Stopped => _faults["emergency-stop"];

    public bool Knows(byte function) => function is 3 or 4 or 6 or 16;

    public ModbusExceptionCode? ReadInput(ushort start, Span<ushort> into) => ReadHolding(start, into);

    public ModbusExceptionCode? ReadHolding(ushort start, Span<ushort> into)
    {
        if (Hear() is { } busy)
            return busy;
        for (var i = 0; i < into.Length; i++)
            if (Shown(start + i) is { } value)
                into[i] = value;
            else
                return ModbusExceptionCode.IllegalDataAddress;
        return null;
    }

    public ModbusExceptionCode? WriteHolding(ushort start, ReadOnlySpan<ushort> values)
    {
        if (Hear() is { } busy)
            return busy;
        if (start == WatchdogAt && values.Length == 1)
        {
            _watchdog = values[0];
            Watch();
            return null;
        }
        return start != Order ? ModbusExceptionCode.IllegalDataAddress : (values[0], values.Length) switch
        {
            (1, OrderLength) => Crimp(values),
            (2, 1) => Open(),
            (3, 1) => Acknowledge(),
            _ => ModbusExceptionCode.IllegalDataValue,
        };
    }

    /// <summary>A fault begins.</summary>
    public void Begin(string fault)
    {
        Ram.Advance();
        switch (fault)
        {
            case FaultKind.StaleValue:
                _stale = (Ram.Force, Ram.Position);
                break;
            case FaultKind.PowerCycle:
                // A spring opens it; what it remembers, it remembers without power.
                Ram.Open(6);
                break;
            case "drive-trip" when Ram.Force > 0:
                Ram.Open(5);
                break;
            case "guard-open":
                Ram.Stop(1);
                break;
            case "emergency-stop":
                Ram.Stop(4);
                break;
        }
    }

    private ModbusExceptionCode? Hear()
    {
        Look();
        if (_faults[FaultKind.StuckBusy])
            return ModbusExceptionCode.ServerDeviceBusy;
        _heard = _clock.GetUtcNow();
        Watch();
        return null;
    }

    private void Watch()
    {
        if (_watchdog == 0 || _timer is not null || !IsCrimping)
            return;
        var left = TimeSpan.FromSeconds(_watchdog / 10.0) - (_clock.GetUtcNow() - _heard);
        _timer = _clock.CreateTimer(_ =>
        {
            _timer?.Dispose();
            _timer = null;
            Look();
        }, null, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void Look()
    {
        Ram.Advance();
        if (_watchdog > 0 && IsCrimping
            && _clock.GetUtcNow() - _heard >= TimeSpan.FromSeconds(_watchdog / 10.0))
            Ram.Open(7);
        Watch();
    }

    private ModbusExceptionCode? Crimp(ReadOnlySpan<ushort> order)
    {
        var token = (uint)(order[5] << 16 | order[6]);
        var position = order[3] / 100.0;
        if (order[1] > 1 || order[2] == 0 || order[2] > _mostForce || position <= 0 || position > _stroke + 1e-9
            || order[4] > 6000 || token == 0)
            return ModbusExceptionCode.IllegalDataValue;
        if (Ram.Phase != RamPhase.Stands)
            return ModbusExceptionCode.ServerDeviceBusy;
        if (!Guarded || Stopped || Ram.Fault != 0 || !Ram.IsOpen || (token == Ram.Token && Ram.Result != 3))
            return ModbusExceptionCode.ServerDeviceFailure;
        Ram.Close(new CrimpOrder(order[1] == 0, order[2], position, order[4] / 100.0, token));
        Watch();
        return null;
    }

    // With the guard open it would not move; the order is heard all the same, and nothing happens.
    private ModbusExceptionCode? Open()
    {
        if (Guarded && !Stopped)
            Ram.Open();
        return null;
    }

    private ModbusExceptionCode? Acknowledge()
    {
        if (Guarded && !Stopped)
            Ram.Fault = 0;
        return null;
    }

    private ushort? Shown(int address) => address switch
    {
        0 => 0x4350,
        1 => 1,
        2 => (ushort)_mostForce,
        3 => (ushort)Math.Round(_stroke * 100),
        >= State and < StateEnd => StateAt(address - State),
        WatchdogAt => _watchdog,
        _ => null,
    };

    private ushort StateAt(int i)
    {
        var isStale = _faults[FaultKind.StaleValue];
        return i switch
        {
            0 => Status(),
            1 => (ushort)Ram.Fault,
            2 => Whole(ForcedForce ?? (isStale ? _stale.Force : Ram.Force)),
            3 => Whole(100 * (ForcedPosition ?? (isStale ? _stale.Position : Ram.Position))),
            4 => (ushort)(Ram.Token >> 16),
            5 => (ushort)Ram.Token,
            6 => (ushort)Ram.Result,
            7 => Whole(Ram.Held),
            8 => Whole(Ram.Peak),
            9 => Whole(100 * Ram.PeakAt),
            10 => (ushort)(Ram.Crimps >> 16),
            _ => (ushort)Ram.Crimps,
        };
    }

    private ushort Status() => (ushort)((Guarded ? 1 : 0) | (Ram.IsOpen ? 2 : 0)
        | (Ram.Phase != RamPhase.Stands ? 4 : 0) | (Ram.Force > 0 ? 8 : 0) | (Stopped ? 16 : 0)
        | (Ram.Fault != 0 ? 32 : 0));

    private static ushort Whole(double value) => (ushort)Math.Clamp(Math.Round(value), 0, ushort.MaxValue);
}
