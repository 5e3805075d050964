using System.Globalization;
using System.Text;
using Sdl.Core.Instruments;
using Sdl.Core.Simulation;
using Sdl.Core.Units;

namespace Sdl.Simulators.Balances;

/// <summary>Plays a Mettler-Toledo balance with MT-SICS level 0 and 1. On its pan stands the vial at <c>place</c>
/// (default
/// <c>balance</c>) of <c>vial_mass</c> (default 12.5 g); it shows <c>unit</c> g, mg or kg.</summary>
[Simulates("balance.mt-sics")]
public sealed class MtSicsSimulator : ISimulator
{
    private const string Model = "XPR205 220 g", Software = "2.10 10.28.0.493.142", Serial = "B021002593";

    private static readonly TimeSpan StreamInterval = TimeSpan.FromSeconds(0.2), Look = TimeSpan.FromSeconds(0.1);

    // How long S, T and Z wait for stability before they answer I.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SimulatorContext _context;
    private readonly WeighingPan _pan;
    private readonly (string Name, double Grams, string Format) _unit;
    private IDeviceWire? _newest;
    private ITimer? _stream, _pending;
    private bool _isAsleep;
    private double _stale;

    public MtSicsSimulator(SimulatorContext context)
    {
        _context = context;
        _pan = new WeighingPan(context, context.Simulation.Text("place", "balance"),
            context.Simulation.Quantity("vial_mass", "g", Quantity.Of(12.5, "g")).In("g"),
            context.Settings.Quantity("capacity", "g", Quantity.Of(220, "g")).In("g"), () => Faults["unstable"]);
        _unit = context.Simulation.Text("unit", "g") switch
        {
            "g" => ("g", 1, "F4"),
            "mg" => ("mg", 1e-3, "F1"),
            "kg" => ("kg", 1e3, "F7"),
            var other => throw new SettingException("unit", $"= {other} should be g, mg or kg"),
        };
        Ports = [new DevicePort("", 0, wire => new Session(this, _newest = wire))];
        Faults.Begun += Begin;
    }

    public IReadOnlyList<DevicePort> Ports { get; }

    public Faults Faults { get; } = new(
        (FaultKind.StaleValue, "it shows the weight that it showed before, as stable"),
        (FaultKind.StuckBusy, "whatever is asked of the weight, it answers 'not now'"),
        (FaultKind.WrongUnit, "somebody has switched it to ounces"),
        (FaultKind.PowerCycle, "it restarts: tare and zero are lost"),
        ("overload", "the weight is above its range"), ("underload", "the weight is below its range"),
        ("unstable", "the weight does not come to rest"), ("error", "its electronics report an error"),
        ("print-key", "somebody presses the print key before each reply"));

    private void Begin(string fault)
    {
        if (fault == FaultKind.StaleValue)
            _stale = _pan.Net;
        if (fault != FaultKind.PowerCycle)
            return;
        _pan.Restart();
        Reset();
        if (_newest is { } wire)
            Say(wire, $"I4 A \"{Serial}\"");
    }

    /// <summary>A balance moves nothing.</summary>
    public string? Danger => null;

    public Action? Watchdog => () => _stream?.Dispose();

    /// <summary>Something else lies on the pan than the vial.</summary>
    public bool Force(string reading, Quantity? value)
    {
        if (reading is not ("load" or "mass"))
            return false;
        // A tare that is taken meanwhile changes the net weight of it, as it does on a real pan.
        _pan.Forced = value?.In("g") + (reading == "mass" ? _pan.Tare : 0);
        return true;
    }

    private void Obey(string command, IDeviceWire wire)
    {
        if (Faults["print-key"])
            Say(wire, $"S S {Value(_pan.Net)}");
        var parts = command.Split(' ', 2);
        var argument = parts.Length > 1 ? parts[1] : "";
        if (_isAsleep && parts[0] is not ("PWR" or "@") && !parts[0].StartsWith('I'))
            Say(wire, "EL");
        else if (Answer(parts[0], argument, wire) is { } reply)
            Say(wire, reply);
    }

    private string? Answer(string name, string argument, IDeviceWire wire) => name switch
    {
        "S" => Wait("S", wire, () => Weight(_pan.IsStable)),
        "SI" => Weight(Stopped()),
        "SIR" => Stream(wire, onlyChanges: false),
        "SR" => Stream(wire, onlyChanges: true),
        "T" => Wait("T", wire, () => Tare("T S")),
        "TI" => Tare(_pan.IsStable ? "TI S" : "TI D"),
        "TA" => argument.Length == 0 ? $"TA A {Value(_pan.Tare)}" : Preset(argument),
        "TAC" => ClearTare(),
        "Z" => Wait("Z", wire, () => Zero("Z A", "Z")),
        "ZI" => Zero(_pan.IsStable ? "ZI S" : "ZI D", "ZI"),
        "@" => Reset(),
        "I0" => "I0 B 0 \"I0\"\r\nI0 B 0 \"S\"\r\nI0 A 1 \"T\"",
        "I1" => "I1 A \"01\" \"2.30\" \"2.30\" \"\" \"\"",
        "I2" => $"I2 A \"{Model}\"",
        "I3" => $"I3 A \"{Software}\"",
        "I4" => $"I4 A \"{Serial}\"",
        "I5" => "I5 A \"30021221A\"",
        "D" or "DW" => $"{name} A",
        "PWR" => Power(argument, wire),
        _ => "ES",
    };

    private string Weight(bool isStable)
    {
        if (Faults["error"])
            return "S S Error 14b";
        if (Faults[FaultKind.StuckBusy])
            return "S I";
        if (Faults["overload"] || _pan.Gross > _pan.Capacity)
            return "S +";
        if (Faults[FaultKind.StaleValue])
            return $"S S {Value(_stale)}";
        return Faults["underload"] || _pan.Gross < -_pan.ZeroRange
            ? "S -"
            : $"S {(isStable ? "S" : "D")} {Value(_pan.Net)}";
    }

    // A weight asked for ends a stream.
    private bool Stopped()
    {
        _stream?.Dispose();
        return _pan.IsStable;
    }

    private string? Wait(string name, IDeviceWire wire, Func<string> then)
    {
        _stream?.Dispose();
        _pending?.Dispose();
        if (Faults[FaultKind.StuckBusy])
            return $"{name} I";
        if (_pan.IsStable)
            return then();
        var until = _context.Clock.GetUtcNow() + Patience;
        _pending = _context.Clock.CreateTimer(_ =>
        {
            if (!_pan.IsStable && _context.Clock.GetUtcNow() < until)
                return;
            _pending?.Dispose();
            Say(wire, _pan.IsStable ? then() : $"{name} I");
        }, null, Look, Look);
        return null;
    }

    private string? Stream(IDeviceWire wire, bool onlyChanges)
    {
        _stream?.Dispose();
        string? last = null;
        _stream = _context.Clock.CreateTimer(_ =>
        {
            var now = Weight(_pan.IsStable);
            if (!onlyChanges || (now != last && now.StartsWith("S S", StringComparison.Ordinal)))
                Say(wire, now);
            last = now;
        }, null, StreamInterval, StreamInterval);
        return null;
    }

    private string Tare(string done)
    {
        if (_pan.Gross > _pan.Capacity || Faults["overload"])
            return done[..^1] + "+";
        if (_pan.Gross < 0)
            return done[..^1] + "-";
        _pan.TakeTare();
        return $"{done} {Value(_pan.Tare)}";
    }

    private string Preset(string argument)
    {
        if (!Quantity.TryParse(argument, out var mass, out _)
            || mass.Dimension != new Dimension(Mass: 1) || mass.Si < 0)
            return "TA L";
        _pan.Tare = mass.In("g");
        return $"TA A {Value(_pan.Tare)}";
    }

    private string ClearTare()
    {
        _pan.Tare = 0;
        return "TAC A";
    }

    private string Zero(string done, string name)
    {
        if (Math.Abs(_pan.FromFirstZero) > _pan.ZeroRange)
            return name + (_pan.FromFirstZero > 0 ? " +" : " -");
        _pan.TakeZero();
        return done;
    }

    private string Reset()
    {
        _stream?.Dispose();
        _pending?.Dispose();
        _isAsleep = false;
        _pan.Tare = 0;
        return $"I4 A \"{Serial}\"";
    }

    private string Power(string argument, IDeviceWire wire)
    {
        if (argument is not ("0" or "1"))
            return "PWR L";
        var wakes = _isAsleep && argument == "1";
        _isAsleep = argument == "0";
        if (wakes)
            Say(wire, $"I4 A \"{Serial}\"");
        return "PWR A";
    }

    private string Value(double grams)
    {
        var (name, unit, format) = Faults[FaultKind.WrongUnit] ? ("oz", 28.349523, "F5") : _unit;
        return (grams / unit).ToString(format, CultureInfo.InvariantCulture).PadLeft(10) + " " + name;
    }

    private static void Say(IDeviceWire wire, string line) => wire.Send(Encoding.ASCII.GetBytes(line + "\r\n"));

    private sealed class Session(MtSicsSimulator balance, IDeviceWire wire) : IDeviceSession
    {
        private readonly StringBuilder _line = new();

        public void Receive(ReadOnlySpan<byte> bytes)
        {
            foreach (var b in bytes)
                if (b != '\n')
                    _line.Append((char)b);
                else
                {
                    var command = _line.ToString().TrimEnd('\r');
                    _line.Clear();
                    balance.Obey(command, wire);
                }
        }

        public void Closed()
        {
        }
    }
}
