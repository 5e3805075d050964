using Sdl.Core.Instruments;

namespace Sdl.Transport;

/// <summary>One transport with turn-taking, for instruments that share a bus. Opens at first use and again after it was
/// lost. It repeats nothing: a turn that ends badly leaves the line marked, and the next turn starts by dropping stale
/// input, so that a late reply is never taken for the next one.</summary>
public sealed class Line(ITransport transport) : IAsyncDisposable
{
    private readonly Turns _turns = new();
    private bool _open;
    private bool _stale;

    /// <summary>For messages.</summary>
    public string Name => transport.Name;

    /// <summary>Takes the turn, opens the line if need be, and talks. Fair among the instruments on the line.</summary>
    /// <exception cref="IOException">The line cannot be opened or is gone.</exception>
    public async ValueTask<T> TalkAsync<T>(Func<ITransport, CancellationToken, ValueTask<T>> talk, CancellationToken ct)
    {
        using var turn = await _turns.TakeAsync(ct);
        // Lost while nobody used it: nothing has been said on it that could get lost, so that nobody need hear of it.
        if (_open && transport.IsLost)
        {
            _open = false;
            await transport.DisposeAsync();
        }
        if (!_open)
        {
            await transport.OpenAsync(ct);
            _open = true;
        }
        if (_stale)
            transport.DiscardInput();
        _stale = true;
        try
        {
            var result = await talk(transport, ct);
            _stale = false;
            return result;
        }
        catch (IOException)
        {
            // A lost line is opened anew by the next talk; who wants to repeat decides so above.
            _open = false;
            await transport.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => transport.DisposeAsync();
}
