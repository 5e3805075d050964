using System.Globalization;
using Sdl.Core.Instruments;

namespace Sdl.Transport.Channels;

/// <summary>Writes down what goes over the line, in the form that <see cref="Transcript"/> reads: <c>12:00:00.125 > 30
/// 30 44 49 41 0d  00DIA.</c> for what the host sends, <c>&lt;</c> for what comes. Times are UTC; a line is one write
/// or one read, wherever the operating system cut it.</summary>
public sealed class TracingTransport(ITransport inner, TimeProvider clock, Action<string> write) : ITransport
{
    public string Name => inner.Name;

    public ValueTask OpenAsync(CancellationToken ct) => inner.OpenAsync(ct);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        Trace('>', bytes.Span);
        return inner.WriteAsync(bytes, ct);
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        var count = await inner.ReadAsync(buffer, ct);
        if (count > 0)
            Trace('<', buffer.Span[..count]);
        return count;
    }

    public bool IsLost => inner.IsLost;

    public void DiscardInput() => inner.DiscardInput();

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private void Trace(char direction, ReadOnlySpan<byte> bytes)
    {
        var time = clock.GetUtcNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        write($"{time} {direction} {Transcript.Hex(bytes)}  {Transcript.Printable(bytes)}");
    }
}
