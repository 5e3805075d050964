using System.Runtime.CompilerServices;

namespace Sdl.Lab.Tests.Reports;

/// <summary>Compares a text with the file of that name under Golden. To accept a change, set SDL_GOLDEN=write and look
/// at what the version control says has changed.</summary>
internal static class GoldenFile
{
    public static void Check(string name, string text, [CallerFilePath] string here = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(here)!, "Golden", name);
        if (Environment.GetEnvironmentVariable("SDL_GOLDEN") == "write")
            File.WriteAllText(path, text);
        Assert.True(File.Exists(path), $"Golden/{name} is missing");
        Assert.Equal(File.ReadAllText(path), text);
    }
}
