using System.Threading.Channels;
using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Runtime.Checking;
using Stateless;

namespace Sdl.Runtime.Engine;

/// <param name="Author">Who asked for it.</param>
public sealed record RunRequest(RunId Id, BoundProtocol Protocol, Arguments Arguments, string Author);

/// <param name="Why">For people; empty after success.</param>
public sealed record RunOutcome(RunId Id, RunState State, string Why, IReadOnlyDictionary<string, Measured> Results);

/// <summary>One execution of a protocol: one loop that reads one channel of commands. Abort cancels first and changes
/// the state second.</summary>
public sealed class Run : IDisposable
{
    private static readonly TimeSpan SafeLimit = TimeSpan.FromSeconds(5);

    private readonly RunRequest _request;
    private readonly IReadOnlyList<InstrumentHost> _instruments;
    private readonly IJournal _journal;
    private readonly RunHistory _history;
    private readonly TimeProvider _clock;
    private readonly Channel<(RunCommand Command, string By)> _commands = Channel.CreateUnbounded<(RunCommand, string)>();
    private readonly CancellationTokenSource _abort = new();
    private readonly Turns _moving = new();
    private readonly StateMachine<RunState, RunTrigger> _machine;
    private readonly Scope _scope;
    private readonly Invoker _invoker;
    private readonly StepWalker _walker;
    private TaskCompletionSource? _paused;
    private string _stopping = "";
    private string _aborting = "";

    /// <param name="instruments">The bound instruments, in the order in which they are made safe.</param>
    /// <param name="history">What the journal knows of this run; of a new run, nothing.</param>
    public Run(
        RunRequest request, IReadOnlyList<InstrumentHost> instruments, IJournal journal, RunHistory history, TimeProvider clock)
    {
        _request = request;
        _instruments = instruments;
        _journal = journal;
        _history = history;
        _clock = clock;
        _machine = RunStates.Machine(history.Started is null ? RunState.Queued : RunState.Interrupted);
        _scope = new Scope(request.Arguments);
        _invoker = new Invoker(request.Id, journal, history, clock);
        _walker = new StepWalker(
            request.Id, request.Protocol, instruments.ToDictionary(i => i.Id), _invoker, history, journal, _scope, clock,
            CheckpointAsync);
        // A stop that came before the crash still holds.
        if (history.State is RunState.Stopping)
            _stopping = "it was being stopped when it was interrupted";
    }

    public RunState State => _machine.State;

    public void Dispose() => _abort.Dispose();

    /// <summary>Asks for something; may be called at any time from anywhere.</summary>
    /// <param name="by">Who asks.</param>
    public void Send(RunCommand command, string by)
    {
        if (command == RunCommand.Abort)
        {
            _aborting = $"aborted by {by}";
            _abort.Cancel();
        }
        _commands.Writer.TryWrite((command, by));
    }

    /// <summary>Runs to the end. Device trouble and faults of the protocol end in <see cref="RunState.Failed"/>;
    /// at every end the instruments have been told to be safe.</summary>
    public async Task<RunOutcome> ExecuteAsync()
    {
        var commands = ObeyAsync();
        var (end, why) = await EndOfAsync(BeginAsync);
        if (end is null)
            (end, why) = await EndOfAsync(() => _walker.WalkAsync(_request.Protocol.Protocol.Body, Path("body"), _abort.Token));
        var results = new Dictionary<string, Measured>();
        if (end is null)
            (end, why) = await EndOfAsync(() => PublishAsync(results));
        if (end is null or RunTrigger.Stop or RunTrigger.Fail)
        {
            // Finally is not stopped by the stop that led to it, nor by a pause.
            _stopping = "";
            var (failure, reason) = await EndOfAsync(
                () => _walker.WalkAsync(_request.Protocol.Protocol.Finally, Path("finally"), _abort.Token), inFinally: true);
            if (failure is not null && end is not RunTrigger.Fail)
                (end, why) = (failure, reason);
        }
        await MakeSafeAsync();
        var state = await FinishAsync(end, why);
        _commands.Writer.TryComplete();
        await commands;
        return new RunOutcome(_request.Id, state, why, results);
    }

    private string Path(string part) => part == "body" ? _request.Id.Value : $"{_request.Id}/{part}";

    private async Task BeginAsync()
    {
        if (_history.Started is null)
            await _journal.AppendAsync(new RunStarted(
                _request.Id, _request.Protocol.Protocol.Name, _request.Protocol.Protocol.Digest, _request.Protocol.LabDigest,
                _request.Arguments, _request.Protocol.Bindings, _request.Author), _abort.Token);
        await MoveAsync(
            _machine.State == RunState.Queued ? RunTrigger.Start : RunTrigger.Recover,
            _machine.State == RunState.Queued ? "" : "taken up again after the process had died");
        await Task.WhenAll(_instruments.Select(i => i.ConnectAsync(_abort.Token).AsTask()));
        await ReestablishAsync();
    }

    /// <summary>An interrupted run relied on set-points; what happened to them while nobody watched is unknown.</summary>
    private async Task ReestablishAsync()
    {
        var seen = new HashSet<InstrumentId>();
        foreach (var past in _history.DoneLastFirst.ToList())
        {
            var capability = _request.Protocol.Capabilities[past.Intended.Instrument]
                .First(c => c.Name == past.Intended.Capability);
            if (capability.Holds && seen.Add(past.Intended.Instrument))
                await _invoker.ReestablishAsync(
                    _instruments.First(i => i.Id == past.Intended.Instrument), capability, past.Intended, _abort.Token);
        }
    }

    private async Task PublishAsync(Dictionary<string, Measured> results)
    {
        foreach (var (name, scalar) in _request.Protocol.Protocol.Results)
            results[name] = _scope.Measure(scalar);
        if (results.Count > 0)
            await _journal.AppendAsync(new Resulted(_request.Id, results), _abort.Token);
    }

    /// <summary>Runs a part; says how the run has to end because of it, or null when it may go on.</summary>
    private async Task<(RunTrigger? End, string Why)> EndOfAsync(Func<Task> part, bool inFinally = false)
    {
        try
        {
            var work = part();
            // A driver that does not honour its cancellation must not keep the others from being made safe.
            await Task.WhenAny(work, AbandonedAsync());
            if (!work.IsCompleted)
                return (RunTrigger.Abort, _aborting + "; an instrument did not stop in time");
            await work;
            return (null, "");
        }
        catch (RunStoppedException)
        {
            return (RunTrigger.Stop, _stopping);
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            return (RunTrigger.Abort, _aborting);
        }
        catch (Exception e)
        {
            // One of the four places for a broad catch: whatever fails, the instruments are made safe.
            return (RunTrigger.Fail, inFinally ? $"in the 'finally' steps: {e.Message}" : e.Message);
        }
    }

    private async Task AbandonedAsync()
    {
        var aborted = new TaskCompletionSource();
        using (_abort.Token.Register(() => aborted.TrySetResult()))
            await aborted.Task;
        await Task.Delay(SafeLimit, _clock);
    }

    private async Task MakeSafeAsync()
    {
        // All are told at once, in the order of the lab file; nobody waits for a neighbour.
        var told = _instruments.Select(i => (Host: i, Done: i.MakeSafeAsync(SafeLimit))).ToList();
        foreach (var (host, done) in told)
            await TryAppendAsync(new SafeEntered(_request.Id, host.Id, host.Instrument.SafeState, await done));
    }

    private async Task<RunState> FinishAsync(RunTrigger? end, string why)
    {
        if (end == RunTrigger.Stop && _machine.State != RunState.Stopping)
            await TryMoveAsync(RunTrigger.Stop, why);
        if (end == RunTrigger.Abort && _machine.State != RunState.Aborting)
            await TryMoveAsync(RunTrigger.Abort, why);
        await TryMoveAsync(end == RunTrigger.Fail ? RunTrigger.Fail : RunTrigger.End, why);
        return _machine.State;
    }

    private async Task ObeyAsync()
    {
        await foreach (var (command, by) in _commands.Reader.ReadAllAsync())
        {
            var trigger = command switch
            {
                RunCommand.Pause => RunTrigger.Pause,
                RunCommand.Resume => RunTrigger.Resume,
                RunCommand.Stop => RunTrigger.Stop,
                _ => RunTrigger.Abort,
            };
            await TryMoveAsync(trigger, $"{command.ToString().ToLowerInvariant()} by {by}");
            if (_machine.State == RunState.Stopping)
                _stopping = $"stopped by {by}";
            if (_machine.State == RunState.Pausing)
                _paused ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            else
                Interlocked.Exchange(ref _paused, null)?.TrySetResult();
        }
    }

    private async ValueTask CheckpointAsync(CancellationToken ct)
    {
        while (_paused is { } paused)
        {
            await MoveAsync(RunTrigger.Reach, "");
            await paused.Task.WaitAsync(ct);
        }
        ct.ThrowIfCancellationRequested();
        if (_stopping.Length > 0)
            throw new RunStoppedException();
    }

    /// <summary>Moves if the table allows it; a command that comes too late changes nothing.</summary>
    private async Task MoveAsync(RunTrigger trigger, string why)
    {
        using var turn = await _moving.TakeAsync(CancellationToken.None);
        var from = _machine.State;
        if (!_machine.CanFire(trigger))
            return;
        _machine.Fire(trigger);
        if (_machine.State != from)
            await _journal.AppendAsync(new Moved(_request.Id, from, _machine.State, why), CancellationToken.None);
    }

    private async Task TryMoveAsync(RunTrigger trigger, string why)
    {
        try
        {
            await MoveAsync(trigger, why);
        }
        catch (JournalException)
        {
            // The journal may be what failed: the run still ends, and its outcome says why.
        }
    }

    private async Task TryAppendAsync(RunEvent happened)
    {
        try
        {
            await _journal.AppendAsync(happened, CancellationToken.None);
        }
        catch (JournalException)
        {
            // As above: the other instruments are still to be told.
        }
    }
}
