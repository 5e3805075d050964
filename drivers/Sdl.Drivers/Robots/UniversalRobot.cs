using System.Runtime.CompilerServices;
using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Transport;
using Sdl.Transport.Modbus;

namespace Sdl.Drivers.Robots;

/// <summary>Universal Robots arms (CB3 with PolyScope 3, e-Series with PolyScope 5) that play programs taught on the
/// pendant: dashboard server for programs and power, Modbus server for registers, inputs and outputs. See UniversalRobot.md
/// for what a program must do.</summary>
[Driver("robot.ur", Description = "Universal Robots arms, CB3 and e-Series: plays programs, sets a gripper")]
public sealed class UniversalRobot : IInstrument, IReconcile
{
    private const ushort Inputs = 0, Outputs = 1, SetOutputs = 2, ClearOutputs = 3;

    private static readonly TimeSpan ReplyTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LoadTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PowerTime = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(0.25);

    private readonly TimeProvider _clock;
    private readonly Halt _halt;
    private readonly UrDashboard _dashboard;
    private readonly ModbusUnit _modbus;
    private readonly UrSettings _settings;
    private readonly HashSet<CallId> _begunHere = [];
    private string _identity = "Universal Robots arm";
    private bool _foundBlank;

    public UniversalRobot(DriverContext context)
    {
        Id = context.Id;
        _clock = context.Clock;
        _halt = new Halt(Id);
        _settings = UrSettings.From(context.Settings);
        var dashboard = context.Address.Port("dashboard", 29999);
        var modbus = context.Address.Port("modbus", 502);
        _dashboard = new UrDashboard(Id, context.Lines.Get(Id, dashboard), _clock);
        // The controller answers to any unit number; 255 is that of a device which is its own gateway.
        _modbus = new ModbusUnit(Id, ModbusMaster.Create(
            context.Lines.Get(Id, modbus), modbus, _clock, ReplyTime, ModbusFraming.Tcp), 255);
        Capabilities =
        [
            RobotCapabilities.RunProgramOf(_settings.Programs), RobotCapabilities.SetGripperOf(_settings.PartInput is not null),
            RobotCapabilities.PowerOnCapability, RobotCapabilities.PowerOffCapability,
        ];
    }

    public InstrumentId Id { get; }

    public string SafeState => "program stopped; the arm stays where it is, brakes and gripper as they are";

    public IReadOnlyList<Capability> Capabilities { get; }

    public async ValueTask ConnectAsync(CancellationToken ct)
    {
        // The first answer on a new connection may take long.
        var version = await _dashboard.ExpectAsync("PolyscopeVersion", "URSoftware",
            "is this a Universal Robots dashboard of PolyScope 3 or 5?", StartTime, ct);
        // Both are younger than the oldest controllers that can be driven.
        var model = await _dashboard.AskAsync("get robot model", ct);
        var serial = await _dashboard.AskAsync("get serial number", ct);
        string[] known = [.. new[] { model, serial }.Where(t => !t.StartsWith("could not", StringComparison.OrdinalIgnoreCase))];
        _identity = $"Universal Robots {string.Join(' ', known)}, PolyScope {version}";
        if ((await ReadHandshakeAsync(ct)).Call != 0)
            return;
        // From here on an empty register means that the controller was started anew and has forgotten its last call.
        _foundBlank = true;
        await _modbus.WriteAsync(_settings.Registers, UrHandshake.Idle, ct);
    }

    public async ValueTask<InstrumentStatus> ReadStatusAsync(CancellationToken ct)
    {
        var mode = await _dashboard.ReadRobotModeAsync(ct);
        var safety = await _dashboard.ReadSafetyModeAsync(ct);
        var program = await _dashboard.ReadProgramAsync(ct);
        var readings = new SortedDictionary<string, Quantity>(StringComparer.Ordinal)
        {
            ["gripper_closed"] = Quantity.Of(await ReadClosedAsync(ct) ? 1 : 0, Unit.One),
        };
        if (_settings.PartInput is not null)
            readings["part_present"] = Quantity.Of(await ReadPartAsync(ct) ? 1 : 0, Unit.One);
        return new InstrumentStatus(_identity, $"{mode}, {safety}, {program.State} {program.Name}".TrimEnd(),
            program.State == UrProgramState.Playing, readings, _clock.GetUtcNow());
    }

    public IAsyncEnumerable<Sample> InvokeAsync(Invocation call, CancellationToken ct) =>
        _halt.WatchAsync(halted => Run(call, halted), StopAfterCancelAsync, ct);

    /// <inheritdoc/>
    /// <remarks>Power and gripper stay as they are. An arm that is stopped holds still with and without power, but without
    /// it takes a minute to come back; an opened gripper drops what it holds.</remarks>
    public async ValueTask MakeSafeAsync(TimeSpan limit)
    {
        _halt.Now();
        await StopWithinAsync(limit);
    }

    public async ValueTask<InvocationOutcome> ReconcileAsync(Invocation call, CancellationToken ct)
    {
        if (call.Capability != RobotCapabilities.RunProgram)
            return new InvocationOutcome(CallProgress.Unknown, $"{call.Capability} leaves no trace on the robot");
        var token = UrHandshake.TokenOf(call.Id);
        while (true)
        {
            // State before registers: a program that ended in between is then seen as ended, not as cut short.
            var program = await _dashboard.ReadProgramAsync(ct);
            var seen = await ReadHandshakeAsync(ct);
            if (program.State != UrProgramState.Playing || seen.Call != token)
                return Judge(call, token, program, seen);
            await Task.Delay(Poll, _clock, ct);
        }
    }

    public ValueTask DisposeAsync()
    {
        _halt.Dispose();
        return ValueTask.CompletedTask;
    }

    private IAsyncEnumerable<Sample> Run(Invocation call, CancellationToken ct) => call.Capability switch
    {
        RobotCapabilities.RunProgram => Nothing(RunProgramAsync(call, ct)),
        RobotCapabilities.SetGripper => SetGripperAsync(call.Arguments, ct),
        RobotCapabilities.PowerOn => Nothing(PowerOnAsync(ct)),
        RobotCapabilities.PowerOff => Nothing(PowerOffAsync(ct)),
        _ => throw new InstrumentException(Id, Fault.OutOfRange, $"it has no capability '{call.Capability}'"),
    };

    private async ValueTask RunProgramAsync(Invocation call, CancellationToken ct)
    {
        _begunHere.Add(call.Id);
        var name = call.Arguments.Text("program");
        var slot = call.Arguments.Quantity("slot").Si;
        if (slot != Math.Truncate(slot) || slot is < 0 or > 127)
            throw new InstrumentException(Id, Fault.OutOfRange, $"slot = {slot} should be a whole number from 0 to 127");
        await RequireReadyAsync(ct);
        await LoadAsync(name, ct);
        var token = UrHandshake.TokenOf(call.Id);
        await _modbus.WriteAsync(_settings.Registers, UrHandshake.Start(token, (ushort)slot), ct);
        await _dashboard.ExpectAsync("play", "Starting program",
            "see the pendant: a popup, a safety stop or a missing installation keeps it from starting", StartTime, ct);
        await FinishAsync(name, token, ct);
    }

    private async ValueTask RequireReadyAsync(CancellationToken ct)
    {
        // Older controllers have no local control and do not understand the question.
        if (await _dashboard.AskAsync("is in remote control", ct) is "false")
            throw new InstrumentException(Id, Fault.Rejected, "the robot is in Local Control; switch it to Remote Control on "
                + "its pendant (top right; enabled under Settings, System, Remote Control)");
        await RequireSafeAsync(ct);
        var mode = await _dashboard.ReadRobotModeAsync(ct);
        if (mode != UrRobotMode.Running)
            throw new InstrumentException(Id, Fault.Rejected, $"the arm is not running but in mode {mode}; {mode.Remedy()}");
        var program = await _dashboard.ReadProgramAsync(ct);
        if (program.State != UrProgramState.Stopped)
            throw new InstrumentException(Id, Fault.Rejected, $"program {program.Name} is {program.State} already; stop it on "
                + "the pendant once it is clear where the arm stands");
    }

    private async ValueTask RequireSafeAsync(CancellationToken ct)
    {
        var safety = await _dashboard.ReadSafetyModeAsync(ct);
        if (!safety.MayMove())
            throw new InstrumentException(Id, Fault.DeviceFault, $"the robot is in safety mode {safety}; {safety.Remedy()}");
    }

    private async ValueTask LoadAsync(string name, CancellationToken ct)
    {
        const string remedy = "check the setting programs against the names on the robot, and that the program opens on the "
            + "pendant with its installation";
        await _dashboard.ExpectAsync($"load {name}", "Loading program", remedy, LoadTime, ct);
        // Old controllers answer before they have loaded.
        var start = _clock.GetTimestamp();
        while (!(await _dashboard.AskAsync("get loaded program", ct)).EndsWith(name, StringComparison.Ordinal))
        {
            if (_clock.GetElapsedTime(start) > LoadTime)
                throw new InstrumentException(Id, Fault.Timeout, $"{name} is not loaded after {LoadTime.TotalSeconds} s; {remedy}");
            await Task.Delay(Poll, _clock, ct);
        }
    }

    private async ValueTask FinishAsync(string name, ushort token, CancellationToken ct)
    {
        var start = _clock.GetTimestamp();
        long? finished = null;
        while (true)
        {
            var program = await _dashboard.ReadProgramAsync(ct);
            var seen = await ReadHandshakeAsync(ct);
            var stopped = program.State != UrProgramState.Playing;
            if (seen.Call != token)
                throw new InstrumentException(Id, Fault.DeviceFault, $"register {_settings.Registers} was overwritten while "
                    + $"{name} ran; keep other programs off registers {_settings.Registers} to {_settings.Registers + 4}");
            if (seen.Finished == token && stopped)
            {
                if (seen.Result == 0)
                    return;
                throw new InstrumentException(Id, Fault.DeviceFault,
                    $"{name} ended with result {seen.Result}: {UrHandshake.Explain(seen.Result)}");
            }
            if (seen.Finished == token)
                await StopLoopAsync(name, finished ??= _clock.GetTimestamp(), ct);
            else if (stopped && (seen.Begun == token || _clock.GetElapsedTime(start) > StartTime))
                throw await WhyStoppedAsync(name, program, seen.Begun == token, ct);
            if (_clock.GetElapsedTime(start) > _settings.ProgramTimeout)
            {
                await StopWithinAsync(StopTime);
                throw new InstrumentException(Id, Fault.Timeout, $"{name} did not end within {_settings.ProgramTimeout} and "
                    + "was stopped; see where the arm stands, or raise program_timeout");
            }
            await Task.Delay(Poll, _clock, ct);
        }
    }

    // PolyScope loops programs unless told otherwise; the second round would move what the first has put down.
    private async ValueTask StopLoopAsync(string name, long finished, CancellationToken ct)
    {
        if (_clock.GetElapsedTime(finished) < TimeSpan.FromSeconds(1))
            return;
        ct.ThrowIfCancellationRequested();
        await StopWithinAsync(StopTime);
        throw new InstrumentException(Id, Fault.DeviceFault, $"{name} went on after its end and was stopped; switch off "
            + "'Program Loops Forever' in it");
    }

    private async ValueTask<InstrumentException> WhyStoppedAsync(
        string name, UrProgram program, bool begun, CancellationToken ct)
    {
        var safety = await _dashboard.ReadSafetyModeAsync(ct);
        var mode = await _dashboard.ReadRobotModeAsync(ct);
        var how = begun ? $"{name} was cut short" : $"{name} ended without a sign that it had begun";
        return new InstrumentException(Id, Fault.DeviceFault, !safety.MayMove() ? $"{how} by {safety}; {safety.Remedy()}"
            : mode != UrRobotMode.Running ? $"{how}, the arm is in mode {mode}; {mode.Remedy()}"
            : program.State == UrProgramState.Paused ? $"{how}: it is paused; see the pendant"
            : begun ? $"{how}: stopped on the pendant or by an error that its log tells; see where the arm stands"
            : $"{how}; it must echo register {_settings.Registers} as UniversalRobot.md says");
    }

    private InvocationOutcome Judge(Invocation call, ushort token, UrProgram program, UrHandshake seen)
    {
        var evidence = FormattableString.Invariant($"{program.State} {program.Name}; registers: call {seen.Call} ")
            + FormattableString.Invariant($"(this one is {token}), begun {seen.Begun}, finished {seen.Finished}, result {seen.Result}");
        return (seen.Call == token, seen.Begun == token, seen.Finished == token) switch
        {
            (false, _, _) when seen.Call == 0 || (_foundBlank && !_begunHere.Contains(call.Id)) => new InvocationOutcome(
                CallProgress.Unknown, $"the controller was started anew and has forgotten; {evidence}"),
            (false, _, _) => new InvocationOutcome(CallProgress.NotStarted, evidence),
            (true, _, true) when seen.Result == 0 => new InvocationOutcome(CallProgress.Done, evidence, Samples: []),
            (true, _, true) => new InvocationOutcome(
                CallProgress.Unknown, $"the program failed: {UrHandshake.Explain(seen.Result)}; {evidence}"),
            (true, false, false) => new InvocationOutcome(CallProgress.NotStarted, evidence),
            // Only a person can say where the arm stands and what it holds: there is no rest that a program could do.
            (true, true, false) => new InvocationOutcome(CallProgress.Partial, $"cut short; {evidence}"),
        };
    }

    private async IAsyncEnumerable<Sample> SetGripperAsync(Arguments arguments, [EnumeratorCancellation] CancellationToken ct)
    {
        var state = arguments.Text("state");
        var high = (state == RobotCapabilities.Closed) == _settings.ClosedWhenHigh;
        await _modbus.WriteAsync(high ? SetOutputs : ClearOutputs, _settings.GripperMask, ct);
        await Task.Delay(_settings.GripperWait, _clock, ct);
        var closed = await ReadClosedAsync(ct);
        if (closed != (state == RobotCapabilities.Closed))
            throw new InstrumentException(Id, Fault.DeviceFault, $"asked to set the gripper {state}, output "
                + $"{_settings.GripperOutput} did not follow; is it assigned to something else in the installation?");
        if (_settings.PartInput is not { } input)
        {
            yield return new Sample(_clock.GetUtcNow(), new[] { closed ? 1.0 : 0 });
            yield break;
        }
        var present = await ReadPartAsync(ct);
        if (arguments.Text("part") is var part and not RobotCapabilities.Any && present != (part == RobotCapabilities.Present))
            throw new InstrumentException(Id, Fault.DeviceFault, $"the gripper is {state}, and its sensor (input {input}) sees "
                + $"{(present ? "a" : "no")} part, where it should be {part}");
        yield return new Sample(_clock.GetUtcNow(), new[] { closed ? 1.0 : 0, present ? 1 : 0 });
    }

    private async ValueTask PowerOnAsync(CancellationToken ct)
    {
        var start = _clock.GetTimestamp();
        UrRobotMode? handled = null;
        while (true)
        {
            await RequireSafeAsync(ct);
            var mode = await _dashboard.ReadRobotModeAsync(ct);
            if (mode == UrRobotMode.Running)
                return;
            if (mode is not (UrRobotMode.PowerOff or UrRobotMode.PowerOn or UrRobotMode.Booting or UrRobotMode.Idle))
                throw new InstrumentException(Id, Fault.DeviceFault, $"the arm is in mode {mode}; {mode.Remedy()}");
            // Each command once: the mode follows some seconds later.
            if (mode == UrRobotMode.PowerOff && handled is null)
                await _dashboard.ExpectAsync("power on", "Powering on", "see the pendant", ct);
            else if (mode == UrRobotMode.Idle && handled != UrRobotMode.Idle)
                await _dashboard.ExpectAsync("brake release", "Brake releasing", "see the pendant", ct);
            handled = mode == UrRobotMode.Idle ? mode : handled ?? mode;
            if (_clock.GetElapsedTime(start) > PowerTime)
                throw new InstrumentException(Id, Fault.Timeout, $"the arm is still in mode {mode} after "
                    + $"{PowerTime.TotalSeconds} s; see the pendant");
            await Task.Delay(Poll, _clock, ct);
        }
    }

    private async ValueTask PowerOffAsync(CancellationToken ct)
    {
        await StopWithinAsync(StopTime);
        await _dashboard.ExpectAsync("power off", "Powering off", "see the pendant", ct);
        var start = _clock.GetTimestamp();
        while (await _dashboard.ReadRobotModeAsync(ct) is var mode and not UrRobotMode.PowerOff)
        {
            if (_clock.GetElapsedTime(start) > PowerTime)
                throw new InstrumentException(Id, Fault.Timeout, $"asked to power off, the arm is still in mode {mode}; see the pendant");
            await Task.Delay(Poll, _clock, ct);
        }
    }

    private ValueTask StopAfterCancelAsync() => StopWithinAsync(StopTime);

    /// <summary>Asks for a stop until the robot says that it stands. To stop twice does no harm, so here an exchange that
    /// failed is tried again.</summary>
    private async ValueTask StopWithinAsync(TimeSpan limit)
    {
        using var over = new CancellationTokenSource(limit, _clock);
        InstrumentException? last = null;
        try
        {
            while (true)
            {
                last = await TryStopAsync(over.Token);
                if (last is null)
                    return;
                await Task.Delay(Poll, _clock, over.Token);
            }
        }
        catch (OperationCanceledException)
        {
            throw new InstrumentException(Id, last?.Fault ?? Fault.Timeout, "it could not be shown within "
                + $"{limit.TotalSeconds:0.#} s that the arm stands ({last?.Message ?? "no answer"}); press its emergency stop", last);
        }
    }

    private async ValueTask<InstrumentException?> TryStopAsync(CancellationToken ct)
    {
        InstrumentException? refused = null;
        try
        {
            try
            {
                await _dashboard.AskAsync("stop", ct);
            }
            catch (InstrumentException e) when (e.Fault == Fault.Rejected)
            {
                // In Local Control nothing may be asked for, but the state may be read: it may well stand.
                refused = e;
            }
            var program = await _dashboard.ReadProgramAsync(ct);
            return program.State == UrProgramState.Stopped ? null : refused
                ?? new InstrumentException(Id, Fault.DeviceFault, $"program {program.Name} is {program.State} after 'stop'");
        }
        catch (InstrumentException e)
        {
            return e;
        }
    }

    private async ValueTask<UrHandshake> ReadHandshakeAsync(CancellationToken ct) =>
        UrHandshake.From(await _modbus.ReadAsync(_settings.Registers, UrHandshake.Count, ct));

    private async ValueTask<bool> ReadClosedAsync(CancellationToken ct) =>
        ((await _modbus.ReadAsync(Outputs, ct) & _settings.GripperMask) != 0) == _settings.ClosedWhenHigh;

    private async ValueTask<bool> ReadPartAsync(CancellationToken ct) =>
        (await _modbus.ReadAsync(Inputs, ct) >> _settings.PartInput & 1) == 1;

    private static async IAsyncEnumerable<Sample> Nothing(ValueTask done)
    {
        await done;
        yield break;
    }
}
