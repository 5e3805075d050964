namespace Sdl.Tests.Support;

/// <summary>Reference data that lie beside the repository, in a folder <c>shared</c>, and are not part of it.</summary>
internal static class SharedReference
{
    /// <summary>Lines of a file below <c>shared/data</c>; without it the test skips, and fails under continuous
    /// integration.</summary>
    public static string[] Lines(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", "data", path);
            if (File.Exists(file))
                return File.ReadAllLines(file);
        }
        var reason = $"shared/data/{path} does not lie beside the repository";
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(reason);
        Assert.Skip(reason);
        return [];
    }
}
