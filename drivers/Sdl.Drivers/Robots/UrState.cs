namespace Sdl.Drivers.Robots;

/// <summary>In the order of the codes, from -1 (Modbus register 258, dashboard <c>robotmode</c>).</summary>
internal enum UrRobotMode
{
    NoController = -1, Disconnected, ConfirmSafety, Booting, PowerOff, PowerOn, Idle, Backdrive, Running,
    UpdatingFirmware,
}

/// <summary>In the order of the codes, from 1 (dashboard <c>safetymode</c>).</summary>
internal enum UrSafetyMode
{
    Normal = 1, Reduced, ProtectiveStop, Recovery, SafeguardStop, SystemEmergencyStop, RobotEmergencyStop, Violation,
    Fault, ValidateJointId, Undefined, AutomaticModeSafeguardStop, SystemThreePositionEnablingStop,
}

internal enum UrProgramState { Stopped, Playing, Paused }

/// <param name="Name">The loaded program, as the robot writes it.</param>
internal sealed record UrProgram(UrProgramState State, string Name);

internal static class UrWords
{
    /// <summary>Reads <c>POWER_OFF</c>; null for a word that is not known.</summary>
    public static T? Parse<T>(string word)
        where T : struct, Enum =>
        Enum.TryParse<T>(word.Trim().Replace("_", ""), ignoreCase: true, out var value) && Enum.IsDefined(value)
            ? value
            : null;

    public static bool MayMove(this UrSafetyMode mode) => mode is UrSafetyMode.Normal or UrSafetyMode.Reduced;

    /// <summary>What a person has to do.</summary>
    public static string Remedy(this UrSafetyMode mode) => mode switch
    {
        UrSafetyMode.ProtectiveStop =>
            "look at what the arm ran into, clear it, wait 5 s and unlock the protective stop on the pendant",
        UrSafetyMode.SystemEmergencyStop or UrSafetyMode.RobotEmergencyStop =>
            "an emergency stop is pressed: remove the danger, release the button, then power on again",
        UrSafetyMode.SafeguardStop or UrSafetyMode.AutomaticModeSafeguardStop =>
            "a safeguard (door, light curtain, scanner) is open: leave the cell, close it and reset it",
        UrSafetyMode.SystemThreePositionEnablingStop => "the enabling switch is released: see the pendant",
        UrSafetyMode.Recovery => "a joint is beyond a safety limit: move the arm back by hand on the pendant",
        _ => "see the pendant; the safety system may have to be restarted there",
    };

    /// <summary>What a person has to do before the arm can run.</summary>
    public static string Remedy(this UrRobotMode mode) => mode switch
    {
        UrRobotMode.PowerOff or UrRobotMode.PowerOn or UrRobotMode.Idle => "use power_on first",
        UrRobotMode.Booting => "wait until it has started",
        UrRobotMode.Backdrive => "somebody guides the arm by hand: let go of the freedrive button",
        UrRobotMode.ConfirmSafety => "confirm the safety configuration on the pendant",
        UrRobotMode.UpdatingFirmware => "wait until its firmware is updated",
        _ => "its control box does not reach the arm: see the pendant",
    };
}
