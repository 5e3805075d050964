namespace Sdl.Lab.Tests.Support;

/// <summary>A temporary folder that goes when the test does.</summary>
internal sealed class Scratch : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("sdl-lab-").FullName;

    public string Path(string name) => System.IO.Path.Combine(Folder, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(Path(name), text);
        return Path(name);
    }

    /// <summary>A copy of a file with some things in it changed.</summary>
    public string Changed(string original, params IEnumerable<(string From, string To)> changes)
    {
        var text = File.ReadAllText(original);
        foreach (var (from, to) in changes)
        {
            Assert.Contains(from, text, StringComparison.Ordinal);
            text = text.Replace(from, to, StringComparison.Ordinal);
        }
        return Write(System.IO.Path.GetFileName(original), text);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
