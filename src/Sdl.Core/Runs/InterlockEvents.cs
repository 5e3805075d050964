using Sdl.Core.Instruments;
using Sdl.Core.Safety;
using Sdl.Core.Units;

namespace Sdl.Core.Runs;

/// <param name="Readings">Those that could be had, by <c>instrument.reading</c>.</param>
/// <param name="Why">The condition and the values, or what could not be read; for people.</param>
public sealed record InterlockTripped(
    string Interlock, IReadOnlyDictionary<string, Quantity> Readings, InterlockAction Action, string Why) : RunEvent;

/// <summary>The danger is over, and acknowledged where that is asked for: nothing is forbidden any more.</summary>
public sealed record InterlockCleared(string Interlock) : RunEvent;

/// <param name="By">The person who takes note of it.</param>
public sealed record InterlockAcknowledged(string Interlock, string By, string Note) : RunEvent;

/// <summary>The instrument that an interlock makes safe by itself.</summary>
/// <param name="Error">Null when the device was shown to be safe.</param>
public sealed record InterlockMadeSafe(
    string Interlock, InstrumentId Instrument, string State, string? Error) : RunEvent;
