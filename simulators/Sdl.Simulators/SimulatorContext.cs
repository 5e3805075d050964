using Sdl.Core.Instruments;
using Sdl.Simulators.Physics;

namespace Sdl.Simulators;

/// <summary>All that a simulator is constructed with.</summary>
/// <param name="Settings">The instrument's settings in the lab file, as its driver sees them.</param>
/// <param name="Simulation">The instrument's <c>simulation</c> section: what it is connected to, how
/// badly it behaves.</param>
/// <param name="Clock">Virtual, scaled or real; the only source of time and timers.</param>
public sealed record SimulatorContext(
    InstrumentId Id, Address Address, Settings Settings, Settings Simulation, Bench Bench,
    Noise Noise, TimeProvider Clock);
