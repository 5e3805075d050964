using Sdl.Core.Instruments;
using Sdl.Transport.Channels;

namespace Sdl.Instruments.Tests.Transport;

/// <summary>A network that can be cut: connections break at once and new ones fail until it is mended.</summary>
internal sealed class CutWire
{
    private readonly Lock _gate = new();
    private readonly List<ITransport> _open = [];
    private bool _isCut;

    /// <summary>Connections that were made.</summary>
    public int Connections { get; private set; }

    public ITransport Connect(string host, int port)
    {
        lock (_gate)
        {
            if (_isCut)
                throw new IOException("the network is cut");
            Connections++;
            var transport = new TcpTransport(host, port, TimeProvider.System, TimeSpan.FromSeconds(5));
            _open.Add(transport);
            return transport;
        }
    }

    public async Task CutAsync()
    {
        ITransport[] open;
        lock (_gate)
        {
            _isCut = true;
            open = [.. _open];
            _open.Clear();
        }
        foreach (var transport in open)
            await transport.DisposeAsync();
    }

    public void Mend()
    {
        lock (_gate)
            _isCut = false;
    }
}
