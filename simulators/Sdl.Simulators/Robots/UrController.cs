using Sdl.Core.Simulation;
using Sdl.Simulators.Physics;

namespace Sdl.Simulators.Robots;

/// <summary>The state of a simulated controller and arm: power, safety, the loaded program and its progress, the
/// general-purpose registers. Both servers speak for it.</summary>
internal sealed class UrController(
    TimeProvider clock, Faults faults, Bench bench, IReadOnlyList<UrProgramFile> programs, int handshake,
    bool startsPowered)
{
    public static readonly TimeSpan UnlockDelay = TimeSpan.FromSeconds(5);

    // Robot mode codes of Modbus register 258; the words are those of the dashboard.
    public static readonly string[] Modes =
        ["DISCONNECTED", "CONFIRM_SAFETY", "BOOTING", "POWER_OFF", "POWER_ON", "IDLE", "BACKDRIVE", "RUNNING"];

    private static readonly TimeSpan BootTime = TimeSpan.FromSeconds(4), BrakeTime = TimeSpan.FromSeconds(3);

    private readonly ushort[] _registers = new ushort[128];
    private ushort _outputs, _forcedHigh, _forcedLow;
    private DateTimeOffset _protectiveSince;
    private ITimer? _power, _step;
    private Action? _next;
    private DateTimeOffset _due;
    private TimeSpan _left;
    private int _done;
    private int _vials;
    private double _share = 1;

    public string Mode { get; private set; } = startsPowered ? "RUNNING" : "POWER_OFF";
    public string Safety { get; private set; } = "NORMAL";
    public string ProgramState { get; private set; } = "STOPPED";
    public UrProgramFile? Loaded { get; private set; }
    public ushort Outputs
    {
        get => (ushort)((_outputs | _forcedHigh) & ~_forcedLow);
        set => _outputs = value;
    }

    // Each action takes its share of the program's time and is done at the end of it; a protective stop cuts in midway.
    private TimeSpan HalfStep => Loaded!.Duration / (2 * Loaded.Actions.Count);

    public bool IsRemote => !faults["local-control"];
    public bool IsPoweredOn => Mode is "POWER_ON" or "IDLE" or "BACKDRIVE" or "RUNNING";

    public List<DeviceEffect> Effects { get; } = [];

    /// <summary>General-purpose register 128 to 255.</summary>
    public ushort this[int address]
    {
        get => _registers[address - 128];
        set => _registers[address - 128] = value;
    }

    /// <summary>Takes notice of an emergency stop that was pressed or released.</summary>
    public void Refresh()
    {
        if (faults["emergency-stop"] && Safety != "ROBOT_EMERGENCY_STOP")
        {
            Safety = "ROBOT_EMERGENCY_STOP";
            Stop();
            Power("POWER_OFF", null);
        }
        else if (!faults["emergency-stop"] && Safety == "ROBOT_EMERGENCY_STOP")
            Safety = "NORMAL";
    }

    /// <summary>Holds outputs high or low whatever is written to them, or lets go of them.</summary>
    public void Override(ushort mask, bool? high)
    {
        _forcedHigh = (ushort)(high == true ? _forcedHigh | mask : _forcedHigh & ~mask);
        _forcedLow = (ushort)(high == false ? _forcedLow | mask : _forcedLow & ~mask);
    }

    public bool PowerOn()
    {
        // Clients ask again while it boots.
        if (Safety == "NORMAL" && Mode == "POWER_OFF")
            Power("BOOTING", () => Power("IDLE", null), BootTime);
        return Safety == "NORMAL";
    }

    public bool ReleaseBrake()
    {
        if (Safety == "NORMAL" && Mode == "IDLE" && _power is null)
            Power("IDLE", () => Power("RUNNING", null), BrakeTime);
        return Safety == "NORMAL" && Mode is ("IDLE" or "RUNNING");
    }

    public void PowerOff()
    {
        Stop();
        Power("POWER_OFF", null);
    }

    public bool Load(string name)
    {
        if (programs.FirstOrDefault(p => p.Name == name) is not { } program)
            return false;
        Stop();
        Loaded = program;
        return true;
    }

    public bool Play()
    {
        if (Loaded is null || Mode != "RUNNING" || Safety != "NORMAL" || ProgramState == "PLAYING")
            return false;
        if (ProgramState == "STOPPED")
        {
            _done = 0;
            _share = faults.ShareOfEffect();
            Effects.Add(new DeviceEffect(clock.GetUtcNow(), null, Loaded.Name, 0));
            this[handshake + 2] = this[handshake];
            (_next, _left) = (Midway, HalfStep);
        }
        ProgramState = "PLAYING";
        After(_left, _next!);
        return true;
    }

    public bool Pause()
    {
        if (ProgramState != "PLAYING")
            return false;
        _step?.Dispose();
        _left = _due - clock.GetUtcNow();
        ProgramState = "PAUSED";
        return true;
    }

    public void Stop()
    {
        _step?.Dispose();
        ProgramState = "STOPPED";
        End(0);
    }

    private void End(double amount)
    {
        if (Effects is [.., { Until: null } last])
            Effects[^1] = last with { Until = clock.GetUtcNow(), Amount = amount };
    }

    /// <summary>The controller starts anew: it remembers nothing.</summary>
    public void LosePower()
    {
        PowerOff();
        Array.Clear(_registers);
        (Loaded, Safety, Outputs) = (null, "NORMAL", 0);
    }

    public bool Unlock()
    {
        if (Safety != "PROTECTIVE_STOP" || clock.GetUtcNow() - _protectiveSince < UnlockDelay)
            return false;
        Safety = "NORMAL";
        return true;
    }

    private void Midway()
    {
        Refresh();
        if (ProgramState != "PLAYING")
            return;
        if (faults["protective-stop"])
        {
            Safety = "PROTECTIVE_STOP";
            _protectiveSince = clock.GetUtcNow();
            (_next, _left) = (Act, HalfStep);
            ProgramState = "PAUSED";
            return;
        }
        After(HalfStep, Act);
    }

    private void Act()
    {
        Refresh();
        if (ProgramState != "PLAYING")
            return;
        if (faults[FaultKind.StuckBusy])
        {
            After(HalfStep, Act);
            return;
        }
        if (_share < 1 && _done >= Math.Floor(_share * Loaded!.Actions.Count))
        {
            Stop();
            return;
        }
        var result = Loaded!.Actions[_done].Do(bench, this[handshake + 1], () => ++_vials, faults["mis-pick"]);
        if (result == 0 && ++_done < Loaded.Actions.Count)
        {
            After(HalfStep, Midway);
            return;
        }
        this[handshake + 4] = result;
        this[handshake + 3] = this[handshake];
        End(result == 0 ? 1 : 0);
        if (faults["loops-forever"])
        {
            _done = 0;
            After(HalfStep, Midway);
        }
        else
            ProgramState = "STOPPED";
    }

    private void Power(string mode, Action? next, TimeSpan after = default)
    {
        Mode = mode;
        _power?.Dispose();
        _power = next is null ? null : clock.CreateTimer(_ => next(), null, after, Timeout.InfiniteTimeSpan);
    }

    private void After(TimeSpan delay, Action then)
    {
        _step?.Dispose();
        (_next, _due) = (then, clock.GetUtcNow() + delay);
        _step = clock.CreateTimer(_ => then(), null, delay, Timeout.InfiniteTimeSpan);
    }
}
