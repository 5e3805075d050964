namespace Sdl.App.Composition.Control;

/// <summary>Where the running <c>sdl</c> processes of this user are found: one socket a process, in a folder
/// that nobody else can get into.</summary>
internal static class ControlFolder
{
    public const string Ending = ".sock";

    // sun_path of unix(7) holds 108 bytes with its end; the name of a socket needs some of them.
    private const int LongestPath = 80;

    /// <summary><c>$XDG_RUNTIME_DIR/sdl</c>, else <c>/tmp/sdl-UID</c>; on Windows below the user's local
    /// application data.</summary>
    public static string Path
    {
        get
        {
            if (OperatingSystem.IsWindows())
                return System.IO.Path.Combine(
                    Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "sdl", "run");
            var runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
            return !string.IsNullOrEmpty(runtime) && runtime.Length < LongestPath && Directory.Exists(runtime)
                ? System.IO.Path.Combine(runtime, "sdl")
                : $"/tmp/sdl-{Owner.Me}";
        }
    }

    /// <summary>The folder, made if need be.</summary>
    /// <exception cref="IOException">It cannot be made, or others can get into it.</exception>
    public static string Open()
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(Path);
            else
                Directory.CreateDirectory(
                    Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"'{Path}' cannot be made: {e.Message}", e);
        }
        return Checked();
    }

    /// <summary>The sockets of this user's processes, alive or not.</summary>
    /// <exception cref="IOException">Others can get into the folder, so what lies in it proves nothing.</exception>
    public static IReadOnlyList<string> Sockets() => Directory.Exists(Path)
        ? Directory.GetFiles(Checked(), "*" + Ending).Order(StringComparer.Ordinal).ToList()
        : [];

    private static string Checked() =>
        Owner.WhyNotPrivate(Path) is { } why ? throw new IOException($"runs cannot be controlled: {why}") : Path;
}
