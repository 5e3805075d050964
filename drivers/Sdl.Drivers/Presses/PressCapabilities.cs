using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Units;

namespace Sdl.Drivers.Presses;

/// <summary>What a crimping press can do, spelt alike for all makes.</summary>
public static class PressCapabilities
{
    public const string Crimp = Crimping.Crimp, CrimpTo = Crimping.CrimpTo, Open = "open", Acknowledge = "acknowledge";

    private static readonly Unit Kilonewton = Unit.Parse("kN"), Millimetre = Unit.Parse("mm"), Second = Unit.Parse("s");

    private static readonly IReadOnlyList<Column> Done =
    [
        new("held_force", Kilonewton, "least force during the dwell"),
        new("peak_force", Kilonewton, "largest force"),
        new("crimp_position", Millimetre, "of the ram below its upper end, at the largest force"),
        new("crimps", Unit.One, "done since the press was made, this one included"),
    ];

    /// <param name="mostForce">N.</param>
    /// <param name="stroke">m.</param>
    public static IReadOnlyList<Capability> Of(double mostForce, double stroke)
    {
        var force = new QuantityInput("force", Kilonewton, Newton(500), Newton(mostForce), "to reach and to hold");
        var dwell = new QuantityInput("dwell", Second, Quantity.Of(0, Second), Quantity.Of(60, Second),
            "how long it is held", Quantity.Of(1, Second));
        var motion = TimeSpan.FromSeconds(5);
        return
        [
            new Capability(Crimp, "closes to a force, holds it and opens", [force, dwell], Done, Replay.AskDevice,
                a => motion + a.Quantity("dwell").ToTimeSpan()) { Limit = a => Longest(a) },
            new Capability(CrimpTo, "closes to a position, holds it and opens",
                [
                    new QuantityInput("position", Millimetre, Metre(1e-3), Metre(stroke),
                        "of the ram below its upper end"),
                    new QuantityInput("force_limit", Kilonewton, Newton(500), Newton(mostForce),
                        "at which it gives up", Newton(mostForce)),
                    dwell,
                ],
                Done, Replay.AskDevice, a => motion + a.Quantity("dwell").ToTimeSpan()) { Limit = a => Longest(a) },
            new Capability(Open, "lets go and opens", [], [], Replay.Safe),
            new Capability(Acknowledge, "takes back the fault that it stands in, after a person has looked", [], [],
                Replay.Safe),
        ];
    }

    /// <summary>After which a crimp has failed: its dwell and 30 s.</summary>
    public static TimeSpan Longest(Arguments arguments) =>
        TimeSpan.FromSeconds(30) + arguments.Quantity("dwell").ToTimeSpan();

    /// <param name="mostForce">N that its cell can show.</param>
    /// <param name="most">m that its scale can show.</param>
    public static IReadOnlyList<Reading> Readings(double mostForce, double most) =>
    [
        new("force", Unit.Parse("N"), Newton(0), Newton(mostForce), "of the ram on what lies in the die"),
        new("position", Millimetre, Metre(0), Metre(most), "of the ram below its upper end"),
        Reading.Flag("guard_closed", "1 while the guard door is closed"),
    ];

    private static Quantity Newton(double value) => Quantity.Of(value, "N");

    private static Quantity Metre(double value) => Quantity.Of(value, "m");
}
