using System.Globalization;
using System.Text.Json;

namespace Sdl.App.Composition;

/// <summary>Where a run or campaign leaves what it did: the journal, copies of its input files, and how it was started,
/// so that it can be taken up again from the folder alone.</summary>
public sealed record ResultFolder(string Path)
{
    private const string SessionName = "session.json", InputsName = "inputs", Unfinished = ".new";

    /// <summary>The copies of protocol, lab and campaign file.</summary>
    public string Protocol => Input("protocol.yaml");

    public string Lab => Input("lab.yaml");

    public string Campaign => Input("campaign.yaml");

    /// <summary>What there was to begin with, where it was not as the lab file says.</summary>
    public string Inventory => Input("inventory.yaml");

    /// <summary>The fault scenario; there only if one was given.</summary>
    public string Faults => Input("faults.yaml");

    /// <summary>A new folder <c>results/name-date-time</c>, or the one that was asked for.</summary>
    /// <exception cref="IOException">The folder exists and is not empty.</exception>
    public static ResultFolder Create(
        string? asked, string name, SessionFile session, params (string From, string To)[] inputs)
    {
        var stamp = TimeProvider.System.GetLocalNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var path = asked ?? Unused(System.IO.Path.Combine("results", $"{name}-{stamp}"));
        if (Directory.Exists(path) && !IsUnbegun(path))
            throw new IOException(
                $"'{path}' exists and is not empty: name another --folder, or take the old one up with resume");
        Directory.CreateDirectory(System.IO.Path.Combine(path, InputsName));
        var folder = new ResultFolder(path);
        foreach (var (from, to) in inputs)
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(folder.Input(to))!);
            File.Copy(from, folder.Input(to), overwrite: true);
        }
        // Last and at once: with it the folder can be taken up again, without it nothing has begun.
        var file = System.IO.Path.Combine(path, SessionName);
        File.WriteAllText(file + Unfinished, JsonSerializer.Serialize(session, Shell.JsonOptions));
        File.Move(file + Unfinished, file);
        return folder;
    }

    /// <summary>The cell protocols of a protocol, beside its copy as they were beside the file itself.</summary>
    public static IEnumerable<(string From, string To)> Tests(Core.Protocols.Protocol protocol) =>
        protocol.Tests.Select(
            t => (System.IO.Path.Combine(System.IO.Path.GetDirectoryName(protocol.At.File) ?? "", t), t));

    /// <exception cref="FileNotFoundException">It is no result folder.</exception>
    /// <exception cref="IOException">Its session cannot be read.</exception>
    public SessionFile ReadSession()
    {
        var path = System.IO.Path.Combine(Path, SessionName);
        if (!File.Exists(path))
            throw new FileNotFoundException(
                $"'{Path}' is not the result folder of a run or campaign: it holds no {SessionName}");
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

    // Empty, or what a process left that died before its session was written.
    private static bool IsUnbegun(string path) => Directory.EnumerateFileSystemEntries(path)
        .All(e => System.IO.Path.GetFileName(e) is InputsName or SessionName + Unfinished);

    private string Input(string name) => System.IO.Path.Combine(Path, InputsName, name);

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
/// <param name="Lanes">Experiments in flight, if they are other than the campaign file says.</param>
public sealed record SessionFile(
    bool Dry, double Speed, ulong Seed, int? Experiments, IReadOnlyDictionary<string, string> Binds,
    int? Lanes = null);
