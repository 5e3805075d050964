using System.Net.Sockets;
using Sdl.Core.Instruments;

namespace Sdl.Transport.Channels;

/// <summary>A TCP connection to an instrument or a serial server.</summary>
/// <param name="timeout">For connecting.</param>
public sealed class TcpTransport(string host, int port, TimeProvider clock, TimeSpan timeout) : ITransport
{
    private Socket? _socket;

    public string Name => $"tcp:{host}:{port}";

    public async ValueTask OpenAsync(CancellationToken ct)
    {
        // A far end that lost its power says nothing: the keep-alive notices within about 8 s.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 5);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 1);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        using var limit = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            await socket.ConnectAsync(host, port, either.Token);
            _socket = socket;
        }
        catch (SocketException e)
        {
            throw new IOException($"{Name}: {Explain(e)}", e);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new IOException($"{Name}: no connection within {timeout.TotalSeconds:0.#} s; check address, network "
                + "and that the instrument is on");
        }
        finally
        {
            if (_socket != socket)
                socket.Dispose();
        }
    }

    public bool IsLost
    {
        get
        {
            try
            {
                // Readable without a byte to read is how a socket shows its end.
                return _socket is { } socket && socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
            }
            catch (SocketException)
            {
                return true;
            }
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        try
        {
            while (!bytes.IsEmpty)
                bytes = bytes[await Opened.SendAsync(bytes, ct)..];
        }
        catch (SocketException e)
        {
            throw new IOException($"{Name}: {Explain(e)}", e);
        }
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        try
        {
            return await Opened.ReceiveAsync(buffer, ct);
        }
        catch (SocketException e)
        {
            throw new IOException($"{Name}: {Explain(e)}", e);
        }
    }

    public void DiscardInput()
    {
        Span<byte> waste = stackalloc byte[1024];
        while (_socket is { Available: > 0 } socket)
        {
            socket.Receive(waste, SocketFlags.None, out var error);
            // A lost connection has nothing to drop; the next read or write tells.
            if (error != SocketError.Success)
                return;
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket?.Dispose();
        _socket = null;
        return ValueTask.CompletedTask;
    }

    private Socket Opened => _socket ?? throw new IOException($"{Name}: is not open");

    private static string Explain(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "nothing listens there (connection refused); check the port, and that no "
            + "other program holds the instrument's only connection",
        SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => "no host of this name is known",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable =>
            "the host cannot be reached; check the network",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown =>
            "the other side dropped the connection",
        SocketError.TimedOut => "the other side no longer answers; check network and power",
        _ => e.Message,
    };
}
