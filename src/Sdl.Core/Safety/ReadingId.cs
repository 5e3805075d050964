using Sdl.Core.Instruments;

namespace Sdl.Core.Safety;

/// <summary>A reading of an instrument of the lab, as conditions spell it: <c>thermostat.temperature</c>.</summary>
public readonly record struct ReadingId(InstrumentId Instrument, string Name)
{
    public override string ToString() => $"{Instrument}.{Name}";
}
