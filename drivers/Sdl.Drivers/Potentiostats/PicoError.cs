using System.Globalization;
using System.Text.RegularExpressions;

namespace Sdl.Drivers.Potentiostats;

/// <summary>An error reply of a MethodSCRIPT device: <c>Z!0006</c> to a command, <c>!4001: Line 3, Col 5</c> in a
/// script.</summary>
/// <param name="Line">Line of the script, counted from 1 behind the command that loads it; 0 when it names
/// none.</param>
public sealed partial record PicoError(int Code, int Line, int Column)
{
    // The list of the 2019 protocol as third-party clients carry it; newer firmware has more.
    private static readonly Dictionary<int, string> Meanings = new()
    {
        [0x0001] = "unspecified error", [0x0002] = "invalid variable type", [0x0003] = "unknown command",
        [0x0004] = "unknown register", [0x0005] = "register is read only",
        [0x0006] = "not allowed now: a script runs, or none runs", [0x0007] = "bad argument",
        [0x0008] = "command too long", [0x0009] = "command timed out",
        [0x000A] = "variable reference out of range", [0x000B] = "out of variable memory",
        [0x000C] = "no script loaded", [0x000D] = "invalid time", [0x000E] = "overflow", [0x000F] = "invalid potential",
        [0x0010] = "a value is NaN or infinite", [0x0011] = "invalid frequency", [0x0012] = "invalid amplitude",
        [0x0014] = "open circuit potential needs the cell switched off", [0x0015] = "checksum",
        [0x0018] = "settings are corrupt",
        [0x001A] = "calibration", [0x001B] = "not supported by this device", [0x001F] = "not licensed",
        [0x0021] = "unknown potentiostat mode", [0x0023] = "invalid for the potentiostat mode",
        [0x4000] = "syntax", [0x4001] = "unknown script command", [0x4002] = "bad script argument",
        [0x4003] = "script argument out of range", [0x4004] = "unexpected character", [0x4005] = "script too long",
        [0x4006] = "unknown variable type", [0x4007] = "variable not declared", [0x4008] = "invalid optional argument",
        [0x4009] = "script version", [0x7FFF] = "fatal error, switch the device off and on",
    };

    public string Meaning => Meanings.GetValueOrDefault(Code, "an error that is not in the list of the 2019 protocol");

    /// <summary>Whether the device did not like what it was told, rather than what it met.</summary>
    public bool IsRefusal => Code is >= 0x4000 and < 0x7FFF or (>= 0x0002 and <= 0x0014) or (>= 0x001B and <= 0x0027);

    /// <summary>The error in <paramref name="line"/>, or null when the line is none.</summary>
    public static PicoError? In(string line)
    {
        var match = Pattern().Match(line);
        return match.Success ? new PicoError(
            int.Parse(match.Groups[1].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            Number(match.Groups[2]), Number(match.Groups[3])) : null;
    }

    private static int Number(Group group) =>
        group.Success && int.TryParse(group.ValueSpan, CultureInfo.InvariantCulture, out var value) ? value : 0;

    [GeneratedRegex(
        @"^[A-Za-z]?!([0-9A-Fa-f]{4})(?::\s*Line (\d+)(?:,\s*Col (\d+))?.*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
