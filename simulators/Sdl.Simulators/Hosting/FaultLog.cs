namespace Sdl.Simulators.Hosting;

/// <summary>What struck the simulated devices, and when: one line each of time, instrument, kind and occasion, between
/// tabs. For people to lay beside the journal, which knows nothing of it.</summary>
public sealed class FaultLog : IDisposable
{
    public const string FileName = "faults.log";

    private readonly HashSet<string> _known;
    private readonly StreamWriter _file;

    /// <summary>Opens the log of a folder for appending. Devices that are rebuilt after a crash meet the faults of their
    /// past again; these are not written twice.</summary>
    public FaultLog(string folder)
    {
        var path = Path.Combine(folder, FileName);
        _known = File.Exists(path) ? [.. File.ReadLines(path)] : [];
        _file = new StreamWriter(path, append: true) { AutoFlush = true, NewLine = "\n" };
    }

    public void Add(string line)
    {
        if (_known.Add(line))
            _file.WriteLine(line);
    }

    public void Dispose() => _file.Dispose();
}
