using Sdl.Core.Instruments;
using Sdl.Core.Units;

namespace Sdl.Drivers.Robots;

/// <param name="Programs">Names on the robot.</param>
/// <param name="Registers">First of the five registers of <see cref="UrHandshake"/>.</param>
/// <param name="GripperOutput">0 to 7 of the control box, 8 and 9 of the tool.</param>
/// <param name="PartInput">Numbered alike; null without a sensor.</param>
internal sealed record UrSettings(
    IReadOnlyList<string> Programs, ushort Registers, TimeSpan ProgramTimeout, int GripperOutput, bool ClosedWhenHigh,
    TimeSpan GripperWait, int? PartInput)
{
    public ushort GripperMask => (ushort)(1 << GripperOutput);

    /// <exception cref="SettingException">One of them makes no sense.</exception>
    public static UrSettings From(Settings settings)
    {
        var programs = settings.Text("programs")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (programs.Length == 0 || programs.Any(p => p.Any(c => c is < ' ' or > '~')))
            throw new SettingException("programs", "should list programs of the robot, such as load.urp, rinse.urp");
        var closed = settings.Text("gripper_closed", "high");
        if (closed is not ("high" or "low"))
            throw new SettingException("gripper_closed", $"= {closed} should be high or low");
        return new UrSettings(
            programs,
            (ushort)settings.Whole("registers", 128, 128, 251),
            settings.Quantity("program_timeout", "s", Quantity.Of(600, "s")).ToTimeSpan(),
            settings.Whole("gripper_output", 0, 0, 9),
            closed == "high",
            settings.Quantity("gripper_wait", "s", Quantity.Of(0.5, "s")).ToTimeSpan(),
            settings.Find("part_input") is null ? null : settings.Whole("part_input", 0, 0, 9));
    }
}
