using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Sdl.Bench;

/// <summary>A program of somebody else's that does the same work, run beside ours when this machine has it.</summary>
public static class Peer
{
    /// <summary>Runs a Python script that prints one number, with the first Python that has what it imports.</summary>
    /// <returns>Null when there is none.</returns>
    public static double? Python(string script, params string[] arguments) =>
        Run("python3", ["-c", script, .. arguments]) ?? Run("/usr/bin/python3", ["-c", script, .. arguments]);

    /// <summary>Runs the command in an environment variable (a program and arguments, separated by blanks) that prints
    /// one number.</summary>
    /// <returns>Null when the variable is not set or the command fails.</returns>
    public static double? Command(string variable, params string[] arguments) =>
        Environment.GetEnvironmentVariable(variable)?.Split(' ') is { Length: > 0 } words
            ? Run(words[0], [.. words[1..], .. arguments])
            : null;

    private static double? Run(string program, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                && double.TryParse(output.Trim(), CultureInfo.InvariantCulture, out var number) ? number : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
