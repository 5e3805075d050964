namespace Sdl.Runtime.Engine;

/// <summary>Talks to every connected instrument that has a dead-man, at least every third of its time, so that two
/// beats may get lost. When the program dies or hangs it falls silent, and the devices go safe by
/// themselves.</summary>
public sealed class Heartbeat : IAsyncDisposable
{
    private const int Parts = 3;

    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _loops;

    /// <param name="instruments">With how long each may hear nothing.</param>
    /// <param name="clock">The laboratory's time.</param>
    public Heartbeat(IEnumerable<(InstrumentHost Host, TimeSpan Deadman)> instruments, TimeProvider clock) =>
        _loops = [.. instruments.Select(i => BeatAsync(i.Host, i.Deadman / Parts, clock))];

    public async ValueTask DisposeAsync()
    {
        _end.Cancel(); // not CancelAsync: it leaves the virtual loop
        await Task.WhenAll(_loops);
        _end.Dispose();
    }

    private async Task BeatAsync(InstrumentHost host, TimeSpan within, TimeProvider clock)
    {
        try
        {
            while (true)
                await Task.Delay(await host.BeatAsync(within, _end.Token), clock, _end.Token);
        }
        catch (OperationCanceledException)
        {
            // The session is closed.
        }
    }
}
