using System.Text;
using Sdl.Core.Instruments;
using Sdl.Core.Simulation;
using Sdl.Core.Units;
using Sdl.Simulators.Physics;

namespace Sdl.Simulators.Potentiostats;

/// <summary>PalmSens EmStat Pico on its serial line: idle commands, MethodSCRIPT, data packages at the pace of the
/// measurement, abort in the middle of it.</summary>
/// <remarks>Section <c>simulation</c>: <c>cell</c> is <c>conductivity</c> (the cell at <c>place</c>, with
/// <c>cell_constant</c> and <c>calibration</c>), <c>randles</c> (<c>series_resistance</c>, <c>parallel_resistance</c>,
/// <c>capacitance</c>,
/// <c>rest_potential</c>) or <c>resistor</c> (<c>resistance</c>).</remarks>
[Simulates("potentiostat.emstat-pico")]
public sealed class EmStatPicoSimulator : ISimulator, IDeviceSession
{
    private const int LongestCommand = 128;

    private readonly TimeProvider _clock;
    private readonly PicoAnalog _analog;
    private readonly StringBuilder _input = new();
    private IDeviceWire? _wire;
    private StringBuilder? _upload;
    private char _uploadCommand;
    private MethodScriptProgram? _loaded;
    private MethodScriptInterpreter? _running;
    private IEnumerator<ScriptStep>? _steps;
    private ITimer? _timer;
    private bool _finishing;
    private string? _point;

    public EmStatPicoSimulator(SimulatorContext context)
    {
        _clock = context.Clock;
        _analog = new PicoAnalog(CellOf(context));
        Faults.Begun += Begin;
        Ports = [new DevicePort("", 0, wire =>
        {
            _wire = wire;
            return this;
        })];
    }

    public IReadOnlyList<DevicePort> Ports { get; }

    public Faults Faults { get; } = new(
        (FaultKind.StaleValue, "a measured point repeats the one before"),
        (FaultKind.StuckBusy, "a script does not come to its end and cannot be aborted"),
        (FaultKind.PartialEffect, "a measurement ends early, as if that were its end"),
        (FaultKind.PowerCycle, "it restarts: the script is gone and the cell is off"),
        ("overload", "every current is too large for its range"),
        ("abort-midway", "a measurement fails after three points"),
        ("stall", "it stops measuring in mid-loop and still answers"));

    /// <summary>Its driver declares no readings.</summary>
    public bool Force(string reading, Quantity? value) => false;

    /// <summary>Whether the leads are live.</summary>
    public bool CellIsOn => _analog.IsOn;

    public string? Danger => CellIsOn ? "the cell is on" : _steps is not null ? "a script runs" : null;

    /// <summary>The relay is in its supply: it asks no firmware.</summary>
    public Action? Watchdog => LosePower;

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
            if (b != '\n')
                _input.Append((char)b);
            else
            {
                var line = _input.ToString();
                _input.Clear();
                Handle(line);
            }
    }

    public void Closed()
    {
    }

    private static ICellUnderTest CellOf(SimulatorContext context)
    {
        var settings = context.Simulation;
        double Si(string name, string unit, double otherwise) =>
            settings.Quantity(name, unit, Quantity.Of(otherwise, unit)).Si;
        return settings.Text("cell", "conductivity") switch
        {
            "conductivity" => new ConductivityCell(context.Bench, context.Noise, settings.Text("place", "cell"),
                Si("cell_constant", "1/cm", 1), settings.Text("calibration", "1")),
            "randles" => new BenchCell(new SlowResponse(Si("series_resistance", "Ohm", 100),
                Si("parallel_resistance", "Ohm", 1000), Si("capacitance", "uF", 1), Si("rest_potential", "V", 0))),
            "resistor" => new BenchCell(new SlowResponse(Si("resistance", "Ohm", 1000), 0, 1e-9, 0)),
            var other => throw new SettingException("cell", $"= {other} should be conductivity, randles or resistor"),
        };
    }

    private void Handle(string line)
    {
        if (_upload is not null)
            Upload(line);
        else if (line == "Z")
            Abort();
        else if (line.Length == 0)
            return;
        else if (_steps is not null)
            Send(line[0] + "!0006");
        else if (line.Length > LongestCommand)
            Send(line[0] + "!0008");
        else
            Command(line);
    }

    private void Command(string line)
    {
        switch (line)
        {
            case "t":
                Send("tespico1300#Oct 26 2020 13:11:26");
                Send("R*");
                break;
            case "v":
                Send("v0103");
                break;
            case "i":
                Send("iESP20110042");
                break;
            case "e" or "l":
                (_upload, _uploadCommand) = (new StringBuilder(), line[0]);
                break;
            case "r" when _loaded is not null:
                Send("r");
                Start();
                break;
            case "r":
                Send("r!000C");
                break;
            default:
                Send(line[0] + (line[0] is 'G' or 'S' ? "!0004" : "!0003"));
                break;
        }
    }

    private void Upload(string line)
    {
        if (line.Length > 0)
        {
            _upload!.Append(line).Append('\n');
            return;
        }
        var text = _upload!.ToString();
        _upload = null;
        try
        {
            _loaded = MethodScriptProgram.Parse(text);
        }
        catch (ScriptException e)
        {
            _loaded = null;
            Send(_uploadCommand + e.Message);
            return;
        }
        Send(_uploadCommand.ToString());
        if (_uploadCommand == 'e')
            Start();
    }

    private void Start()
    {
        _running = new MethodScriptInterpreter(_loaded!, _analog, Faults, _clock);
        _finishing = false;
        _steps = _running.Main().GetEnumerator();
        Go();
    }

    private void Abort()
    {
        if (_steps is null)
        {
            Send("Z!0006");
            return;
        }
        if (Faults[FaultKind.StuckBusy])
            return;
        Send("Z");
        Finish();
    }

    private void Begin(string fault)
    {
        if (fault == FaultKind.PowerCycle)
            LosePower();
    }

    private void LosePower()
    {
        _timer?.Dispose();
        _steps?.Dispose();
        (_steps, _upload, _loaded, _finishing) = (null, null, null, false);
        _input.Clear();
        _analog.IsOn = false;
    }

    /// <summary>Goes on until the script wants to wait.</summary>
    private void Go()
    {
        try
        {
            while (_steps!.MoveNext())
            {
                if (_steps.Current.Line is { } line)
                    Send(line);
                else
                {
                    if (!Faults["stall"] && !Faults[FaultKind.StuckBusy])
                        _timer = _clock.CreateTimer(_ => Go(), null, _steps.Current.Pause, Timeout.InfiniteTimeSpan);
                    return;
                }
            }
        }
        catch (ScriptException e)
        {
            Send(e.Message);
        }
        Finish();
    }

    /// <summary>Leaves the script by its last section, once.</summary>
    private void Finish()
    {
        _timer?.Dispose();
        _steps?.Dispose();
        if (_finishing)
        {
            _steps = null;
            Send("");
            return;
        }
        _finishing = true;
        _steps = _running!.OnFinished().GetEnumerator();
        Go();
    }

    private void Send(string line)
    {
        if (line.StartsWith('P'))
            _point = line = Faults[FaultKind.StaleValue] ? _point ?? line : line;
        _wire?.Send([.. Encoding.ASCII.GetBytes(line), (byte)'\n']);
    }
}
