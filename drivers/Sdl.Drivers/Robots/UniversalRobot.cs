using System.Runtime.CompilerServices;
using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Transport;
using Sdl.Transport.Modbus;

namespace Sdl.Drivers.Robots;

/// <summary>Universal Robots arms (CB3 with PolyScope 3, e-Series with PolyScope 5) that play programs taught on the
/// pendant: dashboard server for programs and power, Modbus server for registers, inputs and outputs. See
/// UniversalRobot.md for what a program must do.</summary>
[Driver("robot.ur", Description = "Universal Robots arms, CB3 and e-Series: plays programs, sets a gripper")]
public sealed class UniversalRobot : IInstrument, IReconcile
{
    private const ushort Inputs = 0, Outputs = 1, SetOutputs = 2, ClearOutputs = 3;

    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PowerTime = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(0.25);

    private readonly TimeProvider _clock;
    private readonly TimeSpan _greetingTime;
    private readonly Halt _halt;
    private readonly UrDashboard _dashboard;
    private readonly ModbusUnit _modbus;
    private readonly UrSettings _settings;
    private readonly UrPrograms _programs;
    private string _identity = "Universal Robots arm";

    public UniversalRobot(DriverContext context)
    {
        Id = context.Id;
        _clock = context.Clock;
        _halt = new Halt(Id);
        _settings = UrSettings.From(context.Settings);
        var dashboard = context.Address.Port("dashboard", 29999);
        var modbus = context.Address.Port("modbus", 502);
        var replyTime = context.ReplyTime(TimeSpan.FromSeconds(1));
        _greetingTime = context.LongReplyTime(TimeSpan.FromSeconds(5));
        _dashboard = new UrDashboard(Id, context.Lines.Get(Id, dashboard), context.WireClock, replyTime);
        // The controller answers to any unit number; 255 is that of a device which is its own gateway.
        _modbus = new ModbusUnit(Id, ModbusMaster.Create(
            context.Lines.Get(Id, modbus), modbus, context.WireClock, replyTime, ModbusFraming.Tcp), 255);
        _programs = new UrPrograms(Id, _dashboard, _modbus, _settings, _clock, context.WireClock);
        Capabilities =
        [
            RobotCapabilities.RunProgramOf(_settings.Programs, _settings.ProgramTimeout),
            RobotCapabilities.SetGripperOf(_settings.PartInput is not null),
            RobotCapabilities.PowerOnCapability, RobotCapabilities.PowerOffCapability,
        ];
        Readings = RobotCapabilities.Readings(_settings.PartInput is not null);
    }

    public InstrumentId Id { get; }

    /// <summary>Two connections, and a greeting that may take long.</summary>
    public TimeSpan ConnectTime => TimeSpan.FromSeconds(15);

    public string SafeState => "program stopped; the arm stays where it is, brakes and gripper as they are";

    public IReadOnlyList<Capability> Capabilities { get; }

    public IReadOnlyList<Reading> Readings { get; }

    public async ValueTask ConnectAsync(CancellationToken ct)
    {
        // The first answer on a new connection may take long.
        var version = await _dashboard.ExpectAsync("PolyscopeVersion", "URSoftware",
            "is this a Universal Robots dashboard of PolyScope 3 or 5?", _greetingTime, ct);
        // Both are younger than the oldest controllers that can be driven.
        var model = await _dashboard.AskAsync("get robot model", ct);
        var serial = await _dashboard.AskAsync("get serial number", ct);
        var known = new[] { model, serial }.Where(t => !t.StartsWith("could not", StringComparison.OrdinalIgnoreCase));
        _identity = $"Universal Robots {string.Join(' ', known)}, PolyScope {version}";
        await _programs.MarkAsync(ct);
    }

    public async ValueTask<InstrumentStatus> ReadStatusAsync(CancellationToken ct)
    {
        var mode = await _dashboard.ReadRobotModeAsync(ct);
        var safety = await _dashboard.ReadSafetyModeAsync(ct);
        var program = await _dashboard.ReadProgramAsync(ct);
        var readings = await ReadAsync(Readings.Select(r => r.Name).ToHashSet(), ct);
        return new InstrumentStatus(_identity, $"{mode}, {safety}, {program.State} {program.Name}".TrimEnd(),
            program.State == UrProgramState.Playing, readings, _clock.GetUtcNow());
    }

    public async ValueTask<IReadOnlyDictionary<string, Quantity>> ReadAsync(
        IReadOnlySet<string> names, CancellationToken ct)
    {
        var readings = new SortedDictionary<string, Quantity>(StringComparer.Ordinal);
        if (names.Contains("gripper_closed"))
            readings["gripper_closed"] = Quantity.Of(await ReadClosedAsync(ct) ? 1 : 0, Unit.One);
        if (_settings.PartInput is not null && names.Contains("part_present"))
            readings["part_present"] = Quantity.Of(await ReadPartAsync(ct) ? 1 : 0, Unit.One);
        return readings;
    }

    public IAsyncEnumerable<Sample> InvokeAsync(Invocation call, CancellationToken ct) =>
        _halt.WatchAsync(halted => Run(call, halted), () => _programs.StopAsync(StopTime), ct);

    /// <inheritdoc/>
    /// <remarks>Power and gripper stay as they are. An arm that is stopped holds still with and without power, but
    /// without it takes a minute to come back; an opened gripper drops what it holds.</remarks>
    public async ValueTask MakeSafeAsync(TimeSpan limit)
    {
        _halt.Now();
        await _programs.StopAsync(limit);
    }

    public async ValueTask<InvocationOutcome> ReconcileAsync(Invocation call, CancellationToken ct) =>
        call.Capability == RobotCapabilities.RunProgram
            ? await _programs.ReconcileAsync(call, ct)
            : new InvocationOutcome(CallProgress.Unknown, $"{call.Capability} leaves no trace on the robot");

    public ValueTask DisposeAsync()
    {
        _halt.Dispose();
        return ValueTask.CompletedTask;
    }

    private IAsyncEnumerable<Sample> Run(Invocation call, CancellationToken ct) => call.Capability switch
    {
        RobotCapabilities.RunProgram => Nothing(_programs.RunAsync(call, ct)),
        RobotCapabilities.SetGripper => SetGripperAsync(call.Arguments, ct),
        RobotCapabilities.PowerOn => Nothing(PowerOnAsync(ct)),
        RobotCapabilities.PowerOff => Nothing(PowerOffAsync(ct)),
        _ => throw new InstrumentException(Id, Fault.OutOfRange, $"it has no capability '{call.Capability}'"),
    };

    private async IAsyncEnumerable<Sample> SetGripperAsync(
        Arguments arguments, [EnumeratorCancellation] CancellationToken ct)
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
        if (arguments.Text("part") is var part and not RobotCapabilities.Any
            && present != (part == RobotCapabilities.Present))
            throw new InstrumentException(Id, Fault.DeviceFault,
                $"the gripper is {state}, and its sensor (input {input}) sees "
                + $"{(present ? "a" : "no")} part, where it should be {part}");
        yield return new Sample(_clock.GetUtcNow(), new[] { closed ? 1.0 : 0, present ? 1 : 0 });
    }

    private async ValueTask PowerOnAsync(CancellationToken ct)
    {
        var start = _clock.GetTimestamp();
        UrRobotMode? handled = null;
        while (true)
        {
            await _dashboard.RequireSafeAsync(ct);
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
                throw TookTooLong($"the arm is still in mode {mode} after {PowerTime.TotalSeconds} s; see the pendant");
            await Task.Delay(Poll, _clock, ct);
        }
    }

    private async ValueTask PowerOffAsync(CancellationToken ct)
    {
        await _programs.StopAsync(StopTime);
        await _dashboard.ExpectAsync("power off", "Powering off", "see the pendant", ct);
        var start = _clock.GetTimestamp();
        while (await _dashboard.ReadRobotModeAsync(ct) is var mode and not UrRobotMode.PowerOff)
        {
            if (_clock.GetElapsedTime(start) > PowerTime)
                throw TookTooLong($"asked to power off, the arm is still in mode {mode}; see the pendant");
            await Task.Delay(Poll, _clock, ct);
        }
    }

    // It answers, and does not come to where it should be: to ask it again would change nothing.
    private InstrumentException TookTooLong(string text) => new(Id, Fault.Timeout, text) { IsTransient = false };

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
