using Sdl.Core.Instruments;

namespace Sdl.Drivers.Robots;

/// <summary>Starts programs, waits for their end, stops them, and finds out what became of them.</summary>
internal sealed class UrPrograms(
    InstrumentId id, UrDashboard dashboard, ModbusUnit modbus, UrSettings settings, TimeProvider clock,
    TimeProvider wireClock)
{
    private static readonly TimeSpan LoadTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(0.25);

    private readonly HashSet<CallId> _begunHere = [];
    private bool _foundBlank, _startUnanswered;

    /// <summary>Puts a mark into empty registers: from then on an empty one means that the controller was started anew
    /// and has forgotten its last call.</summary>
    public async ValueTask MarkAsync(CancellationToken ct)
    {
        if ((await ReadHandshakeAsync(ct)).Call != 0)
            return;
        _foundBlank = true;
        await modbus.WriteAsync(settings.Registers, UrHandshake.Idle, ct);
    }

    /// <summary>Plays the program of a call to its end.</summary>
    public async ValueTask RunAsync(Invocation call, CancellationToken ct)
    {
        _begunHere.Add(call.Id);
        var name = call.Arguments.Text("program");
        var slot = call.Arguments.Quantity("slot").Si;
        if (slot != Math.Truncate(slot) || slot is < 0 or > 127)
            throw new InstrumentException(id, Fault.OutOfRange,
                $"slot = {slot} should be a whole number from 0 to 127");
        await RequireReadyAsync(ct);
        await LoadAsync(name, ct);
        var token = UrHandshake.TokenOf(call.Id);
        await modbus.WriteAsync(settings.Registers, UrHandshake.Start(token, (ushort)slot), ct);
        _startUnanswered = true;
        await dashboard.ExpectAsync("play", "Starting program",
            "see the pendant: a popup, a safety stop or a missing installation keeps it from starting", StartTime, ct);
        _startUnanswered = false;
        await FinishAsync(name, token, ct);
    }

    /// <summary>Waits for a program that still plays, then tells what became of the call.</summary>
    public async ValueTask<InvocationOutcome> ReconcileAsync(Invocation call, CancellationToken ct)
    {
        var token = UrHandshake.TokenOf(call.Id);
        var start = clock.GetTimestamp();
        while (true)
        {
            // State before registers: a program that ended in between is then seen as ended, not as cut short.
            var program = await dashboard.ReadProgramAsync(ct);
            var seen = await ReadHandshakeAsync(ct);
            // An order to start that was given a moment ago may still be on its way.
            var mayBegin = seen.Begun != token && seen.Finished != token && clock.GetElapsedTime(start) < StartTime;
            if (seen.Call != token || (program.State != UrProgramState.Playing && !mayBegin))
                return Judge(call, token, program, seen);
            if (clock.GetElapsedTime(start) > settings.ProgramTimeout)
                return new InvocationOutcome(CallProgress.Unknown,
                    $"{program.Name} still plays {settings.ProgramTimeout} after it was asked");
            await Task.Delay(Poll, clock, ct);
        }
    }

    /// <summary>Asks for a stop until the robot says that it stands. To stop twice does no harm, so here an exchange
    /// that failed is tried again.</summary>
    /// <exception cref="InstrumentException">It did not say so within <paramref name="limit"/>.</exception>
    public async ValueTask StopAsync(TimeSpan limit)
    {
        using var over = new CancellationTokenSource(limit, wireClock);
        InstrumentException? last = null;
        // An order to start whose answer was not awaited may overtake the first stop, not the next ones.
        var needed = _startUnanswered ? 4 : 1;
        try
        {
            for (var seen = 0; seen < needed;)
            {
                last = await TryStopAsync(over.Token);
                seen = last is null ? seen + 1 : 0;
                if (seen < needed)
                    await Task.Delay(Poll, clock, over.Token);
            }
            _startUnanswered = false;
        }
        catch (OperationCanceledException)
        {
            throw new InstrumentException(id, last?.Fault ?? Fault.Timeout, "it could not be shown within "
                + $"{limit.TotalSeconds:0.#} s that the arm stands ({last?.Message ?? "no answer"}); press its "
                + "emergency stop", last);
        }
    }

    private async ValueTask RequireReadyAsync(CancellationToken ct)
    {
        // Older controllers have no local control and do not understand the question.
        if (await dashboard.AskAsync("is in remote control", ct) is "false")
            throw new InstrumentException(id, Fault.Rejected,
                "the robot is in Local Control; switch it to Remote Control on "
                + "its pendant (top right; enabled under Settings, System, Remote Control)");
        await dashboard.RequireSafeAsync(ct);
        var mode = await dashboard.ReadRobotModeAsync(ct);
        if (mode != UrRobotMode.Running)
            throw new InstrumentException(id, Fault.Rejected,
                $"the arm is not running but in mode {mode}; {mode.Remedy()}");
        var program = await dashboard.ReadProgramAsync(ct);
        if (program.State != UrProgramState.Stopped)
            throw new InstrumentException(id, Fault.Rejected,
                $"program {program.Name} is {program.State} already; stop it on "
                + "the pendant once it is clear where the arm stands");
    }

    private async ValueTask LoadAsync(string name, CancellationToken ct)
    {
        const string remedy = "check the setting programs against the names on the robot, and that the program opens "
            + "on the pendant with its installation";
        await dashboard.ExpectAsync($"load {name}", "Loading program", remedy, LoadTime, ct);
        // Old controllers answer before they have loaded.
        var start = clock.GetTimestamp();
        while (!(await dashboard.AskAsync("get loaded program", ct)).EndsWith("/" + name, StringComparison.Ordinal))
        {
            if (clock.GetElapsedTime(start) > LoadTime)
                throw new InstrumentException(
                    id, Fault.Timeout, $"{name} is not loaded after {LoadTime.TotalSeconds} s; {remedy}")
                {
                    IsTransient = false,
                };
            await Task.Delay(Poll, clock, ct);
        }
    }

    private async ValueTask FinishAsync(string name, ushort token, CancellationToken ct)
    {
        var start = clock.GetTimestamp();
        long? finished = null;
        while (true)
        {
            var program = await dashboard.ReadProgramAsync(ct);
            var seen = await ReadHandshakeAsync(ct);
            var stopped = program.State != UrProgramState.Playing;
            if (seen.Call != token)
                throw new InstrumentException(id, Fault.DeviceFault,
                    $"register {settings.Registers} was overwritten while "
                    + $"{name} ran; keep other programs off it and the four after it");
            if (seen.Finished == token && stopped)
            {
                if (seen.Result == 0)
                    return;
                throw new InstrumentException(id, Fault.DeviceFault,
                    $"{name} ended with result {seen.Result}: {UrHandshake.Explain(seen.Result)}");
            }
            if (seen.Finished == token)
                await StopLoopAsync(name, finished ??= clock.GetTimestamp(), ct);
            else if (stopped && (seen.Begun == token || clock.GetElapsedTime(start) > StartTime))
                throw await WhyStoppedAsync(name, program, seen.Begun == token, ct);
            if (clock.GetElapsedTime(start) > settings.ProgramTimeout)
                throw await StoppedAsync(
                    Fault.Timeout, $"{name} did not end within {settings.ProgramTimeout} and is stopped; see where "
                    + "the arm stands, or raise program_timeout");
            await Task.Delay(Poll, clock, ct);
        }
    }

    // PolyScope loops programs unless told otherwise; the second round would move what the first has put down.
    private async ValueTask StopLoopAsync(string name, long finished, CancellationToken ct)
    {
        if (clock.GetElapsedTime(finished) < EndTime)
            return;
        ct.ThrowIfCancellationRequested();
        throw await StoppedAsync(
            Fault.DeviceFault,
            $"{name} went on after its end and is stopped; switch off 'Program Loops Forever' in it");
    }

    private ValueTask<InstrumentException> StoppedAsync(Fault fault, string text) => FirstCause.ThenAsync(
        new InstrumentException(id, fault, text) { IsTransient = false }, () => StopAsync(StopTime));

    private async ValueTask<InstrumentException> WhyStoppedAsync(
        string name, UrProgram program, bool begun, CancellationToken ct)
    {
        var safety = await dashboard.ReadSafetyModeAsync(ct);
        var mode = await dashboard.ReadRobotModeAsync(ct);
        var how = begun ? $"{name} was cut short" : $"{name} ended without a sign that it had begun";
        return new InstrumentException(id, Fault.DeviceFault,
            !safety.MayMove() ? $"{how} by {safety}; {safety.Remedy()}"
            : mode != UrRobotMode.Running ? $"{how}, the arm is in mode {mode}; {mode.Remedy()}"
            : program.State == UrProgramState.Paused ? $"{how}: it is paused; see the pendant"
            : begun ? $"{how}: stopped on the pendant or by an error that its log tells; see where the arm stands"
            : $"{how}; it must echo register {settings.Registers} as UniversalRobot.md says");
    }

    private InvocationOutcome Judge(Invocation call, ushort token, UrProgram program, UrHandshake seen)
    {
        var evidence = $"{program.State} {program.Name}; registers: call {seen.Call} (this one is {token}), "
            + $"begun {seen.Begun}, finished {seen.Finished}, result {seen.Result}";
        return (seen.Call == token, seen.Begun == token, seen.Finished == token) switch
        {
            (false, _, _) when seen.Call == 0 || (_foundBlank && !_begunHere.Contains(call.Id)) =>
                new InvocationOutcome(CallProgress.Unknown, $"the controller has restarted and forgotten; {evidence}"),
            (false, _, _) => new InvocationOutcome(CallProgress.NotStarted, evidence),
            (true, _, true) when seen.Result == 0 => new InvocationOutcome(CallProgress.Done, evidence, Samples: []),
            (true, _, true) => new InvocationOutcome(
                CallProgress.Unknown, $"the program failed: {UrHandshake.Explain(seen.Result)}; {evidence}"),
            (true, false, false) => new InvocationOutcome(CallProgress.NotStarted, evidence),
            // Only a person can say where the arm stands and what it holds: there is no rest that a program could do.
            (true, true, false) => new InvocationOutcome(CallProgress.Partial, $"cut short; {evidence}"),
        };
    }

    private async ValueTask<InstrumentException?> TryStopAsync(CancellationToken ct)
    {
        InstrumentException? refused = null;
        try
        {
            try
            {
                await dashboard.AskAsync("stop", ct);
            }
            catch (InstrumentException e) when (e.Fault == Fault.Rejected)
            {
                // In Local Control nothing may be asked for, but the state may be read: it may well stand.
                refused = e;
            }
            var program = await dashboard.ReadProgramAsync(ct);
            return program.State == UrProgramState.Stopped ? null : refused
                ?? new InstrumentException(id, Fault.DeviceFault,
                    $"program {program.Name} is {program.State} after 'stop'");
        }
        catch (InstrumentException e)
        {
            return e;
        }
    }

    private async ValueTask<UrHandshake> ReadHandshakeAsync(CancellationToken ct) =>
        UrHandshake.From(await modbus.ReadAsync(settings.Registers, UrHandshake.Count, ct));
}
