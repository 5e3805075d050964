namespace Sdl.Tests.Transport;

/// <summary>Runs what follows from a byte or a tick at once and on the thread that brought it, so that a test needs no
/// waiting. It also shows that nothing leaves its caller's context, on which dry runs depend.</summary>
internal sealed class Inline : SynchronizationContext
{
    private static readonly Inline Instance = new();

    public static Task<T> Start<T>(Func<ValueTask<T>> work)
    {
        var task = Task.FromResult(default(T)!);
        Instance.Post(_ => task = work().AsTask(), null);
        return task;
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            d(state);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
