namespace Sdl.Runtime.Engine;

/// <summary>Nothing new is begun behind it: what was done is found again, and holds come to their end.</summary>
internal sealed class ClosedGate(TimeProvider clock) : IGate
{
    public CancellationToken LetGo => CancellationToken.None;

    public ValueTask EnterAsync(CancellationToken ct, bool isBegun = false) => throw new RunStoppedException();

    public bool TryEnter() => false;

    public ValueTask LeaveAsync() => ValueTask.CompletedTask;

    public Task RestAsync(CancellationToken ct) => throw new RunStoppedException();

    public Task<T> UntilStoppedAsync<T>(Func<CancellationToken, Task<T>> wait, CancellationToken ct) =>
        throw new RunStoppedException();

    public Task WaitAsync(TimeSpan time, CancellationToken ct) => throw new RunStoppedException();

    public Task PassAsync(TimeSpan time, CancellationToken ct) => Task.Delay(time, clock, ct);

    public void Hold(string why) => throw new NotSupportedException("nothing is suspended behind a closed gate");
}
