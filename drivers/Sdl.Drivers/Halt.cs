using System.Runtime.CompilerServices;
using Sdl.Core.Instruments;

namespace Sdl.Drivers;

/// <summary>Lets <see cref="IInstrument.MakeSafeAsync"/> end the call that is under way: its exchange gives the line
/// back at once, and nothing that it still wanted to send is sent.</summary>
internal sealed class Halt(InstrumentId id) : IDisposable
{
    private CancellationTokenSource _source = new();

    /// <summary>Ends every call that began before. A call that begins later is not concerned.</summary>
    public void Now() => Interlocked.Exchange(ref _source, new CancellationTokenSource()).Cancel();

    /// <summary>Runs a call until it ends, is cancelled or is halted.</summary>
    /// <param name="stop">Stops the device when the call is cancelled; a halted call leaves that to its halter.</param>
    /// <exception cref="InstrumentException">The call was halted.</exception>
    public async IAsyncEnumerable<Sample> WatchAsync(
        Func<CancellationToken, IAsyncEnumerable<Sample>> run, Func<ValueTask> stop,
        [EnumeratorCancellation] CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, Volatile.Read(ref _source).Token);
        await using var samples = run(either.Token).GetAsyncEnumerator(either.Token);
        while (await NextAsync(samples, stop, ct))
            yield return samples.Current;
    }

    public void Dispose() => _source.Dispose();

    private async ValueTask<bool> NextAsync(
        IAsyncEnumerator<Sample> samples, Func<ValueTask> stop, CancellationToken ct)
    {
        try
        {
            return await samples.MoveNextAsync();
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new InstrumentException(id, Fault.Rejected,
                "the call was ended because the instrument was made safe");
        }
        catch (OperationCanceledException)
        {
            await stop();
            throw;
        }
    }
}
