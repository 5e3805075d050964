using System.Threading.Channels;
using Sdl.Core.Instruments;

namespace Sdl.Simulators.Hosting;

/// <summary>The host's end of an in-memory line to one or several simulated devices (several share a bus).</summary>
internal sealed class WireTransport(
    string endpoint, IReadOnlyList<DevicePort> ports, double bytesPerSecond, DeviceClock devices, TimeProvider clock,
    DeviceTape? tape) : ITransport
{
    // Even the quickest exchange takes a moment, so that no loop of exchanges can stand still in virtual time.
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(1);

    // A serial line is slow and always there; a network connection is quick and made anew each time.
    private readonly bool _isNetwork = double.IsInfinity(bytesPerSecond);
    private List<IDeviceSession> _sessions = [];
    private Channel<byte[]> _incoming = Channel.CreateUnbounded<byte[]>();
    private ReadOnlyMemory<byte> _rest;
    private readonly LinkedList<(List<IDeviceSession> Sessions, byte[] Bytes)> _underWay = [];
    private DateTimeOffset _hostFree, _deviceFree;
    private bool _open;

    public string Name => endpoint;

    // On a shared line one device without its cable is only silent.
    private bool IsOut => ports.All(p => !p.IsReachable());

    public ValueTask OpenAsync(CancellationToken ct)
    {
        ThrowIfOut();
        _incoming = Channel.CreateUnbounded<byte[]>();
        _rest = default;
        _open = true;
        if (_sessions.Count == 0 || _isNetwork)
            lock (devices.Gate)
            {
                tape?.Append(new TapeEntry(devices.GetUtcNow(), devices.Fired, TapeKind.Open, endpoint, []));
                _sessions = ports.Select(p => p.Connect(new DeviceEnd(this, _incoming))).ToList();
            }
        return ValueTask.CompletedTask;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (!_open)
            throw new IOException($"{endpoint} is not open");
        ThrowIfOut();
        var copy = bytes.ToArray();
        var sessions = _sessions;
        var letter = _underWay.AddLast((sessions, copy));
        After(ref _hostFree, copy.Length, () => Deliver(letter));
        return ValueTask.CompletedTask;
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        if (_rest.Length == 0)
        {
            if (!await _incoming.Reader.WaitToReadAsync(ct) || !_incoming.Reader.TryRead(out var chunk))
                return 0;
            _rest = chunk;
        }
        var n = Math.Min(buffer.Length, _rest.Length);
        _rest[..n].CopyTo(buffer);
        _rest = _rest[n..];
        return n;
    }

    public bool IsLost => _rest.Length == 0 && _incoming.Reader.Completion.IsCompleted;

    public void DiscardInput()
    {
        _rest = default;
        while (_incoming.Reader.TryRead(out _))
        {
        }
    }

    public ValueTask DisposeAsync()
    {
        if (!_open)
            return ValueTask.CompletedTask;
        _open = false;
        if (!_isNetwork)
            return ValueTask.CompletedTask;
        _incoming.Writer.TryComplete();
        // What was said before the hang-up arrives before it.
        while (_underWay.First is { } letter)
            Deliver(letter);
        lock (devices.Gate)
        {
            tape?.Append(new TapeEntry(devices.GetUtcNow(), devices.Fired, TapeKind.Close, endpoint, []));
            foreach (var session in _sessions)
                session.Closed();
        }
        return ValueTask.CompletedTask;
    }

    private void ThrowIfOut()
    {
        if (IsOut)
            throw new IOException($"{endpoint}: nothing is connected there");
    }

    private void Deliver(LinkedListNode<(List<IDeviceSession> Sessions, byte[] Bytes)> letter)
    {
        if (letter.List is null)
            return;
        _underWay.Remove(letter);
        var (sessions, bytes) = letter.Value;
        lock (devices.Gate)
        {
            // On the tape before the device knows: a device that acts was told, whatever becomes of this program.
            tape?.Append(new TapeEntry(devices.GetUtcNow(), devices.Fired, TapeKind.Bytes, endpoint, bytes));
            foreach (var session in sessions)
                session.Receive(bytes);
        }
    }

    private void After(ref DateTimeOffset free, int bytes, Action then)
    {
        var now = clock.GetUtcNow();
        free = (free > now ? free : now) + TimeSpan.FromSeconds(bytes / bytesPerSecond);
        ITimer? timer = null;
        timer = clock.CreateTimer(_ =>
        {
            timer?.Dispose();
            then();
        }, null, free + Latency - now, Timeout.InfiniteTimeSpan);
    }

    private sealed class DeviceEnd(WireTransport wire, Channel<byte[]> incoming) : IDeviceWire
    {
        // A serial line keeps its device across openings; what comes in goes to whoever listens now.
        private Channel<byte[]> Listener => wire._isNetwork ? incoming : wire._incoming;

        public void Send(ReadOnlySpan<byte> bytes)
        {
            var copy = bytes.ToArray();
            wire.After(ref wire._deviceFree, copy.Length, () => Listener.Writer.TryWrite(copy));
        }

        public void Close()
        {
            if (wire._isNetwork || wire.IsOut)
                wire.After(ref wire._deviceFree, 0, () => Listener.Writer.TryComplete());
        }
    }
}
