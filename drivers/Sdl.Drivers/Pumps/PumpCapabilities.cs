using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Units;

namespace Sdl.Drivers.Pumps;

/// <param name="LeastVolume">Smallest volume that the pump meters within its declared accuracy.</param>
/// <param name="MostVolume">What the syringe holds.</param>
public sealed record PumpLimits(Quantity LeastVolume, Quantity MostVolume, Quantity LeastRate, Quantity MostRate)
{
    /// <summary>Relative standard deviation that all volumes of one pump have in common: 1 % of a syringe's bore and
    /// a screw's pitch, which the lab file replaces once the pump has been calibrated.</summary>
    public double Accuracy { get; init; } = 0.01;
}

/// <summary>The operations that all pumps spell alike, so that a protocol can bind any of them.</summary>
public static class PumpCapabilities
{
    public const string DispenseName = "dispense", WithdrawName = "withdraw";

    private static readonly Unit Millilitre = Unit.Parse("mL"), MillilitrePerMinute = Unit.Parse("mL/min");

    /// <summary>Pushes <c>volume</c> out at <c>rate</c>. The record shows the mL infused over time.</summary>
    public static Capability Dispense(PumpLimits limits) =>
        Metered(DispenseName, "Pushes a volume out of the syringe", "infused so far", limits, leaves: true);

    /// <summary>Draws <c>volume</c> in at <c>rate</c>. The record shows the mL withdrawn over time.</summary>
    public static Capability Withdraw(PumpLimits limits) =>
        Metered(WithdrawName, "Draws a volume into the syringe", "withdrawn so far", limits, leaves: false);

    /// <summary>What every pump counts, since the counter was last cleared.</summary>
    /// <param name="most">The largest number that its counter shows.</param>
    public static IReadOnlyList<Reading> Counters(Quantity most) =>
    [
        new("infused", Millilitre, Quantity.Of(0, Millilitre), most, "pushed out by this dose, or the latest"),
        new("withdrawn", Millilitre, Quantity.Of(0, Millilitre), most, "drawn in by this dose, or the latest"),
    ];

    /// <summary>One row of either record.</summary>
    /// <param name="volume">m3.</param>
    public static Sample Row(DateTimeOffset at, double volume) => new(at, new[] { volume / Millilitre.Scale });

    private static Capability Metered(
        string name, string description, string column, PumpLimits limits, bool leaves) => new(
        name, description,
        [
            new QuantityInput("volume", Millilitre, limits.LeastVolume, limits.MostVolume, "how much"),
            new QuantityInput("rate", MillilitrePerMinute, limits.LeastRate, limits.MostRate, "how fast"),
        ],
        [new Column("volume", Millilitre, column, "volume")],
        Replay.AskDevice,
        arguments => (arguments.Quantity("volume") / arguments.Quantity("rate")).ToTimeSpan())
        {
            Transfer = new Transfer("volume", leaves, limits.Accuracy),
        };
}
