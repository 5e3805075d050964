namespace Sdl.Core.Instruments;

/// <summary>A line that carries bytes. One owner; never retries; never invents a byte.</summary>
public interface ITransport : IAsyncDisposable
{
    /// <summary>For messages.</summary>
    string Name { get; }

    /// <exception cref="IOException">It cannot be opened; the message says why and what to do.</exception>
    ValueTask OpenAsync(CancellationToken ct);

    /// <exception cref="IOException">The line is gone.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct);

    /// <summary>Waits for at least one byte; 0 means that the other side has closed.</summary>
    /// <exception cref="IOException">The line is gone.</exception>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct);

    /// <summary>Whether it is known that the other side is gone, so that it has to be opened anew; false when nobody
    /// can tell.</summary>
    bool IsLost => false;

    /// <summary>Drops what has come in and was not read.</summary>
    void DiscardInput();
}
