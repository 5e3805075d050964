using Sdl.Core.Instruments;

namespace Sdl.Core.Materials;

/// <summary>What things cost, as far as the lab file says.</summary>
/// <param name="Currency">Such as EUR; null when the lab file names no prices.</param>
/// <param name="PerHour">Of use, by instrument.</param>
/// <param name="PerCubicMetre">By stock.</param>
/// <param name="PerPart">By counted part.</param>
public sealed record Prices(
    string? Currency, IReadOnlyDictionary<InstrumentId, double> PerHour,
    IReadOnlyDictionary<string, double> PerCubicMetre, IReadOnlyDictionary<string, double> PerPart)
{
    public static Prices None { get; } = new(
        null, new Dictionary<InstrumentId, double>(), new Dictionary<string, double>(),
        new Dictionary<string, double>());
}
