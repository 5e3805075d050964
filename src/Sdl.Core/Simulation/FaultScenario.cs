using Sdl.Core.Protocols;

namespace Sdl.Core.Simulation;

/// <summary>How the simulated devices of a lab misbehave: the same for a test, for a dry run and for
/// <c>sdl simulate</c>.</summary>
/// <param name="Digest">SHA-256 of the file, hex.</param>
/// <param name="Seed">Of the draws; null to take the seed of the run.</param>
public sealed record FaultScenario(string Name, string Digest, ulong? Seed, IReadOnlyList<PlannedFault> Faults);

/// <summary>One line of a scenario: who misbehaves, how, and when. A fault strikes whenever any of
/// <paramref name="When"/> says so.</summary>
/// <param name="Instrument">Id, or null for every instrument, each with draws of its own.</param>
/// <param name="Line">Address of a line, such as <c>serial:/dev/ttyUSB0</c>: all instruments on it at the same
/// moments.</param>
/// <param name="Duration">How long it lasts each time; zero for that one occurrence.</param>
/// <param name="Delay">Of a late reply.</param>
/// <param name="Share">Of an effect that is done, 0 to 1.</param>
/// <param name="OnRequest">Damages what the device is told instead of what it says.</param>
public sealed record PlannedFault(
    string? Instrument, string? Line, FaultKind Kind, FaultTimes When, TimeSpan Duration, TimeSpan Delay, double Share,
    bool OnRequest, Mark At)
{
    /// <summary>Delay and share when a scenario, or a switch, does not say.</summary>
    public static readonly TimeSpan UsualDelay = TimeSpan.FromSeconds(2);

    public const double UsualShare = 0.5;

    /// <summary>What it is counted by.</summary>
    public FaultOccurrence Counted => OnRequest ? FaultOccurrence.Request : Kind.Counted;
}

/// <param name="Chance">Share of occurrences, 0 to 1.</param>
/// <param name="PerHour">Mean number in an hour of lab time.</param>
/// <param name="At">Lab times since the beginning.</param>
/// <param name="Nth">Occurrences, counted from 1.</param>
public sealed record FaultTimes(
    double Chance, double PerHour, IReadOnlyList<TimeSpan> At, IReadOnlyList<long> Nth);
