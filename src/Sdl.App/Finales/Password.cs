namespace Sdl.App.Finales;

/// <summary>Where a password comes from: a file that nobody else can read, or the environment.</summary>
internal static class Password
{
    public const string Variable = "SDL_FINALES_PASSWORD";

    // The user alone may read it, and nobody may execute it.
    private const UnixFileMode Others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite);

    /// <exception cref="IOException">There is none, or others can read it.</exception>
    public static string Read(string? file)
    {
        if (file is null || !File.Exists(file))
            return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } password ? password
                : file is null ? throw new IOException(
                    $"there is no password: name a password_file, or set {Variable} in the environment")
                : throw new IOException($"the password_file '{file}' is not there; write the password into it, and: "
                    + $"chmod 600 {file}; or set {Variable} in the environment");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0)
            throw new IOException($"others can read the password in '{file}'; take it from them: chmod 600 {file}");
        return File.ReadAllText(file).TrimEnd('\r', '\n') is { Length: > 0 } text
            ? text
            : throw new IOException($"the password_file '{file}' is empty");
    }
}
