namespace Sdl.Simulators.Robots;

/// <summary>What the dashboard of PolyScope 5 answers (Universal Robots, Dashboard Server e-Series).</summary>
internal sealed class UrDashboardServer(UrController robot, Version version)
{
    public const string Greeting = "Connected: Universal Robots Dashboard Server";

    private const string Programs = "/programs/";
    private const string LocalOnly =
        "Command is not allowed due to safety reasons, please switch robot to Remote Control mode and "
        + "reconnect to port 29999";

    private string _operationalMode = "NONE";

    /// <param name="wasRemote">Whether the robot was in Remote Control when this connection was made; later is too
    /// late.</param>
    public string Answer(string command, bool wasRemote)
    {
        robot.Refresh();
        var (verb, argument) = Split(command);
        return Ask(verb) ?? (!robot.IsRemote || !wasRemote ? IsOrder(verb) ? LocalOnly : null : null)
            ?? Order(verb, argument) ?? $"could not understand: '{command}'";
    }

    private static (string Verb, string Argument) Split(string command)
    {
        foreach (var verb in new[] { "load installation", "load", "popup", "addToLog", "set operational mode" })
            if (command.StartsWith(verb + " ", StringComparison.OrdinalIgnoreCase))
                return (verb, command[(verb.Length + 1)..].Trim());
        return (command.Trim(), "");
    }

    private static bool IsOrder(string verb) => verb.ToLowerInvariant() is
        "power on" or "power off" or "brake release" or "load" or "play" or "pause" or "stop"
        or "unlock protective stop" or "close safety popup" or "restart safety" or "shutdown";

    private string? Ask(string verb) => verb.ToLowerInvariant() switch
    {
        "polyscopeversion" => $"URSoftware {version} (Jan 01 2026)",
        "robotmode" => $"Robotmode: {robot.Mode}",
        "safetymode" => $"Safetymode: {robot.Safety}",
        "safetystatus" => $"Safetystatus: {robot.Safety}",
        "running" => $"Program running: {(robot.ProgramState == "PLAYING" ? "true" : "false")}",
        "programstate" => $"{robot.ProgramState} {robot.Loaded?.Name ?? "<unnamed>"}",
        "get loaded program" => robot.Loaded is { } p ? $"Loaded program: {Programs}{p.Name}" : "No program loaded",
        "isprogramsaved" => robot.Loaded is { } p ? $"true {p.Name}" : "false",
        "is in remote control" => robot.IsRemote ? "true" : "false",
        "get robot model" => "UR5",
        "get serial number" => "20265000001",
        "get operational mode" => _operationalMode,
        _ => null,
    };

    private string? Order(string verb, string argument) => verb.ToLowerInvariant() switch
    {
        "power on" => robot.PowerOn() ? "Powering on" : "Failed to execute: power on",
        "power off" => Do(robot.PowerOff, "Powering off"),
        "brake release" => robot.ReleaseBrake() ? "Brake releasing" : "Failed to execute: brake release",
        "load" => robot.Load(argument) ? $"Loading program: {Programs}{argument}" : $"File not found: {argument}",
        "play" => robot.Play() ? "Starting program" : "Failed to execute: play",
        "pause" => robot.Pause() ? "Pausing program" : "Failed to execute: pause",
        "stop" => Do(robot.Stop, "Stopped"),
        "unlock protective stop" => robot.Unlock() ? "Protective stop releasing"
            : "Cannot unlock protective stop until 5s after occurrence. Always inspect cause of protective stop "
                + "before unlocking",
        "close safety popup" => "closing safety popup",
        "close popup" => "closing popup",
        "popup" => "showing popup",
        "addtolog" => "Added log message",
        "savelog" => "Log saved to disk",
        "restart safety" => Do(robot.PowerOff, "Restarting safety"),
        "set operational mode" => Do(
            () => _operationalMode = argument.ToUpperInvariant(), $"Operational mode {argument} is set"),
        "clear operational mode" => Do(() => _operationalMode = "NONE", "No longer controlling the operational mode. "
            + "Current operational mode: 'NONE'."),
        _ => null,
    };

    private static string Do(Action action, string answer)
    {
        action();
        return answer;
    }
}
