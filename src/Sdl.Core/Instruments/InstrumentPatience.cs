using Sdl.Core.Protocols;

namespace Sdl.Core.Instruments;

/// <summary>The patience with one instrument, and with those of its capabilities for which the lab file says something
/// else.</summary>
/// <param name="At">Where the lab file names each of these capabilities.</param>
public sealed record InstrumentPatience(
    Patience Usual, IReadOnlyDictionary<string, Patience> ByCapability, IReadOnlyDictionary<string, Mark> At)
{
    public static InstrumentPatience Default { get; } =
        new(Patience.Usual, new Dictionary<string, Patience>(), new Dictionary<string, Mark>());

    public Patience For(string capability) => ByCapability.GetValueOrDefault(capability, Usual);
}
