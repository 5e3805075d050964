using Sdl.Core.Instruments;

namespace Sdl.Drivers;

/// <summary>For <see cref="IInstrument.MakeSafeAsync"/>: says the same again until the device shows that it is done.
/// Only for what does no harm when it is done twice.</summary>
internal static class Insistence
{
    public static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(0.2);

    /// <param name="wireClock">On which the limit runs.</param>
    /// <param name="attempt">One attempt; trouble on the line, which may pass, is tried again.</param>
    /// <param name="what">What could not be shown, and what a person must do: "that the press is open ({0}); …", with
    /// the last trouble in place of {0}.</param>
    /// <exception cref="InstrumentException">It could not be shown within <paramref name="limit"/>, or the device says
    /// that it cannot.</exception>
    public static async ValueTask UntilShownAsync(
        InstrumentId id, TimeProvider wireClock, TimeSpan limit, Func<CancellationToken, ValueTask> attempt,
        Func<string, string> what)
    {
        using var over = new CancellationTokenSource(limit, wireClock);
        InstrumentException? last = null;
        while (true)
            try
            {
                if (last is not null)
                    await Task.Delay(BetweenAttempts, wireClock, over.Token);
                await attempt(over.Token);
                return;
            }
            catch (InstrumentException e) when (e.IsTransient)
            {
                last = e;
            }
            catch (OperationCanceledException e)
            {
                throw new InstrumentException(id, Fault.Timeout,
                    $"it could not be shown within {limit.TotalSeconds:0.#} s "
                    + what(last?.Text ?? "no answer"), e);
            }
    }
}
