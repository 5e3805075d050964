namespace Sdl.Finales.Client;

/// <summary>Repeats what may be repeated: while the server cannot be reached, for as long as it takes; twice more when
/// it broke; anything else never. Only for calls that do no harm when they are done twice.</summary>
/// <param name="seed">Of the jitter that keeps tenants from coming back all at once.</param>
public sealed class Endurance(TimeProvider clock, int seed)
{
    private const int Breaks = 2;
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromSeconds(60),
        UntilAllowed = TimeSpan.FromMinutes(10);

    private readonly Random _jitter = new(seed);
    private readonly Lock _gate = new();

    /// <summary>Also goes on, every ten minutes or so, while the credentials are not accepted: for a program without
    /// anybody beside it, whose password may be mended on either side.</summary>
    public bool WaitsForAccess { get; init; }

    /// <param name="resting">Told before each rest.</param>
    /// <exception cref="FinalesException">Repeating does not help.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits for it any more.</exception>
    public async Task<T> DoAsync<T>(
        Func<Task<T>> exchange, Action<FinalesException, TimeSpan> resting, CancellationToken ct)
    {
        for (var (failures, broken) = (0, 0); ; failures++)
            try
            {
                return await exchange();
            }
            catch (FinalesException e) when (
                e.Fault == FinalesFault.Unreachable || e.Fault == FinalesFault.Broken && ++broken <= Breaks
                || e.Fault == FinalesFault.NotAllowed && WaitsForAccess)
            {
                var rest = e.Fault == FinalesFault.NotAllowed ? Scatter(UntilAllowed) : Rest(failures);
                resting(e, rest);
                await Task.Delay(rest, clock, ct);
            }
    }

    /// <inheritdoc cref="DoAsync{T}"/>
    public Task DoAsync(Func<Task> exchange, Action<FinalesException, TimeSpan> resting, CancellationToken ct) =>
        DoAsync(async () =>
        {
            await exchange();
            return true;
        }, resting, ct);

    /// <summary>After so many failures in a row: 1 s, 2 s, 4 s … 60 s, each between half and one and a half of
    /// it.</summary>
    public TimeSpan Rest(int failures) => Scatter(TimeSpan.FromSeconds(
        Math.Min(Longest.TotalSeconds, Shortest.TotalSeconds * Math.Pow(2, Math.Min(failures, 30)))));

    /// <summary>Between half and one and a half of a time.</summary>
    public TimeSpan Scatter(TimeSpan time)
    {
        lock (_gate)
            return time * (0.5 + _jitter.NextDouble());
    }
}
