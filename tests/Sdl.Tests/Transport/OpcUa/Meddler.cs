using Sdl.Core.Instruments;

namespace Sdl.Tests.Transport.OpcUa;

/// <summary>Somebody on the line who changes what the client sends, once told so.</summary>
internal sealed class Meddler(ITransport inner) : ITransport
{
    /// <summary>From what is sent at once to what arrives instead; null: leave it.</summary>
    public Func<byte[], IEnumerable<byte[]>>? Change { get; set; }

    public string Name => inner.Name;

    public ValueTask OpenAsync(CancellationToken ct) => inner.OpenAsync(ct);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        foreach (var piece in Change?.Invoke(bytes.ToArray()) ?? [bytes.ToArray()])
            await inner.WriteAsync(piece, ct);
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct) => inner.ReadAsync(buffer, ct);

    public void DiscardInput() => inner.DiscardInput();

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
