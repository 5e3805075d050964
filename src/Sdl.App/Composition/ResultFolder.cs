using System.Globalization;
using System.Text.Json;

namespace Sdl.App.Composition;

/// <summary>Where a run or campaign leaves what it did: the journal, copies of its input files, and how it was started,
/// so that it can be taken up again from the folder alone.</summary>
public sealed record ResultFolder(string Path)
{
    private const string SessionName = "session.json";

    /// <summary>The copies of protocol, lab and campaign file.</summary>
    public string Protocol => Input("protocol.yaml");

    public string Lab => Input("lab.yaml");

    public string Campaign => Input("campaign.yaml");

    /// <summary>A new folder <c>results/name-date-time</c>, or the one that was asked for.</summary>
    /// <exception cref="IOException">The folder exists and is not empty.</exception>
    public static ResultFolder Create(string? asked, string name, SessionFile session, params (string From, string To)[] inputs)
    {
        var stamp = TimeProvider.System.GetLocalNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var path = asked ?? Unused(System.IO.Path.Combine("results", $"{name}-{stamp}"));
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            throw new IOException($"'{path}' exists and is not empty: name another --folder, or take the old one up with resume");
        Directory.CreateDirectory(System.IO.Path.Combine(path, "inputs"));
        var folder = new ResultFolder(path);
        foreach (var (from, to) in inputs)
            File.Copy(from, folder.Input(to));
        File.WriteAllText(System.IO.Path.Combine(path, SessionName), JsonSerializer.Serialize(session, Shell.JsonOptions));
        return folder;
    }

    /// <exception cref="IOException">It is no result folder.</exception>
    public SessionFile ReadSession()
    {
        var path = System.IO.Path.Combine(Path, SessionName);
        if (!File.Exists(path))
            throw new IOException($"'{Path}' is not the result folder of a run or campaign: it holds no {SessionName}");
        try
        {
            return JsonSerializer.Deserialize<SessionFile>(File.ReadAllText(path), Shell.JsonOptions)
                ?? throw new IOException($"{path} is empty");
        }
        catch (JsonException e)
        {
            throw new IOException($"{path} cannot be read: {e.Message}", e);
        }
    }

    private string Input(string name) => System.IO.Path.Combine(Path, "inputs", name);

    private static string Unused(string path)
    {
        var candidate = path;
        for (var n = 2; Directory.Exists(candidate); n++)
            candidate = $"{path}-{n}";
        return candidate;
    }
}

/// <summary>How a run or campaign was started.</summary>
/// <param name="Binds">Roles bound on the command line.</param>
public sealed record SessionFile(bool Dry, double Speed, ulong Seed, int? Experiments, IReadOnlyDictionary<string, string> Binds);
