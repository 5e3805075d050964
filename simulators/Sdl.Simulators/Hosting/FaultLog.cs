namespace Sdl.Simulators.Hosting;

/// <summary>What struck the simulated devices, and when: one line each of time, instrument, kind and occasion, between
/// tabs. For people to lay beside the journal, which knows nothing of it.</summary>
public sealed class FaultLog
{
    public const string FileName = "faults.log";

    private readonly HashSet<string> _known;
    private readonly string _path;

    /// <summary>The log of a folder, to be gone on with. Devices that are rebuilt after a crash meet the faults of
    /// their past again; these are not written twice.</summary>
    public FaultLog(string folder)
    {
        _path = Path.Combine(folder, FileName);
        _known = File.Exists(_path) ? [.. File.ReadLines(_path)] : [];
    }

    public void Add(string line)
    {
        if (_known.Add(line))
            File.AppendAllText(_path, line + "\n");
    }
}
