using System.Threading.Channels;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Runtime.Interlocks;

namespace Sdl.Runtime.Engine;

/// <content>How a run obeys: one loop that reads one channel.</content>
public sealed partial class Run
{
    /// <summary>A second pause or stop within this time means now.</summary>
    public static readonly TimeSpan SecondMeansNow = TimeSpan.FromSeconds(10);

    private readonly Channel<Asked> _commands = Channel.CreateUnbounded<Asked>();
    private readonly Turns _obeying = new();
    private readonly Dictionary<RunCommand, long> _lastAsked = [];
    private volatile bool _bodyIsOver, _wasTooLate;

    /// <param name="At">When it was asked, by the clock of people.</param>
    /// <param name="Answered">Nothing is asked but how things stand.</param>
    private readonly record struct Asked(
        RunCommand Command, string By, long At, TaskCompletionSource<RunAnswer>? Answered = null);

    /// <summary>The clock of those who ask. Real time where the laboratory's is quickened.</summary>
    public TimeProvider PeopleClock { get; init; }

    /// <summary>Asks for something; may be called at any time from anywhere.</summary>
    /// <param name="by">Who asks.</param>
    /// <exception cref="InterlockException">It is to be resumed, and an interlock forbids that.</exception>
    public void Send(RunCommand command, string by)
    {
        if (command == RunCommand.Resume && Interlocks?.WhyNot(_request.Id) is { } why)
            throw new InterlockException($"{_request.Id} cannot be resumed: {why}");
        _commands.Writer.TryWrite(new Asked(command, by, PeopleClock.GetTimestamp()));
        // At once: the loop that obeys writes to the disk, which may be slow.
        if (command == RunCommand.Abort)
            Cancel($"aborted by {by}");
    }

    /// <summary>How the run stands once it has obeyed what was asked for before; may be called from anywhere.</summary>
    public Task<RunAnswer> AnswerAsync()
    {
        // Those who ask stand outside the run's loop, and must not go on inside it.
        var answer = new TaskCompletionSource<RunAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _commands.Writer.TryWrite(new Asked(default, "", 0, answer)) ? answer.Task : Task.FromResult(Answer());
    }

    private RunAnswer Answer() => new(State, _wasTooLate, _gate.IsLettingGo,
        _body.IsCancellationRequested && !_abort.IsCancellationRequested);

    private async Task ObeyAsync()
    {
        // Not ReadAllAsync: it hops to the thread pool, and the virtual clock would run on meanwhile.
        while (await _commands.Reader.WaitToReadAsync())
            while (_commands.Reader.TryRead(out var asked))
                if (asked.Answered is { } answered)
                    answered.SetResult(Answer());
                else
                    await ObeyAsync(asked);
    }

    private async Task ObeyAsync(Asked asked)
    {
        using var turn = await _obeying.TakeAsync(CancellationToken.None);
        _wasTooLate = IsTooLate(asked.Command);
        if (_wasTooLate)
            return;
        var isSecond = _lastAsked.TryGetValue(asked.Command, out var last)
            && PeopleClock.GetElapsedTime(last, asked.At) <= SecondMeansNow;
        _lastAsked[asked.Command] = asked.At;
        var isNow = isSecond && (asked.Command, _machine.State) is
            (RunCommand.Pause, RunState.Pausing or RunState.Paused) or (RunCommand.Stop, RunState.Stopping);
        await TryAsync(() => _journal.AppendAsync(
            new CommandGiven(_request.Id, asked.Command, asked.By, isNow), CancellationToken.None));
        await TryAsync(() => MoveAsync(
            TriggerOf(asked.Command), $"{asked.Command.ToString().ToLowerInvariant()} by {asked.By}"));
        switch (_machine.State)
        {
            case RunState.Stopping when asked.Command == RunCommand.Stop:
                StopBody(asked.By, isNow);
                break;
            case RunState.Pausing when isNow:
                _gate.PauseNow();
                break;
            case RunState.Pausing:
                await TryAsync(_gate.PauseAsync);
                break;
            case RunState.Running:
                _gate.Resume();
                break;
        }
    }

    private void StopBody(string by, bool isNow)
    {
        _stopping = isNow ? $"stopped now by {by}" : $"stopped by {by}";
        _gate.Stop();
        if (isNow)
            _body.Cancel();
    }

    // The Finally steps are neither paused nor stopped, and what waits for a person cannot be either.
    private bool IsTooLate(RunCommand command) =>
        RunStates.IsFinal(_machine.State)
        || command != RunCommand.Abort && (_bodyIsOver || _machine.State == RunState.Interrupted);

    /// <summary>The end of the body is a place to pause at like any other; after it nothing but an abort
    /// is obeyed.</summary>
    private async Task CloseBodyAsync()
    {
        while (!_bodyIsOver)
        {
            await _gate.OpenedAsync(_abort.Token);
            using var turn = await _obeying.TakeAsync(_abort.Token);
            _bodyIsOver = !_gate.IsPaused;
        }
    }

    private static RunTrigger TriggerOf(RunCommand command) => command switch
    {
        RunCommand.Pause => RunTrigger.Pause,
        RunCommand.Resume => RunTrigger.Resume,
        RunCommand.Stop => RunTrigger.Stop,
        _ => RunTrigger.Abort,
    };
}

/// <summary>How a run stands after a command.</summary>
/// <param name="IsTooLate">The command came after the end of the body, when it can be aborted only.</param>
/// <param name="LetsGo">It pauses now.</param>
/// <param name="IsCut">It stops now.</param>
public sealed record RunAnswer(RunState State, bool IsTooLate, bool LetsGo, bool IsCut);
