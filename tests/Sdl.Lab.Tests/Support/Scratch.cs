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

    /// <summary>A copy of a file with one thing in it changed.</summary>
    public string Changed(string original, string from, string to)
    {
        var text = File.ReadAllText(original);
        Assert.Contains(from, text, StringComparison.Ordinal);
        return Write(System.IO.Path.GetFileName(original), text.Replace(from, to, StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
