using Sdl.Core.Instruments;

namespace Sdl.Transport.Channels;

/// <summary>One end of a cable in memory: what one end writes, the other reads.</summary>
public sealed class MemoryTransport : ITransport
{
    private readonly Inbox _inbox = new();
    private MemoryTransport _other;
    private bool _cut;

    private MemoryTransport(string name)
    {
        Name = name;
        _other = this;
    }

    public string Name { get; }

    public static (MemoryTransport Host, MemoryTransport Device) Pair(string name = "memory")
    {
        var host = new MemoryTransport(name);
        var device = new MemoryTransport(name + " (device)") { _other = host };
        host._other = device;
        return (host, device);
    }

    /// <summary>Pulls the cable at both ends; bytes on the way are lost.</summary>
    public void Cut()
    {
        foreach (var end in new[] { this, _other })
        {
            end._cut = true;
            end._inbox.Break($"{end.Name}: the cable is cut");
        }
    }

    /// <summary>Puts the cable back; both ends have to be opened anew.</summary>
    public void Mend() => _cut = _other._cut = false;

    /// <summary>As a socket: the other end reads what is there and then the end, until it is opened anew.</summary>
    public void HangUp() => _other._inbox.Close();

    public ValueTask OpenAsync(CancellationToken ct)
    {
        ThrowIfCut();
        _inbox.Reset();
        return ValueTask.CompletedTask;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        ThrowIfCut();
        _other._inbox.Put(bytes.Span);
        return ValueTask.CompletedTask;
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct) => _inbox.TakeAsync(buffer, ct);

    public bool IsLost => _inbox.IsOver;

    public void DiscardInput() => _inbox.Discard();

    /// <summary>As a serial port: the other end does not notice, and it can be opened again.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void ThrowIfCut()
    {
        if (_cut)
            throw new IOException($"{Name}: the cable is cut");
    }
}
