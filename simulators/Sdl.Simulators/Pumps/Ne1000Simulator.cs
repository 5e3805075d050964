using System.Globalization;
using System.Text.RegularExpressions;
using Sdl.Core.Instruments;
using Sdl.Core.Simulation;
using Sdl.Core.Units;

namespace Sdl.Simulators.Pumps;

/// <summary>Plays a New Era NE-1000 syringe pump. What it infuses flows into the vial at <c>outlet</c> (default
/// <c>balance</c>): the liquid <c>stock</c> of the lab, which never ends, or without one what it has drawn in from the
/// vial at <c>inlet</c>.</summary>
[Simulates("pump.ne1000")]
public sealed partial class Ne1000Simulator : ISimulator
{
    // Plunger speeds in m/s and the diameter up to which volumes are in microlitres (manual 1200-01).
    private const double Fastest = 0.051005 / 60, Slowest = 0.00004205 / 3600, MicrolitresUpTo = 14.0;

    private static readonly Dictionary<string, double> VolumeUnits = new() { ["UL"] = 1e-9, ["ML"] = 1e-6 };

    private static readonly Dictionary<string, double> RateUnits = new()
    {
        ["UM"] = 1e-9 / 60, ["MM"] = 1e-6 / 60, ["UH"] = 1e-9 / 3600, ["MH"] = 1e-6 / 3600,
    };

    private readonly TimeProvider _clock;
    private readonly Ne1000Motor _motor;
    private IDeviceWire? _newest;
    private ITimer? _safeTimer;
    private int _address;
    private int _safeSeconds;
    private char? _alarm = 'R';
    private double _diameter = 26.59, _volume, _rate = 1, _staleInfused, _staleWithdrawn;
    private int _powerCycles;
    private string _volumeUnit = "ML", _rateUnit = "MH";

    public Ne1000Simulator(SimulatorContext context)
    {
        _clock = context.Clock;
        _address = context.Address.Integer("unit", 0);
        _motor = new Ne1000Motor(
            context, context.Simulation.Find("stock"), context.Simulation.Text("outlet", "balance"),
            context.Simulation.Find("inlet"), Faults, () => Raise('S'));
        _motor.SetRate(_rate * RateUnits[_rateUnit]);
        Ports = [new DevicePort("", 0, Connect)];
        Faults.Begun += Begin;
    }

    public IReadOnlyList<DevicePort> Ports { get; }

    public Faults Faults { get; } = new(
        (FaultKind.StaleValue, "it tells its counters as they were before"),
        (FaultKind.StuckBusy, "the plunger blocks: it says that it moves, counts nothing and does not obey a stop"),
        (FaultKind.WrongUnit, "somebody has set its volume to the other unit at the keypad"),
        (FaultKind.PartialEffect, "a bubble: less comes out of the needle than it counts"),
        (FaultKind.PowerCycle, "its power goes and comes back: it stands, and its counters are lost"),
        ("stall", "the motor stalls at half of the volume, and it says so"));

    public IReadOnlyList<DeviceEffect> Effects => _motor.Effects;

    public string? Danger
    {
        get
        {
            _motor.Update();
            return _motor.Prompt == 'S' ? null : $"the pump's program is not reset: it says {_motor.Prompt}";
        }
    }

    /// <summary>None: the pump's safe mode has a time-out of its own.</summary>
    public Action? Watchdog => null;

    /// <summary>The plunger has been turned by hand: its counters show so much, whatever is counted.</summary>
    public bool Force(string reading, Quantity? value)
    {
        switch (reading)
        {
            case "infused":
                _motor.ForcedInfused = value?.Si;
                return true;
            case "withdrawn":
                _motor.ForcedWithdrawn = value?.Si;
                return true;
            default:
                return false;
        }
    }

    private double Area => Math.PI * _diameter * _diameter / 4 * 1e-6;

    private void Begin(string fault)
    {
        _motor.Update();
        switch (fault)
        {
            case FaultKind.StaleValue:
                (_staleInfused, _staleWithdrawn) = (_motor.Infused, _motor.Withdrawn);
                break;
            case FaultKind.WrongUnit when !_motor.IsMoving:
                SetVolume(_volumeUnit == "ML" ? "UL" : "ML");
                break;
            case FaultKind.PowerCycle:
                _motor.LosePower();
                _safeTimer?.Dispose();
                _powerCycles++;
                Raise('R');
                break;
        }
    }

    private Session Connect(IDeviceWire wire)
    {
        _newest = wire;
        return new Session(this, wire);
    }

    private void Receive(Ne1000Wire input, IDeviceWire wire, ReadOnlySpan<byte> bytes)
    {
        _motor.Update();
        input.Add(bytes);
        while (input.Next() is { } command)
            if (command.IsPacket || _safeSeconds == 0)
                Obey(command, wire);
    }

    private void Obey((string? Text, bool IsPacket) command, IDeviceWire wire)
    {
        if (command.Text is not { } text)
        {
            // Whom a damaged packet was meant for is not known; a pump alone on its line says so.
            if (_safeSeconds > 0 && _address == 0)
                Say(wire, _motor.Prompt + "?COM");
            return;
        }
        var parts = Command.Match(text);
        if (!parts.Success || (command.IsPacket && _safeSeconds == 0 && parts.Groups["name"].Value != "SAF"))
            return;
        var address = parts.Groups["address"].Value;
        if (address != "*" && (address.Length == 0 ? 0 : int.Parse(address, CultureInfo.InvariantCulture)) != _address)
            return;
        var (name, argument) = (parts.Groups["name"].Value, parts.Groups["argument"].Value);
        if (_alarm is { } alarm)
        {
            // The host learns of the alarm instead of getting its command done; only the framing changes all the same.
            _alarm = null;
            if (name == "SAF")
                SetFraming(argument);
            Say(wire, "A?" + alarm);
        }
        else
        {
            var data = Execute(name, argument);
            Say(wire, _motor.Prompt + data);
        }
        RestartSafeTimer();
    }

    private string Execute(string name, string argument) => name switch
    {
        "" when argument.Length == 0 => "",
        "DIA" => argument.Length == 0 ? Show(_diameter) : SetDiameter(argument),
        "VOL" => argument.Length == 0 ? Show(_volume) + _volumeUnit : SetVolume(argument),
        "RAT" => argument.Length == 0 ? Show(_rate) + _rateUnit : SetRate(argument),
        "DIR" => argument.Length == 0 ? _motor.Infuses ? "INF" : "WDR" : SetDirection(argument),
        "RUN" => Run(),
        "PUR" => Purge(),
        "STP" => Stop(),
        "DIS" => Counters(),
        "CLD" => Clear(argument),
        "FUN" => argument.Length == 0 ? "RAT" : "?NA",
        "PHN" => argument switch { "" => "1", "1" => "", _ => "?OOR" },
        "VER" => "NE1000V3.928",
        "SAF" => argument.Length == 0 ? _safeSeconds.ToString(CultureInfo.InvariantCulture) : SetFraming(argument),
        "ADR" => SetAddress(argument),
        _ => "?",
    };

    private string Counters()
    {
        var (infused, withdrawn) = Faults[FaultKind.StaleValue]
            ? (_staleInfused, _staleWithdrawn)
            : (_motor.ForcedInfused ?? _motor.Infused, _motor.ForcedWithdrawn ?? _motor.Withdrawn);
        return $"I{Show(Counted(infused))}W{Show(Counted(withdrawn))}{_volumeUnit}";
    }

    private string SetDiameter(string argument)
    {
        if (_motor.IsMoving)
            return "?NA";
        if (Number(argument) is not { } value)
            return "?";
        if (value is < 0.1 or > 80)
            return "?OOR";
        _diameter = value;
        _volumeUnit = value <= MicrolitresUpTo ? "UL" : "ML";
        _motor.Target = _volume * VolumeUnits[_volumeUnit];
        return "";
    }

    private string SetVolume(string argument)
    {
        if (_motor.IsMoving)
            return "?NA";
        if (VolumeUnits.ContainsKey(argument))
            _volumeUnit = argument;
        else if (Number(argument) is { } value)
            _volume = value;
        else
            return "?";
        _motor.Target = _volume * VolumeUnits[_volumeUnit];
        return "";
    }

    private string SetRate(string argument)
    {
        var unit = argument.Length > 2 && char.IsAsciiLetter(argument[^1]) ? argument[^2..] : _rateUnit;
        if (Number(argument.TrimEnd('U', 'M', 'H')) is not { } value || !RateUnits.TryGetValue(unit, out var scale))
            return "?";
        if (_motor.IsMoving && unit != _rateUnit)
            return "?NA";
        if (value * scale < Slowest * Area * 0.999 || value * scale > Fastest * Area * 1.001)
            return "?OOR";
        (_rate, _rateUnit) = (value, unit);
        _motor.SetRate(value * scale);
        return "";
    }

    private string SetDirection(string argument)
    {
        if (argument is not ("INF" or "WDR" or "REV" or "STK"))
            return "?";
        if (_motor.IsMoving)
            return "?NA";
        _motor.Infuses = argument switch
        {
            "INF" => true,
            "WDR" => false,
            "REV" => !_motor.Infuses,
            _ => _motor.Infuses,
        };
        return "";
    }

    private string Run()
    {
        if (_motor.IsMoving)
            return "?NA";
        var rate = _rate * RateUnits[_rateUnit];
        if (rate < Slowest * Area * 0.999 || rate > Fastest * Area * 1.001)
            return "?OOR";
        _motor.SetRate(rate);
        _motor.Target = _volume * VolumeUnits[_volumeUnit];
        _motor.Run();
        return "";
    }

    private string Purge()
    {
        if (_motor.IsMoving)
            return "?NA";
        _motor.Purge(Fastest * Area);
        return "";
    }

    private string Stop()
    {
        _motor.Pause();
        return "";
    }

    private string Clear(string argument)
    {
        if (_motor.IsMoving)
            return "?NA";
        switch (argument)
        {
            case "INF":
                _motor.ClearInfused();
                return "";
            case "WDR":
                _motor.ClearWithdrawn();
                return "";
            default:
                return "?";
        }
    }

    private string SetFraming(string argument)
    {
        if (!int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 255)
            return "?OOR";
        _safeSeconds = seconds;
        return "";
    }

    private string SetAddress(string argument)
    {
        if (argument.Length == 0)
            return _address.ToString("00", CultureInfo.InvariantCulture);
        if (!int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var address) || address > 99)
            return "?OOR";
        _address = address;
        return "";
    }

    // In safe mode the pump stops by itself when nobody talks to it.
    private void RestartSafeTimer()
    {
        _safeTimer?.Dispose();
        if (_safeSeconds > 0)
            _safeTimer = _clock.CreateTimer(_ =>
            {
                _motor.Stop();
                Raise('T');
            }, null, TimeSpan.FromSeconds(_safeSeconds), Timeout.InfiniteTimeSpan);
    }

    // In safe mode an alarm is said at once, which is a report of it like any other.
    private void Raise(char alarm)
    {
        if (_safeSeconds > 0 && _newest is { } wire)
            Say(wire, "A?" + alarm);
        else
            _alarm = alarm;
    }

    private void Say(IDeviceWire wire, string text)
    {
        var address = _address.ToString("00", CultureInfo.InvariantCulture);
        wire.Send(Ne1000Wire.Pack(address + text, _safeSeconds > 0));
    }

    // A counter shows what has passed, so it is cut, not rounded.
    private double Counted(double volume)
    {
        var value = volume / VolumeUnits[_volumeUnit];
        var digit = value < 10 ? 1e-3 : value < 100 ? 1e-2 : value < 1000 ? 0.1 : 1;
        return Math.Floor(value / digit + 1e-6) * digit;
    }

    private static string Show(double value) => value.ToString(
        value < 9.9995 ? "0.000" : value < 99.995 ? "0.00" : value < 999.95 ? "0.0" : "0'.'",
        CultureInfo.InvariantCulture);

    private static double? Number(string text) => Digits.IsMatch(text) && text.Count(char.IsAsciiDigit) is >= 1 and <= 4
        ? double.Parse(text, CultureInfo.InvariantCulture)
        : null;

    [GeneratedRegex(@"^(?<address>\d{1,2}|\*)?(?<name>[A-Z]{0,3})(?<argument>[A-Z0-9.]*)$")]
    private static partial Regex Command { get; }

    [GeneratedRegex(@"^\d*\.?\d{0,3}$")]
    private static partial Regex Digits { get; }

    private sealed class Session(Ne1000Simulator pump, IDeviceWire wire) : IDeviceSession
    {
        private readonly Ne1000Wire _input = new(pump._clock);
        private int _powerCycles;

        public void Receive(ReadOnlySpan<byte> bytes)
        {
            // Half a command does not outlast the power.
            if (_powerCycles != pump._powerCycles)
                _input.Clear();
            _powerCycles = pump._powerCycles;
            pump.Receive(_input, wire, bytes);
        }

        public void Closed()
        {
        }
    }
}
