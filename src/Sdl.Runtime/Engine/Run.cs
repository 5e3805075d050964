using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Interlocks;
using Sdl.Runtime.Materials;
using Stateless;

namespace Sdl.Runtime.Engine;

/// <param name="Author">Who asked for it.</param>
/// <param name="Priority">A run of higher priority is given an instrument first.</param>
public sealed record RunRequest(
    RunId Id, BoundProtocol Protocol, Arguments Arguments, string Author, int Priority = 0)
{
    /// <summary>What is there, for all runs of the lab; null when nobody keeps account.</summary>
    public StockAccount? Stock { get; init; }
}

/// <summary>One execution of a protocol: one loop that reads one channel of commands. Abort cancels first and changes
/// the state second.</summary>
public sealed partial class Run : IDisposable
{
    // Patience: how long an aborted call may take to end in good order before the others are made safe beside it.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly RunRequest _request;
    private readonly IReadOnlyList<InstrumentHost> _instruments;
    private readonly IJournal _journal;
    private readonly RunHistory _history;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _abort = new();
    private readonly CancellationTokenSource _body; // also cancelled by a stop now
    private readonly TaskCompletionSource _aborted = new(); // inline: an asynchronous one would leave the virtual loop
    private readonly Turns _moving = new();
    private readonly StateMachine<RunState, RunTrigger> _machine;
    private readonly Scope _scope;
    private readonly StepTree _tree;
    private readonly TimeLimits _limits;
    private readonly Invoker _invoker;
    private readonly BodyGate _gate;
    private readonly SafeStates _safety;
    private readonly RunLeases _leases;
    private readonly Windows _windows;
    private Recovery? _recovery;
    private JournalException? _broken;
    private string? _held;
    private string _stopping = "it was being stopped when it was interrupted";
    private string _aborting = "it was being aborted when it was interrupted";

    /// <param name="instruments">The bound instruments.</param>
    /// <param name="history">What the journal knows of this run; of a new run, nothing.</param>
    /// <param name="safety">Of the whole lab; left out, the run is alone and its instruments are made safe in the
    /// order in which they are given.</param>
    /// <param name="leases">Shared with the other runs of the lab; left out, there are none.</param>
    public Run(
        RunRequest request, IReadOnlyList<InstrumentHost> instruments, IJournal journal, RunHistory history,
        TimeProvider clock, SafeStates? safety = null, Leases? leases = null)
    {
        _request = request;
        _instruments = instruments;
        _journal = journal;
        _history = history;
        _clock = clock;
        PeopleClock = clock;
        _machine = RunStates.Machine(IsRecovered ? RunState.Interrupted : RunState.Queued);
        _scope = new Scope(request.Arguments);
        _body = CancellationTokenSource.CreateLinkedTokenSource(_abort.Token);
        _tree = new StepTree(Protocol, request.Id);
        _limits = new TimeLimits(request.Id, _scope, journal);
        _invoker = new Invoker(request.Id, journal, history, _tree, clock) { Stock = request.Stock };
        _gate = new BodyGate(clock, () => MoveAsync(RunTrigger.Reach, ""));
        _safety = safety ?? new SafeStates(instruments, clock);
        _windows = new Windows(request.Id, Protocol, history, journal, clock);
        _leases = new RunLeases(
            leases ?? new Leases(instruments.Select(i => i.Id), clock), request.Id, request.Priority, instruments,
            history)
        {
            MakingSafe = LeaveSafeAsync,
            GivingBack = (hold, instruments) => journal.AppendAsync(
                new LeaseReturned(request.Id, hold, instruments), CancellationToken.None).AsTask(),
        };
    }

    /// <summary>What may forbid the run to begin or to go on, and act on it meanwhile; null when nothing is
    /// watched.</summary>
    public InterlockWatch? Interlocks { get; init; }

    public RunState State => _broken is null ? _machine.State : RunState.Failed;

    /// <summary>The branches that it goes on without.</summary>
    public IReadOnlyList<BranchGivenUp> GivenUp => _history.Branches.GivenUp;

    private bool IsRecovered => _history.Started is not null;

    private Protocol Protocol => _request.Protocol.Protocol;

    public void Dispose()
    {
        _leases.Leave();
        _body.Dispose();
        _abort.Dispose();
        _gate.Dispose();
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
        if (end is RunTrigger.Fail && IsRecovered)
            _held = why;
        if (_held is not null)
            _leases.Refuse();
        // What was asked for meanwhile takes effect now, before anything is begun.
        var commands = ObeyAsync();
        if (end is null)
        {
            (end, why) = await BodyAsync(results);
            (end, why) = end is null ? await EndOfAsync(CloseBodyAsync) : (end, why);
            _bodyIsOver = true;
            // Without a journal nothing may be begun, nor while a person is to be asked.
            if (end is not RunTrigger.Abort && _broken is null && _held is null)
                (end, why) = await FinallyAsync(end, why);
        }
        await MakeSafeAsync();
        await AnswerAsync(); // whoever aborted is written down before the end is
        if (end is null)
            why = _machine.State switch { RunState.Stopping => _stopping, RunState.Aborting => _aborting, _ => "" };
        if (_held is null)
            await FinishAsync(end, why);
        if (_held is null)
            _leases.Leave();
        else
            _leases.Stay();
        _commands.Writer.TryComplete();
        await commands;
        if (Interlocks is { } watch)
            await watch.EndAsync(_request.Id);
        var outcome = _broken is { } broken
            ? new RunOutcome(_request.Id, RunState.Failed, broken.Message, results)
            : new RunOutcome(_request.Id, _held is null ? _machine.State : RunState.Interrupted, why, results);
        return outcome with { GivenUp = GivenUp };
    }

    private async Task PrepareAsync()
    {
        if (IsRecovered)
        {
            if (_history.AbortWasAsked)
                Cancel(_aborting);
            var recovery = new Recovery(_request, _instruments, _history, _invoker, _tree, _limits, _leases);
            await ConnectSafeAsync(recovery);
            await AskInterlocksAsync();
            await RecoverAsync(recovery);
            return;
        }
        await _leases.GatherAsync(_abort.Token);
        await _journal.AppendAsync(new RunStarted(
            _request.Id, Protocol.Name, Protocol.Digest, _request.Protocol.LabDigest, _request.Arguments,
            _request.Protocol.Bindings, _request.Author), _abort.Token);
        await AskInterlocksAsync();
        await MoveAsync(RunTrigger.Start, "");
        await ConnectAsync();
    }

    private Task AskInterlocksAsync() => Interlocks is not { } watch ? Task.CompletedTask : watch.BeginAsync(
        new WatchedRun(_request.Id, _instruments.Select(i => i.Id).ToHashSet(), Send), _abort.Token);

    private Task ConnectAsync() => Task.WhenAll(_instruments.Select(ConnectAsync));

    private async Task ConnectAsync(InstrumentHost host)
    {
        try
        {
            await _invoker.ConnectAsync(host, _abort.Token);
        }
        catch (InstrumentException) when (_history.Branches.IsLeftBehind(host.Id))
        {
            // The run had gone on without it; whoever uses it again connects it first.
        }
    }

    /// <summary>What the dead process has left behind is made safe before anything else, and waits for nobody. A call
    /// that the device may still carry out well is not torn: it is asked first.</summary>
    private async Task ConnectSafeAsync(Recovery recovery)
    {
        _abort.Token.ThrowIfCancellationRequested();
        var (mine, free) = _leases.ClaimForSafety();
        try
        {
            var failed = await _safety.MakeSafeAsync(
                _instruments.Where(i => mine.Contains(i.Id) && !recovery.MayStillRun(i)), EnteredAsync);
            await ConnectAsync();
            // One that the dead process had not set up yet may understand only now.
            var needed = failed.Where(h => !_history.Branches.IsLeftBehind(h.Id));
            if (await _safety.MakeSafeAsync(needed, EnteredAsync) is [var host, ..])
                throw new InstrumentException(host.Id, Fault.DeviceFault,
                    "it could not be shown to be safe, so nothing was begun: look at it, then resume");
        }
        finally
        {
            free?.Return();
        }
    }

    /// <summary>Everything is found out before anything moves: a device remembers its last call, not
    /// the one before.</summary>
    private async Task RecoverAsync(Recovery recovery)
    {
        await _leases.RestoreAsync(_abort.Token);
        await recovery.ReconcileAsync(_abort.Token);
        await _leases.GatherAsync(_abort.Token);
        await MoveAsync(RunTrigger.Recover, "taken up again after the process had died");
        _recovery = recovery;
        _bodyIsOver = _history.FinallyHadBegun;
    }

    private async Task<(RunTrigger? End, string Why)> BodyAsync(Dictionary<string, Measured> results)
    {
        var recovered = _recovery is { } recovery
            ? await EndOfAsync(() => recovery.FinishAsync(_gate, _body.Token, _abort.Token))
            : default;
        if (recovered.End is null)
            _leases.EndRestored();
        else
            _leases.KeepRestored();
        // Nothing new is begun then; the walk only finds again what the Finally steps may refer to.
        if (recovered.End is not null || _history.StopWasAsked || _history.BodyIsOver)
            _gate.Stop();
        var token = _body.IsCancellationRequested ? _abort.Token : _body.Token;
        var (end, why) = await EndOfAsync(
            () => Walker(_gate).WalkAsync(Protocol.Body, RunPaths.Body(_request.Id), token));
        if (recovered.End is not null && end is not RunTrigger.Abort)
            return recovered;
        if ((end is null or RunTrigger.Stop) && !_history.StopNowWasAsked && _history.WhyFailed is { } failure)
            return (RunTrigger.Fail, $"failed before it was interrupted: {failure}");
        if (end is RunTrigger.Stop && _history is { FinallyHadBegun: true, StopWasAsked: false })
            return (RunTrigger.Fail, "it had failed before it was interrupted");
        return end is null ? await EndOfAsync(() => PublishAsync(results)) : (end, why);
    }

    private async Task PublishAsync(Dictionary<string, Measured> results)
    {
        foreach (var (name, scalar) in Protocol.Results)
            results[name] = _scope.Measure(scalar);
        if (results.Count > 0)
            await _journal.AppendAsync(
                new Resulted(_request.Id, results) { LeftOut = LeftOut() }, _abort.Token);
    }

    private IReadOnlyList<string>? LeftOut()
    {
        var all = GivenUp.Select(g => g.Name).Order(StringComparer.Ordinal).ToList();
        return all.Count > 0 ? all : null;
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
        _scope, _clock, gate, _tree, _limits, _leases, _windows, _abort.Token);

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
        catch (Exception e) when (e is RunHeldException or RunRefusedException && !_abort.IsCancellationRequested)
        {
            _held = e.Message;
            return (RunTrigger.Fail, e.Message);
        }
        catch (RunStoppedException) when (!_abort.IsCancellationRequested)
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
        catch (Exception e) when (_body.IsCancellationRequested && !_bodyIsOver)
        {
            return (RunTrigger.Stop, e is OperationCanceledException ? _stopping : $"{_stopping}; {e.Message}");
        }
        catch (Exception e)
        {
            // One of the four places for a broad catch: whatever fails, the instruments are made safe.
            return (RunTrigger.Fail, e.Message);
        }
    }

    // What another run has or relies on is that run's to make safe.
    private Task MakeSafeAsync() => MakeSafeAsync(_leases.TakeForSafety());

    private Task MakeSafeAsync(IReadOnlyCollection<InstrumentId> which) =>
        _safety.MakeSafeAsync(_instruments.Where(i => which.Contains(i.Id)), EnteredAsync);

    /// <summary>For instruments without which the run goes on.</summary>
    private async Task LeaveSafeAsync(IReadOnlyCollection<InstrumentId> which)
    {
        foreach (var host in await _safety.MakeSafeAsync(
            _instruments.Where(i => which.Contains(i.Id)), EnteredAsync))
            await TryAsync(() => _journal.AppendAsync(
                new AlarmRaised(_request.Id, host.Id.Value,
                    "it could not be shown to be safe, and the run goes on without it: look at it now"),
                CancellationToken.None));
    }

    private ValueTask EnteredAsync(InstrumentHost host, string? error) => TryAsync(() => _journal.AppendAsync(
        new SafeEntered(_request.Id, host.Id, host.Instrument.SafeState, error), CancellationToken.None));

    private async Task FinishAsync(RunTrigger? end, string why)
    {
        if (end is RunTrigger.Stop or RunTrigger.Abort)
            await TryAsync(() => MoveAsync(end.Value, why));
        await TryAsync(() => MoveAsync(end is RunTrigger.Fail ? RunTrigger.Fail : RunTrigger.End, why));
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
    private async ValueTask TryAsync(Func<ValueTask> write)
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
