using System.Threading.Channels;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Runtime.Checking;
using Stateless;

namespace Sdl.Runtime.Engine;

/// <param name="Author">Who asked for it.</param>
/// <param name="Priority">A run of higher priority is given an instrument first.</param>
public sealed record RunRequest(
    RunId Id, BoundProtocol Protocol, Arguments Arguments, string Author, int Priority = 0);

/// <summary>One execution of a protocol: one loop that reads one channel of commands. Abort cancels first and changes
/// the state second.</summary>
public sealed class Run : IDisposable
{
    // Patience: how long an aborted call may take to end in good order before the others are made safe beside it.
    private static readonly TimeSpan SafeLimit = TimeSpan.FromSeconds(5), Patience = TimeSpan.FromMilliseconds(200);

    private readonly RunRequest _request;
    private readonly IReadOnlyList<InstrumentHost> _instruments;
    private readonly IJournal _journal;
    private readonly RunHistory _history;
    private readonly TimeProvider _clock;
    private readonly Channel<(RunCommand Command, string By)> _commands =
        Channel.CreateUnbounded<(RunCommand, string)>();
    private readonly CancellationTokenSource _abort = new();
    private readonly TaskCompletionSource _aborted = new(); // inline: an asynchronous one would leave the virtual loop
    private readonly Turns _moving = new();
    private readonly StateMachine<RunState, RunTrigger> _machine;
    private readonly Scope _scope;
    private readonly Invoker _invoker;
    private readonly BodyGate _gate;
    private readonly RunLeases _leases;
    private readonly Windows _windows;
    private Recovery? _recovery;
    private JournalException? _broken;
    private volatile bool _bodyIsOver;
    private string _stopping = "it was being stopped when it was interrupted";
    private string _aborting = "it was being aborted when it was interrupted";

    /// <param name="instruments">The bound instruments, in the order in which they are made safe.</param>
    /// <param name="history">What the journal knows of this run; of a new run, nothing.</param>
    /// <param name="leases">Shared with the other runs of the lab; null when there are none.</param>
    public Run(
        RunRequest request, IReadOnlyList<InstrumentHost> instruments, IJournal journal, RunHistory history,
        TimeProvider clock, Leases? leases = null)
    {
        _request = request;
        _instruments = instruments;
        _journal = journal;
        _history = history;
        _clock = clock;
        _machine = RunStates.Machine(IsRecovered ? RunState.Interrupted : RunState.Queued);
        _scope = new Scope(request.Arguments);
        _invoker = new Invoker(request.Id, journal, history, clock);
        _gate = new BodyGate(clock, () => MoveAsync(RunTrigger.Reach, ""));
        _windows = new Windows(request.Id, Protocol, history, journal, clock);
        _leases = new RunLeases(
            leases ?? new Leases(instruments.Select(i => i.Id), clock), request.Id, request.Priority, instruments,
            history)
        {
            GivingUp = GiveUpAsync,
        };
    }

    public RunState State => _broken is null ? _machine.State : RunState.Failed;

    private bool IsRecovered => _history.Started is not null;

    private Protocol Protocol => _request.Protocol.Protocol;

    public void Dispose()
    {
        _leases.Leave();
        _abort.Dispose();
        _gate.Dispose();
    }

    /// <summary>Asks for something; may be called at any time from anywhere.</summary>
    /// <param name="by">Who asks.</param>
    public void Send(RunCommand command, string by)
    {
        if (command == RunCommand.Abort)
            Cancel($"aborted by {by}");
        _commands.Writer.TryWrite((command, by));
    }

    /// <summary>Runs to the end. Device trouble and faults of the protocol end in <see cref="RunState.Failed"/>;
    /// at every end the instruments have been told to be safe. A run that cannot be taken up again yet (a cable is out,
    /// a person has to say what became of an invocation) stays <see cref="RunState.Interrupted"/>. After a failure of
    /// the journal the outcome is Failed, but the journal ends where it broke, so the run can be taken up
    /// again from there.</summary>
    public async Task<RunOutcome> ExecuteAsync()
    {
        var results = new Dictionary<string, Measured>();
        var (end, why) = await EndOfAsync(PrepareAsync);
        var isHeld = end is RunTrigger.Fail && IsRecovered;
        if (isHeld)
            _leases.Refuse();
        // What was asked for meanwhile takes effect now, before anything is begun.
        var commands = ObeyAsync();
        if (end is null)
        {
            (end, why) = await BodyAsync(results);
            _bodyIsOver = true;
            // Without a journal nothing may be begun.
            if (end is not RunTrigger.Abort && _broken is null)
                (end, why) = await FinallyAsync(end, why);
        }
        await MakeSafeAsync();
        if (end is null)
            why = _machine.State switch { RunState.Stopping => _stopping, RunState.Aborting => _aborting, _ => "" };
        if (!isHeld)
            await FinishAsync(end, why);
        _leases.Leave();
        _commands.Writer.TryComplete();
        await commands;
        return _broken is { } broken
            ? new RunOutcome(_request.Id, RunState.Failed, broken.Message, results)
            : new RunOutcome(_request.Id, isHeld ? RunState.Interrupted : _machine.State, why, results);
    }

    private async Task PrepareAsync()
    {
        if (IsRecovered)
        {
            if (_history.AbortWasAsked)
                Cancel(_aborting);
            await _leases.RestoreAsync(_abort.Token);
            await ConnectAsync();
            await RecoverAsync();
            return;
        }
        await _journal.AppendAsync(new RunStarted(
            _request.Id, Protocol.Name, Protocol.Digest, _request.Protocol.LabDigest, _request.Arguments,
            _request.Protocol.Bindings, _request.Author), _abort.Token);
        await MoveAsync(RunTrigger.Start, "");
        await ConnectAsync();
    }

    private Task ConnectAsync() => Task.WhenAll(_instruments.Select(i => i.ConnectAsync(_abort.Token).AsTask()));

    /// <summary>Everything is found out before anything moves: a device remembers its last call, not
    /// the one before.</summary>
    private async Task RecoverAsync()
    {
        var recovery = new Recovery(_request, _instruments, _history, _invoker, _leases);
        await recovery.ReconcileAsync(_abort.Token);
        await _leases.GatherAsync(_abort.Token);
        await MoveAsync(RunTrigger.Recover, "taken up again after the process had died");
        _recovery = recovery;
    }

    private async Task<(RunTrigger? End, string Why)> BodyAsync(Dictionary<string, Measured> results)
    {
        var recovered = _recovery is { } recovery
            ? await EndOfAsync(() => recovery.FinishAsync(_abort.Token))
            : default;
        if (recovered.End is null)
            _leases.EndRestored();
        else
            _leases.KeepRestored();
        // Nothing new is begun then; the walk only finds again what the Finally steps may refer to.
        if (recovered.End is not null || _history.StopWasAsked || _history.BodyFailure is not null
            || _history.FinallyHadBegun)
            _gate.Stop();
        var (end, why) = await EndOfAsync(
            () => Walker(_gate).WalkAsync(Protocol.Body, RunPaths.Body(_request.Id), _abort.Token));
        if (recovered.End is not null && end is not RunTrigger.Abort)
            return recovered;
        if ((end is null or RunTrigger.Stop) && _history.BodyFailure is { } failure)
            return (RunTrigger.Fail, $"failed before it was interrupted: {failure.Message}");
        if (end is RunTrigger.Stop && _history is { FinallyHadBegun: true, StopWasAsked: false })
            return (RunTrigger.Fail, "it had failed before it was interrupted");
        return end is null ? await EndOfAsync(() => PublishAsync(results)) : (end, why);
    }

    private async Task PublishAsync(Dictionary<string, Measured> results)
    {
        foreach (var (name, scalar) in Protocol.Results)
            results[name] = _scope.Measure(scalar);
        if (results.Count > 0)
            await _journal.AppendAsync(new Resulted(_request.Id, results), _abort.Token);
    }

    private async Task<(RunTrigger? End, string Why)> FinallyAsync(RunTrigger? end, string why)
    {
        var (failure, reason) = await EndOfAsync(() =>
            Walker(new OpenGate(_clock)).WalkAsync(Protocol.Finally, RunPaths.Finally(_request.Id), _abort.Token));
        if (failure is null || end is RunTrigger.Fail)
            return (end, why);
        return (failure, failure is RunTrigger.Fail ? $"in the 'finally' steps: {reason}" : reason);
    }

    private StepWalker Walker(IGate gate) => new(
        _request.Id, _request.Protocol, _instruments.ToDictionary(i => i.Id), _invoker, _history, _journal,
        _scope, _clock, gate, _leases, _windows, _abort.Token);

    /// <summary>Runs a part; says how the run has to end because of it, or null when it may go on.</summary>
    private async Task<(RunTrigger? End, string Why)> EndOfAsync(Func<Task> part)
    {
        try
        {
            var work = part();
            await Task.WhenAny(work, _aborted.Task);
            if (!work.IsCompleted)
                await Task.WhenAny(work, Task.Delay(Patience, _clock));
            // A driver that is slow to obey keeps nobody else from being made safe; its own
            // wait is bounded by its host.
            if (!work.IsCompleted)
                await MakeSafeAsync();
            await work;
            return (null, "");
        }
        catch (RunStoppedException)
        {
            return (RunTrigger.Stop, _stopping);
        }
        catch (JournalException e)
        {
            _broken ??= e;
            return (RunTrigger.Fail, e.Message);
        }
        catch (Exception e) when (_abort.IsCancellationRequested)
        {
            return (RunTrigger.Abort, e is OperationCanceledException ? _aborting : $"{_aborting}; {e.Message}");
        }
        catch (Exception e)
        {
            // One of the four places for a broad catch: whatever fails, the instruments are made safe.
            return (RunTrigger.Fail, e.Message);
        }
    }

    // What another run has or relies on is that run's to make safe.
    private Task MakeSafeAsync() => MakeSafeAsync(_leases.TakeForSafety());

    private async Task MakeSafeAsync(IReadOnlyCollection<InstrumentId> which)
    {
        // All are told at once, in the order of the lab file; nobody waits for a neighbour.
        var told = _instruments.Where(i => which.Contains(i.Id))
            .Select(i => (Host: i, Done: i.MakeSafeAsync(SafeLimit))).ToList();
        foreach (var (host, done) in told)
        {
            var error = await done;
            await TryAsync(() => _journal.AppendAsync(
                new SafeEntered(_request.Id, host.Id, host.Instrument.SafeState, error), CancellationToken.None));
        }
    }

    private async Task GiveUpAsync(string? hold, IReadOnlyList<InstrumentId> instruments)
    {
        await MakeSafeAsync(instruments);
        if (hold is not null)
            await _journal.AppendAsync(new LeaseReturned(_request.Id, hold, instruments), CancellationToken.None);
    }

    private async Task FinishAsync(RunTrigger? end, string why)
    {
        if (end is RunTrigger.Stop or RunTrigger.Abort)
            await TryAsync(() => MoveAsync(end.Value, why));
        await TryAsync(() => MoveAsync(end is RunTrigger.Fail ? RunTrigger.Fail : RunTrigger.End, why));
    }

    private async Task ObeyAsync()
    {
        // Not ReadAllAsync: it hops to the thread pool, and the virtual clock would run on meanwhile.
        while (await _commands.Reader.WaitToReadAsync())
            while (_commands.Reader.TryRead(out var asked))
                await ObeyAsync(asked.Command, asked.By);
    }

    private async Task ObeyAsync(RunCommand command, string by)
    {
        // Too late for anything but an abort: the Finally steps are neither paused nor stopped.
        if (_bodyIsOver && command != RunCommand.Abort)
            return;
        var trigger = command switch
        {
            RunCommand.Pause => RunTrigger.Pause,
            RunCommand.Resume => RunTrigger.Resume,
            RunCommand.Stop => RunTrigger.Stop,
            _ => RunTrigger.Abort,
        };
        await TryAsync(() => MoveAsync(trigger, $"{command.ToString().ToLowerInvariant()} by {by}"));
        if (_machine.State == RunState.Stopping)
        {
            _stopping = $"stopped by {by}";
            _gate.Stop();
        }
        else if (_machine.State == RunState.Pausing)
            await TryAsync(_gate.PauseAsync);
        else if (_machine.State == RunState.Running)
            _gate.Resume();
    }

    /// <summary>Moves if the table allows it; a command that comes too late changes nothing.</summary>
    private async ValueTask MoveAsync(RunTrigger trigger, string why)
    {
        using var turn = await _moving.TakeAsync(CancellationToken.None);
        var from = _machine.State;
        if (!_machine.CanFire(trigger))
            return;
        _machine.Fire(trigger);
        if (_machine.State != from)
            await _journal.AppendAsync(new Moved(_request.Id, from, _machine.State, why), CancellationToken.None);
    }

    /// <summary>Where the run is not to be left because the journal fails: it ends all the same, and its
    /// outcome says why.</summary>
    private async Task TryAsync(Func<ValueTask> write)
    {
        try
        {
            await write();
        }
        catch (JournalException e)
        {
            _broken ??= e;
            Cancel(e.Message);
        }
    }

    private void Cancel(string why)
    {
        _aborting = why;
        try
        {
            _abort.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run is over.
        }
        _aborted.TrySetResult();
    }
}
