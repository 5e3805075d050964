using System.IO.Compression;

namespace Sdl.Bench.Planning;

/// <summary>What other planners were given and what they made of it: <c>shared/data/planner</c> beside the repository.
/// </summary>
internal static class SharedPlannerData
{
    private const string Place = "shared/data/planner";

    /// <exception cref="FileNotFoundException">It does not lie beside the repository.</exception>
    public static string Find(string name)
    {
        for (var folder = new DirectoryInfo(Directory.GetCurrentDirectory()); folder is not null;
            folder = folder.Parent)
            if (Path.Combine(folder.FullName, Place, name) is var file && File.Exists(file))
                return file;
        throw new FileNotFoundException(
            $"{Place}/{name} lies in no folder above {Directory.GetCurrentDirectory()}: the suite needs the shared "
            + "initial designs and the peers' results; put them there, or ask for K2, K3 or Hartmann6, which need "
            + "none");
    }

    /// <summary>The fields of every line but the first.</summary>
    public static IEnumerable<string[]> Table(string name)
    {
        using Stream file = File.OpenRead(Find(name));
        using var text = new StreamReader(
            name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
        text.ReadLine();
        while (text.ReadLine() is { } line)
            yield return line.Split(',');
    }
}
