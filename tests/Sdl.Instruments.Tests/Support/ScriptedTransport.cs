using System.Text;
using System.Threading.Channels;
using Sdl.Core.Instruments;
using Sdl.Transport;

namespace Sdl.Instruments.Tests.Support;

/// <summary>Plays a conversation byte by byte: what the host must say, and what comes back for it. Anything else fails.
/// Bytes are written as Latin-1 text with <c>\u0002</c> for what cannot be seen.</summary>
internal sealed class ScriptedTransport(params (string Says, string Hears)[] script) : ITransport, ILines
{
    private readonly Channel<byte[]> _incoming = Channel.CreateUnbounded<byte[]>();
    private readonly StringBuilder _said = new();
    private ReadOnlyMemory<byte> _rest;
    private int _next;
    private Line? _line;

    public string Name => "script";

    /// <summary>Everything was said that had to be said.</summary>
    public bool IsOver => _next == script.Length && _said.Length == 0;

    public Line Get(InstrumentId id, Address address) => _line ??= new Line(this);

    public ValueTask OpenAsync(CancellationToken ct) => ValueTask.CompletedTask;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        _said.Append(Encoding.Latin1.GetString(bytes.Span));
        Assert.True(_next < script.Length, $"nothing more was to be said, but there came {_said}");
        Assert.Equal(script[_next].Says, _said.ToString());
        _said.Clear();
        var hears = script[_next++].Hears;
        if (hears.Length > 0)
            _incoming.Writer.TryWrite(Encoding.Latin1.GetBytes(hears));
        return ValueTask.CompletedTask;
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        if (_rest.IsEmpty)
            _rest = await _incoming.Reader.ReadAsync(ct);
        var now = _rest[..Math.Min(_rest.Length, buffer.Length)];
        _rest = _rest[now.Length..];
        now.CopyTo(buffer);
        return now.Length;
    }

    public void DiscardInput()
    {
        _rest = default;
        while (_incoming.Reader.TryRead(out _))
        {
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A line that is not there, or whose other end hangs up.</summary>
internal sealed class DeadTransport(bool opens) : ITransport, ILines
{
    public string Name => "dead";

    public Line Get(InstrumentId id, Address address) => new(this);

    public ValueTask OpenAsync(CancellationToken ct) =>
        opens ? ValueTask.CompletedTask : throw new IOException("there is no such port");

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) => ValueTask.CompletedTask;

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct) => ValueTask.FromResult(0);

    public void DiscardInput()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
