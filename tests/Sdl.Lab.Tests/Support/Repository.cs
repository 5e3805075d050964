namespace Sdl.Lab.Tests.Support;

/// <summary>The files that come with the program.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Protocols => Path.Combine(Root, "protocols");

    public static string Protocol => Path.Combine(Protocols, "electrolyte-conductivity.yaml");

    public static string Lab => Path.Combine(Protocols, "labs", "electrolyte.yaml");

    public static string Campaign => Path.Combine(Protocols, "campaigns", "electrolyte-conductivity.yaml");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Sdl.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException($"no Sdl.sln above {AppContext.BaseDirectory}");
    }
}
