namespace Sdl.App.Composition.Control;

/// <summary>Finds the run that a person means.</summary>
internal static class RunNames
{
    /// <param name="name">Id of a run, result folder (as a path or its last name), or folder/run.</param>
    /// <returns>The process, and the run; null for all that the process runs.</returns>
    /// <exception cref="KeyNotFoundException">None or several match; the message lists what there is.</exception>
    public static (FoundProcess Process, string? Run) Find(string name, IReadOnlyList<FoundProcess> found)
    {
        var matches = found.SelectMany(f => Matches(name, f)).ToList();
        return matches switch
        {
            [var only] => only,
            [] when found.Count == 0 => throw new KeyNotFoundException($"there is no run '{name}': nothing runs"),
            [] => throw new KeyNotFoundException(
                $"there is no run '{name}'; there are{List(found.SelectMany(Names))}"),
            _ => throw new KeyNotFoundException($"'{name}' may be any of{List(matches.Select(Name))}"),
        };
    }

    // The folder means all of it, also where it is called like one of the runs in it.
    private static IEnumerable<(FoundProcess Process, string? Run)> Matches(string name, FoundProcess found) =>
        IsFolder(name, found) ? [(found, null)]
        : found.Process.Runs.Where(r => r.Run == name || IsBelow(name, r.Run, found))
            .Select(r => (found, (string?)r.Run));

    private static bool IsBelow(string name, string run, FoundProcess found) =>
        name.EndsWith($"/{run}", StringComparison.Ordinal) && IsFolder(name[..^(run.Length + 1)], found);

    private static bool IsFolder(string name, FoundProcess found)
    {
        var folder = Path.TrimEndingDirectorySeparator(found.Process.Folder);
        return name.Length > 0
            && (name == Path.GetFileName(folder)
                || Path.TrimEndingDirectorySeparator(Path.GetFullPath(name)) == folder);
    }

    private static IEnumerable<string> Names(FoundProcess found) =>
        found.Process.Runs.Count == 0
            ? [found.Process.Folder]
            : found.Process.Runs.Select(r => Name((found, r.Run)));

    private static string Name((FoundProcess Process, string? Run) match) => match.Run is null
        ? match.Process.Process.Folder
        : $"{match.Process.Process.Folder}/{match.Run}";

    private static string List(IEnumerable<string> names) =>
        string.Concat(names.Select(n => $"{Environment.NewLine}  {n}"));
}
