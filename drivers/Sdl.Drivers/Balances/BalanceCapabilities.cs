using Sdl.Core.Instruments;
using Sdl.Core.Units;

namespace Sdl.Drivers.Balances;

/// <summary>The operations that all balances spell alike, so that a protocol can bind any of them.</summary>
public static class BalanceCapabilities
{
    public const string WeighName = "weigh", TareName = "tare", ZeroName = "zero";

    private static readonly Unit Gram = Unit.Parse("g"), Second = Unit.Parse("s");

    private static readonly QuantityInput Timeout = new(
        "timeout", Second, Quantity.Of(1, "s"), Quantity.Of(10, "min"), "how long to wait for the pan to settle",
        Quantity.Of(30, "s"));

    /// <summary>Waits until the weight is stable. One row: the net mass in g.</summary>
    public static Capability Weigh { get; } = new(
        WeighName, "Reads the stable weight", [Timeout], [new Column("mass", Gram, "net, stable")], Replay.Safe)
    {
        Limit = Settled,
    };

    /// <summary>Takes what stands on the pan as zero of the net weight. One row: its mass in g.</summary>
    /// <remarks>Replay is safe because the record says what was taken off: taring the same load again gives the same
    /// zero, and nothing is added between the intent of a tare and its end.</remarks>
    public static Capability Tare { get; } = new(
        TareName, "Takes the present load as zero", [Timeout], [new Column("tare", Gram, "taken off from now on")],
        Replay.Safe)
    {
        Limit = Settled,
    };

    /// <summary>Sets the zero of the empty balance. No rows.</summary>
    public static Capability Zero { get; } = new(
        ZeroName, "Sets the zero of the empty balance", [Timeout], [], Replay.Safe)
    {
        Limit = Settled,
    };

    public static IReadOnlyList<Capability> All { get; } = [Weigh, Tare, Zero];

    /// <summary>What every balance shows.</summary>
    /// <param name="capacity">The most that it can weigh. Below its zero it shows a little; how much differs.</param>
    public static IReadOnlyList<Reading> Readings(Quantity capacity) =>
    [
        new("mass", Gram, -capacity, capacity, "net, as it stands, settled or not"),
        new("load", Gram, -capacity, capacity, "what presses on the pan: net and tare"),
    ];

    private static TimeSpan Settled(Arguments arguments) => arguments.Quantity(Timeout.Name).ToTimeSpan();

    /// <summary>One row of a record of <see cref="Weigh"/> or <see cref="Tare"/>.</summary>
    public static Sample Row(DateTimeOffset at, Quantity mass) => new(at, new[] { mass.In(Gram) });
}
