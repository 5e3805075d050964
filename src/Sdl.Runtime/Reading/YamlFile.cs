using System.Security.Cryptography;
using Sdl.Core.Protocols;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using Mark = Sdl.Core.Protocols.Mark;

namespace Sdl.Runtime.Reading;

/// <summary>A YAML file with its digest, read as nodes that know their place.</summary>
internal sealed class YamlFile
{
    // A hand-written file is far smaller; a larger one is a mistake (or an attack by nested aliases).
    private const long MaxBytes = 4 << 20;

    private YamlFile(string path, string digest, YamlMap root)
    {
        Path = path;
        Digest = digest;
        Root = root;
    }

    public string Path { get; }
    public string Digest { get; }
    public YamlMap Root { get; }

    /// <exception cref="FindingsException">The file is missing, too large or no YAML mapping.</exception>
    public static YamlFile Load(string path, Findings findings)
    {
        var top = new Mark(path, 1, 1);
        try
        {
            if (!File.Exists(path))
                throw findings.Fatal(top, "there is no such file");
            if (new FileInfo(path).Length > MaxBytes)
                throw findings.Fatal(top, $"the file is larger than {MaxBytes >> 20} MB");
            var bytes = File.ReadAllBytes(path);
            var stream = new YamlStream();
            stream.Load(new StreamReader(new MemoryStream(bytes)));
            if (stream.Documents is not [{ RootNode: YamlMappingNode root }])
                throw findings.Fatal(top, "the file should hold one YAML mapping (name: value lines)");
            return new YamlFile(path, Convert.ToHexStringLower(SHA256.HashData(bytes)), new YamlMap(root, path, findings));
        }
        catch (YamlException e)
        {
            throw findings.Fatal(new Mark(path, (int)e.Start.Line, (int)e.Start.Column), $"this is no YAML: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw findings.Fatal(top, $"the file cannot be read: {e.Message}");
        }
    }
}

/// <summary>Collects findings, so that one reading reports all of them.</summary>
public sealed class Findings
{
    private readonly List<Finding> _list = [];

    public IReadOnlyList<Finding> All => _list;

    public void Add(Mark at, string text) => _list.Add(new Finding(at, text));

    public FindingsException Fatal(Mark at, string text)
    {
        Add(at, text);
        return new FindingsException(_list);
    }

    /// <exception cref="FindingsException">There are any.</exception>
    public void ThrowIfAny()
    {
        if (_list.Count > 0)
            throw new FindingsException([.. _list.OrderBy(f => f.At.File, StringComparer.Ordinal).ThenBy(f => f.At.Line)]);
    }
}
