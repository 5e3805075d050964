using System.Net.Sockets;
using System.Text.Json;

namespace Sdl.App.Composition.Control;

/// <summary>Lines of JSON over a connection, bounded in length and time.</summary>
internal sealed class LineChannel(Socket socket, TimeProvider clock)
{
    public const int LongestLine = 64 * 1024;

    private readonly byte[] _buffer = new byte[LongestLine];
    private int _length;

    /// <returns>The next line without its end; null when the other side has closed, in the middle of a
    /// line or not.</returns>
    /// <exception cref="InvalidDataException">The line is too long.</exception>
    /// <exception cref="TimeoutException">It did not come within <paramref name="patience"/>.</exception>
    public async Task<byte[]?> ReadAsync(TimeSpan patience, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        while (true)
        {
            var end = Array.IndexOf(_buffer, (byte)'\n', 0, _length);
            if (end >= 0)
                return Take(end);
            if (_length == _buffer.Length)
                throw new InvalidDataException($"a line is longer than {LongestLine} bytes");
            try
            {
                var count = await socket.ReceiveAsync(_buffer.AsMemory(_length), either.Token);
                if (count == 0)
                    return null;
                _length += count;
            }
            catch (OperationCanceledException e) when (late.IsCancellationRequested && !ct.IsCancellationRequested)
            {
                throw new TimeoutException($"nothing came within {patience.TotalSeconds:0} s", e);
            }
        }
    }

    /// <exception cref="TimeoutException">The other side did not take it within
    /// <paramref name="patience"/>.</exception>
    public async Task WriteAsync<T>(T message, TimeSpan patience, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        var line = JsonSerializer.SerializeToUtf8Bytes(message, ControlRequest.Json);
        ReadOnlyMemory<byte> rest = (byte[])[.. line, (byte)'\n'];
        try
        {
            while (!rest.IsEmpty)
                rest = rest[await socket.SendAsync(rest, either.Token)..];
        }
        catch (OperationCanceledException e) when (late.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new TimeoutException($"nobody took it within {patience.TotalSeconds:0} s", e);
        }
    }

    private byte[] Take(int end)
    {
        var line = _buffer[..end];
        _length -= end + 1;
        _buffer.AsSpan(end + 1, _length).CopyTo(_buffer);
        return line;
    }
}
