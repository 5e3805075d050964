using Sdl.Core.Instruments;
using Sdl.Finales.Client;

namespace Sdl.Finales.Schemas;

/// <param name="Input">Of the parameters.</param>
/// <param name="Output">Of a result's data.</param>
public sealed record Capability(CapabilityInfo Info, Schema Input, Schema Output);

/// <summary>The capabilities that a server publishes, asked for once an hour.</summary>
public sealed class Published(FinalesClient client, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    private readonly Turns _asking = new();
    private IReadOnlyList<CapabilityInfo>? _known;
    private DateTimeOffset _since;
    private readonly Dictionary<(string, string), Capability> _read = [];

    /// <returns>Null when nobody has registered such a pair.</returns>
    /// <exception cref="FinalesException">The server cannot be asked.</exception>
    /// <exception cref="FormatException">The schema cannot be used.</exception>
    public async Task<Capability?> FindAsync(string quantity, string method, CancellationToken ct)
    {
        using var turn = await _asking.TakeAsync(ct);
        if (_known is null || clock.GetUtcNow() - _since > Fresh)
            try
            {
                _known = await client.CapabilitiesAsync(available: false, ct);
                _since = clock.GetUtcNow();
                _read.Clear();
            }
            catch (FinalesException e) when (_known is not null && e.Fault == FinalesFault.Unreachable)
            {
                // What was published an hour ago will do until the server is back.
            }
        if (_read.TryGetValue((quantity, method), out var read))
            return read;
        if (_known.FirstOrDefault(c => c.Quantity == quantity && c.Method == method) is not { } info)
            return null;
        return _read[(quantity, method)] = new Capability(
            info, await Schema.ReadAsync(info.JsonSchemaSpecifications, ct),
            await Schema.ReadAsync(info.JsonSchemaResultOutput, ct));
    }

    /// <summary>The server has refused what fits what it had published: ask again next time.</summary>
    public void Doubt() => _since = DateTimeOffset.MinValue;
}
