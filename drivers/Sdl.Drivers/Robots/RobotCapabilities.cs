using Sdl.Core.Instruments;
using Sdl.Core.Units;

namespace Sdl.Drivers.Robots;

/// <summary>What a robot arm can do that plays programs taught on its pendant, spelt alike for all makes.</summary>
public static class RobotCapabilities
{
    public const string RunProgram = "run_program";
    public const string SetGripper = "set_gripper";
    public const string PowerOn = "power_on";
    public const string PowerOff = "power_off";

    public const string Open = "open", Closed = "closed";
    public const string Any = "any", Present = "present", Absent = "absent";

    public static readonly Column GripperClosed = new(
        "gripper_closed", Unit.One, "1 closed, 0 open, as the output reads");
    public static readonly Column PartPresent = new(
        "part_present", Unit.One, "1 when the gripper's sensor sees a part");

    /// <summary>Plays one of <paramref name="programs"/> to its end. A motion that was cut short is not repeated
    /// blindly.</summary>
    /// <param name="limit">After which a program is stopped.</param>
    public static Capability RunProgramOf(IReadOnlyList<string> programs, TimeSpan limit) => new(
        RunProgram, "plays a program taught on the robot and waits for its end",
        [
            new TextInput("program", "name on the robot", programs),
            new QuantityInput("slot", Unit.One, Quantity.Of(0, Unit.One), Quantity.Of(127, Unit.One),
                "a whole number that the program reads, such as a place in a rack", Quantity.Of(0, Unit.One)),
        ],
        [], Replay.AskDevice)
    {
        Limit = _ => limit,
    };

    /// <param name="senses">Whether a sensor tells that a part is in the gripper.</param>
    public static Capability SetGripperOf(bool senses) => new(
        SetGripper, "opens or closes the gripper",
        [
            new TextInput("state", "open or closed", [Open, Closed]),
            .. senses
                ? [new TextInput("part", "what must be in it then", [Any, Present, Absent], Any)]
                : Array.Empty<Input>(),
        ],
        senses ? [GripperClosed, PartPresent] : [GripperClosed], Replay.Safe);

    /// <param name="senses">Whether a sensor tells that a part is in the gripper.</param>
    public static IReadOnlyList<Reading> Readings(bool senses) =>
    [
        Reading.Flag(GripperClosed.Name, GripperClosed.Description),
        .. senses ? [Reading.Flag(PartPresent.Name, PartPresent.Description)] : Array.Empty<Reading>(),
    ];

    public static readonly Capability PowerOnCapability = new(
        PowerOn, "powers the arm and releases its brakes", [], [], Replay.Safe);

    public static readonly Capability PowerOffCapability = new(
        PowerOff, "stops, sets the brakes and cuts the arm's power", [], [], Replay.Safe);
}
