using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sdl.Core.Instruments;
using Sdl.Core.Simulation;
using Sdl.Core.Units;

namespace Sdl.Simulators.Potentiostats;

/// <summary>Plays a Rodeostat with firmware FW0.1.0, 10 V and microampere variant: its commands, its runs, its silent
/// clamping and its converters. Answers are those of the real firmware, compiled for a PC.</summary>
/// <remarks>Simulation: <c>cell</c> resistor (<c>resistance</c>), randles (<c>series_resistance</c>,
/// <c>parallel_resistance</c>, <c>capacitance</c>, <c>rest_potential</c>) or battery (<c>capacity</c>,
/// <c>resistance</c>, <c>state_of_charge</c>).</remarks>
[Simulates("potentiostat.rodeostat")]
public sealed class RodeostatSimulator : ISimulator, IDeviceSession
{
    private const int Buffer = 2000;

    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonDocumentOptions Unique = new() { AllowDuplicateProperties = false };

    private readonly TimeProvider _clock;
    private readonly RodeostatAnalog _analog;
    private readonly StringBuilder _input = new();
    private List<RodeostatTest> _tests = RodeostatTest.All();
    private IDeviceWire? _wire;
    private RodeostatTest? _run;
    private ITimer? _timer;
    private DateTimeOffset _begun, _passed;
    private int _points, _most;
    private uint _period = 10, _deviceId;
    private bool _autoConnect = true;
    private JsonNode? _current;

    public RodeostatSimulator(SimulatorContext context)
    {
        _clock = context.Clock;
        _analog = new RodeostatAnalog(LeadsCell.Of(context.Simulation));
        _passed = _clock.GetUtcNow();
        Faults.Begun += Begin;
        Ports = [new DevicePort("", 0, wire =>
        {
            _wire = wire;
            return this;
        })];
    }

    public IReadOnlyList<DevicePort> Ports { get; }

    public Faults Faults { get; } = new(
        (FaultKind.StaleValue, "a measured current repeats the one before"),
        (FaultKind.StuckBusy, "it hangs and says nothing, while its electrodes stay as they are"),
        (FaultKind.PartialEffect, "a run ends early, as if that were its end"),
        (FaultKind.PowerCycle, "it restarts: the run is gone and the electrodes are disconnected"),
        ("overload", "every current is too large for its range"), ("stall", "a run gives no more points"));

    /// <summary>Its driver declares no readings.</summary>
    public bool Force(string reading, Quantity? value) => false;

    public string? Danger => _analog.IsOn ? "the electrodes are connected" : _run is not null ? "a run goes on" : null;

    /// <summary>The relay is in its supply: it asks no firmware.</summary>
    public Action? Watchdog => LosePower;

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
            if (b == '\n')
            {
                var line = _input.ToString();
                _input.Clear();
                Handle(line);
            }
            else if (_input.Length < Buffer)
                _input.Append((char)b);
    }

    public void Closed()
    {
    }

    private void Handle(string line)
    {
        Pass();
        if (Faults[FaultKind.StuckBusy])
            return;
        if (Read(line) is not { } message)
            Answer("unable to parse json", null, []);
        else if (!message.TryGetPropertyValue("command", out var command))
            Answer("CommandTable: command not found", null, []);
        else
            Do(command?.ToString().Trim() ?? "", message);
    }

    // The last of two equal keys counts; those further down are refused here, which the device would not do.
    private static JsonObject? Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            var message = new JsonObject();
            foreach (var property in document.RootElement.EnumerateObject())
                message[property.Name] = JsonNode.Parse(property.Value.GetRawText(), null, Unique);
            return message;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Do(string command, JsonObject message)
    {
        switch (command)
        {
            case "getSamplePeriod" or "setSamplePeriod":
                SamplePeriod(command, message);
                break;
            case "setVolt" or "getVolt":
                Volt(command, message);
                break;
            case "getCurr":
                Answer(command, ("i", Current(_analog.Current.Current)));
                break;
            case "getRefVolt":
                Answer(command, ("r", RodeostatJson.Number(_analog.RefVolt)));
                break;
            case "getParam" or "setParam" or "getTestDoneTime" or "runTest":
                OfTest(command, message);
                break;
            case "stopTest":
                Answer(command);
                Stop();
                break;
            default:
                if (!Names(command, message) && !Multiplexer(command) && !Ranges(command, message)
                    && !Switches(command, message))
                    Answer($"command, {command}, not found", null, []);
                break;
        }
    }

    private bool Names(string command, JsonObject message)
    {
        switch (command)
        {
            case "getVersion":
                Answer(command, ("version", "FW0.1.0"));
                return true;
            case "getVariant":
                Answer(command, ("variant", "10V_microAmpV0.2"));
                return true;
            case "getHardwareVersion":
                Answer(command, ("version", "V0.2"));
                return true;
            case "getDeviceId" or "setDeviceId":
                if (command[0] != 's'
                    || Whole(command, message, "deviceId", "deviceId is not integer", ref _deviceId))
                    Answer(command, ("deviceId", _deviceId));
                return true;
            case "getTestNames":
                Answer(command, ("testNames", Named(_tests)));
                return true;
            default:
                return false;
        }
    }

    // This variant has none, and says so to most that is asked of it.
    private bool Multiplexer(string command)
    {
        if (command == "getMuxEnabled")
            Answer(command, ("muxEnabled", false));
        else if (command == "getMuxTestNames")
            Answer(command, ("testNames", Named(_tests.Where(t => t.Name is not
                ("squareWave" or "differentialPulse")))));
        else if (command is "setMuxEnabled" or "setEnabledMuxChannels" or "getEnabledMuxChannels"
            or "setMuxRefElectConnected" or "getMuxRefElectConnected" or "setMuxCtrElectConnected"
            or "getMuxCtrElectConnected" or "setMuxWrkElectConnected" or "getMuxWrkElectConnected"
            or "disconnectAllMuxElect")
            Answer("multiplexer hardware not supported", command, []);
        else
            return false;
        return true;
    }

    private bool Ranges(string command, JsonObject message)
    {
        var names = command.EndsWith("CurrRange") ? RodeostatAnalog.CurrRanges : RodeostatAnalog.VoltRanges;
        var (key, index) = (command.Length > 3 ? command[3..] : "") switch
        {
            "VoltRange" => ("voltRange", _analog.VoltRange),
            "CurrRange" => ("currRange", _analog.CurrRange),
            "RefElectVoltRange" => ("voltRange", _analog.RefVoltRange),
            _ => ("", 0),
        };
        if (key.Length == 0 || command[..3] is not ("get" or "set"))
            return false;
        if (command[0] == 's')
        {
            if (message[key] is not { } wanted)
            {
                Answer($"json does not contain key: {key}", command, []);
                return true;
            }
            var found = Array.IndexOf(names, wanted.ToString());
            if (found < 0)
            {
                Answer($"{key}, {wanted}, not found", command, [(key, names[index])]);
                return true;
            }
            index = found;
            if (command == "setVoltRange")
                _analog.VoltRange = index;
            else if (command == "setCurrRange")
                _analog.CurrRange = index;
            else
                _analog.RefVoltRange = index;
        }
        Answer(command, (key, names[index]));
        return true;
    }

    private bool Switches(string command, JsonObject message)
    {
        var name = command.Length > 3 && command[..3] is "get" or "set" ? command[3..] : "";
        if (name is not ("AllElectConnected" or "RefElectConnected" or "CtrElectConnected" or "WrkElectConnected"
            or "ElectAutoConnect"))
            return false;
        var key = name == "ElectAutoConnect" ? "autoConnect" : "connected";
        if (command[0] == 's')
        {
            if (!message.ContainsKey(key))
            {
                Answer($"json does not contain key: {key}", command, []);
                return true;
            }
            if (message[key] is not JsonValue value || !value.TryGetValue<bool>(out var on))
            {
                Answer($"unable to convert '{key}' to bool", command, []);
                return true;
            }
            if (name == "ElectAutoConnect")
                _autoConnect = on;
            if (name is "AllElectConnected" or "RefElectConnected")
                _analog.Ref = on;
            if (name is "AllElectConnected" or "CtrElectConnected")
                _analog.Ctr = on;
            if (name is "AllElectConnected" or "WrkElectConnected")
                _analog.Wrk = on;
        }
        Answer(command, (key, name switch
        {
            "ElectAutoConnect" => _autoConnect,
            "RefElectConnected" => _analog.Ref,
            "CtrElectConnected" => _analog.Ctr,
            "WrkElectConnected" => _analog.Wrk,
            _ => _analog.IsOn,
        }));
        return true;
    }

    private void SamplePeriod(string command, JsonObject message)
    {
        var period = _period;
        if (command[0] == 's' && !Whole(
            command, message, "samplePeriod", "json samplePeriod value is not uin32_t", ref period))
            return;
        if (period is < 1 or > 1000)
        {
            Answer($"json samplePeriod value is too {(period < 1 ? "small" : "large")}", command, []);
            return;
        }
        _period = period;
        Answer(command, ("samplePeriod", _period));
    }

    private void Volt(string command, JsonObject message)
    {
        if (command[0] == 's')
        {
            if (!message.ContainsKey("v") || !RodeostatJson.IsNumber(message["v"]))
            {
                Answer(message.ContainsKey("v") ? "unable to convert volt to float"
                    : "json does not contain key: v", command, []);
                return;
            }
            _analog.Volt = (float)message["v"]!.GetValue<double>();
        }
        Answer(command, ("v", RodeostatJson.Number(_analog.Volt)));
    }

    private bool Whole(string command, JsonObject message, string key, string otherwise, ref uint value)
    {
        if (RodeostatJson.Whole(message[key]) is { } whole)
        {
            value = unchecked((uint)whole);
            return true;
        }
        Answer(message.ContainsKey(key) ? otherwise : $"json does not contain key: {key}", command, []);
        return false;
    }

    private static JsonArray Named(IEnumerable<RodeostatTest> tests) =>
        new([.. tests.Select(t => (JsonNode)t.Name)]);

    private void OfTest(string command, JsonObject message)
    {
        if (!message.TryGetPropertyValue("test", out var given))
        {
            Answer(command is "setParam" or "getTestDoneTime" ? "test key not found"
                : "json does not contain key: test", command, []);
            return;
        }
        (string, JsonNode) echo = ("test", given?.DeepClone()!);
        if (_tests.Find(t => t.Name == given?.ToString()) is not { } test)
            Answer("test not found", command, [echo]);
        else if (command == "getParam")
            Answer(command, echo, ("param", test.Parameters));
        else if (command == "getTestDoneTime")
            Answer(command, echo, ("testDoneTime", test.Duration((int)_period)));
        else if (command == "setParam")
            SetParameters(command, echo, test, message);
        else if (test.CanRun)
            Start(command, test);
        else
            Answer($"{test.Name} is not simulated", command, [echo]);
    }

    private void SetParameters(string command, (string, JsonNode) echo, RodeostatTest test, JsonObject message)
    {
        if (message["param"] is not JsonObject given)
        {
            // Said once for what all tests have, and once for what this one has.
            var trouble = message.ContainsKey("param") ? "param not JsonObject" : "key param missing";
            Answer($"{trouble}, {trouble}", command, [echo]);
            return;
        }
        var (taken, wrong) = test.Set(given);
        Answer(wrong, command, [echo, ("param", taken)]);
    }

    private void Start(string command, RodeostatTest test)
    {
        Answer(command, ("test", test.Name));
        _timer?.Dispose();
        (_run, _begun, _points) = (test, _clock.GetUtcNow(), 0);
        _most = (int)Math.Floor(test.Duration((int)_period) / _period * Math.Min(1, Faults.ShareOfEffect()) + 1e-9);
        var (least, most) = test.Range;
        _analog.ResetFilter();
        _analog.ChooseRange(least, most);
        _analog.Volt = test.At(0);
        if (_autoConnect)
            _analog.Ref = _analog.Ctr = _analog.Wrk = true;
        SetTimer();
    }

    private void SetTimer()
    {
        _timer?.Dispose();
        var due = _begun + TimeSpan.FromMilliseconds((_points + 1) * (double)_period) - _clock.GetUtcNow();
        _timer = _clock.CreateTimer(_ => Point(), null, due > TimeSpan.Zero ? due : TimeSpan.Zero,
            Timeout.InfiniteTimeSpan);
    }

    private void Point()
    {
        if (_run is null)
            return;
        Pass();
        var time = ++_points * (double)_period;
        if (_points <= _most)
        {
            _analog.IsOverloaded = Faults["overload"];
            var (current, limit) = _analog.Filtered(
                _period / 1000.0, _points == 1, before => _run.At(Math.Max(0, (long)time * 1000 - before)));
            var point = new JsonObject
            {
                ["t"] = RodeostatJson.Number(time), ["v"] = RodeostatJson.Number(_run.At((long)time * 1000)),
                ["i"] = Current(current),
            };
            if (limit)
                point["le"] = true;
            if (!Faults["stall"])
                Say(point);
        }
        if (_points >= _most)
            Stop();
        else
            SetTimer();
    }

    private JsonNode Current(float current)
    {
        var now = RodeostatJson.Number(current);
        _current = Faults[FaultKind.StaleValue] ? _current ?? now : now;
        return _current.DeepClone();
    }

    private void Stop()
    {
        Pass();
        _timer?.Dispose();
        _run = null;
        if (_autoConnect)
            _analog.Ref = _analog.Ctr = _analog.Wrk = false;
        Say([]);
    }

    private void Pass()
    {
        var now = _clock.GetUtcNow();
        if (now > _passed)
            _analog.Pass((now - _passed).TotalSeconds);
        _passed = now;
    }

    private void Begin(string fault)
    {
        if (fault == FaultKind.PowerCycle)
            LosePower();
    }

    private void LosePower()
    {
        Pass();
        _timer?.Dispose();
        (_run, _tests, _period, _autoConnect) = (null, RodeostatTest.All(), 10, true);
        _input.Clear();
        _analog.Ref = _analog.Ctr = _analog.Wrk = false;
        (_analog.VoltRange, _analog.CurrRange, _analog.RefVoltRange) = (0, 1, 0);
        _analog.Volt = 0;
    }

    private void Answer(string command, params (string Key, JsonNode Value)[] values) => Answer(null, command, values);

    private void Answer(string? trouble, string? command, (string Key, JsonNode Value)[] values)
    {
        var response = new JsonObject();
        if (command is not null)
            response["command"] = command;
        foreach (var (key, value) in values)
            response[key] = value;
        var answer = new JsonObject { ["success"] = trouble is null };
        if (trouble is not null)
            answer["message"] = trouble;
        answer["response"] = response;
        Say(answer);
    }

    private void Say(JsonObject line)
    {
        if (!Faults[FaultKind.StuckBusy])
            _wire?.Send(Encoding.ASCII.GetBytes(line.ToJsonString(Plain) + "\r\n"));
    }
}
