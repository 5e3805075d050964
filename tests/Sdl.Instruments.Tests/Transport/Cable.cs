using Sdl.Core.Instruments;
using Sdl.Transport.Channels;

namespace Sdl.Instruments.Tests.Transport;

/// <summary>A null-modem cable between two serial ports of the operating system.</summary>
internal sealed class Cable : IAsyncDisposable
{
    private readonly Pseudoterminal _one = new();
    private readonly Pseudoterminal _other = new();
    private readonly Task _pumps;

    public Cable() => _pumps = Task.WhenAll(PumpAsync(_one, _other), PumpAsync(_other, _one));

    public string One => _one.Path;

    public string Other => _other.Path;

    /// <summary>Skips the test where there are none.</summary>
    public static Cable Require()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no pseudo-terminals");
        return new Cable();
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        await _pumps;
    }

    private static async Task PumpAsync(ITransport from, ITransport to)
    {
        var buffer = new byte[1024];
        while (await from.ReadAsync(buffer, CancellationToken.None) is > 0 and var count)
            await to.WriteAsync(buffer.AsMemory(0, count), CancellationToken.None);
    }
}
