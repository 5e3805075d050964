using System.Runtime.CompilerServices;
using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Transport;
using Sdl.Transport.Modbus;

namespace Sdl.Drivers.Grippers;

/// <summary>Robotiq 2F-85 and 2F-140 grippers over Modbus RTU, or RTU over TCP through a robot's wrist. Registers and
/// frames are those of the maker's manual; see Robotiq2f.md.</summary>
[Driver("gripper.robotiq_2f", Description = "Robotiq 2F-85 and 2F-140 two-finger grippers, Modbus RTU")]
public sealed class Robotiq2f : IInstrument
{
    private static readonly TimeSpan LateTime = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(0.05);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    // Counts by which the fingers may miss a position that they say they have reached.
    private const int Slack = 4;

    private readonly TimeProvider _clock, _wireClock;
    private readonly Halt _halt;
    private readonly ModbusUnit _modbus;
    private readonly double _stroke;
    private readonly int _open, _closed;
    private readonly string _name;
    private bool _ordered;

    /// <exception cref="SettingException">The calibration is none.</exception>
    public Robotiq2f(DriverContext context)
    {
        Id = context.Id;
        (_clock, _wireClock) = (context.Clock, context.WireClock);
        _halt = new Halt(Id);
        var unit = context.Address.Integer("unit", 9);
        if (unit is < 1 or > 247)
            throw new FormatException($"unit={unit} in address '{context.Address}' should be 1 to 247");
        var model = context.Settings.Text("model", "2f-85");
        var usual = model switch
        {
            "2f-85" => 85,
            "2f-140" => 140,
            _ => throw new SettingException("model", $"= {model} should be 2f-85 or 2f-140"),
        };
        _stroke = context.Settings.Quantity("stroke", "mm", Quantity.Of(usual, "mm")).Si;
        if (_stroke is not (>= 0.01 and <= 0.3))
            throw new SettingException("stroke", "should lie between 10 mm and 300 mm");
        _open = context.Settings.Whole("open_count", 3, 0, 100);
        _closed = context.Settings.Whole("closed_count", 230, 150, 255);
        Capabilities = GripperCapabilities.Of(_stroke, Longest);
        _name = $"Robotiq {model.ToUpperInvariant()}, unit {unit} on {context.Address}";
        _modbus = new ModbusUnit(Id, ModbusMaster.Create(
            context.Line, context.Address, _wireClock, context.ReplyTime(TimeSpan.FromSeconds(0.5)),
            late: LateTime), (byte)unit);
    }

    public InstrumentId Id { get; }

    public string SafeState => "the fingers stand still and keep holding what they hold";

    public IReadOnlyList<Capability> Capabilities { get; }

    public IReadOnlyList<Reading> Readings => GripperCapabilities.Readings;

    /// <remarks>Looks and moves nothing: a gripper that sleeps is woken up by <c>activate</c> only.</remarks>
    public async ValueTask ConnectAsync(CancellationToken ct) => await ReadAsync(ct);

    public async ValueTask<InstrumentStatus> ReadStatusAsync(CancellationToken ct)
    {
        var state = await ReadAsync(ct);
        var text = state.Wake switch
        {
            RobotiqWake.Reset => "asleep",
            RobotiqWake.Activating => "activating",
            _ when state.Moves => "moving",
            _ => state.IsHeld ? "holding" : "standing",
        };
        return new InstrumentStatus(_name, state.Fault == 0 ? text : $"{text}, fault {state.Fault:X2}", state.Moves,
            Shown(state), _clock.GetUtcNow());
    }

    public async ValueTask<IReadOnlyDictionary<string, Quantity>> ReadAsync(
        IReadOnlySet<string> names, CancellationToken ct) => Shown(await ReadAsync(ct));

    /// <remarks>A cancelled motion stands still where it is.</remarks>
    public IAsyncEnumerable<Sample> InvokeAsync(Invocation call, CancellationToken ct)
    {
        _ordered = false;
        return _halt.WatchAsync(halted => Run(call, halted),
            () => _ordered ? StandStillAsync(TimeSpan.FromSeconds(4)) : ValueTask.CompletedTask, ct);
    }

    public async ValueTask MakeSafeAsync(TimeSpan limit)
    {
        _halt.Now();
        await StandStillAsync(limit);
    }

    public ValueTask DisposeAsync()
    {
        _halt.Dispose();
        return ValueTask.CompletedTask;
    }

    private IAsyncEnumerable<Sample> Run(Invocation call, CancellationToken ct) => call.Capability switch
    {
        GripperCapabilities.Activate => ActivateAsync(ct),
        GripperCapabilities.Open => MoveAsync(call.Arguments, 0, ct),
        GripperCapabilities.Close => MoveAsync(call.Arguments, 255, ct),
        GripperCapabilities.Move => MoveAsync(call.Arguments, CountOf(call.Arguments.Quantity("width").Si), ct),
        _ => throw new InstrumentException(Id, Fault.OutOfRange, $"it has no capability '{call.Capability}'"),
    };

    private async IAsyncEnumerable<Sample> ActivateAsync([EnumeratorCancellation] CancellationToken ct)
    {
        if (await ReadAsync(ct) is { Wake: RobotiqWake.Active, Fault: 0 })
            yield break;
        _ordered = true;
        await OrderAsync(RobotiqState.Reset, 0, 0, 0, ct);
        await UntilAsync("to fall asleep", s => s.Wake == RobotiqWake.Reset, ct);
        await OrderAsync(RobotiqState.Activate, 0, 0, 0, ct);
        await UntilAsync("to wake up", s => s.Wake == RobotiqWake.Active, ct);
    }

    private async IAsyncEnumerable<Sample> MoveAsync(
        Arguments arguments, int target, [EnumeratorCancellation] CancellationToken ct)
    {
        var before = await ReadAsync(ct);
        if (before.Wake != RobotiqWake.Active)
            throw new InstrumentException(Id, Fault.Rejected,
                "it is not awake; use 'activate', which opens and closes it, so let nothing be between its fingers");
        ThrowOnFault(before);
        _ordered = true;
        await OrderAsync(RobotiqState.Go, target, Share(arguments, "speed"), Share(arguments, "force"), ct);
        var there = 0;
        // Twice, so that what it says is about this motion and not left from the one before.
        var state = await UntilAsync($"to come to position {target}",
            s => (there = s.Goes && s.Asked == target && s.Object != RobotiqObject.Moving ? there + 1 : 0) == 2, ct);
        if (state.Object == RobotiqObject.AtPosition
            && Math.Abs(state.Position - Math.Clamp(target, _open, _closed)) > Slack)
            throw new InstrumentException(Id, Fault.DeviceFault, $"it says that it is at position {target}, and its "
                + $"fingers are at {state.Position}; check open_count and closed_count, and what is in the way");
        var demanded = arguments.Text("object");
        if (demanded != GripperCapabilities.Any && state.IsHeld != (demanded == GripperCapabilities.Present))
            throw new InstrumentException(Id, Fault.DeviceFault, $"an object should be {demanded}, and its fingers "
                + (state.IsHeld ? $"hold one at {WidthOf(state.Position) * 1e3:0.#} mm" : "met none"));
        yield return new Sample(
            _clock.GetUtcNow(), new[] { WidthOf(state.Position) * 1e3, state.IsHeld ? 1.0 : 0 });
    }

    private async ValueTask<RobotiqState> UntilAsync(string what, Func<RobotiqState, bool> isDone, CancellationToken ct)
    {
        var start = _clock.GetTimestamp();
        while (true)
        {
            await Task.Delay(Poll, _clock, ct);
            var state = await ReadAsync(ct);
            if (isDone(state))
            {
                ThrowOnFault(state);
                return state;
            }
            if (state.Fault >= 8)
                ThrowOnFault(state);
            if (_clock.GetElapsedTime(start) > Longest)
                throw await FirstCause.ThenAsync(new InstrumentException(Id, Fault.Timeout,
                    $"asked {what}, it has not done so after {Longest.TotalSeconds} s ({state}); is it blocked?")
                {
                    IsTransient = false,
                }, () => StandStillAsync(TimeSpan.FromSeconds(4)));
        }
    }

    private void ThrowOnFault(RobotiqState state)
    {
        if (state.Why is { } why)
            throw new InstrumentException(Id, Fault.DeviceFault, why);
    }

    private ValueTask StandStillAsync(TimeSpan limit) => Insistence.UntilShownAsync(
        Id, _wireClock, limit, StandStillAsync, last =>
            $"that the fingers stand still ({last}); press the emergency stop of the arm that carries it");

    // Without a way to go the fingers stay as they are: their gear holds without current. Only an activation that is
    // under way has to be taken back.
    private async ValueTask StandStillAsync(CancellationToken ct)
    {
        var state = await ReadAsync(ct);
        if (state.Wake == RobotiqWake.Reset)
            return;
        if (state.Wake == RobotiqWake.Active)
            await OrderAsync(RobotiqState.Activate, state.Asked, 0, 0, ct);
        else
            await OrderAsync(RobotiqState.Reset, 0, 0, 0, ct);
        var from = await ReadAsync(ct);
        await Task.Delay(Poll, _clock, ct);
        var to = await ReadAsync(ct);
        if (to.Moves || to.Goes || from.Position != to.Position)
            throw new InstrumentException(Id, Fault.DeviceFault,
                $"told to stand still, it does not ({to}); press the emergency stop of the arm that carries it");
    }

    private ValueTask OrderAsync(ushort action, int position, int speed, int force, CancellationToken ct) =>
        _modbus.WriteAsync(RobotiqState.Order, [action, (ushort)position, (ushort)(speed << 8 | force)], ct);

    private async ValueTask<RobotiqState> ReadAsync(CancellationToken ct)
    {
        var state = RobotiqState.From(await _modbus.ReadAsync(RobotiqState.Start, RobotiqState.Count, ct));
        return Enum.IsDefined(state.Wake) ? state : throw new InstrumentException(Id, Fault.BadReply,
            "its status has a value that no Robotiq gripper has; check the unit number");
    }

    private int CountOf(double width) => (int)Math.Round(_closed - (_closed - _open) * width / _stroke);

    private double WidthOf(int count) => _stroke * (_closed - count) / (_closed - _open);

    private static int Share(Arguments arguments, string name) => (int)Math.Round(255 * arguments.Quantity(name).Si);

    private static SortedDictionary<string, Quantity> Shown(RobotiqState state) => new(StringComparer.Ordinal)
    {
        ["position"] = Quantity.Of(state.Position, Unit.One),
        ["held"] = Quantity.Of(state.IsHeld ? 1 : 0, Unit.One),
    };
}
