using Sdl.Core.Instruments;
using Sdl.Core.Units;

namespace Sdl.Drivers.Grippers;

/// <summary>What a gripper with two parallel fingers can do that knows its opening, spelt alike for all makes. All are
/// <see cref="Replay.Safe"/>: they say how far the fingers are to be apart, and a grip that holds already stays as it
/// is.</summary>
public static class GripperCapabilities
{
    public const string Activate = "activate", Open = "open", Close = "close", Move = "move";

    public const string Any = "any", Present = "present", Absent = "absent";

    public static readonly Column Width = new("width", Unit.Parse("mm"), "between the fingers");

    public static readonly Column Held = new("held", Unit.One, "1 when the fingers were stopped by an object");

    private static readonly Unit Percent = Unit.Parse("%");

    /// <param name="stroke">m between the open fingers.</param>
    /// <param name="limit">After which a motion has failed.</param>
    public static IReadOnlyList<Capability> Of(double stroke, TimeSpan limit)
    {
        Input[] way =
        [
            Share("speed", "of the largest speed", 100), Share("force", "of the largest force", 50),
            new TextInput("object", "what must be between the fingers then", [Any, Present, Absent], Any),
        ];
        return
        [
            new Capability(Activate, "wakes it up: it opens and closes once; nothing when it is awake", [], [],
                Replay.Safe)
            {
                Limit = _ => limit,
            },
            Motion(Open, "opens as far as it can", way),
            Motion(Close, "closes until it is closed or holds something", way),
            Motion(Move, "brings the fingers to a distance",
                [
                    new QuantityInput("width", Width.Unit, Quantity.Of(0, Width.Unit), Quantity.Of(stroke, "m"),
                        "between the fingers"),
                    .. way,
                ]),
        ];

        Capability Motion(string name, string description, IReadOnlyList<Input> inputs) =>
            new(name, description, inputs, [Width, Held], Replay.Safe) { Limit = _ => limit };
    }

    public static IReadOnlyList<Reading> Readings { get; } =
    [
        new("position", Unit.One, Quantity.Of(0, Unit.One), Quantity.Of(255, Unit.One),
            "of the fingers as the gripper counts it, from open to closed"),
        Reading.Flag(Held.Name, Held.Description),
    ];

    private static QuantityInput Share(string name, string description, double otherwise) => new(
        name, Percent, Quantity.Of(0, Percent), Quantity.Of(100, Percent), description,
        Quantity.Of(otherwise, Percent));
}
