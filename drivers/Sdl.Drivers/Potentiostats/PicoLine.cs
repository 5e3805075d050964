using System.Text;
using Sdl.Core.Instruments;
using Sdl.Transport;

namespace Sdl.Drivers.Potentiostats;

/// <summary>The lines of text between host and device, with a limit to every wait. Trouble comes out as
/// <see cref="InstrumentException"/>.</summary>
/// <param name="advice">What else to check when no answer comes.</param>
internal sealed class PicoLine(
    InstrumentId id, Line line, TimeProvider clock, string advice = ", and that the baud rate is 230400")
{
    private const int Longest = 1024;

    private readonly byte[] _buffer = new byte[512];
    private readonly Queue<byte> _ahead = new();

    /// <summary>Whether the last talk ended as it should; after one that did not, the device must be brought to a known
    /// place.</summary>
    public bool IsSound { get; private set; }

    /// <summary>Takes a turn on the line and talks; the limit covers the wait for the turn.</summary>
    /// <param name="proceed">Asked when the line is ours; false leaves line and device alone and gives
    /// nothing.</param>
    public async ValueTask<T> TalkAsync<T>(
        string asked, TimeSpan limit, Func<ITransport, CancellationToken, ValueTask<T>> talk, CancellationToken ct,
        Func<bool>? proceed = null)
    {
        using var timeout = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            return await line.TalkAsync(async (transport, token) =>
            {
                if (proceed?.Invoke() == false)
                    return default!;
                // Stays so when the talk ends badly: what is ahead then belongs to nobody.
                var ahead = IsSound;
                IsSound = false;
                if (!ahead)
                    _ahead.Clear();
                var result = await talk(transport, token);
                IsSound = true;
                return result;
            }, either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new InstrumentException(id, Fault.Timeout, $"{asked} on {line.Name}: no complete answer within "
                + $"{limit.TotalSeconds:0.#} s. Check power, cable{advice}");
        }
        catch (IOException e)
        {
            throw new InstrumentException(id, Fault.Disconnected, $"{asked}: {e.Message}", e);
        }
    }

    /// <summary>Drops what came unasked, to be called from within a talk.</summary>
    public void Forget(ITransport transport)
    {
        transport.DiscardInput();
        _ahead.Clear();
    }

    public static ValueTask WriteAsync(ITransport transport, string text, CancellationToken ct) =>
        transport.WriteAsync(Encoding.ASCII.GetBytes(text), ct);

    /// <summary>The next line without its end. Spaces stay: a package can end with one.</summary>
    /// <exception cref="IOException">The line is gone.</exception>
    /// <exception cref="InstrumentException">No line end comes in what comes.</exception>
    public async ValueTask<string> ReadAsync(ITransport transport, CancellationToken ct)
    {
        var text = new StringBuilder();
        while (true)
        {
            while (_ahead.TryDequeue(out var b))
            {
                if (b == '\n')
                    return text.ToString();
                // Software flow control (XON, XOFF) and carriage returns are no part of a line.
                if (b is not (0x11 or 0x13 or (byte)'\r'))
                    text.Append(b < 0x80 ? (char)b : '?');
                if (text.Length > Longest)
                    throw new InstrumentException(id, Fault.BadReply,
                        $"more than {Longest} characters without a line end; check the baud rate");
            }
            var n = await transport.ReadAsync(_buffer, ct);
            if (n == 0)
                throw new IOException($"{line.Name} was closed by the other side");
            foreach (var b in _buffer.AsSpan(0, n))
                _ahead.Enqueue(b);
        }
    }
}
