using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Core.Units;

namespace Sdl.Runtime.Materials;

/// <summary>What the ledger says is in a container.</summary>
/// <param name="Materials">Volume by material, best estimate.</param>
/// <param name="Volume">Best estimate of the whole; below zero for what was taken from a container that nobody had
/// counted before.</param>
/// <param name="Uncertainty">One standard deviation, of what was counted and of what was metered.</param>
/// <param name="Least">Best estimate if all that is unknown went out of it, or did not come in.</param>
/// <param name="Most">Best estimate if nothing of what is unknown went out of it, and all came in.</param>
/// <param name="Taken">What has gone out of it, known or not.</param>
/// <param name="Metered">The part of the uncertainty that comes from metering what went in and out.</param>
/// <param name="IsCounted">Whether anybody has said what was in it.</param>
public sealed record Holding(
    string Container, IReadOnlyDictionary<string, Quantity> Materials, Quantity Volume, Quantity Uncertainty,
    Quantity Least, Quantity Most, Quantity Taken, Quantity Metered, bool IsCounted)
{
    /// <summary>Standard deviations that are kept as a reserve: 95 % of the cases.</summary>
    public const double Margin = 2;

    /// <summary>An invocation whose end nobody saw has moved an unknown part of what was asked for.</summary>
    public bool IsUnknown => Most.Si > Least.Si;

    /// <summary>What can be relied on.</summary>
    public Quantity Sure => Least - Uncertainty * Margin;

    /// <summary>Whether a true volume is within <paramref name="margin"/> standard deviations of what the ledger
    /// says.</summary>
    /// <param name="slack">m3 for what a meter cannot show.</param>
    public bool Covers(Quantity truth, double margin = Margin, double slack = 1e-12) =>
        truth.Si >= Least.Si - margin * Uncertainty.Si - slack && truth.Si <= Most.Si + margin * Uncertainty.Si + slack;
}

/// <param name="Left">Best estimate: what is unknown counts as used.</param>
/// <param name="Most">If nothing of what is unknown was used.</param>
public sealed record PartsLeft(string Name, int Left, int Most, int Used, bool IsCounted)
{
    public bool IsUnknown => Most > Left;
}

/// <summary>An invocation that has moved or used nobody knows how much.</summary>
/// <param name="Least">Volume that it has moved at least.</param>
/// <param name="Most">Volume that it has moved at most.</param>
public sealed record UnknownMove(
    RunId Run, CallId Call, string From, string To, string Material, Quantity Least, Quantity Most);
