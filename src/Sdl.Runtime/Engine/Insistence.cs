using Sdl.Core.Instruments;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>Repeats what moves nothing, connecting and asking, as long as the patience with the instrument
/// lasts.</summary>
/// <param name="what">For the journal.</param>
internal sealed class Insistence(RunId run, IJournal journal, InstrumentHost host, string what)
{
    /// <exception cref="InstrumentException">It failed to the end, or in a way that does not pass.</exception>
    public async Task<T> InsistAsync<T>(Func<CancellationToken, ValueTask<T>> work, CancellationToken ct)
    {
        var patience = host.UsualPatience;
        InstrumentException? first = null;
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan pause;
            try
            {
                var result = await work(ct);
                await host.TellAsync(journal);
                return result;
            }
            catch (InstrumentException e)
            {
                host.Distrust();
                host.Note(e);
                first ??= e;
                var isLast = attempt > patience.Retries || ct.IsCancellationRequested;
                if (isLast && e.IsTransient)
                    host.Note(TroubleSign.GivenUp, $"{attempt} attempts failed");
                await host.TellAsync(journal);
                if (isLast || !e.IsTransient)
                    throw PersistentCall.Last(first, e, attempt - 1);
                pause = patience.Pause(attempt);
                await journal.AppendAsync(
                    new ContactRetried(run, host.Id, what, attempt, e.Fault.ToString(), e.Text, pause),
                    CancellationToken.None);
            }
            await Task.Delay(pause, host.Clock, ct);
        }
    }
}
