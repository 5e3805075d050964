namespace Sdl.Runtime.Engine;

/// <summary>Stands before everything that a walk begins anew. What the journal knows to be done
/// passes without it.</summary>
internal interface IGate
{
    /// <summary>Cancelled when a pause means now: whoever can be taken up again lets go and rests.</summary>
    CancellationToken LetGo { get; }

    /// <summary>Waits while the run is paused.</summary>
    /// <param name="isBegun">For what was begun before an interruption: it is finished even when nothing new is
    /// begun any more.</param>
    /// <exception cref="RunStoppedException">Nothing new is begun any more.</exception>
    ValueTask EnterAsync(CancellationToken ct, bool isBegun = false);

    /// <summary>What was begun has ended.</summary>
    ValueTask LeaveAsync();

    /// <summary>Steps aside while the run is paused and comes in again, between <see cref="EnterAsync"/> and
    /// <see cref="LeaveAsync"/>.</summary>
    /// <exception cref="RunStoppedException">Nothing is to go on any more.</exception>
    Task RestAsync(CancellationToken ct);

    /// <summary>A wait is no invocation: a stop ends it early, and a pause neither waits for it nor makes
    /// it longer.</summary>
    /// <exception cref="RunStoppedException">The run was stopped meanwhile.</exception>
    Task WaitAsync(TimeSpan time, CancellationToken ct);

    /// <summary>Ends when <paramref name="time"/> has passed in which the run was not at rest in a pause.</summary>
    Task PassAsync(TimeSpan time, CancellationToken ct);

    /// <summary>A person has to say something first: nothing new is begun, and what is open stays open.</summary>
    void Hold(string why);
}

/// <summary>Always open: the Finally steps are neither paused nor stopped.</summary>
internal sealed class OpenGate(TimeProvider clock) : IGate
{
    public CancellationToken LetGo => CancellationToken.None;

    public ValueTask EnterAsync(CancellationToken ct, bool isBegun = false) => ValueTask.CompletedTask;

    public ValueTask LeaveAsync() => ValueTask.CompletedTask;

    public Task RestAsync(CancellationToken ct) => Task.CompletedTask;

    public Task WaitAsync(TimeSpan time, CancellationToken ct) => Task.Delay(time, clock, ct);

    public Task PassAsync(TimeSpan time, CancellationToken ct) => Task.Delay(time, clock, ct);

    public void Hold(string why) => throw new NotSupportedException("nothing is suspended behind an open gate");
}
